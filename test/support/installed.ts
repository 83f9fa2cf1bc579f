/**
 * An example as its reader has it: a folder of its own, the package unpacked from its tarball, and
 * what else it names beside it. Offline: other packages are linked from the checkout.
 */
import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ROOT } from '../../build/entries.js';
import { pack } from '../../build/pack.js';

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly scripts?: Readonly<Record<string, string>>;
}

/** A new folder outside the checkout, from which nothing of it is found. */
export function emptyFolder(): string {
  return mkdtempSync(join(tmpdir(), 'quancun-installed-'));
}

/** Copies an example and installs what its package.json names. */
export function installExample(name: string): string {
  const folder = join(emptyFolder(), name);
  cpSync(join(ROOT, 'examples', name), folder, { recursive: true });
  const { dependencies, devDependencies } = readManifest(folder);
  install(folder, Object.keys({ ...dependencies, ...devDependencies }));
  return folder;
}

/** Unpacks the tarball into a folder's node_modules, and links packages beside it. */
export function install(folder: string, names: readonly string[]): void {
  const quancun = join(folder, 'node_modules/quancun');
  mkdirSync(quancun, { recursive: true });
  execFileSync('tar', ['-xzf', tarballOfRun(), '--strip-components=1', '-C', quancun]);
  const needed = Object.keys(readManifest(quancun).dependencies ?? {});
  for (const name of new Set([...names, ...needed])) if (name !== 'quancun') link(folder, name);
}

/** The words of a script of package.json, with its program found in the checkout. */
export function scriptOf(folder: string, script: string): readonly string[] {
  const [program = '', ...words] = (readManifest(folder).scripts?.[script] ?? '').split(' ');
  return [
    program === 'node' ? process.execPath : join(ROOT, 'node_modules/.bin', program),
    ...words,
  ];
}

/** The tarball, packed once in a run: all workers of it have one parent. */
export function tarballOfRun(): string {
  const folder = join(tmpdir(), `quancun-packed-${process.ppid}`);
  if (!existsSync(folder)) {
    const mine = emptyFolder();
    pack(mine);
    try {
      renameSync(mine, folder);
    } catch {
      // Another worker was first.
    }
  }
  const [name = ''] = readdirSync(folder).filter((one) => one.endsWith('.tgz'));
  return join(folder, name);
}

function link(folder: string, name: string): void {
  const from = join(ROOT, 'node_modules', name);
  const to = join(folder, 'node_modules', name);
  if (!existsSync(from)) throw new Error(`${name} is not installed`);
  mkdirSync(dirname(to), { recursive: true });
  symlinkSync(from, to, 'dir');
}

function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
}

/**
 * `npm run pack [-- FOLDER]`: the tarball as it is published. What package.json lists is staged,
 * with folders for old resolvers, the list of what is inside (SBOM) and a manifest without what
 * only the checkout needs; nothing of it lies about in the checkout. Prints the tarball's path.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { bundledPackages } from './bundled.js';
import { ROOT } from './entries.js';
import { linksOf } from './links.js';
import { sbom } from './sbom.js';
import { stubs } from './stubs.js';

/** The most that an installer downloads. */
export const MOST_BYTES = 5_000_000;

/** The fields that nobody but the checkout reads. An installer would be warned of `prepare`. */
const OF_THE_CHECKOUT = ['scripts', 'devDependencies', 'overrides', 'allowScripts', 'files'];

/**
 * Packs what dist holds now.
 * @param {string} folder where the tarball goes
 * @returns {string} its path
 */
export function pack(folder) {
  // The pages are in it: built where they are older than what they are made from.
  execFileSync(process.execPath, [join(ROOT, 'build/docs.js'), '--if-stale'], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const stage = join(folder, 'quancun-stage');
  rmSync(stage, { recursive: true, force: true });
  for (const path of listed()) put(stage, path);
  for (const [path, text] of Object.entries(stubs())) write(stage, path, text);
  write(stage, 'sbom.cdx.json', sbom(bundledPackages()));
  write(stage, 'package.json', `${JSON.stringify(packedManifest(), null, 2)}\n`);
  const said = npm(stage, ['pack', '--json', '--ignore-scripts', '--pack-destination', folder]);
  rmSync(stage, { recursive: true });
  const { filename, size } = firstOf(said);
  if (size > MOST_BYTES) throw new Error(`${filename} has ${String(size)} bytes`);
  return join(folder, filename);
}

/** The manifest as it is published. */
export function packedManifest() {
  const { homepage, ...manifest } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  for (const field of OF_THE_CHECKOUT) Reflect.deleteProperty(manifest, field);
  return { ...manifest, ...linksOf(homepage) };
}

/** The files of the checkout that are published. @returns {string[]} */
function listed() {
  const { files } = firstOf(npm(ROOT, ['pack', '--dry-run', '--json', '--ignore-scripts']));
  return files.map(({ path }) => path);
}

/** @param {string} said @returns {{ filename: string, size: number, files: { path: string }[] }} */
function firstOf(said) {
  return JSON.parse(said)[0];
}

/** @param {string} cwd @param {string[]} words */
function npm(cwd, words) {
  return execFileSync('npm', words, {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    maxBuffer: 64 * 1024 * 1024,
  });
}

/** @param {string} stage @param {string} path */
function put(stage, path) {
  mkdirSync(dirname(join(stage, path)), { recursive: true });
  cpSync(join(ROOT, path), join(stage, path));
}

/** @param {string} stage @param {string} path @param {string} text */
function write(stage, path, text) {
  mkdirSync(dirname(join(stage, path)), { recursive: true });
  writeFileSync(join(stage, path), text);
}

if (process.argv[1] === import.meta.filename) {
  const folder = resolve(process.argv[2] ?? join(ROOT, 'node_modules/.cache/quancun'));
  mkdirSync(folder, { recursive: true });
  console.log(pack(folder));
}

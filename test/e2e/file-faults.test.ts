/** What `serve` says of a database or a journal that cannot be opened, or stands in a bad place. */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { CLI as PROGRAM, ROOT } from '../../build/entries.js';
import { hasOwnMounts, withMounts } from '../support/holders.js';

const CLI = join(ROOT, `dist/${PROGRAM.name}.js`);
const NOBODY = 65_534;

let folder = '';
let keys = '';
const shared = mkdtempSync(join(tmpdir(), 'quancun-keys-'));

beforeAll(() => {
  execFileSync(process.execPath, [CLI, 'test-keys', join(shared, 'keys')]);
  keys = join(shared, 'keys', 'server.json');
});
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'quancun-faults-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});
afterAll(() => {
  rmSync(shared, { recursive: true, force: true });
});

/** What a start says, as a user without rights where there is one. */
function refusalOf(db: string, journal: string, by: readonly string[] = []): string {
  const words = ['serve', '--db', `sqlite:${db}`, '--journal', journal, '--keys', keys];
  const node = [process.execPath, CLI, ...words, '--port', '0', '--json'];
  const [program = '', ...rest] = [...by, ...node];
  const isRoot = process.getuid?.() === 0 && by.length === 0;
  const { stdout } = spawnSync(program, rest, {
    encoding: 'utf8',
    timeout: 60_000,
    ...(isRoot ? { uid: NOBODY, gid: NOBODY } : {}),
  });
  const [, code = stdout] = /"event":"error".*?"code":"(\w+)"/.exec(stdout) ?? [];
  return code;
}

describe('a file that cannot be opened', () => {
  beforeEach(() => {
    chmodSync(folder, 0o777);
    chmodSync(shared, 0o755);
    chmodSync(join(shared, 'keys'), 0o755);
    chmodSync(keys, 0o644);
  });

  const FAULTS: Readonly<Record<string, [code: string, make: () => string]>> = {
    'in a folder that is missing': [
      'FILE_FOLDER_MISSING',
      () => join(folder, 'missing', 'the.file'),
    ],
    'below a file': [
      'FILE_FOLDER_MISSING',
      () => {
        writeFileSync(join(folder, 'plain'), '');
        return join(folder, 'plain', 'the.file');
      },
    ],
    'in a folder that is read-only': [
      'FILE_READ_ONLY',
      () => {
        mkdirSync(join(folder, 'closed'), { mode: 0o555 });
        return join(folder, 'closed', 'the.file');
      },
    ],
    'that is read-only': [
      'FILE_READ_ONLY',
      () => {
        writeFileSync(join(folder, 'the.file'), '');
        chmodSync(join(folder, 'the.file'), 0o444);
        return join(folder, 'the.file');
      },
    ],
    'that is a folder': ['FILE_NOT_PLAIN', () => folder],
    'that is a pipe': [
      'FILE_NOT_PLAIN',
      () => {
        execFileSync('mkfifo', ['-m', '666', join(folder, 'pipe')]);
        return join(folder, 'pipe');
      },
    ],
    'with a name that is too long': ['FILE_NAME_TOO_LONG', () => join(folder, 'x'.repeat(256))],
    'with links that go round': [
      'FILE_NOT_OPENED',
      () => {
        symlinkSync('round', join(folder, 'round'));
        return join(folder, 'round');
      },
    ],
  };
  test.each(Object.entries(FAULTS))('%s', (_name, [code, make]) => {
    const file = make();
    expect(refusalOf(file, join(folder, 'journal'))).toBe(code);
    expect(refusalOf(join(folder, 'orders.db'), file)).toBe(code);
  });

  test('a database whose log would have a name that is too long', () => {
    const file = join(folder, 'x'.repeat(250));
    expect(refusalOf(file, join(folder, 'journal'))).toBe('FILE_NAME_TOO_LONG');
  });

  test('a database that is none, a journal that is none', () => {
    const file = join(folder, 'letter');
    writeFileSync(file, 'Dear reader, this is a letter.\n'.repeat(40));
    chmodSync(file, 0o666);
    expect(refusalOf(file, join(folder, 'journal'))).toBe('LEDGER_NOT_DATABASE');
    expect(refusalOf(join(folder, 'orders.db'), file)).toBe('JOURNAL_BROKEN');
    expect(readFileSync(file, 'utf8')).toHaveLength(1240);
  });

  const disk = (options: string, then: string): readonly string[] => {
    mkdirSync(join(folder, 'disk'));
    return withMounts(`mount -t tmpfs ${options} none '${folder}/disk'\n${then}`);
  };
  test.runIf(hasOwnMounts)('on a disk that is read-only', () => {
    const by = disk('', `mount -o remount,ro '${folder}/disk'`);
    const file = join(folder, 'disk', 'the.file');
    expect(refusalOf(file, join(folder, 'journal'), by)).toBe('FILE_READ_ONLY');
    expect(refusalOf(join(folder, 'orders.db'), file, by)).toBe('FILE_READ_ONLY');
  });

  test.runIf(hasOwnMounts)('on a disk that is full', () => {
    const fill = `dd if=/dev/zero of='${folder}/disk/ballast' bs=4k 2>/dev/null || true`;
    const by = disk('-o size=64k', fill);
    const file = join(folder, 'disk', 'the.file');
    expect(refusalOf(file, join(folder, 'journal'), by)).toBe('FILE_DISK_FULL');
    const full = withMounts(`mount -t tmpfs -o nr_inodes=1 none '${folder}/disk'`);
    expect(refusalOf(join(folder, 'orders.db'), file, full)).toBe('FILE_DISK_FULL');
  });
});

describe('a journal on the device of the database', () => {
  const startOn = async (by: readonly string[], journal: string): Promise<string> => {
    const words = ['serve', '--db', `sqlite:${folder}/orders.db`, '--journal', journal];
    const node = [process.execPath, CLI, ...words, '--keys', keys, '--port', '0', '--lang', 'en'];
    const [program = '', ...rest] = [...by, ...node];
    const child = spawn(program, rest, { stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    const note = (text: string): void => void (said += text);
    child.stderr.setEncoding('utf8').on('data', note);
    const listening = new Promise<void>((found) => {
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        note(text);
        if (said.includes('Listening')) found();
      });
      child.once('exit', () => found());
    });
    await listening;
    const ended = new Promise((end) => child.once('close', end));
    child.kill('SIGKILL');
    await ended;
    return said;
  };

  test('is warned of, in the log and to who starts it', async () => {
    const said = await startOn([], join(folder, 'journal'));
    expect(said).toContain('"event":"journal-on-ledger-device"');
    expect(said).toContain("is on the database's disk");
  });

  test.runIf(hasOwnMounts)('one on another is not', async () => {
    mkdirSync(join(folder, 'disk'));
    const by = withMounts(`mount -t tmpfs none '${folder}/disk'`);
    const said = await startOn(by, join(folder, 'disk', 'journal'));
    expect(said).toContain('Listening');
    expect(said).not.toContain('device');
  });
});

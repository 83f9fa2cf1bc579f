/** The rules of the house that a linter does not check: who imports whom, and what looks alike. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { ERROR_TABLE } from '../src/errors.js';

const SRC = fileURLToPath(new URL('../src/', import.meta.url));

/** Who may import whom, types included. A room may always import itself. */
const LAYERS: Readonly<Record<string, readonly string[] | 'any'>> = {
  redact: [],
  'redact-apdu': [],
  'error-table': [],
  errors: ['error-table', 'redact'],
  env: ['errors'],
  bytes: ['errors'],
  'gbk-table': [],
  gbk: ['gbk-table', 'errors'],
  money: ['errors'],
  record: ['bytes', 'gbk', 'money', 'errors'],
  'request-signature': ['bytes', 'crypto'],
  apdu: ['bytes', 'errors'],
  crypto: ['bytes', 'errors'],
  purse: ['apdu', 'crypto', 'bytes', 'money', 'errors'],
  etc: ['record', 'bytes', 'gbk', 'money', 'errors'],
  load: ['purse', 'bytes', 'money', 'errors'],
  // A remote terminal signs what it says as every other terminal does.
  transport: ['apdu', 'bytes', 'errors', 'env', 'redact-apdu', 'request-signature'],
  simulator: ['purse', 'etc', 'apdu', 'crypto', 'bytes', 'gbk', 'money', 'errors', 'env'],
  terminal: [
    ...['load', 'purse', 'etc', 'transport', 'apdu', 'bytes', 'money', 'errors', 'env'],
    'request-signature',
  ],
  server: [
    ...['load', 'purse', 'crypto', 'etc', 'bytes', 'money', 'errors', 'env', 'redact'],
    'request-signature',
  ],
  testing: [
    ...['load', 'purse', 'crypto', 'etc', 'transport', 'apdu', 'bytes', 'money', 'errors', 'env'],
    ...['redact', 'server', 'simulator', 'terminal', 'record', 'gbk'],
  ],
  index: ['env', 'errors', 'bytes', 'money', 'load', 'transport', 'terminal'],
  cli: 'any',
};
/** Nothing that needs a host or a server may come in by the front door. */
const NOT_BY_THE_FRONT_DOOR = ['transport/drivers', 'server', 'crypto/crypto-js'];
/** The simulated card's arithmetic is its own: of crypto it takes the block ciphers alone. */
const SIMULATOR_MAY_TAKE = ['Cipher', 'desCipher', 'sm4Cipher'];

interface Import {
  readonly target: string;
  readonly names: readonly string[];
}
interface SourceFile {
  readonly path: string;
  readonly text: string;
  readonly imports: readonly Import[];
}

const files: readonly SourceFile[] = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts') && !path.endsWith('.d.ts'))
  .map((path) => {
    const text = readFileSync(join(SRC, path), 'utf8');
    const found = text.matchAll(/(?:import|export)\s([^;]*?)from '(\.[^']*)\.js'/g);
    const imports = [...found].map(([, names = '', target = '']) => ({
      target: join(dirname(path), target),
      names: names
        .replace(/\btype\b|[{}]/g, '')
        .split(',')
        .map((name) => name.trim())
        .filter(Boolean),
    }));
    return { path: path.replace(/\.ts$/, ''), text, imports };
  });
const byPath = new Map(files.map((file) => [file.path, file]));

/** The first folder, or the file itself on the ground floor. */
function roomOf(path: string): string {
  return path.split('/')[0] ?? path;
}

describe('who imports whom', () => {
  test('every room is in the table, and every row is a room', () => {
    expect([...new Set(files.map(({ path }) => roomOf(path)))].sort()).toEqual(
      Object.keys(LAYERS).sort(),
    );
  });

  test.each(Object.keys(LAYERS))('%s', (room) => {
    const allowed = LAYERS[room] ?? [];
    const strangers = files
      .filter(({ path }) => roomOf(path) === room)
      .flatMap(({ path, imports }) =>
        imports
          .map(({ target }) => target)
          .filter((target) => roomOf(target) !== room)
          .filter((target) => allowed !== 'any' && !allowed.includes(roomOf(target)))
          .map((target) => `${path} imports ${target}`),
      );
    expect(strangers).toEqual([]);
  });

  test('no cycles', () => {
    const done = new Set<string>();
    const walk = (path: string, trail: readonly string[]): void => {
      if (trail.includes(path)) throw new Error([...trail, path].join(' → '));
      if (done.has(path)) return;
      for (const { target } of byPath.get(path)?.imports ?? []) walk(target, [...trail, path]);
      done.add(path);
    };
    for (const { path } of files) walk(path, []);
    expect(done.size).toBeGreaterThanOrEqual(files.length);
  });

  test('the front door brings no driver, no server and no optional dependency', () => {
    const reached = new Set<string>();
    const walk = (path: string): void => {
      if (reached.has(path)) return;
      reached.add(path);
      for (const { target } of byPath.get(path)?.imports ?? []) walk(target);
    };
    walk('index');
    const strangers = [...reached].filter((path) =>
      NOT_BY_THE_FRONT_DOOR.some((barred) => path.startsWith(barred)),
    );
    expect(strangers).toEqual([]);
  });

  test('the simulated card takes block ciphers from crypto, and nothing from purse', () => {
    const taken = files
      .filter(({ path }) => roomOf(path) === 'simulator')
      .flatMap(({ imports }) => imports)
      .filter(({ target }) => ['crypto', 'purse', 'apdu'].includes(roomOf(target)))
      .flatMap(({ target, names }) => names.map((name) => `${roomOf(target)}: ${name}`));
    expect(new Set(taken)).toEqual(new Set(SIMULATOR_MAY_TAKE.map((name) => `crypto: ${name}`)));
  });

  test('card-side rooms take nothing of Node', () => {
    const impure = files
      .filter(({ path }) => !/^(cli|server)\/|^transport\/drivers\/tcp/.test(path))
      .filter(({ text }) => text.includes("from 'node:"))
      .map(({ path }) => path);
    expect(impure).toEqual([]);
  });
});

describe('files of a kind have the same exports', () => {
  const exportsOf = (text: string): string[] =>
    [...text.matchAll(/^export (?:function|const|interface|type) (\w+)/gm)].map(
      ([, name = '']) => name,
    );
  const kinds: readonly [kind: string, is: (path: string) => boolean, names: readonly string[]][] =
    [
      [
        'command',
        (path) => byPath.get(path)?.text.includes('export const statusWords') === true,
        ['Answer', 'Request', 'build', 'parse', 'parseCommand', 'statusWords'],
      ],
      [
        'apdu command',
        (path) => path.startsWith('apdu/commands/'),
        ['build', 'parse', 'statusWords'],
      ],
      ['EF', (path) => /^etc\/\d{4}/.test(path), ['FID', 'SFI', 'decode', 'encode', 'layout']],
      ['vector type', (path) => /vectors\/types\/(?!index)/.test(path), ['check', 'type']],
    ];

  test.each(kinds)('%s', (_kind, is, names) => {
    const found = files.filter(({ path }) => is(path));
    expect(found.length).toBeGreaterThan(4);
    for (const { path, text } of found) {
      expect(exportsOf(text), path).toEqual(expect.arrayContaining([...names]));
    }
  });
});

describe('files and texts', () => {
  test('no file says in its name that nobody knew what it is', () => {
    const vague = files.filter(({ path }) =>
      /(util|helper|common|manager|misc)s?(-|\/|$)/.test(path),
    );
    expect(vague.map(({ path }) => path)).toEqual([]);
  });

  test('every file begins by saying what it is', () => {
    const silent = files.filter(({ text }) => !/^(#!.*\n|\/\/\/.*\n)?\/\*\*/.test(text));
    expect(silent.map(({ path }) => path)).toEqual([]);
  });

  test('every error code is used outside its table', () => {
    const used = files
      .filter(({ path }) => roomOf(path) !== 'error-table')
      .map(({ text }) => text)
      .join('\n');
    const idle = Object.keys(ERROR_TABLE).filter((code) => !used.includes(`'${code}'`));
    expect(idle).toEqual([]);
  });

  test('every detail that an error text names is given where it is thrown', () => {
    const thrown = files.flatMap(({ path, text }) =>
      [...text.matchAll(/new QuancunError\(\s*'(\w+)'\s*\)/g)].map(([, code = '']) => [path, code]),
    );
    const needing = thrown.filter(([, code = '']) => {
      const row = ERROR_TABLE[code as keyof typeof ERROR_TABLE];
      return /\{\w+\}/.test(row.en + row.zh + row.hint.en + row.hint.zh);
    });
    expect(needing).toEqual([]);
  });
});

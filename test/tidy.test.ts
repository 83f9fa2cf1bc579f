/** The rules of the house that a linter does not check: who imports whom, and what looks alike. */
import { describe, expect, test } from 'vitest';
import { ENTRIES } from '../build/entries.js';
import { sourceFiles as files } from './support/source-files.js';

/**
 * Who may import whom, types included. A room may always import itself. `error-row` is what every
 * room's `errors.ts` is made of; `error-table` puts them together, and lends its type alone.
 */
const LAYERS: Readonly<Record<string, readonly string[] | 'any'>> = {
  redact: [],
  'redact-apdu': [],
  'error-row': [],
  'order-states': ['error-row'],
  'core-errors': ['error-row'],
  errors: ['core-errors', 'error-row', 'error-table', 'redact'],
  turns: [],
  env: ['core-errors', 'errors'],
  bytes: ['core-errors', 'errors'],
  'gbk-codes': [],
  'gbk-data': [],
  gbk: ['core-errors', 'gbk-codes', 'errors'],
  'gbk-table': ['gbk-codes', 'gbk-data'],
  money: ['core-errors', 'errors'],
  prompts: ['errors'],
  // For screens and the command line: what the purse's and the card's files make of bytes.
  explain: [
    ...['apdu', 'bytes', 'crypto', 'errors', 'etc', 'money', 'purse', 'redact', 'redact-apdu'],
  ],
  // Below the toll application: who searches for a plate takes nothing of its files along.
  plate: [],
  record: ['core-errors', 'bytes', 'gbk', 'errors'],
  json: ['core-errors', 'error-row', 'errors', 'redact'],
  // Below both sides of a remote card: the protocol and the databases know of no other.
  'remote-store': [],
  signing: ['error-row', 'json', 'bytes', 'errors'],
  apdu: [...['core-errors', 'error-row'], 'bytes', 'errors'],
  crypto: [...['core-errors', 'error-row'], 'bytes', 'errors'],
  purse: ['core-errors', 'apdu', 'crypto', 'bytes', 'money', 'errors'],
  etc: [...['core-errors', 'error-row'], 'record', 'bytes', 'gbk', 'errors', 'plate'],
  // Facts to lines, lines to bytes: it prints nothing and keeps nothing.
  slip: ['plate', 'load', 'money', 'gbk', 'errors', 'json'],
  // What terminal and server say to each other, declared once.
  messages: ['plate', 'error-row', 'json', 'errors'],
  load: ['core-errors', 'error-row', 'order-states', 'errors', 'messages', 'money'],
  transport: [
    ...['core-errors', 'error-row'],
    'apdu',
    'bytes',
    'errors',
    'env',
    'json',
    'turns',
    'redact-apdu',
  ],
  // A remote terminal signs what it says as every other terminal does.
  remote: [
    ...['core-errors', 'error-row', 'json', 'apdu', 'bytes', 'errors', 'env', 'transport'],
    ...['signing', 'remote-store', 'turns', 'redact-apdu'],
  ],
  // It runs where nothing else does, and writes what it is told to.
  simulator: [...['error-row', 'etc', 'crypto', 'bytes', 'errors', 'json', 'gbk-table']],
  terminal: [
    ...['core-errors', 'error-row', 'load', 'purse', 'etc', 'transport', 'apdu', 'bytes'],
    ...['errors', 'env', 'signing', 'json', 'messages', 'gbk', 'turns', 'redact'],
  ],
  server: [
    ...['core-errors', 'error-row', 'load', 'purse', 'crypto', 'etc', 'bytes', 'errors', 'turns'],
    ...['env', 'redact', 'json', 'messages', 'money', 'signing', 'apdu', 'gbk-table'],
    // Bills and notifications of a provider come in GBK.
    ...['remote-store', 'order-states', 'plate', 'gbk'],
  ],
  conformance: [
    ...['error-row', 'load', 'purse', 'crypto', 'etc', 'transport', 'apdu', 'bytes', 'money'],
    ...['errors', 'server', 'simulator', 'terminal', 'json', 'env', 'remote', 'remote-store'],
  ],
  vectors: [
    'redact',
    ...['core-errors', 'error-row', 'purse', 'crypto', 'etc', 'apdu', 'bytes', 'errors', 'json'],
    ...['signing', 'slip'],
  ],
  testing: [
    ...['etc', 'load', 'transport', 'errors', 'env', 'turns', 'server', 'simulator'],
    ...['conformance', 'vectors', 'signing', 'json', 'gbk', 'money'],
  ],
  // It walks the shipped decision by the memory ledger's own rules.
  prove: ['load', 'server', 'errors'],
  index: ['env', 'errors', 'bytes', 'money', 'load', 'transport', 'terminal'],
  'error-table': 'any',
  cli: 'any',
};
/** Nothing that needs a host or a server may come in by the main entry. */
const NOT_BY_THE_MAIN_ENTRY = ['transport/drivers', 'server', 'crypto/crypto-js'];
/** What the walk through everything takes of the server: the very rules, not a copy. */
const PROVE_MAY_ENTER = [
  ...['server/ledger/memory-tables', 'server/ledger/memory-commit'],
  ...['server/journal/line-of', 'server/journal/lines', 'server/journal/place'],
  ...['server/journal/own-issues', 'server/journal/repair-road', 'server/decide'],
];
/** The simulated card's arithmetic is its own: of crypto it takes the block ciphers alone. */
const SIMULATOR_MAY_TAKE = ['Cipher', 'desCipher', 'sm4Cipher'];

/** What of a room may be imported from outside: its index, its rows, and the subpaths in it. */
const FACES: readonly string[] = ENTRIES.map(({ source }) => source.replace(/^src\/|\.ts$/g, ''));

const byPath = new Map(files.map((file) => [file.path, file]));

/** The first folder, or the file itself on the ground floor. */
function roomOf(path: string): string {
  return path.split('/')[0] ?? path;
}

/** Every file that a file brings with it, types aside. */
function reachedFrom(start: string): ReadonlySet<string> {
  const reached = new Set<string>();
  const walk = (path: string): void => {
    if (reached.has(path)) return;
    reached.add(path);
    for (const { target, isType } of byPath.get(path)?.imports ?? []) if (!isType) walk(target);
  };
  walk(start);
  return reached;
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

  test('no grant that nobody uses', () => {
    const used = files.flatMap(({ path, imports }) =>
      imports.map(({ target }) => `${roomOf(path)}: ${roomOf(target)}`),
    );
    const granted = Object.entries(LAYERS).flatMap(([room, allowed]) =>
      allowed === 'any' ? [] : allowed.map((target) => `${room}: ${target}`),
    );
    expect(granted.filter((grant) => !used.includes(grant))).toEqual([]);
    expect(new Set(granted).size).toBe(granted.length);
  });

  test('a room is entered by its index, its rows, or a subpath', () => {
    const climbers = files.flatMap(({ path, imports }) =>
      imports
        .map(({ target }) => target)
        .filter((target) => target.includes('/') && roomOf(target) !== roomOf(path))
        .filter((target) => !/^[^/]+\/(index|errors)$/.test(target) && !FACES.includes(target))
        .filter((target) => path !== 'error-table' || !target.endsWith('/errors'))
        .filter((target) => roomOf(path) !== 'prove' || !PROVE_MAY_ENTER.includes(target))
        .map((target) => `${path} imports ${target}`),
    );
    expect(climbers).toEqual([]);
  });

  test('the whole error table lends its type alone, but for the command line', () => {
    const carriers = files
      .filter(({ path }) => roomOf(path) !== 'cli')
      .filter(({ imports }) => imports.some((one) => one.target === 'error-table' && !one.isType));
    expect(carriers.map(({ path }) => path)).toEqual([]);
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

  test('the main entry brings no driver, no server and no optional dependency', () => {
    const barred = (path: string) => NOT_BY_THE_MAIN_ENTRY.some((one) => path.startsWith(one));
    expect([...reachedFrom('index')].filter(barred)).toEqual([]);
  });

  test('the walk through everything stays with the command line', () => {
    const reaching = FACES.filter((face) =>
      [...reachedFrom(face)].some((path) => roomOf(path) === 'prove'),
    );
    expect(reaching.filter((face) => roomOf(face) !== 'cli')).toEqual([]);
    expect([...reachedFrom('cli/main')].some((path) => roomOf(path) === 'prove')).toBe(true);
  });

  test('what makes JSON schemas stays with the description, on the server', () => {
    const makers = files.filter(({ text }) => text.includes("from '@valibot/to-json-schema'"));
    expect(makers.map(({ path }) => path)).toEqual(['server/http/openapi']);
    const reaching = FACES.filter((face) => reachedFrom(face).has('server/http/openapi'));
    expect(reaching).toEqual(['server/http/index']);
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
      .filter(
        ({ path }) =>
          !/^(cli|server|prove|testing\/providers)\/|^transport\/drivers\/tcp/.test(path),
      )
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
      [
        'vector type',
        (path) => /vectors\/types\/(?!index)/.test(path),
        ['about', 'fields', 'run', 'type'],
      ],
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
});

/** How `serve` is told what to do: words before variables, variables before the file. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import {
  addServeOptions,
  readSettings,
  type ServeWords,
  showsPassword,
} from '../../src/cli/serve/settings.js';
import { sqliteFile } from '../../src/cli/options/sqlite-file.js';
import { UsageError } from '../../src/cli/output.js';
import { openStores } from '../../src/cli/serve/stores.js';

const folder = mkdtempSync(join(tmpdir(), 'quancun-settings-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});
afterEach(() => {
  for (const name of Object.keys(process.env)) {
    if (name.startsWith('QUANCUN_')) Reflect.deleteProperty(process.env, name);
  }
});

function file(name: string, content: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

function given(...words: string[]) {
  const command = addServeOptions(new Command('serve'));
  command.parse(words, { from: 'user' });
  return { command, words: command.opts<ServeWords>() };
}
const settings = (...words: string[]) => readSettings(given(...words).words);
const base = ['--db', 'sqlite:a.db', '--keys', 'keys.json'];

function refusal(...words: string[]): string {
  try {
    settings(...words);
  } catch (thrown) {
    if (thrown instanceof UsageError) return thrown.error.code;
  }
  return 'none';
}

describe('settings', () => {
  test('without more than it needs, as before', () => {
    expect(settings(...base)).toEqual({
      ...{ db: 'sqlite:a.db', keys: 'keys.json', issuer: 'shared', newJournal: false },
      ...{ host: '127.0.0.1', port: 8080, adminHost: '127.0.0.1' },
      ...{ corsOrigins: [], drainMs: 0, maxAtOnce: 512 },
    });
  });

  test('a word wins over a variable, a variable over the file; files are beside the file', () => {
    const config = file('serve.json', {
      ...{ db: 'sqlite:file.db', keys: 'keys.json', port: 1, adminPort: 2, drainMs: 3 },
      corsOrigins: ['https://a.example', 'https://b.example:8443'],
    });
    process.env.QUANCUN_CONFIG = config;
    process.env.QUANCUN_LISTEN_PORT = '10';
    process.env.QUANCUN_DRAIN_MS = '30';
    process.env.QUANCUN_JOURNAL = '';
    expect(settings('--drain-ms', '300')).toMatchObject({
      ...{ db: 'sqlite:file.db', keys: join(folder, 'keys.json') },
      ...{ port: 10, adminPort: 2, drainMs: 300 },
      corsOrigins: ['https://a.example', 'https://b.example:8443'],
    });
    expect(settings()).not.toHaveProperty('journal');
  });

  test.each([
    ['a misspelt name', { drainMS: 5 }],
    ['a number in words', { port: '8080' }],
    ['a port beyond the last', { adminPort: 65_536 }],
    ['nothing inside at once', { maxAtOnce: 0 }],
    ['no object', []],
  ])('a file with %s is refused', (_name, content) => {
    expect(refusal(...base, '--config', file('wrong.json', content))).toBe('JSON_INVALID');
  });

  test.each([
    [['--port', '70000']],
    [['--admin-port', '-1']],
    [['--issuer', 'some']],
    [['--drain-ms', 'soon']],
    [['--max-at-once', '0']],
    [['--cors-origin', 'https://a.example/path']],
    [['--cors-origin', '*']],
    [['--counter', 'https://counter.example']],
    [['--counter-key', 'terminal-1']],
    [['--counter', 'counter.example', '--counter-key', 'terminal-1']],
    [['--db-password-file', file('of-sqlite', 'x')]],
  ])('%j is refused', (words) => {
    expect(refusal(...base, ...words)).toBe('OPTION_INVALID');
  });

  test('a counter is its origin and its device', () => {
    const words = ['--counter', 'https://counter.example', '--counter-key', 'terminal-1'];
    expect(settings(...base, ...words)).toMatchObject({
      ...{ counter: 'https://counter.example', counterKey: 'terminal-1' },
    });
  });

  test('what it cannot do without is asked for', () => {
    expect([refusal('--db', 'sqlite:a.db'), refusal('--keys', 'k')]).toEqual([
      'OPTION_INVALID',
      'OPTION_INVALID',
    ]);
  });

  test('a password of a file is put in whole, whatever stands in it', () => {
    const path = file('password', 'p@ss/wo:rd%20 字\n');
    const { db } = settings(
      '--db',
      'postgres://u:old@h:5/d',
      '--keys',
      'k',
      '--db-password-file',
      path,
    );
    expect(decodeURIComponent(new URL(db).password)).toBe('p@ss/wo:rd%20 字');
  });

  test('a password is shown by words alone', () => {
    const db = 'postgres://u:secret@h/d';
    const words = given('--db', db, '--keys', 'k');
    expect(showsPassword(words.command, words.words)).toBe(true);
    process.env.QUANCUN_DB = db;
    const variable = given('--keys', 'k');
    expect(showsPassword(variable.command, variable.words)).toBe(false);
    const none = given('--db', 'postgres://u@h/d', '--keys', 'k');
    expect(showsPassword(none.command, none.words)).toBe(false);
  });
});

describe('an address of a database', () => {
  test.each([
    'postgres://u:secret@[::1/db',
    'postgres://u:secret@h:99999/db',
    'mysql://u:secret@x',
  ])('that no driver can read is a wrong word, and no word of it is repeated: %s', async (db) => {
    const thrown: unknown = await openStores(db).catch((error: unknown) => error);
    expect(thrown).toBeInstanceOf(UsageError);
    const said = JSON.stringify((thrown as UsageError).error);
    expect(said).toContain('OPTION_INVALID');
    expect(said).not.toContain('secret');
    expect(() => sqliteFile(db)).toThrow(UsageError);
  });

  test('that cannot be read takes no password of a file either', () => {
    const password = file('db-password', 'secret');
    const words = ['--keys', 'keys.json', '--db-password-file', password];
    expect(refusal('--db', 'postgres://u@[::1/db', ...words)).toBe('OPTION_INVALID');
    expect(refusal('--db', 'sqlite:a.db', ...words)).toBe('OPTION_INVALID');
  });
});

/** Copies of a ledger whose server works all the while, each verified. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import sqlite from 'node-sqlite3-wasm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { askForCopy, sqliteReader, verifyLedger } from '../../src/server/files.js';
import { type ServerProcess, startServer } from '../kill/server-process.js';
import { type Caller, createTerminal } from '../kill/terminal.js';
import { quancun, temporaryFolder } from '../support/quancun-process.js';

const folder = temporaryFolder();
const keys = join(folder, 'keys');
const file = join(folder, 'orders.db');
const journal = join(folder, 'journal');
const COPIES = 60;
let server: ServerProcess;
let url = '';

async function start(): Promise<void> {
  server = startServer({ db: `sqlite:${file}`, keys: join(keys, 'server.json'), journal });
  url = (await server.url) ?? '';
  expect(url).not.toBe('');
}

beforeAll(async () => {
  expect((await quancun('test-keys', keys)).status).toBe(0);
  await start();
});
afterAll(() => {
  server.kill('SIGKILL');
});

/** Three terminals that load without a pause until they are told to stop. */
function load(): () => Promise<void> {
  const caller = JSON.parse(readFileSync(join(keys, 'terminal.json'), 'utf8')) as Caller;
  let isDone = false;
  const work = [1, 2, 3].map(async (number) => {
    const terminal = createTerminal(number, caller, (below) => below >> 1);
    while (!isDone) await terminal.visit(url);
  });
  return async () => {
    isDone = true;
    await Promise.all(work);
  };
}

describe('backup', () => {
  test(`${String(COPIES)} copies under load, each whole`, { timeout: 600_000 }, async () => {
    const stop = load();
    const orders: number[] = [];
    for (let copy = 0; copy < COPIES; copy += 1) {
      const to = join(folder, `copy-${String(copy)}.db`);
      if (copy % 20 === 0) {
        const said = await quancun('backup', '--db', `sqlite:${file}`, '--to', to, '--json');
        expect([said.status, said.out]).toEqual([0, expect.stringContaining('"by":"server"')]);
        const words = ['--db', `sqlite:${to}`, '--journal', journal, '--copy', '--json'];
        const checked = await quancun('verify', ...words);
        expect([checked.status, checked.out]).toEqual([0, expect.stringContaining('"wrong":0')]);
      } else expect(await askForCopy(file, to)).toBe(true);
      expect(statSync(to).mode & 0o777).toBe(0o600);
      const reader = sqliteReader(new sqlite.Database(to, { readOnly: true }));
      const asked = { journals: [journal], isCopy: true };
      const wrong: unknown[] = [];
      const report = await verifyLedger(reader, asked, (finding) => wrong.push(finding));
      await reader.close();
      expect(wrong).toEqual([]);
      orders.push(report.orders);
    }
    await stop();
    console.log(
      `${String(COPIES)} copies, from ${String(orders[0])} to ${String(orders.at(-1))} orders`,
    );
    expect([...orders].sort((a, b) => a - b)).toEqual(orders);
    // There was load: nearly every copy holds more than the one before.
    expect(new Set(orders).size).toBeGreaterThan(COPIES / 2);
  });

  test('a file that is there stays as it is; what fails leaves nothing', async () => {
    const to = join(folder, 'copy-0.db');
    const before = readFileSync(to);
    const again = await quancun('backup', '--db', `sqlite:${file}`, '--to', to);
    expect([again.status, again.err]).toEqual([1, expect.stringContaining('BACKUP_EXISTS')]);
    expect(readFileSync(to).equals(before)).toBe(true);
    const nowhere = join(folder, 'none', 'copy.db');
    const failed = await quancun('backup', '--db', `sqlite:${file}`, '--to', nowhere);
    expect([failed.status, failed.err]).toEqual([1, expect.stringContaining('BACKUP_FAILED')]);
    expect(readdirSync(folder).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  test('what a server has open is not verified, and its door is its owner’s', async () => {
    const said = await quancun('verify', '--db', `sqlite:${file}`);
    expect([said.status, said.err]).toEqual([1, expect.stringContaining('LEDGER_SERVED')]);
    expect(statSync(`${file}.admin`).mode & 0o777).toBe(0o600);
  });

  test('killed, and copied with nobody to ask: the log is in the copy', async () => {
    const stop = load();
    await new Promise((resolve) => setTimeout(resolve, 500));
    await stop();
    server.kill('SIGKILL');
    await server.ended;
    expect(statSync(`${file}-wal`).size).toBeGreaterThan(0);
    const to = join(folder, 'alone.db');
    const said = await quancun('backup', '--db', `sqlite:${file}`, '--to', to, '--json');
    expect([said.status, said.out]).toEqual([0, expect.stringContaining('"by":"command"')]);
    const checked = await quancun('verify', '--db', `sqlite:${to}`, '--journal', journal, '--json');
    expect([checked.status, checked.out]).toEqual([0, expect.stringContaining('"wrong":0')]);
  });

  test('heads are printed, kept, and held against the journal', async () => {
    const printed = await quancun(
      'verify',
      '--db',
      'sqlite:any',
      '--journal',
      journal,
      '--print-head',
    );
    const head = printed.out.trim();
    expect(head).toMatch(/^[0-9a-f]{32}:\d+:[0-9a-f]{64}$/);
    const words = ['--db', `sqlite:${file}`, '--journal', journal];
    expect((await quancun('verify', ...words, '--head', head)).status).toBe(0);
    const other = head.replace(/.$/, (digit) => (digit === '0' ? '1' : '0'));
    const said = await quancun('verify', ...words, '--head', other);
    expect([said.status, said.out]).toEqual([1, expect.stringContaining('WRONG: the head')]);
    expect(said.err).toContain('LEDGER_UNSOUND');
    expect((await quancun('verify', ...words, '--head', '3')).status).toBe(2);
  });

  test('PostgreSQL has tools of its own', async () => {
    const said = await quancun('backup', '--db', 'postgres://x/y', '--to', join(folder, 'pg.db'));
    expect([said.status, said.err]).toEqual([2, expect.stringContaining('pg_dump')]);
  });
});

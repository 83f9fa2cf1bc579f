/** A SQLite database whose disk is full, or that is closed: a code, and as before afterwards. */
import sqlite from 'node-sqlite3-wasm';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { isQuancunError } from '../../../src/errors.js';
import { sqliteStores } from '../../../src/server/ledger/sqlite.js';
import { createTestAuthority } from '../../../src/testing/index.js';
import { orderRequest } from '../../support/http-messages.js';
import { manualEnv } from '../../support/manual-env.js';

const folder = mkdtempSync(join(tmpdir(), 'quancun-full-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

async function failure(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'none';
  } catch (error) {
    return isQuancunError(error) ? `${error.code} ${error.money}` : String(error);
  }
}

test('a disk without room: refused with a code, all or nothing; with room it goes on', async () => {
  const database = new sqlite.Database(join(folder, 'full.db'));
  const { ledger } = await sqliteStores(database);
  const { authority } = createTestAuthority({ env: manualEnv(), ledger });
  // What a full disk says, SQLite says of its own bound as well.
  database.exec('PRAGMA max_page_count = 1');
  let made = 0;
  let said = 'none';
  for (; made < 500 && said === 'none'; made += said === 'none' ? 1 : 0) {
    said = await failure(
      authority.createOrder(orderRequest({ idempotencyKey: `k${String(made)}` })),
    );
  }
  expect(said).toMatch(/^LEDGER_UNAVAILABLE /);
  expect(await ledger.counts()).toMatchObject([{ state: 'CREATED', count: made }]);
  expect((await ledger.events()).length).toBe(made);
  database.exec('PRAGMA max_page_count = 100000');
  const again = orderRequest({ idempotencyKey: `k${String(made)}` });
  expect(await authority.createOrder(again)).toMatchObject({ state: 'CREATED' });
  await ledger.close();
});

test('a database that may only be read', async () => {
  const database = new sqlite.Database(join(folder, 'read.db'));
  const { ledger } = await sqliteStores(database);
  const { authority } = createTestAuthority({ env: manualEnv(), ledger });
  database.exec('PRAGMA query_only = ON');
  expect(await failure(authority.createOrder(orderRequest()))).toBe('LEDGER_READ_ONLY untouched');
  database.exec('PRAGMA query_only = OFF');
  expect(await failure(authority.createOrder(orderRequest()))).toBe('none');
  await ledger.close();
});

test('a closed one answers with a code, and may be closed again', async () => {
  const { ledger, guard } = await sqliteStores(new sqlite.Database(join(folder, 'closed.db')));
  await ledger.close();
  await ledger.close();
  expect(await failure(ledger.counts())).toBe('LEDGER_UNAVAILABLE untouched');
  expect(await failure(guard.countWrong('mac1', 0))).toBe('LEDGER_UNAVAILABLE untouched');
});

test('a newer schema is refused, unless it admits this version', async () => {
  const path = join(folder, 'newer.db');
  const { ledger } = await sqliteStores(new sqlite.Database(path));
  await ledger.close();
  const change = (text: string) => {
    const database = new sqlite.Database(path);
    database.exec('PRAGMA locking_mode = EXCLUSIVE');
    database.exec(text);
    database.close();
  };
  const open = async () => {
    const database = new sqlite.Database(path);
    const said = await failure(sqliteStores(database).then((stores) => stores.ledger.close()));
    if (said !== 'none') database.close();
    return said;
  };
  change('INSERT INTO schema_version (version) VALUES (1000)');
  expect(await open()).toBe('LEDGER_NEWER untouched');
  expect(await open()).toBe('LEDGER_NEWER untouched');
  change('UPDATE schema_version SET oldest_reader = 1');
  expect(await open()).toBe('none');
});

test('replies of before their time was kept count from the first look at them', async () => {
  const database = new sqlite.Database(join(folder, 'undated.db'));
  const { guard, ledger } = await sqliteStores(database);
  const nowMs = Date.UTC(2026, 10, 24);
  const yearMs = 365 * 24 * 3_600_000;
  const kept = { requestHash: 'aa', status: 200, body: '{}' };
  for (const key of ['a', 'b', 'c']) await guard.storeReply('t', key, kept, nowMs);
  database.exec('UPDATE reply SET at_ms = NULL');
  expect([await guard.forget(nowMs, 2), await guard.forget(nowMs, 2)]).toEqual([2, 1]);
  expect(await guard.forget(nowMs + yearMs, 10)).toBe(0);
  expect(await guard.findReply('t', 'c')).toEqual(kept);
  expect(await guard.forget(nowMs + yearMs + 1, 10)).toBe(3);
  expect(await guard.findReply('t', 'c')).toBeUndefined();
  await ledger.close();
});

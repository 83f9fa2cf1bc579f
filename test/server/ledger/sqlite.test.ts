import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sqlite from 'node-sqlite3-wasm';
import { afterAll, describe, expect, test } from 'vitest';
import { sqliteStores } from '../../../src/server/ledger/sqlite.js';
import { GUARD_CASES } from '../guard-cases.js';
import { SESSION_CASES } from '../session-cases.js';
import { openTill, PAYMENT_STORIES } from '../payment/stories.js';
import { testLedger } from '../../../src/testing/index.js';

const folder = mkdtempSync(join(tmpdir(), 'quancun-sqlite-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});
const openLedger = async (database: sqlite.Database) => (await sqliteStores(database)).ledger;
let files = 0;
const nextFile = (): string => join(folder, `${String(++files)}.db`);

describe('sqliteStores', () => {
  const open = () => openLedger(new sqlite.Database(nextFile()));
  for (const { name, run } of testLedger(open)) test(name, run);

  test.each(Object.entries(GUARD_CASES))('guard: %s', async (_name, run) => {
    const { guard, ledger } = await sqliteStores(new sqlite.Database(nextFile()));
    await run(guard);
    await ledger.close();
  });

  test.each(Object.entries(SESSION_CASES))('sessions: %s', async (_name, run) => {
    const { sessions, ledger } = await sqliteStores(new sqlite.Database(nextFile()));
    await run(sessions);
    await ledger.close();
  });

  test.each(Object.entries(PAYMENT_STORIES))('payments: %s', async (_name, tell) => {
    const ledger = await open();
    await tell((plan, options) => Promise.resolve(openTill(plan, { ...options, ledger })));
    await ledger.close();
  });

  test('what was answered is there after closing and opening again', async () => {
    const file = nextFile();
    const [first] = testLedger(() => openLedger(new sqlite.Database(file)));
    await first?.run();
    const ledger = await openLedger(new sqlite.Database(file));
    expect((await ledger.read('A1'))?.situation.order.orderId).toBe('A1');
    await ledger.close();
  });

  test('a database in memory does not write ahead, and is refused', async () => {
    await expect((async () => openLedger(new sqlite.Database(':memory:')))()).rejects.toMatchObject(
      {
        code: 'LEDGER_NOT_DURABLE',
      },
    );
  });
});

import type { Ledger } from '../../../src/server/index.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { postgresStores } from '../../../src/server/ledger/postgres.js';
import { testLedger, testRemoteStore } from '../../../src/testing/index.js';
import { openShop } from '../../support/shop.js';
import { CONSTRAINT_CASES } from './constraints.js';
import { COUNT_CASES } from './counts.js';
import { GUARD_CASES } from '../guard-cases.js';
import { LONG_STORIES } from '../long-stories.js';
import { PERSON_CASES } from '../person-cases.js';
import { openTill, PAYMENT_STORIES } from '../payment/stories.js';
import { ATTACKS } from '../payment/attacks.js';
import { HANDS } from '../payment/hands.js';
import { TROUBLE } from '../payment/trouble.js';
import { createSchema, type RunningPostgres, startPostgres } from '../../support/postgres.js';

let postgres: RunningPostgres;
let schemas = 0;
beforeAll(async () => {
  postgres = await startPostgres();
}, 60_000);
afterAll(() => postgres.stop());

async function openStores() {
  const schema = `ledger_${String(process.pid)}_${String(++schemas)}`;
  await createSchema(postgres, schema);
  return postgresStores(postgres.pool(schema));
}

describe('postgresStores', () => {
  const cases = testLedger(async () => (await openStores()).ledger);
  for (const { name, run } of cases) test(name, run);

  test.each(Object.entries(LONG_STORIES))('%s', (_name, tell) =>
    tell(async (options) => openShop({ ...options, ledger: (await openStores()).ledger })),
  );

  test.each(Object.entries({ ...PAYMENT_STORIES, ...TROUBLE, ...ATTACKS, ...HANDS }))(
    'payments: %s',
    (_name, tell) =>
      tell(async (plan, options) =>
        openTill(plan, { ...options, ledger: (await openStores()).ledger }),
      ),
  );

  test.each(Object.entries(PERSON_CASES))('persons: %s', async (_name, run) => {
    await run((await openStores()).persons);
  });

  const openBooks = async () => {
    const schema = `books_${String(process.pid)}_${String(++schemas)}`;
    await createSchema(postgres, schema);
    const pool = postgres.pool(schema);
    const { ledger } = await postgresStores(pool);
    return { ledger, run: (statement: string) => pool.query(statement) };
  };

  test.each(Object.entries(CONSTRAINT_CASES))('refuses %s', async (_name, run) => {
    const books = await openBooks();
    await run(books);
    await books.ledger.close();
  });

  test.each(Object.entries(COUNT_CASES))('counts: %s', async (_name, run) => {
    const books = await openBooks();
    await run(books);
    await books.ledger.close();
  });

  test.each(Object.entries(GUARD_CASES))('guard: %s', async (_name, run) => {
    const { guard, ledger } = await openStores();
    await run(guard);
    await ledger.close();
  });

  test('two servers at once never give two prints of a slip one number', async () => {
    const schema = `slips_${String(process.pid)}`;
    await createSchema(postgres, schema);
    const servers = [0, 1].map(async () => (await postgresStores(postgres.pool(schema))).ledger);
    const ledgers = await Promise.all(servers);
    // Each print is asked for at both of them, as by a terminal whose answer was lost.
    const printed = await Promise.all(
      Array.from({ length: 32 }, (_, n) => {
        const print = { requestKey: `k${String(n)}`, atMs: n };
        return Promise.all(ledgers.map((ledger) => ledger.countSlip('A', print)));
      }),
    );
    for (const [first, second] of printed) expect(second).toBe(first);
    const numbers = printed.map(([number = 0]) => number).sort((a, b) => a - b);
    expect(numbers).toEqual(Array.from({ length: 32 }, (_, n) => n + 1));
    for (const ledger of ledgers) await ledger.close();
  });

  test('64 reports at once at two servers pass the cap of their caller by not one fen', async () => {
    const schema = `reports_${String(process.pid)}`;
    await createSchema(postgres, schema);
    const servers = [0, 1].map(async () => (await postgresStores(postgres.pool(schema))).ledger);
    const ledgers = await Promise.all(servers);
    const cap = { by: 'T1', attempt: 'a', atMs: 1, sinceMs: 0, maxFen: 2_000 };
    const passed = await Promise.all(
      Array.from({ length: 64 }, async (_none, n) => {
        const report = { ...cap, transactionId: `cash:${String(n)}`, amountFen: 100 + n };
        return (await ledgers[n % 2]?.reserveReport(report)) === true ? report.amountFen : 0;
      }),
    );
    const sumFen = passed.reduce((sum, fen) => sum + fen, 0);
    expect(sumFen).toBeLessThanOrEqual(cap.maxFen);
    // Whoever was refused had no room.
    expect(sumFen + 163).toBeGreaterThan(cap.maxFen);
    for (const ledger of ledgers) await ledger.close();
  });

  const opened: Ledger[] = [];
  const openSessions = async () => {
    const { sessions, ledger } = await openStores();
    opened.push(ledger);
    return sessions;
  };
  for (const { name, run } of testRemoteStore(openSessions)) {
    test(`sessions: ${name}`, async () => {
      expect(await run()).toBe('kept');
      for (const ledger of opened.splice(0)) await ledger.close();
    });
  }
});

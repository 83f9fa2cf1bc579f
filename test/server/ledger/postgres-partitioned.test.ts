import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { postgresStores } from '../../../src/server/ledger/postgres.js';
import { orderOf } from '../../../src/conformance/ledger-steps.js';
import { testLedger } from '../../../src/testing/index.js';
import { createSchema, type RunningPostgres, startPostgres } from '../../support/postgres.js';
import { openShop } from '../../support/shop.js';
import { EMPTY_LEDGER, spreadStatements } from '../../support/spread-tables.js';
import { LONG_STORIES } from '../long-stories.js';
import { openTill, PAYMENT_STORIES } from '../payment/stories.js';
import { ATTACKS } from '../payment/attacks.js';
import { HANDS } from '../payment/hands.js';
import { TROUBLE } from '../payment/trouble.js';

const SCHEMA = `spread_${String(process.pid)}`;
let postgres: RunningPostgres;
const run = async (text: string): Promise<Record<string, unknown>[]> => {
  const pool = postgres.pool(SCHEMA, 1);
  try {
    return (await pool.query<Record<string, unknown>>(text)).rows;
  } finally {
    await pool.end();
  }
};

/** A ledger whose large tables are hash-partitioned by card number. */
async function openLedger() {
  await run(EMPTY_LEDGER);
  return (await postgresStores(postgres.pool(SCHEMA))).ledger;
}

beforeAll(async () => {
  postgres = await startPostgres();
  await createSchema(postgres, SCHEMA);
  await (await postgresStores(postgres.pool(SCHEMA))).ledger.close();
  const triggers = await run(
    `SELECT pg_get_triggerdef(t.oid) AS text FROM pg_trigger t
      JOIN pg_class c ON c.oid = t.tgrelid
      WHERE NOT t.tgisinternal AND c.relnamespace = current_schema()::regnamespace`,
  );
  const texts = triggers.map(({ text }) => String(text));
  for (const statement of spreadStatements(texts)) await run(statement);
}, 120_000);
afterAll(() => postgres.stop());

describe('postgresStores, tables hash-partitioned by card number', () => {
  for (const { name, run: check } of testLedger(openLedger)) test(name, check);

  test.each(Object.entries(LONG_STORIES))('%s', (_name, tell) =>
    tell(async (options) => openShop({ ...options, ledger: await openLedger() })),
  );

  test.each(Object.entries({ ...PAYMENT_STORIES, ...TROUBLE, ...ATTACKS, ...HANDS }))(
    'payments: %s',
    (_name, tell) =>
      tell(async (plan, options) => openTill(plan, { ...options, ledger: await openLedger() })),
  );

  test('a key, an order and a payment are one in the whole ledger, whatever the card', async () => {
    const ledger = await openLedger();
    const cards = Array.from({ length: 8 }, (_none, at) => `620122000000000${String(at)}`);
    for (const cardNumber of cards) {
      const order = orderOf(`A${cardNumber}`, { cardNumber });
      await ledger.createOrder(order, `key ${cardNumber}`, cardNumber);
      const again = ledger.createOrder({ ...order, orderId: 'other' }, `key ${cards[0] ?? ''}`, '');
      await expect(again).rejects.toMatchObject({ code: 'IDEMPOTENCY_CONFLICT' });
      await run(`INSERT INTO payment (order_id, card_number, transaction_id, amount_fen, surplus)
        VALUES ('A${cardNumber}', '${cardNumber}', 'p:${cardNumber}', 1, 0)`);
    }
    const others = cards.slice(1).map((cardNumber) => `'${cardNumber}'`);
    for (const other of others) {
      const taken = [
        `INSERT INTO payment (order_id, card_number, transaction_id, amount_fen, surplus)
          VALUES ('A', ${other}, 'p:${cards[0] ?? ''}', 1, 0)`,
        `INSERT INTO settlement (order_id, card_number, kind)
          VALUES ('A${cards[0] ?? ''}', ${other}, 'CREDIT')`,
        `INSERT INTO binding (order_id, card_number, atc, live)
          VALUES ('A${cards[0] ?? ''}', ${other}, 1, 1)`,
      ];
      for (const statement of taken) {
        await expect(run(statement)).rejects.toMatchObject({
          code: expect.stringMatching(/^2350[35]$/) as string,
        });
      }
    }
    await ledger.close();
  });

  test('each row lies in the partition of its card', async () => {
    const tables = ['load_order', 'attempt', 'binding', 'payment', 'settlement', 'transfer'];
    for (const table of [...tables, 'audit_event', 'card']) {
      const [kind] = await run(`SELECT relkind FROM pg_class WHERE oid = '${table}'::regclass`);
      expect([table, kind?.relkind]).toEqual([table, 'p']);
      const nowhere = await run(`SELECT 1 FROM ${table} WHERE card_number IS NULL`);
      expect(nowhere).toEqual([]);
    }
  });
});

/** 充值记录 among 100,000 orders: each way of asking goes by its index, on both databases. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sqlite from 'node-sqlite3-wasm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { OrderQuery } from '../../../src/server/index.js';
import { postgresStores } from '../../../src/server/ledger/postgres.js';
import { orderStatements, type Statement } from '../../../src/server/ledger/sql/orders.js';
import { sqliteStores } from '../../../src/server/ledger/sqlite.js';
import { createSchema, type RunningPostgres, startPostgres } from '../../support/postgres.js';

const ORDERS = 100_000;
const DAY_MS = 86_400_000;
const RANGE = { fromMs: 30 * DAY_MS, toMs: 60 * DAY_MS, limit: 21 };
const EVER = { fromMs: 0, toMs: Number.MAX_SAFE_INTEGER, limit: 21 };
const after = { createdAtMs: 40 * DAY_MS, orderId: 'ORDER7' };

/** Every way of asking, and the index it goes by. */
const WAYS: readonly [asked: string, index: string, query: OrderQuery][] = [
  ['order', 'load_order_pkey', { ...EVER, orderId: 'ORDER700' }],
  ['payment', 'load_order_pkey', { ...EVER, transactionId: 'pos:700' }],
  ['card', 'order_card', { ...RANGE, cardNumber: '6201220010000700' }],
  ['plate', 'order_plate', { ...RANGE, plate: '甘a·10700' }],
  ['plate and colour', 'order_plate', { ...RANGE, plate: '甘A10700', plateColour: 0, after }],
  ['plate and state', 'order_plate', { ...RANGE, plate: '甘A10700', states: ['PAID', 'HELD'] }],
  ['rare state', 'order_listed', { ...RANGE, states: ['FROZEN'] }],
  ['usual state', 'order_', { ...RANGE, states: ['CREDITED'], after }],
  ['states', 'order_listed', { ...RANGE, states: ['PAID', 'FROZEN'] }],
  ['time', 'order_time', RANGE],
  ['a later page', 'order_time', { ...RANGE, after }],
];

/** Orders of a year, 20 for a plate, one in a hundred spelt in full width, with their payments. */
const FILL = [
  `WITH RECURSIVE numbers (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < ${String(ORDERS)})
  INSERT INTO load_order (order_id, idempotency_key, request, card_number, issuer_factor, key_index,
    amount_fen, state, probes_passed, bad_tacs, refused_credits, outlet, plate, plate_key,
    plate_colour, created_at_ms, updated_at_ms, revision)
  SELECT 'ORDER' || n, 'key' || n, 'r', '62012200' || (10000000 + n % 50000), 'B8CACBE0', 1, 10000,
    CASE WHEN n % 5000 = 0 THEN 'FROZEN' WHEN n % 1000 = 1 THEN 'PAID' ELSE 'CREDITED' END,
    0, 0, 0, 'self', '甘A' || (10000 + n % 5000),
    CASE WHEN n % 100 = 7 THEN '甘A' || (10000 + n % 5000) END, 0,
    CAST(n AS BIGINT) * 104729 % 31536000 * 1000, 0, 1 FROM numbers`,
  `INSERT INTO payment (transaction_id, order_id, amount_fen, surplus)
    SELECT 'pos:' || substr(order_id, 6), order_id, 10000, 0 FROM load_order`,
  'ANALYZE',
];

describe('SQLite', () => {
  const folder = mkdtempSync(join(tmpdir(), 'quancun-plans-'));
  let database: sqlite.Database;
  let close: () => Promise<void>;
  beforeAll(async () => {
    database = new sqlite.Database(join(folder, 'orders.db'));
    const { ledger } = await sqliteStores(database);
    close = () => ledger.close();
    for (const statement of FILL) database.exec(statement);
  });
  afterAll(async () => {
    await close();
    rmSync(folder, { recursive: true, force: true });
  });

  test.each(WAYS)('by %s: %s', (_asked, index, query) => {
    const plan = orderStatements(query).flatMap(({ text, values }) => {
      const asked = text.replaceAll(/\$(\d+)/g, '?$1');
      return database
        .all(`EXPLAIN QUERY PLAN ${asked}`, [...values])
        .map((row) => JSON.stringify(row));
    });
    const said = plan.join('\n');
    expect(said).not.toMatch(/SCAN|TEMP B-TREE/);
    expect(said).toContain(index.replace('load_order_pkey', 'sqlite_autoindex_load_order_1'));
  });
});

describe('PostgreSQL', () => {
  let server: RunningPostgres;
  let pool: ReturnType<RunningPostgres['pool']>;
  let close: () => Promise<void>;
  beforeAll(async () => {
    server = await startPostgres();
    const schema = `plans_${String(process.pid)}`;
    await createSchema(server, schema);
    pool = server.pool(schema);
    const { ledger } = await postgresStores(pool);
    close = () => ledger.close();
    for (const statement of FILL) await pool.query(statement);
  });
  afterAll(async () => {
    await close();
    await server.stop();
  });
  const planOf = async ({ text, values }: Statement): Promise<string> => {
    const { rows } = await pool.query<Record<string, string>>(`EXPLAIN ${text}`, [...values]);
    return rows.map((row) => row['QUERY PLAN']).join('\n');
  };

  test.each(WAYS)('by %s: %s', async (_asked, index, query) => {
    const said = (await Promise.all(orderStatements(query).map(planOf))).join('\n');
    expect(said).not.toMatch(/Seq Scan/);
    expect(said).toContain(index);
  });
});

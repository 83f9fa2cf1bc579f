/**
 * Fills a ledger with orders that were credited, by SQL: the rows that a load leaves in each table,
 * as long as those of a real one. A vehicle has one card and twenty orders, spread over a year.
 */
import type { BenchStore } from './stores.js';

/** Orders of one vehicle. */
export const PLATE_ORDERS = 20;
/** When the year begins. */
export const START_MS = Date.UTC(2026, 0, 1);

/** Orders of one transaction, and their vehicles. */
const BATCH = 100_000;
const VEHICLES = BATCH / PLATE_ORDERS;

/** The plate of a vehicle; neighbours have plates that lie far apart. */
export function plateOf(vehicle: number): string {
  return `甘A${String(10_000_000 + ((vehicle * 7919) % 90_000_000))}`;
}

/** Adds the orders from one number to another; both are whole batches. */
export async function fill(store: BenchStore, from: number, to: number): Promise<void> {
  for (let first = from; first < to; first += BATCH) {
    await store.run(['BEGIN', ...rowsOf(first), 'COMMIT'].join(';'));
  }
  await store.run('ANALYZE');
}

/** The statements for a batch. */
function rowsOf(first: number): string[] {
  const vehicle = `(${String(first / PLATE_ORDERS)} + n % ${String(VEHICLES)})`;
  const card = `'62012200' || (10000000 + ${vehicle})`;
  const atc = `((n - ${String(first)}) / ${String(VEHICLES)})`;
  // Twenty characters that do not follow their number, as an order's own do not.
  const order = "'A1B2C' || (100000000000000 + n * 829348951 % 900000000000000)";
  const at = `${String(START_MS)} + n * 104729 % 31536000 * 1000`;
  const plate = `'甘A' || (10000000 + ${vehicle} * 7919 % 90000000)`;
  const hash = `'${'5a'.repeat(32)}'`;
  const key = `'F3C9EBFD2B30F05C7071' || (100000000000 + n)`;
  const request = `'["' || ${card} || '",10000,"self"]'`;
  const proof = "'3F7E0D43', '20260314', '100001'";
  const insert = (into: string, row: string, count = BATCH): string => `
    WITH RECURSIVE numbers (n) AS (
      SELECT CAST(${String(first)} AS BIGINT)
      UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < ${String(first + count)}
    ) INSERT INTO ${into} SELECT ${row} FROM numbers`;
  return [
    insert('card', `${card}, 20, 20, NULL, 0, ${hash}, 100`, VEHICLES),
    insert(
      `load_order (order_id, idempotency_key, request, card_number, issuer_factor, key_index,
        amount_fen, state, bound_atc, probes_passed, credited_by, bad_tacs, refused_credits, outlet,
        plate, plate_colour, created_at_ms, updated_at_ms, revision, check_terminal, terminal,
        proof_tac, proof_date, proof_time)`,
      `${order}, ${key}, ${request}, ${card}, 'B8CACBE0', 1, 10000, 'CREDITED', ${atc}, 0, 'tac',
        0, 0, 'self', ${plate}, 0, ${at}, ${at}, 5, 'FFDC39B36CE7', '000440101001', ${proof}`,
    ),
    insert('binding (card_number, atc, order_id, live)', `${card}, ${atc}, ${order}, 1`),
    insert(
      `attempt (order_id, number, card_number, atc, random, raw_balance, amount_fen, terminal, date,
        time, key_version, algorithm)`,
      `${order}, 1, ${card}, ${atc}, '7EC7B719', 50000, 10000, '000440101001', '20260314', '100001',
        1, 0`,
    ),
    insert(
      'payment (transaction_id, order_id, amount_fen, surplus, paid_at_ms)',
      `'cash:' || (420000000000 + n), ${order}, 10000, 0, ${at}`,
    ),
    insert('settlement (order_id, kind)', `${order}, 'CREDIT'`),
    ...[
      ['cash', 'liability'],
      ['liability', 'card-float'],
    ].map(([debit = '', credit = '']) =>
      insert(
        'transfer (order_id, at_ms, debit, credit, amount_fen)',
        `${order}, ${at}, '${debit}', '${credit}', 10000`,
      ),
    ),
    ...[
      ['create', 'CREATED', 'CREATED'],
      ['taking', 'CREATED', 'TAKING'],
      ['payment', 'TAKING', 'PAID'],
      ['init', 'PAID', 'ISSUED'],
      ['tac', 'ISSUED', 'CREDITED'],
    ].map(([evidence = '', was = '', is = '']) =>
      insert(
        'audit_event (at_ms, order_id, evidence, from_state, to_state, hash)',
        `${at}, ${order}, '${evidence}', '${was}', '${is}', ${hash}`,
      ),
    ),
  ];
}

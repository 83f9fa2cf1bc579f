/** What the SQL ledger reads. */
import { QuancunError } from '../../../errors.js';
import {
  type AccountName,
  LOCKING_STATES,
  type Order,
  UNSETTLED_STATES,
} from '../../../load/index.js';
import type { DueQuery, OrderCount, Snapshot } from '../ledger.js';
import { NO_HASH } from '../audit-chain.js';
import { byOrderKey, type OrderKey } from '../order-key.js';
import { text } from './columns.js';
import { readAttempt, readCard, readOrder, readPayment } from './rows.js';
import type { Row, Sql } from './store.js';
import { IDEMPOTENCY_CONFLICT } from '../../errors.js';

const quoted = (states: readonly string[]): string => states.map((state) => `'${state}'`).join(',');
const UNSETTLED = quoted(UNSETTLED_STATES);
const LOCKING = quoted(LOCKING_STATES);

/** The order that an idempotency key made. @throws IDEMPOTENCY_CONFLICT */
export async function findByKey(
  sql: Sql,
  { own, former }: OrderKey,
  request: string,
): Promise<Order | undefined> {
  const rows = await sql.all(
    `SELECT * FROM load_order o
      WHERE ${byOrderKey('o', { own: '$1', former: '$2', request: '$3' })}`,
    [own, former, request],
  );
  const row = rows.find((one) => one.idempotency_key === own) ?? rows[0];
  if (row === undefined) return undefined;
  if (row.request !== request) throw new QuancunError(IDEMPOTENCY_CONFLICT);
  return readOrder(row);
}

/** An order and all that a decision looks at; its revision, read first, vouches for the rest. */
export async function read(sql: Sql, orderId: string): Promise<Snapshot | undefined> {
  const [row] = await sql.all('SELECT * FROM load_order WHERE order_id = $1', [orderId]);
  if (row === undefined) return undefined;
  const cardNumber = text(row.card_number);
  const [card] = await sql.all('SELECT * FROM card WHERE card_number = $1', [cardNumber]);
  const attempts = await sql.all('SELECT * FROM attempt WHERE order_id = $1 ORDER BY number', [
    orderId,
  ]);
  const payments = await sql.all('SELECT * FROM payment WHERE order_id = $1', [orderId]);
  return snapshotOf({ order: row, card, attempts, payments });
}

/** A snapshot out of its rows. */
export function snapshotOf(rows: {
  readonly order: Row;
  readonly card: Row | undefined;
  readonly attempts: readonly Row[];
  readonly payments: readonly Row[];
}): Snapshot {
  const { order: row, card, attempts, payments } = rows;
  const order = readOrder(row);
  const { cardNumber } = order;
  return {
    situation: {
      order,
      card: card === undefined ? { cardNumber, frozen: false } : readCard(card),
      payments: payments.map(readPayment),
      attempts: attempts.map(readAttempt),
    },
    version: versionOf(row, card),
    idempotencyKey: text(row.idempotency_key),
    request: text(row.request),
  };
}

/** Revisions may be reached twice, over a failover; the head of the card's chain may not. */
function versionOf(order: Row, card: Row | undefined): string {
  const [revision, head] =
    card === undefined ? ['0', NO_HASH] : [String(card.revision), text(card.head_hash)];
  return `${String(order.revision)}.${revision}.${head}`;
}

/** Orders of a card that are not settled: the one that holds it first, then the oldest. */
export async function findUnsettled(sql: Sql, cardNumber: string): Promise<readonly Order[]> {
  const rows = await sql.all(
    `SELECT * FROM load_order WHERE card_number = $1 AND state IN (${UNSETTLED})
      ORDER BY CASE WHEN state IN (${LOCKING}) THEN 0 WHEN state = 'TAKING' THEN 2 ELSE 1 END, created_at_ms, order_id`,
    [cardNumber],
  );
  return rows.map(readOrder);
}

/** Orders that time alone moves on, by the index of states. */
export async function findDue(
  sql: Sql,
  { state, idleSinceMs, limit }: DueQuery,
): Promise<readonly string[]> {
  const rows = await sql.all(
    `SELECT order_id FROM load_order WHERE state = $1 AND updated_at_ms <= $2
      ORDER BY updated_at_ms LIMIT $3`,
    [state, idleSinceMs, limit],
  );
  return rows.map((row) => text(row.order_id));
}

/** How many orders stand where: counters, and the head of an index for each state. */
export async function counts(sql: Sql): Promise<readonly OrderCount[]> {
  const rows = await sql.all(
    `SELECT c.state, c.count, (SELECT MIN(o.updated_at_ms) FROM load_order o
        WHERE o.state = c.state) AS oldest
      FROM (SELECT state, SUM(count) AS count FROM order_count GROUP BY state) AS c
      WHERE c.count > 0 ORDER BY c.state`,
  );
  return rows.map((row) => ({
    state: text(row.state) as Order['state'],
    count: Number(row.count),
    oldestUpdatedAtMs: Number(row.oldest),
  }));
}

/** Debits minus credits of each account. */
export async function totals(sql: Sql): Promise<Record<AccountName, number>> {
  const rows = await sql.all(
    `SELECT name, (SELECT COALESCE(SUM(amount_fen), 0) FROM transfer WHERE debit = name) AS debits,
      (SELECT COALESCE(SUM(amount_fen), 0) FROM transfer WHERE credit = name) AS credits
      FROM account`,
  );
  const sums = rows.map((row) => [text(row.name), Number(row.debits) - Number(row.credits)]);
  return Object.fromEntries(sums) as Record<AccountName, number>;
}

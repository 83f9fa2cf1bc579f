/** What the SQL ledger reads. */
import { QuancunError } from '../../../errors.js';
import {
  type AccountName,
  LOCKING_STATES,
  type Order,
  UNSETTLED_STATES,
} from '../../../load/index.js';
import type { OrderCount, OrderQuery, Snapshot } from '../ledger.js';
import { NO_HASH } from '../audit-chain.js';
import { text } from './columns.js';
import { readAttempt, readCard, readOrder, readPayment } from './rows.js';
import type { Row, Sql, SqlValue } from './store.js';
import { IDEMPOTENCY_CONFLICT } from '../../errors.js';

const quoted = (states: readonly string[]): string => states.map((state) => `'${state}'`).join(',');
const UNSETTLED = quoted(UNSETTLED_STATES);
const LOCKING = quoted(LOCKING_STATES);

/** The order that an idempotency key made. @throws IDEMPOTENCY_CONFLICT */
export async function findByKey(
  sql: Sql,
  key: string,
  request: string,
): Promise<Order | undefined> {
  const [row] = await sql.all('SELECT * FROM load_order WHERE idempotency_key = $1', [key]);
  if (row === undefined) return undefined;
  if (row.request !== request) throw new QuancunError(IDEMPOTENCY_CONFLICT);
  return readOrder(row);
}

/** An order and all that a decision looks at; its revision, read first, vouches for the rest. */
export async function read(sql: Sql, orderId: string): Promise<Snapshot | undefined> {
  const [row] = await sql.all('SELECT * FROM load_order WHERE order_id = $1', [orderId]);
  if (row === undefined) return undefined;
  const order = readOrder(row);
  const { cardNumber } = order;
  const [card] = await sql.all('SELECT * FROM card WHERE card_number = $1', [cardNumber]);
  const attempts = await sql.all('SELECT * FROM attempt WHERE order_id = $1 ORDER BY number', [
    orderId,
  ]);
  const payments = await sql.all('SELECT * FROM payment WHERE order_id = $1', [orderId]);
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
      ORDER BY CASE WHEN state IN (${LOCKING}) THEN 0 ELSE 1 END, created_at_ms, order_id`,
    [cardNumber],
  );
  return rows.map(readOrder);
}

/** A page of orders, newest first. */
export async function findOrders(sql: Sql, query: OrderQuery): Promise<readonly Order[]> {
  const { cardNumber, plate, plateColour, fromMs, toMs, after, limit } = query;
  const values: SqlValue[] = [fromMs, toMs];
  const place = (value: SqlValue): string => `$${String(values.push(value))}`;
  const where = ['created_at_ms >= $1', 'created_at_ms < $2'];
  if (cardNumber !== undefined) where.push(`card_number = ${place(cardNumber)}`);
  if (plate !== undefined) where.push(`plate = ${place(plate)}`);
  if (plateColour !== undefined) where.push(`plate_colour = ${place(plateColour)}`);
  if (after !== undefined) {
    where.push(
      `(created_at_ms, order_id) < (${place(after.createdAtMs)}, ${place(after.orderId)})`,
    );
  }
  const rows = await sql.all(
    `SELECT * FROM load_order WHERE ${where.join(' AND ')}
      ORDER BY created_at_ms DESC, order_id DESC LIMIT ${place(limit)}`,
    values,
  );
  return rows.map(readOrder);
}

/** How many orders stand where. */
export async function counts(sql: Sql): Promise<readonly OrderCount[]> {
  const rows = await sql.all(
    `SELECT state, COUNT(*) AS count, MIN(updated_at_ms) AS oldest FROM load_order GROUP BY state`,
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

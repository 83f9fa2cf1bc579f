/** The SQL ledger's lists of payments: QR codes, and those to be given back. */
import { assert } from '../../../errors.js';
import type { Payment } from '../../../load/index.js';
import {
  type AwaitedName,
  type AwaitedPayment,
  type BookedQuery,
  LONGEST_PAUSE_MS,
  type PaymentBook,
} from '../payment-book.js';
import { text } from './columns.js';
import { sqlRefundBook } from './refunds.js';
import { sqlReportBook } from './reports.js';
import { readPayment } from './rows.js';
import type { Row, Sql, SqlStore, SqlValue } from './store.js';
import { sqlWorkBook } from './work.js';

/** Opens the lists; their tables come with the ledger's migrations. */
export function sqlPaymentBook(store: SqlStore): PaymentBook {
  const { skipTaken } = store.dialect;
  return {
    ...sqlRefundBook(store),
    ...sqlReportBook(store),
    ...sqlWorkBook(store),
    awaitPayment: (awaited) => awaitPayment(store, awaited),
    findAwaitedOf: (orderId) => store.transaction((sql) => awaitedOf(sql, orderId)),
    claimAwaited: ({ provider, nowMs, untilMs, limit }) =>
      store.transaction(async (sql) => {
        const rows = await sql.all(
          `UPDATE awaited_payment SET ask_at_ms = $3
            WHERE provider = $1 AND (order_id, generation) IN (
              SELECT order_id, generation FROM awaited_payment
              WHERE provider = $1 AND (ask_at_ms <= $2 OR ask_at_ms > $4)
              ORDER BY ask_at_ms, order_id LIMIT $5 ${skipTaken})
            RETURNING *`,
          [provider, nowMs, untilMs, nowMs + LONGEST_PAUSE_MS, limit],
        );
        return rows.map(readAwaited);
      }),
    tellAwaited: async (name, word) => {
      const { orderId, provider, generation } = name;
      const end = 'end' in word ? word.end : null;
      const askAtMs = 'askAtMs' in word ? word.askAtMs : null;
      await store.transaction((sql) =>
        sql.run(
          `UPDATE awaited_payment SET asks = $4, ask_at_ms = $5,
              ended = CAST($6 AS TEXT),
              is_open = CASE WHEN CAST($6 AS TEXT) IS NULL THEN is_open END
            WHERE order_id = $1 AND provider = $2 AND generation = $3 AND ended IS NULL`,
          [orderId, provider, generation, word.asks, askAtMs, end],
        ),
      );
    },
    findBooked: (query) => store.transaction((sql) => findBooked(sql, query)),
  };
}

/** Books that a payment was given back, once. */
export async function bookRefund(sql: Sql, payment: Payment): Promise<void> {
  const changed = await sql.run(
    `UPDATE payment SET refunded_at_ms = $2, refunds_sent = $3, refunded_by_hand = $4
      WHERE transaction_id = $1 AND refunded_at_ms IS NULL`,
    [
      ...[payment.transactionId, payment.refundedAtMs ?? null, payment.refundsSent ?? null],
      payment.refundedByHand === true ? 1 : 0,
    ],
  );
  assert(changed === 1, 'a payment given back twice');
}

/** Books that a refund may be handed out. Its number never falls. */
export async function bookSentRefund(sql: Sql, payment: Payment): Promise<void> {
  const changed = await sql.run(
    `UPDATE payment SET refunds_sent = $2
      WHERE transaction_id = $1 AND COALESCE(refunds_sent, 0) <= $2`,
    [payment.transactionId, payment.refundsSent ?? null],
  );
  assert(changed === 1, 'a refund number fell');
}

/** Whoever comes second finds the code of the first: its row, or the refusal of the database. */
async function awaitPayment(store: SqlStore, awaited: AwaitedPayment): Promise<AwaitedPayment> {
  const { orderId } = awaited;
  const standing = await store.transaction(async (sql) => {
    const found = standingFor(awaited, await awaitedOf(sql, orderId));
    if (found !== undefined) return found;
    return (await insert(sql, awaited)) === 1 ? awaited : undefined;
  });
  if (standing !== undefined) return standing;
  const found = await store.transaction((sql) => awaitedOf(sql, orderId));
  return standingFor(awaited, found) ?? awaited;
}

function standingFor(
  { provider, generation }: AwaitedName,
  codes: readonly AwaitedPayment[],
): AwaitedPayment | undefined {
  const isSame = (one: AwaitedPayment): boolean =>
    one.provider === provider && one.generation === generation;
  return codes.find(({ end }) => end === undefined) ?? codes.find(isSame);
}

async function insert(sql: Sql, awaited: AwaitedPayment): Promise<number> {
  const { orderId, provider, generation, amountFen, openedAtMs, expiresAtMs } = awaited;
  const { asks, askAtMs } = awaited;
  return sql.run(
    `INSERT INTO awaited_payment (order_id, provider, generation, amount_fen, opened_at_ms,
        expires_at_ms, asks, ask_at_ms, is_open)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 1) ON CONFLICT DO NOTHING`,
    [
      ...[orderId, provider, generation, amountFen, openedAtMs, expiresAtMs, asks],
      ...[askAtMs ?? null],
    ],
  );
}

async function awaitedOf(sql: Sql, orderId: string): Promise<readonly AwaitedPayment[]> {
  const rows = await sql.all(
    'SELECT * FROM awaited_payment WHERE order_id = $1 ORDER BY opened_at_ms, generation',
    [orderId],
  );
  return rows.map(readAwaited);
}

const TIMES = { booked: 'booked_at_ms', paid: 'paid_at_ms', returned: 'refunded_at_ms' } as const;

async function findBooked(
  sql: Sql,
  { provider, by = 'booked', fromMs, toMs, after, limit }: BookedQuery,
): Promise<readonly Payment[]> {
  const time = TIMES[by];
  const values: SqlValue[] = [provider, fromMs, toMs, after ?? '', limit];
  const rows = await sql.all(
    `SELECT * FROM payment
      WHERE provider = $1 AND ${time} >= $2 AND ${time} < $3 AND transaction_id > $4
      ORDER BY transaction_id LIMIT $5`,
    values,
  );
  return rows.map(readPayment);
}

function readAwaited(row: Row): AwaitedPayment {
  return {
    orderId: text(row.order_id),
    provider: text(row.provider),
    generation: Number(row.generation),
    amountFen: Number(row.amount_fen),
    openedAtMs: Number(row.opened_at_ms),
    expiresAtMs: Number(row.expires_at_ms),
    asks: Number(row.asks),
    ...(row.ask_at_ms === null ? {} : { askAtMs: Number(row.ask_at_ms) }),
    ...(row.ended === null ? {} : { end: text(row.ended) as NonNullable<AwaitedPayment['end']> }),
  };
}

/** The SQL ledger's lists of payments: awaited ones, and those to be given back. */
import { assert } from '../../../errors.js';
import type { Payment } from '../../../load/index.js';
import type { AwaitedPayment, PaymentBook, RefundsQuery } from '../payment-book.js';
import { text } from './columns.js';
import { readPayment } from './rows.js';
import type { Row, Sql, SqlStore, SqlValue } from './store.js';

/** Opens the lists; their tables come with the ledger's migrations. */
export function sqlPaymentBook(store: SqlStore): PaymentBook {
  return {
    awaitPayment: (awaited) => awaitPayment(store, awaited),
    findAwaited: ({ provider, dueAtMs, limit }) =>
      store.transaction(async (sql) => {
        const rows = await sql.all(
          `SELECT * FROM awaited_payment WHERE provider = $1 AND ask_at_ms <= $2
            ORDER BY ask_at_ms, order_id LIMIT $3`,
          [provider, dueAtMs, limit],
        );
        return rows.map(readAwaited);
      }),
    askAgainAt: async (orderId, provider, askAtMs) => {
      await store.transaction((sql) =>
        sql.run('UPDATE awaited_payment SET ask_at_ms = $3 WHERE order_id = $1 AND provider = $2', [
          orderId,
          provider,
          askAtMs ?? null,
        ]),
      );
    },
    findRefundsDue: (query) => store.transaction((sql) => findRefundsDue(sql, query)),
  };
}

/** Books that a payment was given back, once. */
export async function bookRefund(sql: Sql, payment: Payment): Promise<void> {
  const changed = await sql.run(
    `UPDATE payment SET refunded_at_ms = $2, refunds_sent = $3
      WHERE transaction_id = $1 AND refunded_at_ms IS NULL`,
    [payment.transactionId, payment.refundedAtMs ?? null, payment.refundsSent ?? null],
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

async function awaitPayment(store: SqlStore, awaited: AwaitedPayment): Promise<AwaitedPayment> {
  const { orderId, provider, openedAtMs, expiresAtMs, askAtMs } = awaited;
  return store.transaction(async (sql) => {
    await sql.run(
      `INSERT INTO awaited_payment (order_id, provider, opened_at_ms, expires_at_ms, ask_at_ms)
        VALUES ($1, $2, $3, $4, $5) ON CONFLICT (order_id, provider) DO NOTHING`,
      [orderId, provider, openedAtMs, expiresAtMs, askAtMs ?? null],
    );
    const [row] = await sql.all(
      'SELECT * FROM awaited_payment WHERE order_id = $1 AND provider = $2',
      [orderId, provider],
    );
    return row === undefined ? awaited : readAwaited(row);
  });
}

/** Two short lists by their own indexes, not one walk over all payments ever made. */
async function findRefundsDue(
  sql: Sql,
  { provider, after, limit }: RefundsQuery,
): Promise<readonly Payment[]> {
  const values: SqlValue[] = [];
  const place = (value: SqlValue): string => `$${String(values.push(value))}`;
  const where = ['1 = 1'];
  if (provider !== undefined) {
    const prefix = `${provider}:`;
    where.push(`substr(transaction_id, 1, ${place(prefix.length)}) = ${place(prefix)}`);
  }
  if (after !== undefined) where.push(`transaction_id > ${place(after)}`);
  const rows = await sql.all(
    `SELECT * FROM (
        SELECT * FROM payment WHERE surplus = 1 AND refunded_at_ms IS NULL
        UNION
        SELECT p.* FROM load_order o JOIN payment p ON p.order_id = o.order_id
          WHERE o.state = 'REFUND_DUE' AND p.refunded_at_ms IS NULL
      ) AS due
      WHERE ${where.join(' AND ')} ORDER BY transaction_id LIMIT ${place(limit)}`,
    values,
  );
  return rows.map(readPayment);
}

function readAwaited(row: Row): AwaitedPayment {
  return {
    orderId: text(row.order_id),
    provider: text(row.provider),
    openedAtMs: Number(row.opened_at_ms),
    expiresAtMs: Number(row.expires_at_ms),
    ...(row.ask_at_ms === null ? {} : { askAtMs: Number(row.ask_at_ms) }),
  };
}

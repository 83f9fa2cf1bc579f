/** The SQL ledger's list of what is owed back, and how far each refund is. */
import {
  LONGEST_PAUSE_MS,
  type OwedPayment,
  type PaymentBook,
  type RefundProgress,
  type RefundsQuery,
  type WorkQuery,
} from '../payment-book.js';
import { text } from './columns.js';
import { readPayment } from './rows.js';
import type { Row, Sql, SqlStore, SqlValue } from './store.js';

/** Two short lists by their own indexes, not one walk over all payments ever made. */
const DUE = `(SELECT * FROM payment WHERE surplus = 1 AND refunded_at_ms IS NULL
    UNION
    SELECT p.* FROM load_order o JOIN payment p ON p.order_id = o.order_id
      WHERE o.state = 'REFUND_DUE' AND p.refunded_at_ms IS NULL) AS due`;
const PROGRESS = `r.number AS refund_number, r.status AS refund_status,
    r.reason AS refund_reason, r.message AS refund_message, r.since_ms AS refund_since_ms,
    r.asks AS refund_asks, r.ask_at_ms AS refund_ask_at_ms`;
/** A payment that is worked on, and of which nothing was handed out yet. */
const TAKEN = 'due';

/** Opens the list. */
export function sqlRefundBook(
  store: SqlStore,
): Pick<PaymentBook, 'findRefundsDue' | 'claimRefunds' | 'findRefund' | 'tellRefund'> {
  return {
    findRefundsDue: (query) => store.transaction((sql) => findRefundsDue(sql, query)),
    claimRefunds: (query) => store.transaction((sql) => claimRefunds(sql, query)),
    findRefund: (transactionId) =>
      store.transaction(async (sql) => {
        const [row] = await sql.all(
          `SELECT ${PROGRESS}, r.transaction_id FROM refund r WHERE r.transaction_id = $1`,
          [transactionId],
        );
        return row === undefined ? undefined : readProgress(row);
      }),
    tellRefund: async ({ transactionId, number, status, reason, message, ...when }) => {
      const values = [number, status, reason ?? null, message ?? null];
      await store.transaction((sql) =>
        sql.run(
          `INSERT INTO refund
              (transaction_id, number, status, reason, message, since_ms, asks, ask_at_ms)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
            ON CONFLICT (transaction_id) DO UPDATE SET number = $2, status = $3, reason = $4,
              message = $5, since_ms = $6, asks = $7, ask_at_ms = $8`,
          [transactionId, ...values, when.sinceMs, when.asks, when.askAtMs],
        ),
      );
    },
  };
}

async function findRefundsDue(
  sql: Sql,
  { provider, after, limit }: RefundsQuery,
): Promise<readonly OwedPayment[]> {
  const values: SqlValue[] = [];
  const place = (value: SqlValue): string => `$${String(values.push(value))}`;
  const where = ['1 = 1'];
  if (provider !== undefined) where.push(`due.provider = ${place(provider)}`);
  if (after !== undefined) where.push(`due.transaction_id > ${place(after)}`);
  return owed(
    sql,
    `${where.join(' AND ')} ORDER BY due.transaction_id LIMIT ${place(limit)}`,
    values,
  );
}

/** Whoever is second at an entry finds it taken. */
async function claimRefunds(
  sql: Sql,
  { provider, nowMs, untilMs, limit }: WorkQuery,
): Promise<readonly OwedPayment[]> {
  const taken = await sql.all(
    `INSERT INTO refund (transaction_id, number, status, since_ms, asks, ask_at_ms)
      SELECT due.transaction_id, 0, '${TAKEN}', CAST($2 AS BIGINT), 0, CAST($3 AS BIGINT)
      FROM ${DUE} LEFT JOIN refund r ON r.transaction_id = due.transaction_id
      WHERE due.provider = $1
        AND (r.transaction_id IS NULL OR r.ask_at_ms <= $2 OR r.ask_at_ms > $4)
      ORDER BY COALESCE(r.ask_at_ms, 0), due.transaction_id LIMIT $5
      ON CONFLICT (transaction_id) DO UPDATE SET ask_at_ms = $3
        WHERE refund.ask_at_ms <= $2 OR refund.ask_at_ms > $4
      RETURNING transaction_id`,
    [provider, nowMs, untilMs, nowMs + LONGEST_PAUSE_MS, limit],
  );
  if (taken.length === 0) return [];
  const numbers = taken.map((row) => text(row.transaction_id));
  const places = numbers.map((_one, at) => `$${String(at + 1)}`).join(', ');
  return owed(sql, `due.transaction_id IN (${places}) ORDER BY due.transaction_id`, numbers);
}

async function owed(
  sql: Sql,
  where: string,
  values: readonly SqlValue[],
): Promise<readonly OwedPayment[]> {
  const rows = await sql.all(
    `SELECT due.*, ${PROGRESS}
      FROM ${DUE} LEFT JOIN refund r ON r.transaction_id = due.transaction_id WHERE ${where}`,
    values,
  );
  return rows.map((row) => {
    const payment = readPayment(row);
    const progress = readProgress(row);
    return progress === undefined ? payment : { ...payment, progress };
  });
}

function readProgress(row: Row): RefundProgress | undefined {
  const status = text(row.refund_status);
  if (status === '' || status === TAKEN) return undefined;
  const [reason, message] = [text(row.refund_reason), text(row.refund_message)];
  return {
    transactionId: text(row.transaction_id),
    number: Number(row.refund_number),
    status: status as RefundProgress['status'],
    ...(reason === '' ? {} : { reason: reason as NonNullable<RefundProgress['reason']> }),
    ...(message === '' ? {} : { message }),
    sinceMs: Number(row.refund_since_ms),
    asks: Number(row.refund_asks),
    askAtMs: Number(row.refund_ask_at_ms),
  };
}

/** The SQL ledger's count of what a caller with a cap has reported as taken. */
import { type CappedReport, KEEP_REPORTS_MS, type PaymentBook } from '../payment-book.js';
import type { Sql, SqlStore } from './store.js';

/**
 * What others than this report have used up of the cap: each payment once, with the amount it is
 * booked with as soon as it is. A number that another caller has booked is none of this one's.
 */
const USED = `WITH reported AS (
    SELECT transaction_id, MAX(amount_fen) AS amount_fen FROM payment_report
    WHERE key_id = $1 AND at_ms >= $2 AND transaction_id <> $3 GROUP BY transaction_id)
  SELECT COALESCE(SUM(fen), 0) AS fen FROM (
    SELECT COALESCE(p.amount_fen, r.amount_fen) AS fen
      FROM reported r LEFT JOIN payment p ON p.transaction_id = r.transaction_id
      WHERE p.transaction_id IS NULL OR p.submitted_by = $1
    UNION ALL
    SELECT p.amount_fen AS fen FROM payment p
      WHERE p.submitted_by = $1 AND p.booked_at_ms >= $2 AND p.transaction_id <> $3
        AND NOT EXISTS (SELECT 1 FROM payment_report r
          WHERE r.transaction_id = p.transaction_id AND r.key_id = $1)) AS used`;

/** Opens the count; its tables come with the ledger's migrations. */
export function sqlReportBook(
  store: SqlStore,
): Pick<PaymentBook, 'reserveReport' | 'releaseReport'> {
  return {
    reserveReport: (report) => store.transaction((sql) => reserve(sql, report)),
    releaseReport: async ({ transactionId, attempt }) => {
      await store.transaction((sql) =>
        sql.run('DELETE FROM payment_report WHERE transaction_id = $1 AND attempt = $2', [
          ...[transactionId, attempt],
        ]),
      );
    },
  };
}

async function reserve(sql: Sql, report: CappedReport): Promise<boolean> {
  const { by, transactionId, attempt, amountFen, atMs, sinceMs, maxFen } = report;
  // First of all: whoever waits here reads what the one before has written.
  await sql.run(
    `INSERT INTO reporter (key_id, reports) VALUES ($1, 1)
      ON CONFLICT (key_id) DO UPDATE SET reports = reporter.reports + 1`,
    [by],
  );
  const [row] = await sql.all(USED, [by, sinceMs, transactionId]);
  if (Number(row?.fen ?? 0) + amountFen > maxFen) return false;
  await sql.run(
    `INSERT INTO payment_report (transaction_id, attempt, key_id, amount_fen, at_ms)
      VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`,
    [transactionId, attempt, by, amountFen, atMs],
  );
  const longAgoMs = sinceMs - KEEP_REPORTS_MS;
  await sql.run('DELETE FROM payment_report WHERE key_id = $1 AND at_ms < $2', [by, longAgoMs]);
  return true;
}

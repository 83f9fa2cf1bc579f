/**
 * The sixth migration: what callers with a cap of a day have reported as taken. A row of `reporter`
 * is what two reports of one caller wait for each other at, in whatever process.
 */
export const REPORT_TABLES: readonly string[] = [
  `CREATE TABLE reporter (
    key_id TEXT PRIMARY KEY,
    reports BIGINT NOT NULL
  )`,
  `CREATE TABLE payment_report (
    transaction_id TEXT NOT NULL,
    attempt TEXT NOT NULL,
    key_id TEXT NOT NULL,
    amount_fen BIGINT NOT NULL CHECK (amount_fen > 0),
    at_ms BIGINT NOT NULL,
    PRIMARY KEY (transaction_id, attempt)
  )`,
  `CREATE INDEX payment_report_day ON payment_report (key_id, at_ms)`,
];

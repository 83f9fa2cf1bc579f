/**
 * The part of the fourth migration that is about payments: the name of the provider and its number
 * apart, QR codes with generations, how far a refund is, and what people must look at.
 */

const AWAITED = `order_id TEXT NOT NULL,
      provider TEXT NOT NULL,
      opened_at_ms BIGINT NOT NULL,
      expires_at_ms BIGINT NOT NULL,
      ask_at_ms BIGINT,
      generation INTEGER NOT NULL DEFAULT 1,
      amount_fen BIGINT NOT NULL CHECK (amount_fen > 0),
      asks INTEGER NOT NULL DEFAULT 0,
      ended TEXT CHECK (ended IN ('paid','closed','lapsed')),
      is_open INTEGER CHECK (is_open = 1),
      PRIMARY KEY (order_id, provider, generation)`;

/**
 * One open code of an order, of whatever provider. What an older release left open is asked after
 * until it has ended; two of them at once are not made any more.
 */
export const PAYMENT_TABLES: readonly string[] = [
  ...['provider', 'number'].map((column) => `ALTER TABLE payment ADD COLUMN ${column} TEXT`),
  `ALTER TABLE payment ADD COLUMN booked_at_ms BIGINT`,
  `ALTER TABLE payment ADD COLUMN refunded_by_hand INTEGER`,
  `CREATE INDEX payment_booked ON payment (provider, booked_at_ms)`,
  `CREATE INDEX payment_paid ON payment (provider, paid_at_ms)`,
  `CREATE INDEX payment_returned ON payment (provider, refunded_at_ms)
    WHERE refunded_at_ms IS NOT NULL`,
  `CREATE INDEX payment_submitted ON payment (submitted_by, booked_at_ms)
    WHERE submitted_by IS NOT NULL`,
  `ALTER TABLE awaited_payment RENAME TO awaited_before`,
  `CREATE TABLE awaited_payment (${AWAITED})`,
  `INSERT INTO awaited_payment
      (order_id, provider, opened_at_ms, expires_at_ms, ask_at_ms, amount_fen, ended)
    SELECT a.order_id, a.provider, a.opened_at_ms, a.expires_at_ms, a.ask_at_ms, o.amount_fen,
      CASE WHEN a.ask_at_ms IS NULL THEN 'lapsed' END
    FROM awaited_before a JOIN load_order o ON o.order_id = a.order_id`,
  `DROP TABLE awaited_before`,
  `CREATE INDEX awaited_due ON awaited_payment (provider, ask_at_ms) WHERE ask_at_ms IS NOT NULL`,
  `CREATE UNIQUE INDEX awaited_open ON awaited_payment (order_id) WHERE is_open = 1`,
  `CREATE TABLE refund (
    transaction_id TEXT PRIMARY KEY,
    number INTEGER NOT NULL,
    status TEXT NOT NULL,
    reason TEXT,
    message TEXT,
    since_ms BIGINT NOT NULL,
    asks INTEGER NOT NULL,
    ask_at_ms BIGINT NOT NULL
  )`,
  `CREATE TABLE work_item (
    key TEXT PRIMARY KEY,
    code TEXT NOT NULL,
    provider TEXT NOT NULL,
    order_id TEXT,
    transaction_id TEXT,
    theirs_fen BIGINT,
    ours_fen BIGINT,
    message TEXT,
    first_ms BIGINT NOT NULL,
    last_ms BIGINT NOT NULL,
    ended_by TEXT,
    ended_at_ms BIGINT,
    ended_reason TEXT
  )`,
  `CREATE INDEX work_open ON work_item (key) WHERE ended_at_ms IS NULL`,
];

/** Payments of before are named by their provider and its number, too. */
export function splitNumbers(place: (text: string) => string): string {
  const colon = place("transaction_id, ':'");
  return `UPDATE payment SET provider = substr(transaction_id, 1, ${colon} - 1),
    number = substr(transaction_id, ${colon} + 1) WHERE provider IS NULL`;
}

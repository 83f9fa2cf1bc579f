/**
 * The part of the fourth migration that is about days of outlets; it comes last, when SQLite's
 * tables are made again. A posting and a payment name the closed day that they are booked to, once;
 * what names none stands open, in small indexes of its own.
 */
const DAYS: readonly string[] = [
  `ALTER TABLE transfer ADD COLUMN day_key TEXT`,
  `ALTER TABLE payment ADD COLUMN taken_key TEXT`,
  `ALTER TABLE payment ADD COLUMN refund_key TEXT`,
  `CREATE INDEX transfer_open ON transfer (at_ms) WHERE day_key IS NULL`,
  `CREATE INDEX transfer_day ON transfer (day_key, order_id) WHERE day_key IS NOT NULL`,
  `CREATE INDEX payment_taken_open ON payment (order_id) WHERE taken_key IS NULL`,
  `CREATE INDEX payment_refund_open ON payment (order_id)
    WHERE refund_key IS NULL AND refunded_at_ms IS NOT NULL`,
  `CREATE INDEX payment_taken_day ON payment (taken_key) WHERE taken_key IS NOT NULL`,
  `CREATE INDEX payment_refund_day ON payment (refund_key) WHERE refund_key IS NOT NULL`,
  `CREATE INDEX payment_time ON payment (booked_at_ms)`,
  `CREATE INDEX payment_refunded ON payment (refunded_at_ms) WHERE refunded_at_ms IS NOT NULL`,
  `CREATE INDEX order_outlet ON load_order (outlet, created_at_ms, order_id)`,
  `CREATE INDEX order_person ON load_order (made_person, created_at_ms, order_id)
    WHERE made_person IS NOT NULL`,
  // chain_key: what it comes after, so that a chain of days has no fork and no gap.
  `CREATE TABLE day_close (
    day_key TEXT PRIMARY KEY,
    chain_key TEXT NOT NULL UNIQUE,
    outlet TEXT NOT NULL,
    day TEXT NOT NULL,
    closed_at_ms BIGINT NOT NULL,
    body TEXT NOT NULL
  )`,
  `CREATE UNIQUE INDEX day_listed ON day_close (day, outlet)`,
  `CREATE UNIQUE INDEX day_of_outlet ON day_close (outlet, day)`,
  `CREATE TABLE day_draft (
    day_key TEXT PRIMARY KEY,
    body TEXT NOT NULL
  )`,
];

/** A closed day stays as it is, and so does what is booked to it: SQLite's own words. */
export const SQLITE_DAYS: readonly string[] = [
  ...DAYS,
  ...['UPDATE', 'DELETE'].map(
    (change) => `CREATE TRIGGER day_kept_${change.toLowerCase()} BEFORE ${change} ON day_close BEGIN
      SELECT RAISE(ABORT, 'a closed day was changed');
    END`,
  ),
  ...[
    ['transfer', 'day_key'],
    ['payment', 'taken_key'],
    ['payment', 'refund_key'],
  ].map(
    ([table = '', column = '']) => `CREATE TRIGGER ${table}_${column}_kept
      BEFORE UPDATE OF ${column} ON ${table} WHEN OLD.${column} IS NOT NULL BEGIN
      SELECT RAISE(ABORT, 'what is booked to a closed day was moved');
    END`,
  ),
];

/** The same in PostgreSQL's own words. */
export const POSTGRES_DAYS: readonly string[] = [
  ...DAYS,
  `CREATE TRIGGER day_kept BEFORE UPDATE OR DELETE ON day_close
    FOR EACH ROW EXECUTE FUNCTION refuse_change('a closed day was changed')`,
  ...[
    ['transfer', 'day_key'],
    ['payment', 'taken_key'],
    ['payment', 'refund_key'],
  ].map(
    ([table = '', column = '']) => `CREATE TRIGGER ${table}_${column}_kept
      BEFORE UPDATE OF ${column} ON ${table} FOR EACH ROW WHEN (OLD.${column} IS NOT NULL)
      EXECUTE FUNCTION refuse_change('what is booked to a closed day was moved')`,
  ),
];

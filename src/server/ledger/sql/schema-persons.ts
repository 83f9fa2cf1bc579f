/**
 * The fifth migration: persons who log in at devices, their sessions and shifts, and who asked for
 * an event of the audit trail. A server that does not know it yet writes events of nobody.
 */
/** Sessions are kept when they have ended: who was logged in where, and since when. */
export const PERSON_TABLES: readonly string[] = [
  ...['asked_by', 'asked_person', 'asked_shift', 'asked_request'].map(
    (column) => `ALTER TABLE audit_event ADD COLUMN ${column} TEXT`,
  ),
  `ALTER TABLE load_order ADD COLUMN made_request TEXT`,
  `ALTER TABLE payment ADD COLUMN submitted_request TEXT`,
  `ALTER TABLE slip ADD COLUMN printed_request TEXT`,
  `CREATE TABLE person (
    person_id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    roles TEXT NOT NULL,
    password TEXT NOT NULL,
    is_shut INTEGER NOT NULL,
    tries INTEGER NOT NULL,
    locked_until_ms BIGINT,
    changed_by TEXT NOT NULL,
    changed_at_ms BIGINT NOT NULL
  )`,
  `CREATE TABLE work_shift (
    shift_id TEXT PRIMARY KEY,
    key_id TEXT NOT NULL,
    outlet TEXT,
    opened_by TEXT NOT NULL,
    opened_at_ms BIGINT NOT NULL,
    closed_by TEXT,
    closed_at_ms BIGINT
  )`,
  `CREATE UNIQUE INDEX shift_open ON work_shift (key_id) WHERE closed_at_ms IS NULL`,
  `CREATE TABLE person_session (
    token_hash TEXT PRIMARY KEY,
    person_id TEXT NOT NULL,
    key_id TEXT NOT NULL,
    shift_id TEXT,
    begun_at_ms BIGINT NOT NULL,
    seen_at_ms BIGINT NOT NULL,
    ended_at_ms BIGINT
  )`,
  `CREATE INDEX session_person ON person_session (person_id) WHERE ended_at_ms IS NULL`,
  `CREATE INDEX session_shift ON person_session (shift_id) WHERE ended_at_ms IS NULL`,
];

/**
 * The part of the fourth migration that is about wrong codes: one row for each guess, which takes
 * its place before it is weighed. Those of the day before the upgrade are not carried over.
 */
export const WRONG_CODES: readonly string[] = [
  `DROP TABLE wrong_code`,
  `CREATE TABLE wrong_code (
    name TEXT PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('mac1','tac')),
    key_id TEXT NOT NULL,
    about TEXT NOT NULL,
    at_ms BIGINT NOT NULL,
    is_wrong INTEGER NOT NULL,
    cleared_at_ms BIGINT
  )`,
  `CREATE INDEX wrong_code_key ON wrong_code (key_id, at_ms)`,
  `CREATE INDEX wrong_code_about ON wrong_code (about, at_ms)`,
  `CREATE TABLE clearing (
    at_ms BIGINT NOT NULL,
    made_by TEXT NOT NULL,
    reason TEXT NOT NULL,
    key_id TEXT,
    about TEXT,
    codes INTEGER NOT NULL
  )`,
  `CREATE INDEX clearing_time ON clearing (at_ms)`,
];

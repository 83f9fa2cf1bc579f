/**
 * The seventh migration: one row for each try of a password, which takes its place before it is
 * weighed. `person_id` is as it was typed, and may be nobody's.
 */
export const LOGIN_TABLES: readonly string[] = [
  `CREATE TABLE login_try (
    try_id TEXT PRIMARY KEY,
    person_id TEXT NOT NULL,
    key_id TEXT NOT NULL,
    at_ms BIGINT NOT NULL,
    is_wrong INTEGER NOT NULL
  )`,
  `CREATE INDEX login_try_key ON login_try (key_id, at_ms)`,
  `CREATE INDEX login_try_person ON login_try (person_id, at_ms)`,
];

/**
 * The eighth migration: what of a person was set at the server itself, and which password a session
 * began with. A server that does not know it yet sets passwords and roles that match neither, so
 * that what it sets has no word where two are needed, and ends its sessions.
 */
export const VOUCHED_COLUMNS: readonly string[] = [
  `ALTER TABLE person ADD COLUMN vouched_password TEXT`,
  `ALTER TABLE person ADD COLUMN vouched_roles TEXT`,
  `ALTER TABLE person_session ADD COLUMN password_mark TEXT`,
];

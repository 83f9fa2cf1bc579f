/**
 * What a server keeps in files of its own: the issuance journal, the file of a SQLite database, and
 * the hold on both. For Node.
 * @module
 */
export { checkDevices, type Devices } from './hold/check-devices.js';
export { type HeldFile, holdFile, holdJournal } from './hold/hold-file.js';
export { type CopiedDatabase, copySqlite } from './backup/copy-sqlite.js';
export { askForCopy, type BackupDoor, openBackupDoor } from './backup/door.js';
export { type JournalExtent, readExtent } from './journal/read-journal.js';
export {
  type LedgerReader,
  postgresReader,
  type ReadableSqlite,
  sqliteReader,
} from './verify/reader.js';
export {
  type VerifiedJournal,
  verifyLedger,
  type VerifyOptions,
  type VerifyReport,
} from './verify/verify.js';
export {
  type AuditExtent,
  type AuditFinding,
  type AuditRule,
  exportAudit,
  verifyAudit,
} from './verify/audit-file.js';
export type { VerifyFinding } from './verify/finding.js';
export { type FileJournal, fileJournal, type FileJournalOptions } from './journal/file.js';
export { findLostIssues } from './journal/lost-issues.js';

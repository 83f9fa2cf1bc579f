/**
 * What a server keeps in files of its own: the issuance journal, and the hold on a SQLite database.
 * For Node.
 * @module
 */
export { type HeldFile, holdFile } from './hold-file.js';
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
  type VerifyFinding,
  verifyLedger,
  type VerifyOptions,
  type VerifyReport,
} from './verify/verify.js';
export { type FileJournal, fileJournal, type FileJournalOptions } from './journal/file.js';
export { findLostIssues } from './journal/lost-issues.js';

/**
 * What a server keeps in files of its own: the issuance journal, and the hold on a SQLite database.
 * For Node.
 * @module
 */
export { type HeldFile, holdFile } from './hold-file.js';
export { type FileJournal, fileJournal, type FileJournalOptions } from './journal/file.js';
export { findLostIssues } from './journal/lost-issues.js';

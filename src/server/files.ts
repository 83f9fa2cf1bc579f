/**
 * What a server keeps in files of its own: the issuance journal, and the hold on a SQLite database.
 * For Node.
 * @module
 */
export { type HeldFile, holdFile } from './hold-file.js';
export { type FileJournal, fileJournal, findLostIssues } from './journal/file.js';

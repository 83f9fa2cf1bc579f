/** Reads the tables of a SQLite database from a copy of its files: its recovery is left alone. */
import { cpSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import sqlite from 'node-sqlite3-wasm';

export type Row = Readonly<Record<string, unknown>>;

/** A copy that is open. */
export interface SqliteBooks {
  /** All rows; none when the table is not there yet. */
  rows(table: string): readonly Row[];
  close(): void;
}

/** Copies `file` and its log into `folder`, and opens that. */
export function copyBooks(file: string, folder: string): SqliteBooks {
  const copy = join(folder, 'copy.db');
  for (const end of ['', '-wal']) if (existsSync(file + end)) cpSync(file + end, copy + end);
  return openBooks(copy);
}

/** Opens a database that nobody else has, as a server does after a crash. */
export function openBooks(file: string): SqliteBooks {
  const database = new sqlite.Database(file);
  database.exec('PRAGMA locking_mode = EXCLUSIVE');
  const tables = database.all("SELECT name FROM sqlite_master WHERE type = 'table'");
  return {
    rows: (table) =>
      tables.some(({ name }) => name === table) ? database.all(`SELECT * FROM ${table}`) : [],
    close: () => {
      database.close();
    },
  };
}

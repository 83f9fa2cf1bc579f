/**
 * The SQLite ledger: one file, one process. WAL and synchronous FULL: what is answered is on the
 * disk. Transactions that wait for each other share one flush (group commit): each runs in a
 * savepoint of its own, and none is answered before the flush.
 */
import { QuancunError } from '../../errors.js';
import { createHolds } from './journal-holds.js';
import { openSqlStores, type SqlStores } from './sql/stores.js';
import type { Row, Sql, SqlStore, SqlValue } from './sql/store.js';
import { LEDGER_NOT_DURABLE } from '../errors.js';
import { promiseTry } from '../../turns.js';

export type { SqlStores, SqlValue };

/** The part of a database of `node-sqlite3-wasm` that is used. */
export interface SqliteDatabase {
  exec(text: string): void;
  prepare(text: string): SqliteStatement;
  close(): void;
}

/** The part of a statement of `node-sqlite3-wasm` that is used. */
export interface SqliteStatement {
  run(values?: SqlValue[]): { readonly changes: number };
  all(values?: SqlValue[]): unknown[];
  finalize(): void;
}

/** Transactions that share a flush, at most. */
const MAX_GROUP = 128;

/**
 * Opens the ledger on a database of `node-sqlite3-wasm`, which nobody else may have open.
 * 打开 SQLite 账本（单进程，WAL + FULL）。
 * @throws LEDGER_NOT_DURABLE when the database will not write ahead and flush
 * @example
 * import sqlite from 'node-sqlite3-wasm';
 * const database = new sqlite.Database('orders.db');
 * const { ledger, guard, sessions } = await sqliteStores(database);
 * await ledger.close();
 */
export async function sqliteStores(database: SqliteDatabase): Promise<SqlStores> {
  // The wasm build keeps the WAL's index in its own memory: only for a file it has to itself.
  database.exec('PRAGMA locking_mode = EXCLUSIVE');
  database.exec('PRAGMA journal_mode = WAL');
  database.exec('PRAGMA synchronous = FULL');
  database.exec('PRAGMA foreign_keys = ON');
  const mode = readPragma(database, 'journal_mode');
  const flush = readPragma(database, 'synchronous');
  if (mode !== 'wal' || flush !== 2) {
    throw new QuancunError(LEDGER_NOT_DURABLE, { details: { mode, synchronous: flush } });
  }
  const store = sqliteStore(database);
  return openSqlStores(store);
}

function readPragma(database: SqliteDatabase, name: string): unknown {
  const statement = database.prepare(`PRAGMA ${name}`);
  const [row] = statement.all() as Row[];
  statement.finalize();
  return row?.[name] ?? null;
}

interface Waiting {
  readonly work: (sql: Sql) => Promise<unknown>;
  readonly resolve: (value: never) => void;
  readonly reject: (error: unknown) => void;
}

function sqliteStore(database: SqliteDatabase): SqlStore {
  const { sql, finalize } = statements(database);
  const waiting: Waiting[] = [];
  const holds = createHolds();
  let draining: Promise<void> | undefined;
  const drain = async (): Promise<void> => {
    // Whoever comes in this turn of the loop shares the flush.
    await Promise.resolve();
    while (waiting.length > 0) await runGroup(database, sql, waiting.splice(0, MAX_GROUP));
    draining = undefined;
  };
  return {
    dialect: {
      counter: 'INTEGER PRIMARY KEY AUTOINCREMENT',
      // Its file is held for this process: nobody exchanges it meanwhile.
      identity: `'sqlite'`,
      reached: 'NULL',
    },
    holdJournal: (journalId, name) => promiseTry(() => holds.hold(journalId, name)),
    liveJournals: () => Promise.resolve(holds.held()),
    transaction: (work) =>
      new Promise((resolve, reject) => {
        waiting.push({ work, resolve, reject });
        draining ??= drain();
      }),
    brokenTable: (error) => {
      const message = error instanceof Error ? error.message : '';
      return /UNIQUE constraint failed: (\w+)\./.exec(message)?.[1];
    },
    close: async () => {
      await draining;
      finalize();
      database.close();
    },
  };
}

/** Answers are given after the flush, and all of them fail when it does. */
async function runGroup(
  database: SqliteDatabase,
  sql: Sql,
  group: readonly Waiting[],
): Promise<void> {
  const answers: (() => void)[] = [];
  try {
    database.exec('BEGIN IMMEDIATE');
    for (const { work, resolve, reject } of group) {
      database.exec('SAVEPOINT one');
      try {
        const value = await work(sql);
        database.exec('RELEASE one');
        answers.push(() => {
          resolve(value as never);
        });
      } catch (error) {
        database.exec('ROLLBACK TO one');
        database.exec('RELEASE one');
        answers.push(() => {
          reject(error);
        });
      }
    }
    database.exec('COMMIT');
    for (const answer of answers) answer();
  } catch (error) {
    rollBack(database);
    for (const { reject } of group) reject(error);
  }
}

function rollBack(database: SqliteDatabase): void {
  try {
    database.exec('ROLLBACK');
  } catch {
    // A failed COMMIT may have rolled back by itself.
  }
}

/** Statements are prepared once: there are a few dozen, and to compile one costs as much as it. */
function statements(database: SqliteDatabase): { readonly sql: Sql; finalize(): void } {
  const prepared = new Map<string, SqliteStatement>();
  const use = <T>(text: string, work: (statement: SqliteStatement) => T): T => {
    // $1 is a name to SQLite; ?1 is a number.
    const statement = prepared.get(text) ?? database.prepare(text.replace(/\$(\d+)/g, '?$1'));
    prepared.set(text, statement);
    try {
      return work(statement);
    } catch (error) {
      // A statement that failed says so again whenever it is touched: it is thrown away.
      prepared.delete(text);
      drop(statement);
      throw error;
    }
  };
  return {
    sql: {
      all: (text, values = []) =>
        promiseTry(() => use(text, (one) => one.all([...values]) as Row[])),
      run: (text, values = []) =>
        promiseTry(() => use(text, (one) => one.run([...values]).changes)),
    },
    finalize: () => {
      for (const statement of prepared.values()) drop(statement);
      prepared.clear();
    },
  };
}

function drop(statement: SqliteStatement): void {
  try {
    statement.finalize();
  } catch {
    // It repeats the error of its last use.
  }
}

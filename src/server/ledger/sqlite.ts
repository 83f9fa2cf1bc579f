/**
 * The SQLite ledger: one file, one process. WAL and synchronous FULL: what is answered is on the
 * disk. Transactions that wait for each other share one flush (group commit): each runs in a
 * savepoint of its own, and none is answered before the flush.
 */
import { isQuancunError, QuancunError } from '../../errors.js';
import { createHolds } from './journal-holds.js';
import { SQLITE_DAYS } from './sql/schema-days.js';
import { splitNumbers } from './sql/schema-payments.js';
import { SQLITE_WITNESS } from './sql/schema-witness.js';
import { openSqlStores, type SqlStores } from './sql/stores.js';
import type { Row, Sql, SqlStore, SqlValue } from './sql/store.js';
import { LEDGER_NOT_DURABLE } from '../errors.js';
import { FILE_DISK_FULL, LEDGER_NOT_DATABASE, LEDGER_REPLACED } from '../hold/errors.js';
import type { HeldFile } from '../hold/hold-file.js';
import { LEDGER_UNAVAILABLE } from '../outage/errors.js';
import { promiseTry } from '../../turns.js';
import { runGroup, type Waiting } from './sqlite-group.js';

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

/** What more `sqliteStores` may be given. */
export interface SqliteOptions {
  /**
   * The hold on the database's file. Then nothing is answered once another file stands under its
   * name: what this process writes would be lost with its end.
   */
  readonly file?: HeldFile;
}

/**
 * Opens the ledger on a database of `node-sqlite3-wasm`, which nobody else may have open: hold its
 * file, and open it by the path of the hold.
 * 打开 SQLite 账本（单进程，WAL + FULL）。
 * @throws LEDGER_NOT_DURABLE when the database will not write ahead and flush
 * @throws LEDGER_NOT_DATABASE, FILE_DISK_FULL when the driver cannot read or write the file
 * @throws LEDGER_REPLACED when another file than the held one stands under its name; so does
 * every later call of the ledger
 * @example
 * import sqlite from 'node-sqlite3-wasm';
 * import { holdFile } from 'quancun/server/files';
 * const file = await holdFile('orders.db');
 * const database = new sqlite.Database(file.path);
 * const { ledger, guard, sessions } = await sqliteStores(database, { file });
 * await ledger.close();
 * await file.release();
 */
export async function sqliteStores(
  database: SqliteDatabase,
  { file }: SqliteOptions = {},
): Promise<SqlStores> {
  const expectSame = watchFile(file);
  // The driver opened it by its name, after the hold.
  expectSame();
  try {
    const wasKilled = file?.hasLog() === true;
    expectDurable(database);
    // A log of another file, played over this one, shows nowhere else.
    if (wasKilled) expectWhole(database, file.path);
    const prepared = statements(database);
    try {
      const stores = await openSqlStores(sqliteStore(database, prepared, expectSame));
      // Its log is as much the ledger as the file is.
      file?.watch('-wal');
      return stores;
    } catch (error) {
      // Whoever is refused can close the database: no statement of ours holds it open.
      prepared.finalize();
      throw error;
    }
  } catch (error) {
    throw openingError(error, file?.path ?? 'the database');
  }
}

function expectWhole(database: SqliteDatabase, file: string): void {
  const said = readPragma(database, 'quick_check');
  if (said === 'ok') return;
  throw new QuancunError(LEDGER_NOT_DATABASE, { details: { file } });
}

function expectDurable(database: SqliteDatabase): void {
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
}

/** Whether commits are flushed. The log is written in order, and read up to what is whole. */
function flushSwitch(database: SqliteDatabase): (isFlushed: boolean) => void {
  let isOn = true;
  return (isFlushed) => {
    if (isFlushed === isOn) return;
    // Not a prepared statement: SQLite does this one while it compiles it.
    database.exec(`PRAGMA synchronous = ${isFlushed ? 'FULL' : 'NORMAL'}`);
    isOn = isFlushed;
  };
}

/** Throws when the held file is not under its name any more, and from then on always. */
function watchFile(file: HeldFile | undefined): () => void {
  let isLost = false;
  return () => {
    isLost ||= file !== undefined && !file.isSame();
    if (isLost) throw new QuancunError(LEDGER_REPLACED, { details: { file: file?.path } });
  };
}

/** The driver has no codes: it says in words what SQLite says. */
function openingError(cause: unknown, file: string): unknown {
  const told = isQuancunError(cause, 'LEDGER_UNAVAILABLE') ? cause.cause : cause;
  const said = told instanceof Error ? told.message : '';
  if (/not a database|malformed/.test(said)) {
    return new QuancunError(LEDGER_NOT_DATABASE, { details: { file }, cause });
  }
  if (/disk I\/O error|disk is full|unable to open/.test(said)) {
    return new QuancunError(FILE_DISK_FULL, { details: { file }, cause });
  }
  return cause;
}

function readPragma(database: SqliteDatabase, name: string): unknown {
  const statement = database.prepare(`PRAGMA ${name}`);
  const [row] = statement.all() as Row[];
  statement.finalize();
  return row?.[name] ?? null;
}

function sqliteStore(
  database: SqliteDatabase,
  { sql, finalize }: ReturnType<typeof statements>,
  expectSame: () => void,
): SqlStore {
  const waiting: Waiting[] = [];
  const holds = createHolds();
  const flushing = flushSwitch(database);
  let draining: Promise<void> | undefined;
  let closing: Promise<void> | undefined;
  const drain = async (): Promise<void> => {
    // Whoever comes in this turn of the loop shares the flush.
    await Promise.resolve();
    while (waiting.length > 0) {
      const group = waiting.splice(0, MAX_GROUP);
      // The next commit that is flushed takes with it whatever was written before.
      flushing(group.some(({ isUnflushed }) => isUnflushed !== true));
      await runGroup(sql, group, expectSame);
    }
    draining = undefined;
  };
  const enter = <T>(work: (sql: Sql) => Promise<T>, how: Pick<Waiting, 'isUnflushed'>) =>
    new Promise<T>((resolve, reject) => {
      if (closing !== undefined) {
        reject(new QuancunError(LEDGER_UNAVAILABLE, { details: { problem: 'closed' } }));
        return;
      }
      waiting.push({ work, resolve, reject, ...how });
      draining ??= drain();
    });
  return {
    soleHolder: true,
    dialect: {
      counter: 'INTEGER PRIMARY KEY AUTOINCREMENT',
      // Its file is held for this process: nobody exchanges it meanwhile.
      identity: `'sqlite'`,
      reached: 'NULL',
      ownWords: [...SQLITE_WITNESS, splitNumbers((text) => `instr(${text})`), ...SQLITE_DAYS],
      oneView: [],
      skipTaken: '',
    },
    holdJournal: (journalId, name) => promiseTry(() => holds.hold(journalId, name)),
    liveJournals: () => Promise.resolve(holds.held()),
    transaction: (work) => enter(work, {}),
    // One process, one connection: whatever runs is alone.
    unflushed: (_alone, work) => enter(work, { isUnflushed: true }),
    brokenTable: (error) => {
      const message = error instanceof Error ? error.message : '';
      return /UNIQUE constraint failed: (\w+)\./.exec(message)?.[1];
    },
    close: () =>
      (closing ??= (async () => {
        await draining;
        finalize();
        // Closing ends the log under the name. It is another file's by now, when this throws.
        expectSame();
        database.close();
      })()),
  };
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

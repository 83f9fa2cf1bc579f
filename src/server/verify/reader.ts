/** How a ledger is read to be verified: in one moment, row by row, and without a change. */
import { asFailure } from '../ledger/pg-failures.js';
import type { PgClient, PgPool } from '../ledger/postgres.js';
import type { Row, SqlValue } from '../ledger/sql/store.js';

/** A database as it stands in one moment. */
export interface LedgerReader {
  all(text: string, values?: readonly SqlValue[]): Promise<readonly Row[]>;
  /** One row after the other: the past does not fit into memory. */
  stream(text: string): AsyncIterable<Row>;
  /** What the database finds wrong with its own file. */
  findDamage(): Promise<readonly string[]>;
  close(): Promise<void>;
}

/** The part of a read-only database of `node-sqlite3-wasm` that is used. */
export interface ReadableSqlite {
  exec(text: string): void;
  prepare(text: string): {
    all(values?: SqlValue[]): unknown[];
    iterate(values?: SqlValue[]): Iterable<unknown>;
    finalize(): void;
  };
  close(): void;
}

const FETCHED = 1000;

/**
 * Reads a SQLite file that nobody writes meanwhile; opened with `readOnly` it stays as it is, its
 * log with it.
 * 只读打开 SQLite 账本以供核对。
 * @example
 * import sqlite from 'node-sqlite3-wasm';
 * declare const copy: string;
 * const reader = sqliteReader(new sqlite.Database(copy, { readOnly: true }));
 * await reader.close();
 */
export function sqliteReader(database: ReadableSqlite): LedgerReader {
  // The wasm build keeps the log's index in its own memory: only for a file it has to itself.
  database.exec('PRAGMA locking_mode = EXCLUSIVE');
  const all = (text: string, values: readonly SqlValue[] = []): readonly Row[] => {
    const statement = database.prepare(text.replace(/\$(\d+)/g, '?$1'));
    try {
      return statement.all([...values]) as Row[];
    } finally {
      statement.finalize();
    }
  };
  return {
    all: async (text, values) => Promise.resolve(all(text, values)),
    stream: async function* (text) {
      const statement = database.prepare(text);
      try {
        for (const row of statement.iterate()) yield await Promise.resolve(row as Row);
      } finally {
        statement.finalize();
      }
    },
    findDamage: () => {
      const said = all('PRAGMA integrity_check(20)').map((row) => String(row.integrity_check));
      return Promise.resolve(said.filter((one) => one !== 'ok'));
    },
    close: () => {
      database.close();
      return Promise.resolve();
    },
  };
}

/**
 * Reads a PostgreSQL ledger in one moment; servers go on meanwhile.
 * 以只读快照读取 PostgreSQL 账本以供核对。
 * @example
 * import pg from 'pg';
 * declare const connectionString: string;
 * const reader = await postgresReader(new pg.Pool({ connectionString }));
 * await reader.close();
 */
export async function postgresReader(pool: PgPool): Promise<LedgerReader> {
  pool.on('error', () => undefined);
  const client: PgClient = await pool.connect().catch((error: unknown) => {
    throw asFailure(error, 'connect');
  });
  await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
  let cursors = 0;
  return {
    all: async (text, values = []) => (await client.query(text, [...values])).rows as Row[],
    stream: async function* (text) {
      cursors += 1;
      const cursor = `verified_${String(cursors)}`;
      await client.query(`DECLARE ${cursor} NO SCROLL CURSOR FOR ${text}`);
      for (;;) {
        const { rows } = await client.query(`FETCH ${String(FETCHED)} FROM ${cursor}`);
        if (rows.length === 0) break;
        for (const row of rows) yield row as Row;
      }
      await client.query(`CLOSE ${cursor}`);
    },
    findDamage: () => Promise.resolve([]),
    close: async () => {
      await client.query('ROLLBACK');
      client.release();
      await pool.end();
    },
  };
}

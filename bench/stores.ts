/** The stores that are measured: each opens a ledger, and can commit bare rows beside it. */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sqlite from 'node-sqlite3-wasm';
import type { Ledger, RequestGuard } from 'quancun/server';
import { postgresStores } from 'quancun/server/postgres';
import { sqliteStores } from 'quancun/server/sqlite';
import { createSchema, startPostgres } from '../test/support/postgres.js';

/** A store under test. */
export interface BenchStore {
  readonly name: string;
  /** Another one after `reopen`. */
  readonly ledger: Ledger;
  readonly guard: RequestGuard;
  readonly folder: string;
  /** One row, durable when it resolves: the least that any ledger could do. */
  commitRow(client: number): Promise<void>;
  /** Statements on the ledger's own database, to fill it. */
  run(text: string): Promise<void>;
  /** Closes the ledger, and opens it as a server does that starts. */
  reopen(): Promise<void>;
  /** What the ledger takes on its disk, with its indexes. */
  sizeBytes(): Promise<number>;
  close(): Promise<void>;
}

const ROW = 'INSERT INTO bare (text) VALUES';
const TEXT = "('a row of about the size of an attempt, with its order, counter and time')";

/** SQLite: WAL, synchronous FULL; the bare rows go to a database of their own beside it. */
export async function openSqlite(): Promise<BenchStore> {
  const folder = mkdtempSync(join(tmpdir(), 'quancun-bench-'));
  const file = join(folder, 'orders.db');
  let database = new sqlite.Database(file);
  let stores = await sqliteStores(database);
  const bare = new sqlite.Database(join(folder, 'bare.db'));
  for (const line of ['locking_mode = EXCLUSIVE', 'journal_mode = WAL', 'synchronous = FULL']) {
    bare.exec(`PRAGMA ${line}`);
  }
  bare.exec('CREATE TABLE bare (text TEXT)');
  return {
    name: 'SQLite',
    get ledger() {
      return stores.ledger;
    },
    get guard() {
      return stores.guard;
    },
    folder,
    commitRow: () => {
      bare.exec(`${ROW} ${TEXT}`);
      return Promise.resolve();
    },
    run: (text) => {
      // Room for the indexes while it is filled; `reopen` takes it away again.
      database.exec('PRAGMA cache_size = -1000000');
      database.exec(text);
      return Promise.resolve();
    },
    reopen: async () => {
      await stores.ledger.close();
      database = new sqlite.Database(file);
      stores = await sqliteStores(database);
    },
    sizeBytes: () => Promise.resolve(statSync(file).size),
    close: async () => {
      await stores.ledger.close();
      bare.close();
      rmSync(folder, { recursive: true });
    },
  };
}

/** PostgreSQL: one that is started here, or DATABASE_URL's. */
export async function openPostgres(): Promise<BenchStore> {
  const folder = mkdtempSync(join(tmpdir(), 'quancun-bench-'));
  const postgres = await startPostgres();
  const schema = `bench_${String(process.pid)}`;
  await createSchema(postgres, schema);
  let stores = await postgresStores(postgres.pool(schema, 16));
  const bare = postgres.pool(schema, 16);
  await bare.query('CREATE TABLE bare (text TEXT)');
  return {
    name: 'PostgreSQL',
    get ledger() {
      return stores.ledger;
    },
    get guard() {
      return stores.guard;
    },
    folder,
    commitRow: async () => {
      await bare.query(`${ROW} ${TEXT}`);
    },
    run: async (text) => {
      await bare.query(text);
    },
    reopen: async () => {
      await stores.ledger.close();
      stores = await postgresStores(postgres.pool(schema, 16));
    },
    sizeBytes: async () => {
      const { rows } = await bare.query<{ bytes: string }>(
        `SELECT SUM(pg_total_relation_size(oid)) AS bytes FROM pg_class
          WHERE relnamespace = '${schema}'::regnamespace AND relkind = 'r'`,
      );
      return Number(rows[0]?.bytes);
    },
    close: async () => {
      await stores.ledger.close();
      await postgres.stop();
      rmSync(folder, { recursive: true });
    },
  };
}

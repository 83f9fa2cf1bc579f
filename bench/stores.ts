/** The stores that are measured: each opens a ledger, and can commit bare rows beside it. */
import { mkdtempSync, rmSync } from 'node:fs';
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
  readonly ledger: Ledger;
  readonly guard: RequestGuard;
  readonly folder: string;
  /** One row, durable when it resolves: the least that any ledger could do. */
  commitRow(client: number): Promise<void>;
  /** Statements on the ledger's own database, to fill it. */
  run(text: string): Promise<void>;
  close(): Promise<void>;
}

const ROW = 'INSERT INTO bare (text) VALUES';
const TEXT = "('a row of about the size of an attempt, with its order, counter and time')";

/** SQLite: WAL, synchronous FULL; the bare rows go to a database of their own beside it. */
export async function openSqlite(): Promise<BenchStore> {
  const folder = mkdtempSync(join(tmpdir(), 'quancun-bench-'));
  const database = new sqlite.Database(join(folder, 'orders.db'));
  const { ledger, guard } = await sqliteStores(database);
  const bare = new sqlite.Database(join(folder, 'bare.db'));
  for (const line of ['locking_mode = EXCLUSIVE', 'journal_mode = WAL', 'synchronous = FULL']) {
    bare.exec(`PRAGMA ${line}`);
  }
  bare.exec('CREATE TABLE bare (text TEXT)');
  return {
    name: 'SQLite',
    ledger,
    guard,
    folder,
    commitRow: () => {
      bare.exec(`${ROW} ${TEXT}`);
      return Promise.resolve();
    },
    run: (text) => {
      database.exec(text);
      return Promise.resolve();
    },
    close: async () => {
      await ledger.close();
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
  const { ledger, guard } = await postgresStores(postgres.pool(schema, 16));
  const bare = postgres.pool(schema, 16);
  await bare.query('CREATE TABLE bare (text TEXT)');
  return {
    name: 'PostgreSQL',
    ledger,
    guard,
    folder,
    commitRow: async () => {
      await bare.query(`${ROW} ${TEXT}`);
    },
    run: async (text) => {
      await bare.query(text);
    },
    close: async () => {
      await ledger.close();
      await postgres.stop();
      rmSync(folder, { recursive: true });
    },
  };
}

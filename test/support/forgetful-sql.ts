/**
 * SQL databases that forget: after each write all rows are copied, and a copy is put back. Under
 * PostgreSQL the servers run on, and what they keep in memory is not what stands in the tables any
 * more; a SQLite file is held by one process, which has to be started anew. One database serves all
 * stories of a file, emptied in the same way.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sqlite from 'node-sqlite3-wasm';
import type pg from 'pg';
import type { Ledger } from '../../src/server/index.js';
import { postgresStores } from '../../src/server/ledger/postgres.js';
import { sqliteStores } from '../../src/server/ledger/sqlite.js';
import { createTurns } from '../../src/turns.js';
import { WRITES } from './forgetful-database.js';

type Rows = readonly Record<string, unknown>[];
/** All rows by table. */
type Copy = ReadonlyMap<string, Rows>;

/** A database with its servers' ledgers. */
export type ForgetfulSql = Awaited<ReturnType<typeof forgetful>>;

interface Engine {
  /** Of each server process; there are two. */
  ledger(server: number): Ledger;
  copy(): Promise<Copy>;
  /** `asAnother`: as if the tables were another database's. */
  putBack(copy: Copy, asAnother: boolean): Promise<void>;
  close(): Promise<void>;
  /** Whether nobody runs on when it is put back. */
  readonly endsServers: boolean;
}

async function forgetful({ ledger, copy, putBack, close, endsServers }: Engine) {
  const empty = await copy();
  let history: Copy[] = [];
  const inTurn = createTurns();
  const releases = new Map<string, () => Promise<void>>();
  const drop = async (journalId: string): Promise<void> => {
    await releases.get(journalId)?.();
    releases.delete(journalId);
  };
  const wrap = (inner: Ledger): Ledger => {
    const wrapped: Record<string, unknown> = { ...inner };
    for (const name of WRITES) {
      const write = inner[name] as (...args: unknown[]) => Promise<unknown>;
      wrapped[name] = (...args: unknown[]) =>
        inTurn(async () => {
          const answer = await write(...args);
          history.push(await copy());
          return answer;
        });
    }
    const holdJournal: Ledger['holdJournal'] = async (journalId, name) => {
      releases.set(journalId, await inner.holdJournal(journalId, name));
      return () => drop(journalId);
    };
    return { ...(wrapped as unknown as Ledger), holdJournal };
  };
  return {
    /** The database as it was when it was new. */
    open: async () => {
      for (const journalId of releases.keys()) await drop(journalId);
      await putBack(empty, false);
      history = [empty];
      let servers = 0;
      return {
        endsServers,
        connect: () => wrap(ledger(servers++ % 2)),
        writes: () => history.length - 1,
        forget: async (lose: number, restarted: boolean): Promise<void> => {
          history = history.slice(0, Math.max(1, history.length - lose));
          await putBack(history.at(-1) ?? empty, restarted);
        },
        drop,
      };
    },
    close,
  };
}

/** A SQLite file, which one process holds: both servers are of that process. */
export async function forgetfulSqlite() {
  const folder = mkdtempSync(join(tmpdir(), 'quancun-forgetful-'));
  const file = join(folder, 'orders.db');
  let database = new sqlite.Database(file);
  let { ledger } = await sqliteStores(database);
  const rowsOf = (statement: string): Rows => database.all(statement);
  // The counts come last: what fills the orders counts them.
  const tables = rowsOf(`SELECT name FROM sqlite_master WHERE type = 'table'
    AND name NOT LIKE 'sqlite_%' ORDER BY name = 'order_count'`).map(({ name }) => String(name));
  const fill = (table: string, rows: Rows): void => {
    for (const row of rows) {
      const columns = Object.keys(row);
      const places = columns.map(() => '?').join(', ');
      const insert = `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${places})`;
      database.run(insert, Object.values(row) as string[]);
    }
  };
  return forgetful({
    endsServers: true,
    ledger: () => ledger,
    copy: () =>
      Promise.resolve(new Map(tables.map((one) => [one, rowsOf(`SELECT * FROM ${one}`)]))),
    putBack: async (copy, asAnother) => {
      await ledger.close();
      database = new sqlite.Database(file);
      // Without shared memory its log is only read by one process alone.
      database.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA foreign_keys = OFF; BEGIN');
      for (const table of tables) database.exec(`DELETE FROM ${table}`);
      for (const table of tables) {
        database.exec(`DELETE FROM ${table}`);
        fill(table, copy.get(table) ?? []);
      }
      if (asAnother) database.exec(`UPDATE ledger_state SET identity = 'another'`);
      database.exec('COMMIT');
      ({ ledger } = await sqliteStores(database));
    },
    close: async () => {
      await ledger.close();
      rmSync(folder, { recursive: true, force: true });
    },
  });
}

/** A schema of PostgreSQL, under two ledgers with connections of their own. */
export async function forgetfulPostgres(connect: () => pg.Pool) {
  const open = async (): Promise<Ledger> => (await postgresStores(connect())).ledger;
  const ledgers = [await open(), await open()] as const;
  const pool = connect();
  const { rows: names } = await pool.query<{ name: string }>(
    `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = current_schema()`,
  );
  const tables = names.map(({ name }) => name);
  const all = tables
    .map(
      (name) => `SELECT '${name}' AS name, (SELECT jsonb_agg(to_jsonb(t)) FROM ${name} t) AS rows`,
    )
    .join(' UNION ALL ');
  return forgetful({
    endsServers: false,
    ledger: (server) => (server === 0 ? ledgers[0] : ledgers[1]),
    copy: async () => {
      const { rows } = await pool.query<{ name: string; rows: Rows | null }>(all);
      return new Map(rows.map((one) => [one.name, one.rows ?? []]));
    },
    putBack: async (copy, asAnother) => {
      const client = await pool.connect();
      // As a copy of the disk would: no trigger and no foreign key looks on.
      await client.query('BEGIN; SET LOCAL session_replication_role = replica');
      for (const table of tables) {
        // A table that is emptied at once gets a new file, which is another one than before.
        const isNew = asAnother && table === 'journal';
        await client.query(isNew ? 'TRUNCATE journal' : `DELETE FROM ${table}`);
        await client.query(
          `INSERT INTO ${table} OVERRIDING SYSTEM VALUE
            SELECT * FROM jsonb_populate_recordset(NULL::${table}, $1)`,
          [JSON.stringify(copy.get(table) ?? [])],
        );
      }
      await client.query('COMMIT');
      client.release();
    },
    close: async () => {
      for (const ledger of ledgers) await ledger.close();
      if (!pool.ended) await pool.end();
    },
  });
}

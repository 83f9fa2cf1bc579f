/**
 * The PostgreSQL ledger: one database, any number of server processes. Nothing is kept in the
 * process; a decision is committed against the revisions it was made from.
 */
import { QuancunError } from '../../errors.js';
import { POSTGRES_WITNESS } from './sql/schema-witness.js';
import { openSqlStores, type SqlStores } from './sql/stores.js';
import type { Row, Sql, SqlValue } from './sql/store.js';
import { LEDGER_NOT_DURABLE } from '../errors.js';
import { openPgRoad } from './postgres/road.js';
import {
  faultOf,
  PASSING,
  type PgStore,
  type Prepared,
  UNIQUE_VIOLATION,
} from './postgres/store.js';

export type { SqlStores, SqlValue };

/** The part of a client of `pg` that is used. */
export interface PgClient {
  query(
    text: string | Prepared,
    values?: SqlValue[],
  ): Promise<{ readonly rows: unknown[]; readonly rowCount: number | null }>;
  /** With an error the connection is thrown away. */
  release(error?: boolean): void;
}

/** The part of a pool of `pg` that is used. */
export interface PgPool {
  connect(): Promise<PgClient>;
  end(): Promise<void>;
  on(event: 'error', listener: () => void): unknown;
}

/** How often a transaction is run again that others were in the way of. */
const MAX_RETRIES = 8;

/**
 * Opens the ledger on a pool of `pg`.
 * 打开 PostgreSQL 账本（多进程）。
 * @throws LEDGER_NOT_DURABLE when the server answers commits before they are on the disk
 * @example
 * import pg from 'pg';
 * declare const connectionString: string;
 * const pool = new pg.Pool({ connectionString });
 * const { ledger, guard, sessions } = await postgresStores(pool);
 */
export async function postgresStores(pool: PgPool): Promise<SqlStores> {
  // An idle connection that breaks is replaced; without a listener Node would end the process.
  pool.on('error', () => undefined);
  const store = postgresStore(pool);
  const [fsync, commit] = await store.transaction(async (sql) => [
    await sql.all('SHOW fsync'),
    await sql.all('SHOW synchronous_commit'),
  ]);
  if (fsync?.[0]?.fsync !== 'on' || commit?.[0]?.synchronous_commit === 'off') {
    throw new QuancunError(LEDGER_NOT_DURABLE, { details: { mode: 'postgres' } });
  }
  const stores = await openSqlStores(store);
  const road = await openPgRoad(store, stores.ledger);
  return { ...stores, ledger: { ...stores.ledger, ...road } };
}

function postgresStore(pool: PgPool): PgStore {
  return {
    dialect: {
      counter: 'BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY',
      identity: `(pg_postmaster_start_time()::text || ' ' || 'journal'::regclass::oid::text)`,
      ownWords: POSTGRES_WITNESS,
    },
    holdJournal: () => Promise.resolve(() => Promise.resolve()),
    liveJournals: () => Promise.resolve([]),
    transaction: async (work) => {
      for (let tries = 0; ; tries += 1) {
        try {
          return await runOnce(pool, work);
        } catch (error) {
          if (tries >= MAX_RETRIES || !PASSING.includes(faultOf(error).code)) throw error;
        }
      }
    },
    brokenTable: (error) =>
      faultOf(error).code === UNIQUE_VIOLATION ? (faultOf(error).table ?? '') : undefined,
    one: (statement) => runOne(pool, statement),
    close: () => pool.end(),
  };
}

/** One statement: it needs neither BEGIN nor COMMIT. */
async function runOne(pool: PgPool, statement: Prepared): Promise<readonly Row[]> {
  const client = await pool.connect();
  try {
    const { rows } = await client.query(statement);
    client.release();
    return rows as readonly Row[];
  } catch (error) {
    // An error of PostgreSQL leaves the connection as good as it was, any other one does not.
    client.release(faultOf(error).code.length !== 5);
    throw error;
  }
}

async function runOnce<T>(pool: PgPool, work: (sql: Sql) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    const value = await work(statements(client));
    await client.query('COMMIT');
    client.release();
    return value;
  } catch (error) {
    // A connection that cannot even roll back is of no use to anybody.
    const broken = await client.query('ROLLBACK').then(
      () => false,
      () => true,
    );
    client.release(broken);
    throw error;
  }
}

function statements(client: PgClient): Sql {
  return {
    all: async (text, values = []) =>
      (await client.query(text, [...values])).rows as readonly Row[],
    run: async (text, values = []) => (await client.query(text, [...values])).rowCount ?? 0,
  };
}

/**
 * The PostgreSQL ledger: one database, any number of server processes. Nothing is kept in the
 * process; a decision is committed against the revisions it was made from.
 */
import { QuancunError } from '../../errors.js';
import { postgresPresence } from './postgres-presence.js';
import { openSqlStores, type SqlStores } from './sql/stores.js';
import type { Row, Sql, SqlStore, SqlValue } from './sql/store.js';
import { LEDGER_NOT_DURABLE } from '../errors.js';

export type { SqlStores, SqlValue };

/** The part of a client of `pg` that is used. */
export interface PgClient {
  query(
    text: string,
    values?: SqlValue[],
  ): Promise<{ readonly rows: unknown[]; readonly rowCount: number | null }>;
  /** With an error the connection is thrown away. */
  release(error?: boolean): void;
  on?(event: 'error', listener: () => void): unknown;
}

/** The part of a pool of `pg` that is used. */
export interface PgPool {
  connect(): Promise<PgClient>;
  end(): Promise<void>;
  on(event: 'error', listener: () => void): unknown;
}

/** Serialisation failure and deadlock: the whole transaction is run again. */
const RETRY = ['40001', '40P01'];
const MAX_RETRIES = 8;
const UNIQUE_VIOLATION = '23505';

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
  return openSqlStores(store);
}

/**
 * What makes a database the one it was: the cluster, its timeline, the run of its server, the
 * database, the table of journals and its file. Times as numbers: their text is the session's.
 */
const IDENTITY = `(
  (SELECT system_identifier FROM pg_control_system())::text
  || ' ' || substr(pg_walfile_name(pg_current_wal_insert_lsn()), 1, 8)
  || ' ' || extract(epoch FROM pg_postmaster_start_time())::text
  || ' ' || (SELECT oid FROM pg_database WHERE datname = current_database())::text
  || ' ' || 'journal'::regclass::oid::text
  || ' ' || pg_relation_filenode('journal')::text)`;

function postgresStore(pool: PgPool): SqlStore {
  const presence = postgresPresence(pool);
  return {
    dialect: {
      counter: 'BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY',
      identity: IDENTITY,
      reached: `(pg_current_wal_insert_lsn() - '0/0')`,
    },
    holdJournal: (journalId, name) => presence.hold(journalId, name),
    liveJournals: () => presence.live(),
    transaction: async (work) => {
      for (let tries = 0; ; tries += 1) {
        try {
          return await runOnce(pool, work);
        } catch (error) {
          if (tries >= MAX_RETRIES || !RETRY.includes(codeOf(error))) throw error;
        }
      }
    },
    brokenTable: (error) =>
      codeOf(error) === UNIQUE_VIOLATION
        ? String((error as { readonly table?: unknown }).table)
        : undefined,
    close: async () => {
      await presence.close();
      await pool.end();
    },
  };
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

function codeOf(error: unknown): string {
  return error instanceof Error ? String((error as { readonly code?: unknown }).code) : '';
}

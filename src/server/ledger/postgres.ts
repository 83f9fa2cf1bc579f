/**
 * The PostgreSQL ledger: one database, any number of server processes. Nothing is kept in the
 * process; a decision is committed against the revisions it was made from.
 */
import { QuancunError } from '../../errors.js';
import { LEDGER_BUSY } from '../../signing/errors.js';
import { LEDGER_NOT_DURABLE } from '../errors.js';
import { LEDGER_READ_ONLY } from '../outage/errors.js';
import { sqlStateOf } from './pg-failures.js';
import { type GuardedPool, guardPool, type Held, type PgPool } from './pg-pool.js';
import { pgSignals } from './pg-signals.js';
import { type StandingConnection, standingConnection } from './pg-standing.js';
import { POSTGRES_DAYS } from './sql/schema-days.js';
import { splitNumbers } from './sql/schema-payments.js';
import { POSTGRES_WITNESS } from './sql/schema-witness.js';
import { postgresPresence } from './postgres-presence.js';
import { openSqlStores, type SqlStores } from './sql/stores.js';
import type { Row, Sql, SqlValue } from './sql/store.js';
import { expectWhole } from './postgres/expect-whole.js';
import { openPgRoad } from './postgres/road.js';
import { PASSING, type PgStore, type Prepared, UNIQUE_VIOLATION } from './postgres/store.js';
import type { Doing } from './pg-failures.js';

export type { PgClient, PgNotification, PgPool } from './pg-pool.js';
export { postgresOptions, type PostgresPoolOptions } from './pg-options.js';
export type { Prepared, SqlStores, SqlValue };

/** What may be set. */
export interface PostgresStoresOptions {
  /**
   * How long a connection of the pool, and then each statement, is waited for; a connection that
   * did not answer is cut. Above `statement_timeout`, so that a living server speaks first.
   * Default: 10,000.
   */
  readonly timeoutMs?: number;
}

/** How often a transaction is run again that others were in the way of. */
const MAX_RETRIES = 8;

/**
 * Opens the ledger on a pool of `pg`.
 * 打开 PostgreSQL 账本（多进程）。
 *
 * A server with remote cards takes one connection of the pool, and keeps it: allow two at least.
 * @throws LEDGER_NOT_DURABLE when the server answers commits before they are on the disk;
 *   LEDGER_READ_ONLY, LEDGER_ACCESS_DENIED, LEDGER_DATABASE_UNKNOWN, LEDGER_UNAVAILABLE,
 *   LEDGER_NEWER; all but the first and the last from every method later, too
 * @example
 * import pg from 'pg';
 * declare const connectionString: string;
 * const pool = new pg.Pool(postgresOptions(connectionString));
 * const { ledger, guard, sessions } = await postgresStores(pool);
 */
export async function postgresStores(
  pool: PgPool,
  { timeoutMs = 10_000 }: PostgresStoresOptions = {},
): Promise<SqlStores> {
  const guarded = guardPool(pool, timeoutMs);
  const store = postgresStore(guarded, standingConnection(guarded));
  await store.transaction(expectWritable);
  const stores = await openSqlStores(store);
  await store.transaction(expectWhole);
  const road = await openPgRoad(store, stores.ledger);
  const whole = { expectWhole: () => store.transaction(expectWhole) };
  return { ...stores, ledger: { ...stores.ledger, ...road, ...whole } };
}

async function expectWritable(sql: Sql): Promise<void> {
  const shown = async (name: string): Promise<unknown> =>
    (await sql.all(`SHOW ${name}`))[0]?.[name];
  if ((await shown('fsync')) !== 'on' || (await shown('synchronous_commit')) === 'off') {
    throw new QuancunError(LEDGER_NOT_DURABLE, { details: { mode: 'postgres' } });
  }
  // A standby says so of each transaction, and so does a role that was set to read.
  if ((await shown('transaction_read_only')) === 'on') throw new QuancunError(LEDGER_READ_ONLY);
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

function postgresStore(pool: GuardedPool, standing: StandingConnection): PgStore {
  const presence = postgresPresence(pool);
  return {
    dialect: {
      counter: 'BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY',
      identity: IDENTITY,
      reached: `(pg_current_wal_insert_lsn() - '0/0')`,
      ownWords: [...POSTGRES_WITNESS, splitNumbers((text) => `strpos(${text})`), ...POSTGRES_DAYS],
      oneView: ['SET TRANSACTION ISOLATION LEVEL REPEATABLE READ'],
      skipTaken: 'FOR UPDATE SKIP LOCKED',
    },
    holdJournal: (journalId, name) => presence.hold(journalId, name),
    liveJournals: () => presence.live(),
    signals: pgSignals(standing),
    transaction: (work) => retried(() => runOnce(pool, work)),
    unflushed: (alone, work) =>
      retried(() =>
        runOnce(
          pool,
          async (sql) => {
            if (alone.length > 0) await sql.run(TAKE_ALONE, [JSON.stringify([...alone].sort())]);
            // Another statement: it sees what those wrote that were waited for.
            return work(sql);
          },
          'BEGIN; SET LOCAL synchronous_commit TO off',
        ),
      ),
    brokenTable: (error) =>
      sqlStateOf(error) === UNIQUE_VIOLATION
        ? String((error as { readonly table?: unknown }).table)
        : undefined,
    // A batch and a new order know what to do about others: they look again first.
    one: (statement, doing) =>
      doing === 'commit'
        ? runOne(pool, statement, doing)
        : retried(() => runOne(pool, statement, doing)),
    close: async () => {
      await presence.close();
      await standing.close();
      await pool.close();
    },
  };
}

/** One statement: it needs neither BEGIN nor COMMIT. */
async function runOne(
  pool: GuardedPool,
  statement: Prepared,
  doing: Doing = 'query',
): Promise<readonly Row[]> {
  const held = await pool.hold();
  try {
    const { rows } = await held.query(statement, [], doing);
    held.release();
    return rows as readonly Row[];
  } catch (error) {
    // An error of PostgreSQL leaves the connection as good as it was, any other one does not.
    if (sqlStateOf(error) === undefined) held.destroy();
    else held.release();
    throw error;
  }
}

/** In the order of the names, so that none waits in a circle; let go with the transaction. */
const TAKE_ALONE = `SELECT pg_advisory_xact_lock(hashtextextended(name, 0))
  FROM json_array_elements_text($1) AS name`;

async function retried<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 0; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      if (!PASSING.includes(sqlStateOf(error) ?? '')) throw error;
      if (tries >= MAX_RETRIES) throw new QuancunError(LEDGER_BUSY, { cause: error });
    }
  }
}

async function runOnce<T>(
  pool: GuardedPool,
  work: (sql: Sql) => Promise<T>,
  begin = 'BEGIN',
): Promise<T> {
  const held = await pool.hold();
  try {
    await held.query(begin);
    const value = await work(statements(held));
    await held.query('COMMIT', [], 'commit');
    held.release();
    return value;
  } catch (error) {
    // A connection that cannot even roll back is of no use to anybody.
    await held.query('ROLLBACK').then(held.release, held.destroy);
    throw error;
  }
}

function statements(held: Held): Sql {
  return {
    all: async (text, values) => (await held.query(text, values)).rows as readonly Row[],
    run: async (text, values) => (await held.query(text, values)).rowCount ?? 0,
  };
}

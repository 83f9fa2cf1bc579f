/** Options of a pool of `pg` that suit the ledger. */

/** What `new pg.Pool` takes, as far as it is set here. */
export interface PostgresPoolOptions {
  readonly connectionString: string;
  /** Connections, at most. */
  readonly max: number;
  /** For a free place in the pool, and for a connection to be made. */
  readonly connectionTimeoutMillis: number;
  readonly statement_timeout: number;
  readonly idle_in_transaction_session_timeout: number;
  /** The host asks an idle peer whether it lives. */
  readonly keepAlive: boolean;
  readonly keepAliveInitialDelayMillis: number;
}

/**
 * The pool options that are recommended: every wait has an end, on both sides.
 * 推荐的连接池参数：各种等待均有时限。
 *
 * A parameter of the connection string wins (`?statement_timeout=5000`). A pooler that refuses
 * unknown parameters has to be told of the two of the server's (`ignore_startup_parameters`).
 * @example
 * import pg from 'pg';
 * declare const connectionString: string;
 * const pool = new pg.Pool({ ...postgresOptions(connectionString), max: 32 });
 */
export function postgresOptions(connectionString: string): PostgresPoolOptions {
  return {
    connectionString,
    max: 16,
    connectionTimeoutMillis: 5_000,
    statement_timeout: 8_000,
    idle_in_transaction_session_timeout: 10_000,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
  };
}

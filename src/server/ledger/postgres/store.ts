/** What the road needs of a PostgreSQL database, besides transactions. */
import type { Doing } from '../pg-failures.js';
import type { Row, SqlStore, SqlValue } from '../sql/store.js';

/** A statement that each connection plans once, under its name. */
export interface Prepared {
  readonly name: string;
  readonly text: string;
  readonly values: SqlValue[];
}

/** A PostgreSQL database. */
export interface PgStore extends SqlStore {
  /** Runs a statement that is a transaction of its own: of one that writes, `commit`. */
  one(statement: Prepared, doing?: Doing): Promise<readonly Row[]>;
}

/** What PostgreSQL says of an error. */
export interface PgFault {
  /** SQLSTATE. */
  readonly code: string;
  readonly message: string;
  readonly schema?: string;
  readonly table?: string;
}

/** Serialisation failure and deadlock: the same again may pass. */
export const PASSING: readonly string[] = ['40001', '40P01'];
/** A value stands there already. */
export const UNIQUE_VIOLATION = '23505';

/** An error as PostgreSQL's, as far as it is one. */
export function faultOf(error: unknown): PgFault {
  if (!(error instanceof Error)) return { code: '', message: '' };
  const { code, table, schema } = error as Partial<Record<'code' | 'table' | 'schema', unknown>>;
  return {
    code: typeof code === 'string' ? code : '',
    message: error.message,
    ...(typeof table === 'string' ? { table } : {}),
    ...(typeof schema === 'string' ? { schema } : {}),
  };
}

/**
 * Group commit: transactions that wait for each other share one flush, and none is answered before
 * it.
 */
import { isQuancunError, QuancunError } from '../../errors.js';
import { LEDGER_READ_ONLY, LEDGER_UNAVAILABLE } from '../outage/errors.js';
import type { Sql } from './sql/store.js';

/** A transaction that waits for its turn. */
export interface Waiting {
  readonly work: (sql: Sql) => Promise<unknown>;
  /** A power cut may take it back. */
  readonly isUnflushed?: true;
  readonly resolve: (value: never) => void;
  readonly reject: (error: unknown) => void;
}

type Doing = 'before COMMIT' | 'COMMIT';

/** The disk, or the file on it: nothing is wrong with what was asked. */
const AWAY = /disk is full|disk I\/O error|unable to open|database is locked|out of memory/;

/** After a flush that failed nobody knows what a power loss would leave. */
function asFailure(error: unknown, doing: Doing): unknown {
  const message = error instanceof Error && !isQuancunError(error) ? error.message : '';
  if (message.includes('readonly database'))
    return new QuancunError(LEDGER_READ_ONLY, { cause: error });
  const [problem] = AWAY.exec(message) ?? [];
  if (problem === undefined) return error;
  const money = doing === 'COMMIT' ? 'in-doubt' : 'untouched';
  return new QuancunError(LEDGER_UNAVAILABLE, { details: { problem }, money, cause: error });
}

/**
 * Answers are given after the flush, and all of them fail when it does, or the file is gone. The
 * works run without savepoints first: when one of them is refused all are run again, each in a
 * savepoint of its own.
 */
export async function runGroup(
  sql: Sql,
  group: readonly Waiting[],
  expectSame: () => void,
): Promise<void> {
  try {
    const values = await inTransaction(sql, expectSame, () => runAll(sql, group));
    group.forEach(({ resolve }, at) => {
      resolve(values[at] as never);
    });
  } catch (error) {
    const [only] = group;
    if (group.length === 1 && only !== undefined) only.reject(error);
    else await runApart(sql, group, expectSame);
  }
}

async function runAll(sql: Sql, group: readonly Waiting[]): Promise<unknown[]> {
  const values: unknown[] = [];
  for (const { work } of group) values.push(await work(sql));
  return values;
}

async function runApart(
  sql: Sql,
  group: readonly Waiting[],
  expectSame: () => void,
): Promise<void> {
  try {
    const answers = await inTransaction(sql, expectSame, async () => {
      const ends: (() => void)[] = [];
      for (const one of group) ends.push(await runInSavepoint(sql, one));
      return ends;
    });
    for (const answer of answers) answer();
  } catch (error) {
    for (const { reject } of group) reject(error);
  }
}

/** What is to be answered once the group is on the disk. A full disk undoes the whole group. */
async function runInSavepoint(sql: Sql, { work, resolve, reject }: Waiting): Promise<() => void> {
  await sql.run('SAVEPOINT one');
  try {
    const value = await work(sql);
    await sql.run('RELEASE one');
    return () => {
      resolve(value as never);
    };
  } catch (error) {
    if (asFailure(error, 'before COMMIT') !== error) throw error;
    await sql.run('ROLLBACK TO one');
    await sql.run('RELEASE one');
    return () => {
      reject(error);
    };
  }
}

async function inTransaction<T>(
  sql: Sql,
  expectSame: () => void,
  work: () => Promise<T>,
): Promise<T> {
  let doing: Doing = 'before COMMIT';
  try {
    expectSame();
    await sql.run('BEGIN IMMEDIATE');
    const value = await work();
    doing = 'COMMIT';
    await sql.run('COMMIT');
    expectSame();
    return value;
  } catch (error) {
    // A failed COMMIT may have rolled back by itself.
    await sql.run('ROLLBACK').catch(() => undefined);
    throw asFailure(error, doing);
  }
}

/** The tries of passwords, in a table: one row each. */
import type { PersonBook } from '../../persons/book.js';
import {
  type CountedTry,
  findTryPlace,
  type LoginTry,
  TRY_LIFE_MS,
  type TryPlace,
  UNDECIDED_MS,
} from '../../persons/login-rule.js';
import { text } from './columns.js';
import type { Row, Sql, SqlStore } from './store.js';

/** Those methods of the book. */
export function openLoginTries(store: SqlStore): Pick<PersonBook, 'takeTry' | 'endTry'> {
  return {
    // Whoever counts towards the same device, or the same person, waits until this one stands.
    takeTry: (asked) =>
      store.unflushed([`logins at ${asked.keyId}`, `logins of ${asked.personId}`], (sql) =>
        takeTry(sql, asked),
      ),
    endTry: async ({ tryId, keyId, personId }, isRight) => {
      await store.unflushed([], async (sql) => {
        if (!isRight) {
          await sql.run('UPDATE login_try SET is_wrong = 1 WHERE try_id = $1', [tryId]);
          return;
        }
        await sql.run(
          `DELETE FROM login_try WHERE try_id = $1
            OR (key_id = $2 AND person_id = $3 AND is_wrong = 1)`,
          [tryId, keyId, personId],
        );
        await sql.run(UNLOCK, [personId]);
      });
    },
  };
}

/** A new password: nothing that was wrong before counts for this person. */
export async function forgetTries(sql: Sql, personId: string): Promise<void> {
  await sql.run('DELETE FROM login_try WHERE person_id = $1', [personId]);
  await sql.run(UNLOCK, [personId]);
}

const UNLOCK = 'UPDATE person SET tries = 0, locked_until_ms = NULL WHERE person_id = $1';

async function takeTry(sql: Sql, asked: LoginTry): Promise<TryPlace> {
  const { tryId, keyId, personId, atMs } = asked;
  const sinceMs = atMs - TRY_LIFE_MS;
  await sql.run('DELETE FROM login_try WHERE key_id = $1 AND at_ms <= $2', [keyId, sinceMs]);
  const rows = await sql.all(
    `SELECT person_id, key_id, at_ms, is_wrong FROM login_try
      WHERE (key_id = $1 OR person_id = $2) AND at_ms > $3`,
    [keyId, personId, sinceMs],
  );
  const place = findTryPlace(
    asked,
    rows.map((row) => readTry(row, atMs)),
  );
  if (place.is !== 'taken') return place;
  await sql.run(
    `INSERT INTO login_try (try_id, person_id, key_id, at_ms, is_wrong)
      VALUES ($1, $2, $3, $4, 0)`,
    [tryId, personId, keyId, atMs],
  );
  if (place.lockedUntilMs !== undefined) {
    await sql.run('UPDATE person SET locked_until_ms = $2 WHERE person_id = $1', [
      ...[personId, place.lockedUntilMs],
    ]);
  }
  return place;
}

function readTry(row: Row, nowMs: number): CountedTry {
  const atMs = Number(row.at_ms);
  return {
    ...{ personId: text(row.person_id), keyId: text(row.key_id), atMs },
    isWrong: Number(row.is_wrong) === 1 || atMs <= nowMs - UNDECIDED_MS,
  };
}

/** The tries of passwords, in a table: one row each. */
import type { PersonBook } from '../../persons/book.js';
import {
  type CountedTry,
  findTryPlace,
  type LoginTry,
  sumWrongLogins,
  TRY_LIFE_MS,
  type TryPlace,
  UNDECIDED_MS,
} from '../../persons/login-rule.js';
import { text } from './columns.js';
import type { Row, Sql, SqlStore } from './store.js';

/** Those methods of the book. */
export function openLoginTries(
  store: SqlStore,
): Pick<PersonBook, 'takeTry' | 'endTry' | 'findWrongLogins' | 'clearTries'> {
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
    findWrongLogins: (nowMs) =>
      store.transaction(async (sql) => {
        const rows = await sql.all(
          `SELECT t.person_id, t.key_id, t.at_ms, t.is_wrong FROM login_try t
            JOIN person p ON p.person_id = t.person_id
            WHERE t.is_wrong <> ${CLEARED} AND t.at_ms > $1 ORDER BY t.at_ms`,
          [nowMs - TRY_LIFE_MS],
        );
        return sumWrongLogins(rows.map((row) => readTry(row, nowMs)));
      }),
    // Beside nobody who counts, or clears, tries of the same person.
    clearTries: (personId, nowMs) =>
      store.unflushed([`logins of ${personId}`], (sql) => clearTries(sql, personId, nowMs)),
  };
}

/** In `is_wrong`: it counts no more, and says for as long as it is kept that it was cleared. */
const CLEARED = '2';

async function clearTries(sql: Sql, personId: string, nowMs: number): Promise<number | 'again'> {
  const sinceMs = nowMs - TRY_LIFE_MS;
  const [before] = await sql.all(
    `SELECT try_id FROM login_try
      WHERE person_id = $1 AND at_ms > $2 AND is_wrong = ${CLEARED} LIMIT 1`,
    [personId, sinceMs],
  );
  if (before !== undefined) return 'again';
  const cleared = await sql.run(
    `UPDATE login_try SET is_wrong = ${CLEARED}
      WHERE person_id = $1 AND at_ms > $2 AND (is_wrong = 1 OR at_ms <= $3)`,
    [personId, sinceMs, nowMs - UNDECIDED_MS],
  );
  await sql.run(UNLOCK, [personId]);
  return cleared;
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
      WHERE (key_id = $1 OR person_id = $2) AND at_ms > $3 AND is_wrong <> ${CLEARED}`,
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

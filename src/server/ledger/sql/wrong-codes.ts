/** The guard's places for guesses, in a table: one row each. */
import type { Cleared, Clearing, RequestGuard, WrongCode } from '../../guard.js';
import {
  findPlace,
  type Guess,
  GUESS_DAY_MS,
  type GuessRule,
  type Place,
} from '../../guess-rule.js';
import { text } from './columns.js';
import type { Row, Sql, SqlStore } from './store.js';

const HOUR_MS = 3_600_000;

type OfWrongCodes =
  | 'takePlace'
  | 'giveBackPlace'
  | 'keepPlace'
  | 'countWrong'
  | 'findWrong'
  | 'clearWrong'
  | 'findCleared';

/** Those methods of the guard. */
export function openWrongCodes(store: SqlStore): Pick<RequestGuard, OfWrongCodes> {
  return {
    // Whoever counts towards the same terminal, or the same card, waits until this one stands.
    takePlace: (guess, rule) =>
      store.unflushed([`guesses of ${guess.keyId}`, `guesses about ${guess.about}`], (sql) =>
        takePlace(sql, guess, rule),
      ),
    giveBackPlace: async (name) => {
      await store.unflushed([], (sql) => sql.run('DELETE FROM wrong_code WHERE name = $1', [name]));
    },
    keepPlace: async (name) => {
      await store.unflushed([], (sql) =>
        sql.run('UPDATE wrong_code SET is_wrong = 1 WHERE name = $1', [name]),
      );
    },
    countWrong: (kind, sinceMs) =>
      store.transaction(async (sql) => {
        const [row] = await sql.all(
          `SELECT COUNT(*) AS count FROM wrong_code
            WHERE kind = $1 AND at_ms > $2 AND is_wrong = 1 AND cleared_at_ms IS NULL`,
          [kind, sinceMs],
        );
        return Number(row?.count ?? 0);
      }),
    findWrong: (sinceMs, limit) =>
      store.transaction(async (sql) => {
        const rows = await sql.all(
          `SELECT kind, key_id, about, at_ms, is_wrong FROM wrong_code
            WHERE at_ms > $1 AND cleared_at_ms IS NULL ORDER BY at_ms DESC LIMIT $2`,
          [sinceMs, limit],
        );
        return rows.map(readWrongCode);
      }),
    clearWrong: (clearing) => store.transaction((sql) => clearWrong(sql, clearing)),
    findCleared: (sinceMs, limit) =>
      store.transaction(async (sql) => {
        const rows = await sql.all(
          `SELECT at_ms, made_by, reason, key_id, about, codes FROM clearing
            WHERE at_ms > $1 ORDER BY at_ms DESC LIMIT $2`,
          [sinceMs, limit],
        );
        return rows.map(readCleared);
      }),
  };
}

async function takePlace(sql: Sql, guess: Guess, rule: GuessRule): Promise<Place> {
  const { name, kind, keyId, about, atMs } = guess;
  const rows = await sql.all(
    `SELECT key_id, about, at_ms, is_wrong FROM wrong_code
      WHERE kind = $1 AND cleared_at_ms IS NULL
        AND ((key_id = $2 AND at_ms > $3) OR (about = $4 AND at_ms > $5))`,
    [kind, keyId, atMs - HOUR_MS, about, atMs - GUESS_DAY_MS],
  );
  const taken = rows.map((row) => ({
    ...{ keyId: text(row.key_id), about: text(row.about) },
    ...{ atMs: Number(row.at_ms), isWrong: Number(row.is_wrong) === 1 },
  }));
  const place = findPlace(guess, taken, await wrongDay(sql, guess, rule), rule);
  if (place.is !== 'taken') return place;
  const written = await sql.run(
    `INSERT INTO wrong_code (name, kind, key_id, about, at_ms, is_wrong)
      VALUES ($1, $2, $3, $4, $5, 0) ON CONFLICT DO NOTHING`,
    [name, kind, keyId, about, atMs],
  );
  return written === 0 ? { is: 'known' } : place;
}

/** No more of everybody's than it takes to know that there are too many. */
async function wrongDay(sql: Sql, { kind, atMs }: Guess, { alarm }: GuessRule): Promise<number> {
  if (alarm === undefined) return 0;
  const [row] = await sql.all(
    `SELECT COUNT(*) AS count FROM (
      SELECT 1 AS one FROM wrong_code
        WHERE kind = $1 AND at_ms > $2 AND is_wrong = 1 AND cleared_at_ms IS NULL
        LIMIT $3) AS counted`,
    [kind, atMs - GUESS_DAY_MS, alarm.fromDay],
  );
  return Number(row?.count ?? 0);
}

async function clearWrong(sql: Sql, clearing: Clearing): Promise<number> {
  const { keyId = null, about = null, by, reason, atMs, more = 0 } = clearing;
  // What is being weighed now may still be given back, or turn out to be wrong.
  const codes = await sql.run(
    `UPDATE wrong_code SET cleared_at_ms = $1
      WHERE cleared_at_ms IS NULL AND is_wrong = 1
        AND (CAST($2 AS TEXT) IS NULL OR key_id = $2)
        AND (CAST($3 AS TEXT) IS NULL OR about = $3)`,
    [atMs, keyId, about],
  );
  await sql.run(
    `INSERT INTO clearing (at_ms, made_by, reason, key_id, about, codes)
      VALUES ($1, $2, $3, $4, $5, $6)`,
    [atMs, by, reason, keyId, about, codes + more],
  );
  return codes;
}

function readWrongCode(row: Row): WrongCode {
  return {
    kind: text(row.kind) === 'tac' ? 'tac' : 'mac1',
    ...{ keyId: text(row.key_id), about: text(row.about), atMs: Number(row.at_ms) },
    isWrong: Number(row.is_wrong) === 1,
  };
}

function readCleared(row: Row): Cleared {
  return {
    ...(row.key_id === null ? {} : { keyId: text(row.key_id) }),
    ...(row.about === null ? {} : { about: text(row.about) }),
    ...{ by: text(row.made_by), reason: text(row.reason) },
    ...{ atMs: Number(row.at_ms), codes: Number(row.codes) },
  };
}

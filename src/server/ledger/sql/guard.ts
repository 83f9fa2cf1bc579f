/** The guard over any SQL store, beside the ledger in the same database. */
import { NONCE_LIFE_MS, REPLY_LIFE_MS, type RequestGuard, type StoredReply } from '../../guard.js';
import { text } from './columns.js';
import { openWrongCodes } from './wrong-codes.js';
import type { Row, SqlStore } from './store.js';

/** Opens the guard; its tables come with the ledger's migrations. */
export function openSqlGuard(store: SqlStore): RequestGuard {
  return {
    spendNonce: async (keyId, nonce, atMs) => {
      try {
        const values = [keyId, nonce, atMs];
        await store.transaction((sql) =>
          sql.run('INSERT INTO nonce (key_id, nonce, at_ms) VALUES ($1, $2, $3)', values),
        );
        return true;
      } catch (error) {
        if (store.brokenTable(error) === undefined) throw error;
        return false;
      }
    },
    findReply: (keyId, key) => findReply(store, keyId, key),
    storeReply: async (keyId, key, reply, atMs) => {
      try {
        await store.transaction((sql) =>
          sql.run(
            `INSERT INTO reply (key_id, idempotency_key, request_hash, status, body, at_ms)
              VALUES ($1, $2, $3, $4, $5, $6)`,
            [keyId, key, reply.requestHash, reply.status, reply.body, atMs],
          ),
        );
        return reply;
      } catch (error) {
        if (store.brokenTable(error) === undefined) throw error;
        return (await findReply(store, keyId, key)) ?? reply;
      }
    },
    ...openWrongCodes(store),
    forget: async (nowMs, limit) => {
      const replies = await forget(store, 'reply', nowMs - REPLY_LIFE_MS, limit);
      const undated = await dateReplies(store, nowMs, limit);
      const codes = await forget(store, 'wrong_code', nowMs - REPLY_LIFE_MS, limit);
      const cleared = await forget(store, 'clearing', nowMs - REPLY_LIFE_MS, limit);
      const newestMs = Math.min(nowMs, await newestNonceMs(store));
      const nonces = await forget(store, 'nonce', newestMs - NONCE_LIFE_MS, limit);
      return Math.max(replies, undated, codes, cleared, nonces);
    },
  };
}

/** A clock that runs ahead of all terminals lets none in, so it moves nothing here. */
async function newestNonceMs(store: SqlStore): Promise<number> {
  const [row] = await store.transaction((sql) => sql.all('SELECT MAX(at_ms) AS newest FROM nonce'));
  return Number(row?.newest ?? 0);
}

/** What tells one row of a table from the others; a clearing is told by its moment. */
const ROW_OF = {
  reply: '(key_id, idempotency_key)',
  nonce: '(key_id, nonce)',
  wrong_code: '(name)',
  clearing: '(at_ms)',
} as const;

/** A batch: a long deletion would hold up who wants in. Two servers may take the same one. */
async function forget(
  store: SqlStore,
  table: keyof typeof ROW_OF,
  beforeMs: number,
  limit: number,
): Promise<number> {
  const row = ROW_OF[table];
  const columns = row.slice(1, -1);
  return store.transaction((sql) =>
    sql.run(
      `DELETE FROM ${table} WHERE ${row} IN (
        SELECT ${columns} FROM ${table} WHERE at_ms < $1 ORDER BY at_ms LIMIT $2)`,
      [beforeMs, limit],
    ),
  );
}

/** Replies of before the time was kept, and of servers that do not keep it yet, count from now. */
async function dateReplies(store: SqlStore, nowMs: number, limit: number): Promise<number> {
  return store.transaction((sql) =>
    sql.run(
      `UPDATE reply SET at_ms = $1 WHERE ${ROW_OF.reply} IN (
        SELECT key_id, idempotency_key FROM reply WHERE at_ms IS NULL LIMIT $2)`,
      [nowMs, limit],
    ),
  );
}

async function findReply(
  store: SqlStore,
  keyId: string,
  key: string,
): Promise<StoredReply | undefined> {
  const [row] = await store.transaction((sql) =>
    sql.all('SELECT * FROM reply WHERE key_id = $1 AND idempotency_key = $2', [keyId, key]),
  );
  return row === undefined ? undefined : readReply(row);
}

function readReply(row: Row): StoredReply {
  return {
    requestHash: text(row.request_hash),
    status: Number(row.status),
    body: text(row.body),
  };
}

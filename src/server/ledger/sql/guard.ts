/** The guard over any SQL store, beside the ledger in the same database. */
import { NONCE_LIFE_MS, type RequestGuard, type StoredReply } from '../../guard.js';
import { text } from './columns.js';
import type { Row, SqlStore } from './store.js';

/** Opens the guard; its tables come with the ledger's migrations. */
export function openSqlGuard(store: SqlStore): RequestGuard {
  return {
    spendNonce: async (keyId, nonce, atMs) => {
      try {
        await store.transaction(async (sql) => {
          await sql.run('DELETE FROM nonce WHERE at_ms < $1', [atMs - NONCE_LIFE_MS]);
          const values = [keyId, nonce, atMs];
          await sql.run('INSERT INTO nonce (key_id, nonce, at_ms) VALUES ($1, $2, $3)', values);
        });
        return true;
      } catch (error) {
        if (store.brokenTable(error) === undefined) throw error;
        return false;
      }
    },
    findReply: (keyId, key) => findReply(store, keyId, key),
    storeReply: async (keyId, key, reply) => {
      try {
        await store.transaction((sql) =>
          sql.run(
            `INSERT INTO reply (key_id, idempotency_key, request_hash, status, body)
              VALUES ($1, $2, $3, $4, $5)`,
            [keyId, key, reply.requestHash, reply.status, reply.body],
          ),
        );
        return reply;
      } catch (error) {
        if (store.brokenTable(error) === undefined) throw error;
        return (await findReply(store, keyId, key)) ?? reply;
      }
    },
    countWrong: async (subject, atMs) => {
      const values = [subject, atMs];
      await store.transaction((sql) =>
        sql.run('INSERT INTO wrong_code (subject, at_ms) VALUES ($1, $2)', values),
      );
    },
    wrongSince: (subject, sinceMs) =>
      store.transaction(async (sql) => {
        const [row] = await sql.all(
          'SELECT COUNT(*) AS count FROM wrong_code WHERE subject = $1 AND at_ms >= $2',
          [subject, sinceMs],
        );
        return Number(row?.count ?? 0);
      }),
  };
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

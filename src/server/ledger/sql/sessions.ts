/** Sessions of remote cards over any SQL store. */
import { type RemoteStore, SESSION_LIFE_MS } from '../../../remote-store.js';
import { text } from './columns.js';
import type { SqlStore } from './store.js';

/** Opens the session store; its table comes with the ledger's migrations. */
export function openSqlSessions(store: SqlStore): RemoteStore {
  return {
    read: (sessionId) =>
      store.transaction(async (sql) => {
        const [row] = await sql.all(
          'SELECT revision, body FROM remote_session WHERE session_id = $1',
          [sessionId],
        );
        return row === undefined
          ? undefined
          : { revision: Number(row.revision), text: text(row.body) };
      }),
    write: async (sessionId, body, replaces, atMs) => {
      try {
        return await store.transaction(async (sql) => {
          if (replaces > 0) {
            const changed = await sql.run(
              `UPDATE remote_session SET revision = revision + 1, body = $1, at_ms = $2
                WHERE session_id = $3 AND revision = $4`,
              [body, atMs, sessionId, replaces],
            );
            return changed === 1;
          }
          await sql.run('DELETE FROM remote_session WHERE at_ms < $1', [atMs - SESSION_LIFE_MS]);
          await sql.run(
            `INSERT INTO remote_session (session_id, revision, body, at_ms)
              VALUES ($1, 1, $2, $3)`,
            [sessionId, body, atMs],
          );
          return true;
        });
      } catch (error) {
        if (store.brokenTable(error) === undefined) throw error;
        return false;
      }
    },
  };
}

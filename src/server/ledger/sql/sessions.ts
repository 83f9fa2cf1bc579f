/**
 * Sessions of remote cards over any SQL store. Whoever waits for one is woken by the write itself:
 * within the process directly, and from another one by the store's signals. As long as nothing
 * happens the database is asked once in a while for all that wait, in one statement.
 */
import { type RemoteStore, SESSION_LIFE_MS } from '../../../remote-store.js';
import { text } from './columns.js';
import { type SessionWaiting, sessionWaiting } from './session-waiting.js';
import type { SqlSignals, SqlStore } from './store.js';

const TOPIC = 'session';
/** How often all that wait are looked after, while signals are heard: a net under them. */
const SAFETY_MS = 5_000;
/** The same, while none is heard. */
const DEAF_MS = 250;
/** Sessions asked for in one statement. */
const MAX_ASKED = 200;

/** Opens the session store; its table comes with the ledger's migrations. */
export function openSqlSessions(store: SqlStore): RemoteStore {
  const waiting = sessionWaiting();
  const look = store.signals === undefined ? undefined : lookAfter(store, store.signals, waiting);
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
    list: () =>
      store.transaction(async (sql) => {
        const rows = await sql.all('SELECT session_id, revision, body FROM remote_session', []);
        return rows.map((row) => {
          const sessionId = text(row.session_id);
          return { sessionId, revision: Number(row.revision), text: text(row.body) };
        });
      }),
    write: async (sessionId, body, replaces, atMs) => {
      const written = await write(store, sessionId, body, replaces, atMs);
      if (written) waiting.wake(sessionId);
      return written;
    },
    changed: async (sessionId, revision, maxMs) => {
      const { over, leave } = waiting.add(sessionId, revision, maxMs);
      look?.();
      try {
        // What was written between the caller's reading and the line above was told to nobody.
        const now = await revisionsOf(store, [sessionId]);
        if ((now.get(sessionId) ?? 0) <= revision) await over;
      } finally {
        leave();
      }
    },
  };
}

async function write(
  store: SqlStore,
  sessionId: string,
  body: string,
  replaces: number,
  atMs: number,
): Promise<boolean> {
  try {
    return await store.transaction(async (sql) => {
      if (replaces > 0) {
        const changed = await sql.run(
          `UPDATE remote_session SET revision = revision + 1, body = $1, at_ms = $2
            WHERE session_id = $3 AND revision = $4`,
          [body, atMs, sessionId, replaces],
        );
        if (changed === 1) await store.signals?.tell(sql, TOPIC, sessionId);
        return changed === 1;
      }
      await sql.run('DELETE FROM remote_session WHERE at_ms < $1', [atMs - SESSION_LIFE_MS]);
      await sql.run(
        `INSERT INTO remote_session (session_id, revision, body, at_ms)
          VALUES ($1, 1, $2, $3)`,
        [sessionId, body, atMs],
      );
      await store.signals?.tell(sql, TOPIC, sessionId);
      return true;
    });
  } catch (error) {
    if (store.brokenTable(error) === undefined) throw error;
    return false;
  }
}

async function revisionsOf(
  store: SqlStore,
  sessionIds: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const places = sessionIds.map((_id, at) => `$${String(at + 1)}`).join(',');
  const rows = await store.transaction((sql) =>
    sql.all(
      `SELECT session_id, revision FROM remote_session WHERE session_id IN (${places})`,
      sessionIds,
    ),
  );
  return new Map(rows.map((row) => [text(row.session_id), Number(row.revision)]));
}

/** Looks after all that wait, as long as somebody does; answers what starts it. */
function lookAfter(store: SqlStore, signals: SqlSignals, waiting: SessionWaiting): () => void {
  let listening: { isHearing(): boolean } | undefined;
  let isLooking = false;
  const look = async (): Promise<void> => {
    const seen = waiting.seen();
    const sessionIds = [...seen.keys()];
    for (let at = 0; at < sessionIds.length; at += MAX_ASKED) {
      const now = await revisionsOf(store, sessionIds.slice(at, at + MAX_ASKED));
      for (const [sessionId, revision] of now) {
        if (revision > (seen.get(sessionId) ?? revision)) waiting.wake(sessionId);
      }
    }
  };
  const keepLooking = async (): Promise<void> => {
    while (waiting.seen().size > 0) {
      const pauseMs = listening?.isHearing() === true ? SAFETY_MS : DEAF_MS;
      await new Promise<void>((resolve) => setTimeout(resolve, pauseMs).unref());
      // A database that does not answer is told to whoever reads next: each of them is woken.
      await look().catch(() => {
        waiting.wakeAll();
      });
    }
    isLooking = false;
  };
  return () => {
    listening ??= signals.listen(TOPIC, waiting.wake, waiting.wakeAll);
    if (isLooking) return;
    isLooking = true;
    void keepLooking();
  };
}

/**
 * Which journals a living server holds: an advisory lock for each, on a connection of its own that
 * ends with the process. When the connection breaks, the locks are taken again on the next one.
 */
import { QuancunError } from '../../errors.js';
import { createTurns } from '../../turns.js';
import { JOURNAL_IN_USE } from '../hold/errors.js';
import { within } from '../outage/time-limit.js';
import type { GuardedPool, Held } from './pg-pool.js';

type PresencePool = Pick<GuardedPool, 'hold'>;

/** Who is there. */
export interface PostgresPresence {
  /** @throws JOURNAL_IN_USE */
  hold(journalId: string, name: string): Promise<() => Promise<void>>;
  live(): Promise<readonly string[]>;
  close(): Promise<void>;
}

/**
 * A session that was not heard of for so long is ended by the database itself: one that a network
 * has swallowed would hold its locks for hours.
 */
const SILENCE_MS = 10_000;
const BEAT_MS = 3_000;
/** That long, and a moment: who was cut off waits for what is left of itself. */
const TRIES = 120;
const PAUSE_MS = 100;
const RETAKE_MS = 1000;
const LET_GO_MS = 1000;

/** Nothing is connected before the first journal is held. */
export function postgresPresence(pool: PresencePool): PostgresPresence {
  const held = new Map<string, string>();
  const inTurn = createTurns();
  let client: Held | undefined;
  let timer: NodeJS.Timeout | undefined;
  const retakeLater = (): void => {
    timer ??= setTimeout(() => {
      timer = undefined;
      void inTurn(retake);
    }, RETAKE_MS).unref();
  };
  const drop = (broken: Held): void => {
    if (client !== broken) return;
    client = undefined;
    broken.destroy();
    retakeLater();
  };
  const connected = async (): Promise<Held> => {
    if (client !== undefined) return client;
    const fresh = await openBeating(pool, drop);
    client = fresh;
    return fresh;
  };
  const lock = async (journalId: string): Promise<boolean> => {
    const on = await connected();
    try {
      return await tryLock(on, journalId);
    } catch (error) {
      drop(on);
      throw error;
    }
  };
  const retake = async (): Promise<void> => {
    if (client !== undefined || held.size === 0) return;
    try {
      for (const journalId of held.keys()) await lock(journalId);
    } catch {
      retakeLater();
    }
  };
  return {
    hold: (journalId, name) =>
      inTurn(async () => {
        for (let tries = 0; held.has(journalId) || !(await lock(journalId)); tries += 1) {
          if (held.has(journalId) || tries === TRIES) {
            throw new QuancunError(JOURNAL_IN_USE, { details: { file: name } });
          }
          await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
        }
        held.set(journalId, name);
        return () =>
          inTurn(async () => {
            if (held.delete(journalId) && client !== undefined)
              await unlock(client, journalId, drop);
          });
      }),
    live: () => findLive(pool),
    close: () =>
      inTurn(() => {
        clearTimeout(timer);
        held.clear();
        client?.destroy();
        client = undefined;
      }),
  };
}

async function openBeating(pool: PresencePool, drop: (broken: Held) => void): Promise<Held> {
  const fresh = await pool.hold();
  fresh.client.on('error', () => {
    drop(fresh);
  });
  try {
    // PostgreSQL before 14 has no such setting, and keeps the session until TCP gives it up.
    await fresh.query(
      `SELECT set_config(name, $1, false) FROM pg_settings WHERE name = 'idle_session_timeout'`,
      [String(SILENCE_MS)],
    );
  } catch (error) {
    fresh.destroy();
    throw error;
  }
  const beat = setInterval(() => {
    fresh.query('SELECT 1').catch(() => {
      clearInterval(beat);
      drop(fresh);
    });
  }, BEAT_MS).unref();
  return fresh;
}

async function tryLock(on: Held, journalId: string): Promise<boolean> {
  const lock = 'SELECT pg_try_advisory_lock($1, $2) AS taken';
  const { rows } = await on.query(lock, [...keysOf(journalId)]);
  return (rows[0] as { readonly taken: boolean }).taken;
}

/** One that does not answer is cut instead: its locks end with it, and the process may, too. */
async function unlock(on: Held, journalId: string, drop: (broken: Held) => void): Promise<void> {
  const asked = on.query('SELECT pg_advisory_unlock($1, $2)', [...keysOf(journalId)]);
  await within(LET_GO_MS, asked).catch(() => {
    drop(on);
  });
}

async function findLive(pool: PresencePool): Promise<readonly string[]> {
  const client = await pool.hold();
  try {
    const { rows } = await client.query(
      `SELECT classid::bigint AS first, objid::bigint AS second FROM pg_locks
        WHERE locktype = 'advisory' AND objsubid = 2 AND granted
          AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
    );
    const locked = new Set(
      (rows as Readonly<Record<'first' | 'second', unknown>>[]).map(
        ({ first, second }) => `${String(first)} ${String(second)}`,
      ),
    );
    const known = (await client.query('SELECT journal_id FROM journal')).rows;
    const ids = (known as { readonly journal_id: string }[]).map(({ journal_id: id }) => id);
    client.release();
    return ids.filter((id) =>
      locked.has(
        keysOf(id)
          .map((key) => key >>> 0)
          .join(' '),
      ),
    );
  } catch (error) {
    client.destroy();
    throw error;
  }
}

/** The first eight bytes of a journal's name, as the two numbers that a lock is named by. */
function keysOf(journalId: string): readonly [number, number] {
  return [parseInt(journalId.slice(0, 8), 16) | 0, parseInt(journalId.slice(8, 16), 16) | 0];
}

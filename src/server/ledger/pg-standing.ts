/**
 * The one connection of a process that stays: for what PostgreSQL ties to a connection, such as
 * LISTEN and session-level advisory locks. It is opened when somebody joins, asked now and then
 * whether it still answers, and opened anew when it is gone; whoever has joined is told of both.
 */
import type { GuardedPool, Held, PgNotification } from './pg-pool.js';

/** What stands on the connection. */
export interface Standing {
  /**
   * On each new connection, before it counts as open: LISTEN, or take the lock. A throw gives this
   * connection up, and another one is opened after a pause.
   */
  opened(query: Held['query']): Promise<void>;
  /** The connection is gone, and all that hung on it: another process may hold the lock now. */
  lost(): void;
  notified?(message: PgNotification): void;
}

/** The connection. */
export interface StandingConnection {
  /** From now on, until the connection is closed. */
  join(standing: Standing): void;
  close(): Promise<void>;
}

/** How often a connection on which nothing happens is asked whether it answers. */
const HEARTBEAT_MS = 5_000;
const MIN_PAUSE_MS = 100;
const MAX_PAUSE_MS = 5_000;

/** Makes it; nothing is opened before somebody joins. */
export function standingConnection(pool: GuardedPool): StandingConnection {
  const all: Standing[] = [];
  const joining: Standing[] = [];
  let isClosed = false;
  let living: Promise<void> | undefined;
  const { pause, wake } = pausing();

  /** One connection from its opening to its end. Answers whether it was open. */
  const liveOnce = async (): Promise<boolean> => {
    const opened: Standing[] = [];
    let isGone = false;
    let held: Held | undefined;
    try {
      held = await pool.hold();
      const { client, query } = held;
      client.on('error', () => {
        isGone = true;
        wake();
      });
      client.on('notification', (message) => {
        for (const one of opened) one.notified?.(message);
      });
      joining.splice(0, joining.length, ...all);
      while (!isClosed && !isGone) {
        for (let next = joining.shift(); next !== undefined; next = joining.shift()) {
          await next.opened(query);
          opened.push(next);
        }
        await pause(HEARTBEAT_MS);
        if (!isClosed && !isGone) await query('SELECT 1');
      }
    } catch {
      // Whoever needs the connection hears that it is lost; the database's troubles are told by
      // those who ask it.
    }
    held?.destroy();
    for (const one of opened) one.lost();
    return opened.length > 0;
  };

  const live = async (): Promise<void> => {
    let pauseMs = MIN_PAUSE_MS;
    while (!isClosed) {
      const wasOpen = await liveOnce();
      pauseMs = wasOpen ? MIN_PAUSE_MS : Math.min(2 * pauseMs, MAX_PAUSE_MS);
      if (!isClosed) await pause(pauseMs);
    }
  };

  return {
    join: (standing) => {
      if (isClosed) return;
      all.push(standing);
      joining.push(standing);
      wake();
      living ??= live();
    },
    close: async () => {
      isClosed = true;
      wake();
      await living;
    },
  };
}

/** A pause that can be cut short. */
function pausing() {
  let end = (): void => undefined;
  return {
    wake: (): void => {
      end();
    },
    pause: (durationMs: number): Promise<void> =>
      new Promise((resolve) => {
        const timer = setTimeout(resolve, durationMs);
        end = () => {
          clearTimeout(timer);
          resolve();
        };
      }),
  };
}

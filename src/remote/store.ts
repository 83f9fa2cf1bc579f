/** A store of sessions in memory, and how any store is waited for. */
import { type RemoteEntry, type RemoteStore, SESSION_LIFE_MS } from '../remote-store.js';

/**
 * A store in memory: for tests, and for a server of one process.
 * 内存存储（单进程/测试）。
 * @example
 * const store = memoryRemoteStore();
 * await store.read('none'); // undefined
 */
export function memoryRemoteStore(): RemoteStore {
  const entries = new Map<string, RemoteEntry & { readonly atMs: number }>();
  const waiting = new Map<string, (() => void)[]>();
  const wake = (sessionId: string): void => {
    for (const end of waiting.get(sessionId) ?? []) end();
    waiting.delete(sessionId);
  };
  return {
    read: (sessionId) => Promise.resolve(entries.get(sessionId)),
    write: (sessionId, text, replaces, atMs) => {
      if ((entries.get(sessionId)?.revision ?? 0) !== replaces) return Promise.resolve(false);
      for (const [id, entry] of entries) {
        if (entry.atMs >= atMs - SESSION_LIFE_MS) continue;
        entries.delete(id);
        wake(id);
      }
      entries.set(sessionId, { revision: replaces + 1, text, atMs });
      wake(sessionId);
      return Promise.resolve(true);
    },
    list: () =>
      Promise.resolve(
        [...entries].map(([sessionId, { revision, text }]) => ({ sessionId, revision, text })),
      ),
    // Whoever waits looks at the clock; each beat of a driver wakes, and clears, all that waited.
    changed: (sessionId, revision) =>
      new Promise((resolve) => {
        if ((entries.get(sessionId)?.revision ?? 0) > revision) resolve();
        else waiting.set(sessionId, [...(waiting.get(sessionId) ?? []), resolve]);
      }),
  };
}

/** How often a store without `changed` is asked again. */
export const POLL_MS = 50;

/** Waits until the session may have changed, the time is over, or nobody wants to know any more. */
export async function waitForChange(
  store: RemoteStore,
  sleep: (durationMs: number, until?: Promise<unknown>) => Promise<void>,
  { sessionId, revision }: { readonly sessionId: string; readonly revision: number },
  maxMs: number,
  stopped?: Promise<void>,
): Promise<void> {
  const changed = store.changed?.(sessionId, revision, maxMs);
  const events = [changed, stopped].filter((event) => event !== undefined);
  const waitMs = changed === undefined ? Math.min(POLL_MS, maxMs) : maxMs;
  const any = events.length === 0 ? undefined : Promise.race(events);
  await Promise.race([sleep(waitMs, any), ...events]);
}

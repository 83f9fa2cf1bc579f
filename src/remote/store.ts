/**
 * Where the state of a remote session lives: one text for each session, replaced only by whoever
 * has seen the newest. Every server process reads and writes it, so none of them need be the same
 * as the one before.
 */

/** What stands in the store. */
export interface RemoteEntry {
  /** 1 for the first text of a session, then one more each time. */
  readonly revision: number;
  readonly text: string;
}

/**
 * A place for session states, in two operations: any database with a conditional update will do.
 * 会话状态存储（读 + 比较并交换）。
 *
 * The texts hold commands and answers of a card, MAC2 and PIN among them: keep them as long as the
 * session lasts, where nobody else reads.
 */
export interface RemoteStore {
  read(sessionId: string): Promise<RemoteEntry | undefined>;
  /**
   * Writes revision `replaces + 1`, durably. `false`, and nothing written, when another revision
   * than `replaces` stands there; 0 stands for none.
   */
  write(sessionId: string, text: string, replaces: number, atMs: number): Promise<boolean>;
  /** Resolves when a later revision than this may stand there. Absent: the store is polled. */
  changed?(sessionId: string, revision: number): Promise<void>;
}

/** How long a store keeps a session that nobody touches. */
export const SESSION_LIFE_MS = 60 * 60_000;

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
  return {
    read: (sessionId) => Promise.resolve(entries.get(sessionId)),
    write: (sessionId, text, replaces, atMs) => {
      if ((entries.get(sessionId)?.revision ?? 0) !== replaces) return Promise.resolve(false);
      for (const [id, entry] of entries) {
        if (entry.atMs < atMs - SESSION_LIFE_MS) entries.delete(id);
      }
      entries.set(sessionId, { revision: replaces + 1, text, atMs });
      for (const wake of waiting.get(sessionId) ?? []) wake();
      waiting.delete(sessionId);
      return Promise.resolve(true);
    },
    changed: (sessionId, revision) =>
      new Promise((resolve) => {
        if ((entries.get(sessionId)?.revision ?? 0) > revision) resolve();
        else waiting.set(sessionId, [...(waiting.get(sessionId) ?? []), resolve]);
      }),
  };
}

/** How often a store without `changed` is asked again. */
export const POLL_MS = 50;

/** Waits until the session may have changed, or the time is over. */
export async function waitForChange(
  store: RemoteStore,
  sleep: (durationMs: number, until?: Promise<unknown>) => Promise<void>,
  { sessionId, revision }: { readonly sessionId: string; readonly revision: number },
  maxMs: number,
): Promise<void> {
  const changed = store.changed?.(sessionId, revision);
  if (changed === undefined) await sleep(Math.min(POLL_MS, maxMs));
  else await Promise.race([changed, sleep(maxMs, changed)]);
}

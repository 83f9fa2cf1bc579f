/** Who waits, in this process, for a session to change; and what they were seen to wait from. */

/** One who waits. */
export interface Waiter {
  /** Resolves when the session may have changed, or the time is over. */
  readonly over: Promise<void>;
  leave(): void;
}

/** All of them. */
export interface SessionWaiting {
  add(sessionId: string, revision: number, maxMs: number): Waiter;
  /** Wakes those who wait for a session. */
  wake(sessionId: string): void;
  wakeAll(): void;
  /** The sessions somebody waits for, each with the lowest revision waited from. */
  seen(): ReadonlyMap<string, number>;
}

/** Makes it; empty. */
export function sessionWaiting(): SessionWaiting {
  const waiting = new Map<string, Map<() => void, number>>();
  const wake = (sessionId: string): void => {
    for (const end of [...(waiting.get(sessionId)?.keys() ?? [])]) end();
  };
  return {
    add: (sessionId, revision, maxMs) => {
      let leave = (): void => undefined;
      const over = new Promise<void>((resolve) => {
        const timer = setTimeout(() => {
          leave();
        }, maxMs);
        leave = () => {
          clearTimeout(timer);
          const others = waiting.get(sessionId);
          others?.delete(leave);
          if (others?.size === 0) waiting.delete(sessionId);
          resolve();
        };
      });
      const others = waiting.get(sessionId) ?? new Map<() => void, number>();
      waiting.set(sessionId, others.set(leave, revision));
      return { over, leave };
    },
    wake,
    wakeAll: () => {
      for (const sessionId of [...waiting.keys()]) wake(sessionId);
    },
    seen: () =>
      new Map([...waiting].map(([sessionId, from]) => [sessionId, Math.min(...from.values())])),
  };
}

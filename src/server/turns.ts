/**
 * Turns: who lost a race for a card waits for its turn instead of racing on. It only saves work:
 * what keeps the books right is the ledger's comparison of revisions, across processes too.
 */

/** Makes the turns of one process. */
export function createTurns() {
  const tails = new Map<string, Promise<unknown>>();
  return async <T>(key: string, work: () => Promise<T>): Promise<T> => {
    const turn = (tails.get(key) ?? Promise.resolve()).then(work, work);
    const tail = turn.catch(() => undefined);
    tails.set(key, tail);
    try {
      return await turn;
    } finally {
      if (tails.get(key) === tail) tails.delete(key);
    }
  };
}

/** Runs the work after all earlier work for the same key. */
export type InTurn = ReturnType<typeof createTurns>;

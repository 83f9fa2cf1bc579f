/**
 * Turns of one card: who lost a race for it waits for its turn instead of racing on. It only saves
 * work: what keeps the books right is the ledger's comparison of revisions, across processes too.
 */
import { createTurns, type InTurn } from '../turns.js';

/** Runs the work after all earlier work for the same card. */
export type InTurnOfCard = <T>(cardNumber: string, work: () => Promise<T>) => Promise<T>;

/** Makes the turns of one process; a card that nobody waits for takes no room. */
export function createTurnsOfCards(): InTurnOfCard {
  const queues = new Map<string, { readonly inTurn: InTurn; waiting: number }>();
  return async (cardNumber, work) => {
    const queue = queues.get(cardNumber) ?? { inTurn: createTurns(), waiting: 0 };
    queues.set(cardNumber, queue);
    queue.waiting += 1;
    try {
      return await queue.inTurn(work);
    } finally {
      queue.waiting -= 1;
      if (queue.waiting === 0) queues.delete(cardNumber);
    }
  };
}

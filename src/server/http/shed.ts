/**
 * How much is worked on at once. Above the bound nothing new is begun: orders and questions are
 * sent away before any work was done for them. Money that was taken and cards that wait for a
 * visit are never sent away: they count, and so make room for themselves.
 */
import { QuancunError } from '../../errors.js';
import { SERVER_BUSY } from './errors.js';

/** What is worked on. */
export interface Inside {
  /** @throws SERVER_BUSY */
  expectRoom(): void;
  /** Counts a piece of work; what is new is sent away without room. @throws SERVER_BUSY */
  during<T>(work: () => Promise<T>, isNew: boolean): Promise<T>;
  /** How many are inside, and how many were sent away. */
  counts(): { readonly inside: number; readonly shed: number };
}

/** Counts what is inside. @param maxAtOnce above it nothing new is begun */
export function createInside(maxAtOnce: number): Inside {
  let inside = 0;
  let shed = 0;
  const expectRoom = (): void => {
    if (inside < maxAtOnce) return;
    shed += 1;
    throw new QuancunError(SERVER_BUSY);
  };
  return {
    expectRoom,
    during: async (work, isNew) => {
      if (isNew) expectRoom();
      inside += 1;
      try {
        return await work();
      } finally {
        inside -= 1;
      }
    },
    counts: () => ({ inside, shed }),
  };
}

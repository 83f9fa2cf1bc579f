/** The field that a fake host holds a card in, and how the card leaves it. */
import type { CardLike } from '../../../src/testing/index.js';

/** What became of one command. */
export type Exchange =
  | { readonly kind: 'answered'; readonly answer: Uint8Array }
  /** Lost while it was asked; the host cannot tell whether the card executed. */
  | { readonly kind: 'lost' }
  /** There was no card to ask. */
  | { readonly kind: 'gone' };

/** A card in a field. */
export interface Field {
  exchange(command: Uint8Array): Exchange;
  /** The card leaves after so many more exchanges: before it executes the next, or after. */
  lose(when: 'before' | 'after', afterExchanges?: number): void;
  /** The card comes back: powered anew. */
  putBack(): void;
  readonly isThere: () => boolean;
}

/** Puts a card into a field. */
export function fieldOf(card: CardLike): Field {
  let there = true;
  let armed: 'before' | 'after' | undefined;
  let left = 0;
  card.reset();
  return {
    exchange: (command) => {
      if (!there) return { kind: 'gone' };
      left -= 1;
      if (armed === undefined || left >= 0) {
        return { kind: 'answered', answer: card.exchange(command).slice() };
      }
      if (armed === 'after') card.exchange(command);
      armed = undefined;
      there = false;
      return { kind: 'lost' };
    },
    lose: (when, afterExchanges = 0) => {
      armed = when;
      left = afterExchanges;
    },
    putBack: () => {
      there = true;
      card.reset();
    },
    isThere: () => there,
  };
}

/** Hosts answer later, never at once. */
export function later<T>(work: () => T): Promise<T> {
  return Promise.resolve().then(work);
}

/** What careless hosts put into their error texts. */
export function leak(command: ArrayLike<number>): string {
  return Array.from(command, (byte) => (byte & 0xff).toString(16).padStart(2, '0')).join('');
}

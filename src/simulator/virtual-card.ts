/** A card as an object that a reader can hold: the state, and what was done to it last. */
import { exchange, reset } from './card.js';
import type { CardState } from './state.js';

/** A simulated card that remembers. */
export interface VirtualCard {
  /** The card as it is now. */
  readonly state: CardState;
  /** Powers up or resets; answers the ATR. */
  reset(): Uint8Array;
  exchange(command: Uint8Array): Uint8Array;
}

/**
 * Holds a card's state between commands.
 * 有状态的模拟卡。
 * @example
 * import { fromHex } from 'quancun/bytes';
 * const card = createVirtualCard(personalise({ kind: 'sm4-5x' }));
 * card.reset();
 * card.exchange(fromHex('0084000004')).length; // 6
 */
export function createVirtualCard(initial: CardState): VirtualCard {
  let state = initial;
  const keep = ([next, answer]: [CardState, Uint8Array]): Uint8Array => {
    state = next;
    return answer;
  };
  return {
    get state() {
      return state;
    },
    reset: () => keep(reset(state)),
    exchange: (command) => keep(exchange(state, command)),
  };
}

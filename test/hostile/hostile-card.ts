/**
 * A card that lies. It is a real one, with real keys and a real balance; what it does with a
 * command and what it says of it are two things.
 */
import type { CardLike } from '../../src/transport/drivers/simulator.js';

/** What is thrown for each exchange. */
export type Below = (end: number) => number;

/** The same throws for the same seed (mulberry32). */
export function diceOf(seed: number): Below {
  let state = seed >>> 0;
  return (end) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296) * end);
  };
}

const STATUSES = [
  ...[0x9000, 0x6a82, 0x6a83, 0x6985, 0x6988, 0x6982, 0x6983, 0x63c0, 0x63c2, 0x9302, 0x9401],
  ...[0x9402, 0x9403, 0x9406, 0x6f00, 0x6d00, 0x6e00, 0x6700, 0x6a86, 0x6a88, 0x6581, 0x6501],
  ...[0x6100, 0x6104, 0x61ff, 0x6c00, 0x6c04, 0x6cff, 0x0000, 0xffff],
];

/** How a card's answer is bent. */
const LIES: readonly ((
  answer: Uint8Array,
  below: Below,
  earlier: readonly Uint8Array[],
) => Uint8Array)[] = [
  (answer, below) => {
    const bent = answer.slice();
    const at = below(bent.length);
    bent[at] = (bent[at] ?? 0) ^ (1 << below(8));
    return bent;
  },
  (answer, below) => withStatus(answer, STATUSES[below(STATUSES.length)] ?? 0),
  (_answer, below) => withStatus(new Uint8Array(2), STATUSES[below(STATUSES.length)] ?? 0),
  (answer, below) => answer.slice(0, below(answer.length)),
  (_answer, below) => Uint8Array.from({ length: below(258) }, () => below(256)),
  (answer, below, earlier) => earlier[below(earlier.length)] ?? answer,
  (answer) => Uint8Array.from([...answer.slice(0, -2), ...answer]),
  (answer) => withStatus(new Uint8Array(answer.length), 0x9000),
];

function withStatus(answer: Uint8Array, sw: number): Uint8Array {
  return Uint8Array.from([...answer.slice(0, -2), sw >> 8, sw & 0xff]);
}

/** A card that lies once in `rarity` exchanges. */
export function hostileCard(card: CardLike, below: Below, rarity: number): CardLike {
  const earlier: Uint8Array[] = [];
  return {
    reset: () => (below(rarity * 4) === 0 ? card.reset().slice(0, below(4)) : card.reset()),
    exchange: (command) => {
      const lies = below(rarity) === 0;
      // Sometimes it does not do what it is told, or does it and forgets all that it held open.
      const skips = lies && below(4) === 0;
      const answer = skips ? Uint8Array.of(0x90, 0x00) : card.exchange(command);
      if (lies && below(8) === 0) card.reset();
      const told = lies ? LIES[below(LIES.length)]?.(answer, below, earlier) : answer;
      earlier.push(answer);
      return told ?? answer;
    },
  };
}

/** Runs a transport suite as tests of its own, and says which rules the rig could not try. */
import { expect, test } from 'vitest';
import { type CardLike, testTransport, type TransportRig } from '../../src/testing/index.js';

/** Registers one test for each rule; `notOffered` are the rules that the host has nothing for. */
export function testTransportRules(
  open: (card: CardLike) => Promise<TransportRig>,
  notOffered: readonly RegExp[] = [],
): void {
  for (const { name, run } of testTransport(open)) {
    test(name, async () => {
      const offered = !notOffered.some((pattern) => pattern.test(name));
      expect(await run()).toBe(offered ? 'kept' : 'not offered');
    });
  }
}

/** Rules that a plain driver without batches leaves alone. */
export const NO_BATCH = /^a batch/;
/** Rules that only drivers with time-outs of their own can show. */
export const NO_SILENCE = /does not answer in time|cancelled under way/;
/** Contactless hosts that cannot reset a card. */
export const NO_RESET = /^reset resets/;

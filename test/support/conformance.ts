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
      const reasons: string[] = [];
      const context = { skip: (reason: string) => void reasons.push(reason) };
      expect(await run(context)).toBe(offered ? 'kept' : 'not offered');
      expect(reasons).toEqual(offered ? [] : [expect.stringMatching(/^not offered: no \w+/)]);
    });
  }
}

/** Rules that a plain driver without batches leaves alone. */
export const NO_BATCH = /^a batch/;
/** Rules that only drivers with time-outs of their own can show. */
export const NO_SILENCE = /does not answer in time|cancelled under way/;
/** Rules that only hosts can show that deliver things twice. */
export const NO_REPEAT = /comes twice/;
/** Contactless hosts that cannot reset a card. */
export const NO_RESET = /^reset resets/;

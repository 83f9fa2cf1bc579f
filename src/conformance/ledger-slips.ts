/** The cases of a ledger's slips: each print has a number of its own, and is counted once. */
import type { Ledger, SlipPrint } from '../server/index.js';
import { same } from './conformance.js';
import { AT_MS, created } from './ledger-steps.js';

const printOf = (requestKey: string): SlipPrint => ({ requestKey, atMs: AT_MS });
const WHO = { by: 'T1', person: 'P1', shift: 'S1' } as const;

/** The cases. */
export const SLIP_CASES: Readonly<Record<string, (ledger: Ledger) => Promise<void>>> = {
  'prints of a slip are counted from 1, for each order apart': async (ledger) => {
    for (const orderId of ['A', 'B']) await created(ledger, orderId);
    same(await ledger.countSlip('A', { ...printOf('k1'), who: WHO }), 1);
    same(await ledger.countSlip('A', { ...printOf('k2'), who: { by: 'T2' } }), 2);
    same(await ledger.countSlip('B', printOf('k1')), 1);
    same(await ledger.countSlip('A', printOf('k3')), 3);
    same(await ledger.findSlips('A'), [
      { ...printOf('k1'), who: WHO },
      { ...printOf('k2'), who: { by: 'T2' } },
      printOf('k3'),
    ]);
    same(await ledger.findSlips('C'), []);
  },
  'a print that is asked for again keeps its number': async (ledger) => {
    await created(ledger, 'A');
    same(await ledger.countSlip('A', printOf('k1')), 1);
    same(await ledger.countSlip('A', printOf('k2')), 2);
    same(await ledger.countSlip('A', { ...printOf('k1'), atMs: AT_MS + 1, who: WHO }), 1);
    same(await ledger.countSlip('A', printOf('k3')), 3);
  },
  'of many prints at once no two have one number': async (ledger) => {
    await created(ledger, 'A');
    // Each is asked for twice at the same moment, as by a terminal that heard nothing.
    const asked = Array.from({ length: 16 }, (_, n) => printOf(`k${String(n >> 1)}`));
    const numbers = await Promise.all(asked.map((print) => ledger.countSlip('A', print)));
    same(
      [...new Set(numbers)].sort((a, b) => a - b),
      [1, 2, 3, 4, 5, 6, 7, 8],
    );
    for (let n = 0; n < numbers.length; n += 2) same(numbers[n], numbers[n + 1]);
  },
};

/** The counters of a ledger against a scan of its orders, after stories that a die tells. */
import { expect } from 'vitest';
import type { OrderState } from '../../../src/messages/index.js';
import type { Ledger, OrderCount } from '../../../src/server/index.js';
import { change, created, snapshotOf } from '../../../src/conformance/ledger-steps.js';
import type { OpenedBooks } from './constraints.js';

const STATES: readonly OrderState[] = [
  ...(['CREATED', 'PAID', 'ISSUED', 'HELD', 'VOIDING'] as const),
  ...(['CREDITED', 'REFUND_DUE', 'REFUNDED', 'EXPIRED', 'FROZEN'] as const),
];

/** A die that always falls the same way. */
function die(seed: number): (sides: number) => number {
  let state = seed;
  return (sides) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % sides;
  };
}

/** Orders of many cards, moved from state to state, several at a time. */
export async function tellRandomly(ledger: Ledger, steps: number, seed = 7): Promise<void> {
  const roll = die(seed);
  const ids = Array.from({ length: 12 }, (_none, n) => `R${String(n)}`);
  for (const [n, orderId] of ids.entries()) {
    await created(ledger, orderId, { cardNumber: `62012200000001${String(n).padStart(2, '0')}` });
  }
  for (let step = 0; step < steps; step += 4) {
    const moved = Array.from({ length: 4 }, () => ids[roll(ids.length)] ?? '');
    const snapshots = await Promise.all(moved.map((orderId) => snapshotOf(ledger, orderId)));
    // Two decisions about one order: one of them is refused, and counts for nothing.
    await Promise.all(
      snapshots.map((snapshot) => {
        const state = STATES[roll(STATES.length)] ?? 'PAID';
        return change(ledger, snapshot, { order: { state, updatedAtMs: roll(1000) } });
      }),
    );
  }
}

/** What a scan finds. */
async function scan(ledger: Ledger): Promise<readonly OrderCount[]> {
  const orders = await ledger.findOrders({ fromMs: 0, toMs: 9e15, limit: 100 });
  return STATES.flatMap((state) => {
    const there = orders.filter((order) => order.state === state);
    const oldestUpdatedAtMs = Math.min(...there.map(({ updatedAtMs }) => updatedAtMs));
    return there.length === 0 ? [] : [{ state, count: there.length, oldestUpdatedAtMs }];
  });
}

const byState = (counts: readonly OrderCount[]): readonly OrderCount[] =>
  [...counts].sort((a, b) => (a.state < b.state ? -1 : 1));

/** Whether the counters tell what is there. */
export async function expectRightCounts(ledger: Ledger): Promise<void> {
  expect(byState(await ledger.counts())).toEqual(byState(await scan(ledger)));
}

/** The cases, by name. */
export const COUNT_CASES: Readonly<Record<string, (books: OpenedBooks) => Promise<void>>> = {
  'what the ledger moved': async ({ ledger }) => {
    for (const steps of [0, 16, 40]) {
      if (steps > 0) await tellRandomly(ledger, steps, steps);
      await expectRightCounts(ledger);
    }
  },
  'what others wrote': async ({ ledger, run }) => {
    await tellRandomly(ledger, 8);
    await run(`UPDATE load_order SET state = 'EXPIRED' WHERE order_id IN ('R1', 'R2', 'R3')`);
    await expectRightCounts(ledger);
  },
};

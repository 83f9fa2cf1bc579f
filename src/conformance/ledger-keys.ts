/** The cases of an order's idempotency key: one order a key, and a key a caller's. */
import type { Ledger } from '../server/index.js';
import { refuses, same } from './conformance.js';
import { orderOf, snapshotOf } from './ledger-steps.js';

export const KEY_CASES: Readonly<Record<string, (ledger: Ledger) => Promise<void>>> = {
  'the same key gives the same order, at the same moment too': async (ledger) => {
    const asked = Array.from({ length: 8 }, (_, n) =>
      ledger.createOrder(orderOf(`A${String(n)}`), 'key', 'request'),
    );
    const ids = new Set((await Promise.all(asked)).map(({ orderId }) => orderId));
    same(ids.size, 1);
    await refuses('IDEMPOTENCY_CONFLICT', ledger.createOrder(orderOf('B'), 'key', 'other'));
  },
  "a key is its caller's": async (ledger) => {
    const of = (orderId: string, by: string) => orderOf(orderId, { who: { by } });
    const [first, second] = [of('A', '1'), of('B', '2')];
    same(await ledger.createOrder(first, '0001', 'request 1'), first);
    same(await ledger.createOrder(second, '0001', 'request 2'), second);
    same(await ledger.createOrder(of('C', '1'), '0001', 'request 1'), first);
    await refuses('IDEMPOTENCY_CONFLICT', ledger.createOrder(of('D', '1'), '0001', 'request 2'));
    // A journal's line has the key as it is kept.
    const { idempotencyKey } = await snapshotOf(ledger, 'B');
    same(await ledger.restoreOrder(second, idempotencyKey, 'request 2'), second);
  },
  'an order of before keys had owners is found by the same request, and by no other': async (
    ledger,
  ) => {
    const before = orderOf('A');
    same(await ledger.createOrder(before, '0001', 'request'), before);
    const later = (orderId: string) => orderOf(orderId, { who: { by: 'T1' } });
    same(await ledger.createOrder(later('B'), '0001', 'request'), before);
    same((await ledger.createOrder(later('C'), '0001', 'other')).orderId, 'C');
  },
};

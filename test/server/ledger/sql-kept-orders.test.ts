/** Orders kept in memory are a hint: newer before older, the last used, and gone when forgotten. */
import { expect, test } from 'vitest';
import { attemptOf, orderOf } from '../../../src/conformance/ledger-steps.js';
import { KEEP_NOTHING, keepOrders } from '../../../src/server/ledger/sql/kept-orders.js';
import type { Change, Snapshot } from '../../../src/server/index.js';
import type { Decision, Payment } from '../../../src/load/index.js';

const paid: Payment = { transactionId: 'pos:1', orderId: 'A1', amountFen: 10_000, surplus: false };
function snapshot(version: string, orderId = 'A1', cardNumber = 'C1'): Snapshot {
  const order = orderOf(orderId, { cardNumber });
  const card = { cardNumber, frozen: false };
  const situation = { order, card, payments: [], attempts: [] };
  return { situation, version, idempotencyKey: `key ${orderId}`, request: 'r' };
}
function change(from: Snapshot, rest: Partial<Decision> = {}): Change {
  const { order, card } = from.situation;
  const step = { do: 'stop', state: order.state, money: 'untouched' } as const;
  const decision = { order, card, transfers: [], step, ...rest };
  return { snapshot: from, decision, evidence: 'payment', atMs: 1 };
}

test('what was read is kept, unless its order or its card is there newer', () => {
  const kept = keepOrders(10);
  expect(kept.find('A1')).toBeUndefined();
  kept.keep(snapshot('2.5.h'));
  expect(kept.find('A1')).toEqual(snapshot('2.5.h'));
  for (const older of ['1.5.x', '2.4.x', '1.4.x', '1.6.x', '3.4.x']) {
    kept.keep(snapshot(older));
    expect(kept.find('A1')?.version).toBe('2.5.h');
  }
  for (const newer of ['2.5.same', '3.5.order', '3.6.card']) {
    kept.keep(snapshot(newer));
    expect(kept.find('A1')?.version).toBe(newer);
  }
});

test('a change that was committed is followed', () => {
  const kept = keepOrders(10);
  const before = snapshot('1.1.h');
  const order = { ...before.situation.order, state: 'PAID' } as const;
  const newAttempt = attemptOf(order, 7);
  kept.follow(change(before, { order, newPayment: paid }), 'h2');
  expect(kept.find('A1')).toMatchObject({
    ...{ version: '2.2.h2', idempotencyKey: 'key A1' },
    situation: { order: { state: 'PAID' }, payments: [paid], attempts: [] },
  });
  const next = kept.find('A1') as Snapshot;
  const sent = { ...paid, refundsSent: 1 };
  kept.follow(change(next, { newAttempt, sentRefund: sent }), 'h3');
  expect(kept.find('A1')?.situation).toMatchObject({ payments: [sent], attempts: [newAttempt] });
  const last = kept.find('A1') as Snapshot;
  const back = { ...sent, refundedAtMs: 9 };
  kept.follow(change(last, { refundedPayment: back }), 'h4');
  expect(kept.find('A1')).toMatchObject({ version: '4.4.h4', situation: { payments: [back] } });
});

test('orders of one card see the card as the last of them left it', () => {
  const kept = keepOrders(10);
  kept.keep(snapshot('1.1.h', 'A1'));
  kept.keep(snapshot('1.1.h', 'A2'));
  const before = kept.find('A1') as Snapshot;
  kept.follow(change(before, { card: { cardNumber: 'C1', frozen: true } }), 'h2');
  expect(kept.find('A2')).toMatchObject({
    ...{ version: '1.2.h2', situation: { card: { frozen: true }, order: { orderId: 'A2' } } },
  });
});

test('what is forgotten is not found, and neither is what its card was', () => {
  const kept = keepOrders(10);
  for (const [orderId, card] of [
    ['A1', 'C1'],
    ['A2', 'C1'],
    ['B1', 'C2'],
  ] as const) {
    kept.keep(snapshot('1.1.h', orderId, card));
  }
  kept.forget({ orderId: 'A1', cardNumber: 'C1' });
  expect([kept.find('A1'), kept.find('A2')]).toEqual([undefined, undefined]);
  expect(kept.find('B1')).toBeDefined();
  kept.keep(snapshot('1.1.h', 'A2', 'C1'));
  expect(kept.find('A1')).toBeUndefined();
  kept.forgetAll();
  expect([kept.find('A2'), kept.find('B1')]).toEqual([undefined, undefined]);
});

test('only those used last are kept', () => {
  const kept = keepOrders(2);
  const keep = (n: number) => {
    kept.keep(snapshot('1.1.h', `A${String(n)}`, `C${String(n)}`));
  };
  const there = () => [1, 2, 3].filter((n) => kept.find(`A${String(n)}`) !== undefined);
  keep(1);
  keep(2);
  expect(there()).toEqual([1, 2]);
  keep(1);
  keep(3);
  expect(there()).toEqual([1, 3]);
});

test('a database that others write too keeps nothing', () => {
  KEEP_NOTHING.keep(snapshot('1.1.h'));
  KEEP_NOTHING.follow(change(snapshot('1.1.h')), 'h');
  KEEP_NOTHING.forget({ orderId: 'A1', cardNumber: 'C1' });
  KEEP_NOTHING.forgetAll();
  expect(KEEP_NOTHING.find('A1')).toBeUndefined();
});

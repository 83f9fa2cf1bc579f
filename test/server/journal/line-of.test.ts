/** Which decisions are journalled: whatever leaves, and every end that forbids leaving. */
import { expect, test } from 'vitest';
import { decide, type Evidence, type Situation } from '../../../src/load/index.js';
import { lineOf } from '../../../src/server/journal/line-of.js';
import {
  attempt,
  init,
  issuedAt,
  NOW_MS,
  payment,
  situation,
  SOLE,
} from '../../load/situations.js';

function lineFor(from: Situation, evidence: Evidence) {
  const snapshot = { situation: from, version: '1', idempotencyKey: 'key', request: 'request' };
  const decision = decide(from, { evidence, nowMs: NOW_MS }, SOLE);
  return lineOf(snapshot, decision, evidence, NOW_MS);
}
const paid = situation({}, { payments: [payment('pos:1')] });
const due = situation({ state: 'REFUND_DUE' }, { payments: [payment('pos:1')] });

test('a MAC2, and the same one again', () => {
  const evidence: Evidence = { kind: 'init', init: init(7) };
  expect(lineFor(paid, evidence)).toMatchObject({ kind: 'issue', attempt: { onlineAtc: 7 } });
  expect(lineFor({ ...issuedAt(7), payments: paid.payments }, evidence)).toMatchObject({
    kind: 'issue',
    attempt: attempt(7),
    payments: paid.payments,
  });
});

test('an order that ends in a refund, before any is handed out', () => {
  const line = { kind: 'refund', transactionId: 'pos:1', refundsSent: 0 };
  expect(lineFor(paid, { kind: 'cancel' })).toMatchObject(line);
  const late: Evidence = { kind: 'payment', transactionId: 'pos:1', amountFen: 10_000 };
  expect(lineFor(situation({ state: 'EXPIRED' }), late)).toMatchObject({
    ...line,
    payments: [payment('pos:1')],
  });
});

test('a refund that is handed out, every time', () => {
  const evidence: Evidence = { kind: 'send-refund', transactionId: 'pos:1' };
  expect(lineFor(due, evidence)).toMatchObject({ kind: 'refund', refundsSent: 1 });
  const third = { ...due, payments: [payment('pos:1', { refundsSent: 3 })] };
  expect(lineFor(third, evidence)).toMatchObject({ kind: 'refund', refundsSent: 3 });
});

test('what a journal told is not told to it again, and what leaves nothing is not told', () => {
  const told: Evidence = { kind: 'repair-refund', transactionId: 'pos:1', refundsSent: 1 };
  expect(lineFor(paid, told)).toBeUndefined();
  expect(lineFor(due, { kind: 'refunded' })).toBeUndefined();
  expect(lineFor(issuedAt(7), { kind: 'lost' })).toBeUndefined();
});

test('with all that is needed to make the order again', () => {
  const sent: Evidence = { kind: 'send-refund', transactionId: 'pos:1' };
  const whole = { atMs: NOW_MS, idempotencyKey: 'key', request: 'request' };
  expect(lineFor(due, sent)).toEqual({
    ...{ ...whole, kind: 'refund', order: due.order, payments: due.payments },
    ...{ transactionId: 'pos:1', refundsSent: 1 },
  });
  const issued = issuedAt(7);
  expect(lineFor(issued, { kind: 'tac', attempt: attempt(7) })).toEqual({
    ...{ kind: 'tac', atMs: NOW_MS, orderId: 'ORDER1', cardNumber: issued.order.cardNumber },
    ...{ onlineAtc: 7, random: '11223344' },
    issued: {
      ...{ order: issued.order, idempotencyKey: 'key', request: 'request' },
      ...{ payments: issued.payments, attempts: issued.attempts },
    },
  });
});

test('what the counter says, with the order if it was issued', () => {
  const evidence: Evidence = { kind: 'init', init: init(8) };
  const issued = issuedAt(7);
  expect(lineFor(issued, evidence)).toMatchObject({
    ...{ kind: 'counter', atMs: NOW_MS, orderId: 'ORDER1' },
    issued: { order: issued.order, attempts: issued.attempts },
  });
  // Where it stays as it was nothing is told.
  const held = { ...issued, order: { ...issued.order, state: 'HELD', tacOnly: true } } as const;
  expect(lineFor(held, evidence)).toBeUndefined();
  const untold = { ...issued, attempts: [] };
  expect(lineFor(untold, evidence)).toEqual({ kind: 'counter', atMs: NOW_MS, orderId: 'ORDER1' });
});

test('nothing of what is refused, or was known', () => {
  expect(lineFor(paid, { kind: 'send-refund', transactionId: 'pos:1' })).toBeUndefined();
  const credited = issuedAt(7, { state: 'CREDITED', creditedBy: 'tac' });
  expect(lineFor(credited, { kind: 'tac', attempt: attempt(7) })).toBeUndefined();
  expect(lineFor(situation(), { kind: 'cancel' })).toBeUndefined();
});

test('money that a person gave back, and not what a provider says it gave', () => {
  const refunded = (byHand?: true): Evidence => ({
    ...{ kind: 'refunded', transactionId: 'pos:1' },
    ...(byHand === undefined ? {} : { byHand }),
  });
  expect(lineFor(due, refunded(true))).toEqual({
    ...{ kind: 'refund', atMs: NOW_MS, payments: due.payments },
    ...{ order: { ...due.order, state: 'REFUNDED' } },
    ...{ idempotencyKey: 'key', request: 'request' },
    ...{ transactionId: 'pos:1', refundsSent: 0, returnedAtMs: NOW_MS },
  });
  expect(lineFor(due, refunded())).toBeUndefined();
  // What was not owed was not given back either.
  expect(lineFor(issuedAt(7), refunded(true))).toBeUndefined();
});

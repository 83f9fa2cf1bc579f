/** Money given back: by the provider, under numbers, or by hand. */
import { describe, expect, test } from 'vitest';
import { decide, type Evidence } from '../../src/load/index.js';
import { codeOf, NOW_MS, payment, situation, SOLE, tell } from './situations.js';

const pay = { kind: 'payment', transactionId: 'pos:1', amountFen: 10_000 } as const;

describe('money given back leaves under a number that is booked first', () => {
  const paid = tell(situation({ state: 'CREATED' }), [pay], SOLE).situation;

  test('a cancelled order: sent once, sent again under the same number, confirmed', () => {
    const due = tell(paid, [{ kind: 'cancel' }], SOLE).situation;
    const send: Evidence = { kind: 'send-refund', transactionId: 'pos:1' };
    const { situation: sent, decision } = tell(due, [send], SOLE);
    const sentOnce = { refundsSent: 1, bookedAtMs: NOW_MS };
    expect(decision.sentRefund).toEqual(payment('pos:1', sentOnce));
    expect(decision.order).toBe(due.order);
    expect(decision.transfers).toEqual([]);
    const again = tell(sent, [send], SOLE).decision;
    expect(again.sentRefund?.refundsSent).toBe(1);
    const end = tell(sent, [{ kind: 'refunded' }], SOLE).decision;
    expect(end.refundedPayment).toEqual(payment('pos:1', { ...sentOnce, refundedAtMs: NOW_MS }));
    expect(end.order.state).toBe('REFUNDED');
  });

  test('the next number follows upon the word that the last one is closed, and on no other', () => {
    const due = tell(paid, [{ kind: 'cancel' }], SOLE).situation;
    const send = (closed?: number): Evidence => ({
      ...{ kind: 'send-refund', transactionId: 'pos:1' },
      ...(closed === undefined ? {} : { closed }),
    });
    const numbers = (...words: Evidence[]) =>
      words.map((_word, at) => {
        const { decision } = tell(due, words.slice(0, at + 1), SOLE);
        return decision.sentRefund?.refundsSent;
      });
    expect(numbers(send(1), send(), send(2), send(1), send(1), send(), send(2))).toEqual([
      1, 1, 1, 2, 2, 2, 3,
    ]);
  });

  test('by hand: only what no number of the provider’s can pay', () => {
    const due = tell(paid, [{ kind: 'cancel' }], SOLE).situation;
    const send: Evidence = { kind: 'send-refund', transactionId: 'pos:1' };
    const hand: Evidence = { kind: 'refunded', byHand: true };
    const ends = (...words: Evidence[]) => {
      const { step, order, refundedPayment } = tell(due, words, SOLE).decision;
      return [step.do === 'stop' ? step.code : step.do, order.state, refundedPayment?.refundedAtMs];
    };
    const booked = [undefined, 'REFUNDED', NOW_MS];
    const refused = ['REFUND_ON_ITS_WAY', 'REFUND_DUE', undefined];
    expect(ends(hand)).toEqual(booked);
    expect(ends(send, hand)).toEqual(refused);
    expect(ends(send, { ...hand, failed: 2 })).toEqual(refused);
    expect(ends(send, { ...hand, failed: 1 })).toEqual(booked);
    expect(ends(send, { ...send, closed: 1 }, { ...hand, failed: 1 })).toEqual(refused);
    expect(ends(send, { ...send, closed: 1 }, { ...hand, failed: 2 })).toEqual(booked);
    // In doubt a refund may have left that the ledger has forgotten.
    const doubt = { ...due, doubtSinceMs: NOW_MS };
    expect(decide(doubt, { evidence: hand, nowMs: NOW_MS }, SOLE).step).toMatchObject({
      code: 'ORDER_AWAITS_JOURNAL',
    });
  });

  test('a number above the first is handed out as it stands', () => {
    const due = tell(paid, [{ kind: 'cancel' }], SOLE).situation;
    const third = { ...due, payments: [payment('pos:1', { refundsSent: 3 })] };
    const { sentRefund } = tell(
      third,
      [{ kind: 'send-refund', transactionId: 'pos:1' }],
      SOLE,
    ).decision;
    expect(sentRefund?.refundsSent).toBe(3);
    const { refundedPayment } = tell(third, [{ kind: 'refunded' }], SOLE).decision;
    expect(refundedPayment?.refundsSent).toBe(3);
  });

  test('what was given back by hand counts as sent', () => {
    const due = tell(paid, [{ kind: 'cancel' }], SOLE).situation;
    const { refundedPayment } = tell(due, [{ kind: 'refunded' }], SOLE).decision;
    expect(refundedPayment).toMatchObject({ refundsSent: 1, refundedAtMs: NOW_MS });
  });

  test.each([
    ['of an order that is not given up', paid, 'pos:1'],
    ['of a payment that it does not have', tell(paid, [{ kind: 'cancel' }], SOLE).situation, 'x:2'],
    [
      'of a payment that is back already',
      tell(paid, [{ kind: 'cancel' }, { kind: 'refunded' }], SOLE).situation,
      'pos:1',
    ],
  ])('%s: none is sent', (_name, from, transactionId) => {
    const { decision } = tell(from, [{ kind: 'send-refund', transactionId }], SOLE);
    expect(codeOf(decision)).toBe('REFUND_NOT_DUE');
    expect(decision.sentRefund).toBeUndefined();
  });

  test('a surplus payment is sent back, the order goes on', () => {
    const twice: Evidence = { ...pay, transactionId: 'pos:2' };
    const { situation: surplus } = tell(paid, [twice], SOLE);
    const send: Evidence = { kind: 'send-refund', transactionId: 'pos:2' };
    const { decision } = tell(surplus, [send], SOLE);
    expect(decision.sentRefund).toMatchObject({ surplus: true, refundsSent: 1 });
    expect(decision.order.state).toBe('PAID');
  });
});

/** A journal shows what the ledger has forgotten. */
import { describe, expect, test } from 'vitest';
import type { Evidence, OrderState } from '../../src/load/index.js';
import {
  attempt,
  init,
  issuedAt,
  knownCard,
  payment,
  SHARED,
  situation,
  SOLE,
  tell,
} from './situations.js';

const NEW = attempt(7, { random: 'AABBCCDD', time: '100001' });
const issue = (one = NEW, clash = {}): Evidence => ({
  kind: 'repair-issue',
  attempt: one,
  ...clash,
});

describe('a forgotten authorisation', () => {
  test('a paid order waits for its card, and a TAC alone credits it', () => {
    const from = situation({}, { payments: [payment('pos:1')] });
    const { situation: held, decision } = tell(from, [issue()], SOLE);
    expect(held.order).toMatchObject({ state: 'HELD', boundAtc: 7, tacOnly: true });
    expect(held.card).toMatchObject({ openOrderId: 'ORDER1', maxSeenAtc: 7 });
    expect(held.card.expectedAtc).toBeUndefined();
    expect(decision.newAttempt).toEqual(NEW);
    expect(decision.transfers).toEqual([]);
    expect(tell(held, [{ kind: 'init', init: init(8) }], SOLE).situation.order.state).toBe('HELD');
    expect(tell(held, [{ kind: 'tac', attempt: NEW }], SOLE).situation.order.state).toBe(
      'CREDITED',
    );
    const again = tell(held, [issue()], SOLE).decision;
    expect(again.order).toBe(held.order);
    expect(again.newAttempt).toBeUndefined();
  });

  test('a counter seen further on stays seen', () => {
    const from = situation({}, { card: knownCard(9) });
    expect(tell(from, [issue()], SHARED).situation.card.maxSeenAtc).toBe(9);
  });

  test.each<OrderState>(['ISSUED', 'HELD', 'VOIDING'])('one more of an order in %s', (state) => {
    const from = issuedAt(7, {
      state,
      probesPassed: 1,
      ...(state === 'VOIDING' ? { probeTerminal: 'FF' } : {}),
    });
    const { order, attempts } = tell(from, [issue()], SOLE).situation;
    expect(order).toMatchObject({ state: 'HELD', boundAtc: 7, tacOnly: true, probesPassed: 0 });
    expect(order.probeTerminal).toBeUndefined();
    expect(attempts).toHaveLength(2);
  });

  test('at a later counter the order was bound again', () => {
    const { order } = tell(issuedAt(6, { state: 'HELD' }), [issue()], SHARED).situation;
    expect(order).toMatchObject({ state: 'HELD', boundAtc: 7 });
  });

  test('of a credited order at its own counter it is kept, and changes nothing', () => {
    const from = issuedAt(7, { state: 'CREDITED', creditedBy: 'tac' });
    const { decision } = tell(from, [issue()], SHARED);
    expect(decision.newAttempt).toEqual(NEW);
    expect(decision.order).toBe(from.order);
  });

  test.each(['random', 'time', 'date', 'onlineAtc'] as const)(
    'known means the same %s',
    (field) => {
      const other = { ...attempt(7), [field]: field === 'onlineAtc' ? 8 : '20270101' };
      expect(tell(issuedAt(7), [issue(attempt(7))], SHARED).decision.newAttempt).toBeUndefined();
      expect(tell(issuedAt(7), [issue(other)], SHARED).decision.newAttempt).toEqual(other);
    },
  );

  const contradictions: readonly [string, Parameters<typeof tell>[0], Evidence][] = [
    [
      'another order holds the card',
      situation({}, { card: knownCard(7, { openOrderId: 'B' }) }),
      issue(),
    ],
    ['its payment or ATC belongs to another order', situation(), issue(NEW, { clash: true })],
    ['at a counter before the bound one', issuedAt(8), issue()],
    ['of a credited order at another counter', issuedAt(8, { state: 'CREDITED' }), issue()],
    ['of an unpaid order', situation({ state: 'CREATED' }), issue()],
    ['of an expired order', situation({ state: 'EXPIRED' }), issue()],
    ['of an order that is given back', situation({ state: 'REFUND_DUE' }), issue()],
    ['of an order that was given back', situation({ state: 'REFUNDED' }), issue()],
  ];
  test.each(contradictions)('%s: the card is frozen', (name, from, evidence) => {
    const { decision } = tell(from, [evidence], SHARED);
    expect(decision.order).toMatchObject({ state: 'FROZEN', frozenFrom: from.order.state });
    expect(decision.order.boundAtc).toBe(from.order.boundAtc);
    expect(decision.card.frozen).toBe(true);
    const isClash = name.includes('another order');
    expect(decision.newAttempt).toEqual(isClash ? undefined : NEW);
  });

  test('of a frozen order it is taken in, and the order stays frozen', () => {
    const from = situation({ state: 'FROZEN', frozenFrom: 'PAID' });
    const { order } = tell(from, [issue()], SHARED).situation;
    expect(order).toMatchObject({
      state: 'FROZEN',
      frozenFrom: 'HELD',
      boundAtc: 7,
      tacOnly: true,
    });
  });
});

describe('a forgotten refund', () => {
  const payments = [payment('pos:1'), payment('pos:2', { surplus: true })];
  const refund = (transactionId = 'pos:1', refundsSent = 1): Evidence => ({
    kind: 'repair-refund',
    transactionId,
    refundsSent,
  });

  test.each<OrderState>(['PAID', 'ISSUED', 'HELD', 'VOIDING'])('of an order in %s', (state) => {
    const base = state === 'PAID' ? situation() : issuedAt(7, { state });
    const { situation: due, decision } = tell({ ...base, payments }, [refund()], SOLE);
    expect(due.order.state).toBe('REFUND_DUE');
    expect(due.order.boundAtc).toBeUndefined();
    expect(due.card.openOrderId).toBeUndefined();
    expect(decision).toMatchObject({ settlement: 'REFUND', sentRefund: { refundsSent: 1 } });
    const again = tell(due, [refund()], SOLE).decision;
    expect(again.order).toBe(due.order);
    expect(again.sentRefund).toBeUndefined();
    expect(tell(due, [refund('pos:1', 2)], SOLE).decision.sentRefund?.refundsSent).toBe(2);
  });

  test('that was decided on and not handed out: owed, under no number yet', () => {
    const { decision } = tell({ ...issuedAt(7), payments }, [refund('pos:1', 0)], SOLE);
    expect(decision).toMatchObject({ order: { state: 'REFUND_DUE' }, settlement: 'REFUND' });
    expect(decision.sentRefund).toBeUndefined();
    const surplus = tell({ ...issuedAt(7), payments }, [refund('pos:2', 0)], SOLE).decision;
    expect(surplus.order.state).toBe('ISSUED');
    expect(surplus.sentRefund).toBeUndefined();
  });

  test('of a surplus payment: the order goes on', () => {
    const { decision } = tell(situation({}, { payments }), [refund('pos:2')], SOLE);
    expect(decision.order.state).toBe('PAID');
    expect(decision.sentRefund).toMatchObject({ transactionId: 'pos:2', refundsSent: 1 });
  });

  test.each<OrderState>(['REFUND_DUE', 'REFUNDED'])('of an order in %s: its number', (state) => {
    const { decision } = tell(situation({ state }, { payments }), [refund()], SOLE);
    expect(decision.order.state).toBe(state);
    expect(decision.settlement).toBeUndefined();
    expect(decision.sentRefund?.refundsSent).toBe(1);
  });

  test.each<OrderState>(['CREATED', 'CREDITED', 'EXPIRED'])(
    'of an order in %s: frozen',
    (state) => {
      const { decision } = tell(situation({ state }, { payments }), [refund()], SOLE);
      expect(decision.order).toMatchObject({ state: 'FROZEN', frozenFrom: state });
      expect(decision.sentRefund?.refundsSent).toBe(1);
      expect(decision.settlement).toBeUndefined();
    },
  );

  test('of a frozen order: owed, and frozen still', () => {
    const from = { ...issuedAt(7, { state: 'FROZEN', frozenFrom: 'HELD' }), payments };
    const { decision } = tell(from, [refund()], SOLE);
    expect(decision.order).toMatchObject({ state: 'FROZEN', frozenFrom: 'REFUND_DUE' });
    expect(decision.settlement).toBe('REFUND');
    expect(decision.card).toBe(from.card);
  });

  const went = (transactionId: string, refundsSent: number): Evidence => ({
    ...{ kind: 'repair-refund', transactionId, refundsSent, returnedAtMs: 5 },
  });

  test('that went back is booked so, once, whatever was known of it', () => {
    for (const known of [{}, { refundsSent: 1 }]) {
      const due = situation({ state: 'REFUND_DUE' }, { payments: [payment('pos:1', known)] });
      const { situation: back, decision } = tell(due, [went('pos:1', 1)], SOLE);
      expect(decision.refundedPayment).toEqual(
        payment('pos:1', { refundsSent: 1, refundedAtMs: 5, refundedByHand: true }),
      );
      expect(decision.transfers).toEqual([
        { debit: 'refunds-due', credit: 'cash', amountFen: 10_000 },
      ]);
      expect(back.order.state).toBe('REFUNDED');
      const again = tell(back, [went('pos:1', 1)], SOLE).decision;
      expect([again.order, again.refundedPayment]).toEqual([back.order, undefined]);
    }
  });

  test('that went back under no number has none; what was not owed is not booked', () => {
    const due = situation({ state: 'REFUND_DUE' }, { payments });
    const { decision } = tell(due, [went('pos:1', 0)], SOLE);
    expect(decision.refundedPayment).toStrictEqual(
      payment('pos:1', { refundedAtMs: 5, refundedByHand: true }),
    );
    expect(decision.sentRefund).toBeUndefined();
    const credited = situation({ state: 'CREDITED' }, { payments });
    const frozen = tell(credited, [went('pos:1', 1)], SOLE).decision;
    expect(frozen.order.state).toBe('FROZEN');
    expect(frozen.refundedPayment).toBeUndefined();
  });

  test('of a payment that the order does not have: frozen', () => {
    const { decision } = tell(situation({}, { payments }), [refund('pos:9')], SOLE);
    expect(decision.order.state).toBe('FROZEN');
    expect(decision.sentRefund).toBeUndefined();
  });
});

describe('a forgotten payment', () => {
  const told: Evidence = { kind: 'repair-payment', payment: payment('pos:1', { refundsSent: 1 }) };

  test.each<OrderState>(['CREATED', 'EXPIRED'])('pays an order in %s', (state) => {
    const { decision } = tell(situation({ state }), [told], SOLE);
    expect(decision.order.state).toBe('PAID');
    expect(decision.newPayment).toEqual(payment('pos:1', { refundsSent: 1 }));
    expect(decision.transfers).toEqual([{ debit: 'cash', credit: 'liability', amountFen: 10_000 }]);
    expect(decision.settlement).toBeUndefined();
  });

  test('is owed back where another one pays the order, and where it was a surplus', () => {
    const other = situation({}, { payments: [payment('pos:2')] });
    const surplus = payment('pos:1', { surplus: true, refundedAtMs: 1 });
    const unpaid = situation({ state: 'CREATED' });
    for (const [from, one] of [
      [other, payment('pos:1')],
      [unpaid, surplus],
    ] as const) {
      const { decision } = tell(from, [{ kind: 'repair-payment', payment: one }], SOLE);
      expect(decision.order).toBe(from.order);
      expect(decision.newPayment).toEqual(payment('pos:1', { surplus: true }));
      expect(decision.transfers).toEqual([
        { debit: 'cash', credit: 'refunds-due', amountFen: 10_000 },
      ]);
    }
  });

  test('that is known changes nothing', () => {
    const from = situation({}, { payments: [payment('pos:1')] });
    const { decision } = tell(from, [told], SOLE);
    expect(decision.order).toBe(from.order);
    expect(decision.newPayment).toBeUndefined();
    expect(decision.transfers).toEqual([]);
  });
});

/** The ledger may have lost its last commits, and a journal is not compared yet. */
import { describe, expect, test } from 'vitest';
import type { Evidence, OrderState, Situation } from '../../src/load/index.js';
import {
  codeOf,
  init,
  issuedAt,
  knownCard,
  NOW_MS,
  ORDER,
  payment,
  SHARED,
  situation,
  SOLE,
  tell,
} from './situations.js';

const SINCE_MS = NOW_MS - 1000;
const show = (atc: number): Evidence => ({ kind: 'init', init: init(atc) });
const old = { createdAtMs: SINCE_MS };
const late = { createdAtMs: SINCE_MS + 1 };
const paidLate = [payment('pos:1', { paidAtMs: SINCE_MS + 1 })];

function inDoubt(order: Partial<Situation['order']>, rest: Partial<Situation> = {}): Situation {
  return situation(order, { doubtSinceMs: SINCE_MS, payments: paidLate, ...rest });
}

describe('in doubt: what may have been outlived waits', () => {
  const waiting: readonly [string, Situation, Evidence][] = [
    ['an order of before is not bound', inDoubt(old), show(7)],
    [
      'nor one that is paid with money of before',
      inDoubt(late, { payments: [payment('pos:1', { paidAtMs: SINCE_MS })] }),
      show(7),
    ],
    ['nor with money without a date', inDoubt(late, { payments: [payment('pos:1')] }), show(7)],
    [
      'a bound one is not authorised again',
      { ...issuedAt(7, old), doubtSinceMs: SINCE_MS },
      show(7),
    ],
    ['cancelled', inDoubt(old), { kind: 'cancel' }],
    ['cancelled, unpaid', inDoubt({ ...old, state: 'CREATED' }), { kind: 'cancel' }],
    ['given back', inDoubt(old), { kind: 'void', probeTerminal: 'FF0000000001' }],
    [
      'ended by people',
      { ...inDoubt({ ...old, state: 'HELD' }), payments: paidLate },
      { kind: 'release', request: { by: 'li', release: 'credited' } },
    ],
    [
      'a refund of money of before',
      inDoubt({ ...late, state: 'REFUND_DUE' }, { payments: [payment('pos:1')] }),
      { kind: 'send-refund', transactionId: 'pos:1' },
    ],
  ];
  test.each(waiting)('%s', (_name, from, evidence) => {
    const { decision } = tell(from, [evidence], SHARED);
    expect(decision.step).toMatchObject({ code: 'ORDER_AWAITS_JOURNAL', money: 'in-doubt' });
    expect(decision.order).toEqual(from.order);
    expect(decision.newAttempt).toBeUndefined();
    expect(decision.sentRefund).toBeUndefined();
    expect(decision.settlement).toBeUndefined();
    // Without doubt it is done.
    const { doubtSinceMs: _over, ...sure } = from;
    expect(codeOf(tell(sure, [evidence], SHARED).decision)).not.toBe('ORDER_AWAITS_JOURNAL');
  });

  test('an unpaid order of before does not expire', () => {
    const later = NOW_MS + 25 * 3_600_000;
    const state = (order: Partial<Situation['order']>): OrderState =>
      tell(inDoubt({ ...order, state: 'CREATED' }), [{ kind: 'clock' }], SOLE, later).situation
        .order.state;
    expect(state(old)).toBe('CREATED');
    expect(state(late)).toBe('EXPIRED');
  });

  test('money that comes after it has expired is kept: it may have been loaded before', () => {
    const pay: Evidence = { kind: 'payment', transactionId: 'pos:2', amountFen: ORDER.amountFen };
    const paid = (order: Partial<Situation['order']>): OrderState =>
      tell(inDoubt({ ...order, state: 'EXPIRED' }, { payments: [] }), [pay], SOLE).situation.order
        .state;
    expect(paid(old)).toBe('PAID');
    expect(paid(late)).toBe('REFUND_DUE');
  });

  test('a frozen one can be resumed: nothing leaves by that', () => {
    const frozen = inDoubt({ ...old, state: 'FROZEN', frozenFrom: 'PAID' });
    const word = (by: string): Evidence => ({
      kind: 'release',
      request: { by, release: 'resume' },
    });
    expect(tell(frozen, [word('li'), word('wang')], SOLE).situation.order.state).toBe('PAID');
  });
});

describe('in doubt: what is new goes on', () => {
  test('a new order with a new payment is bound, and settles by TAC alone', () => {
    const { situation: bound } = tell(inDoubt(late), [show(7)], SHARED);
    expect(bound.order).toMatchObject({ state: 'ISSUED', boundAtc: 7, tacOnly: true });
  });

  test('sole: a counter beyond the one expected is no alarm, for a load may be forgotten', () => {
    const card = knownCard(7);
    const { situation: bound } = tell(inDoubt(late, { card }), [show(9)], SOLE);
    expect(bound.order).toMatchObject({ state: 'ISSUED', boundAtc: 9, tacOnly: true });
    const { doubtSinceMs: _over, ...sure } = bound;
    expect(tell(sure, [show(10)], SOLE).situation.order.state).toBe('HELD');
  });

  test('sole: nor does the counter settle an order of before', () => {
    const from = { ...issuedAt(7, old), doubtSinceMs: SINCE_MS };
    expect(tell(from, [show(8)], SOLE).situation.order.state).toBe('HELD');
  });

  test('a TAC does', () => {
    const from = { ...issuedAt(7, old), doubtSinceMs: SINCE_MS };
    const [one] = from.attempts;
    if (one === undefined) throw new Error('no attempt');
    const tac: Evidence = { kind: 'tac', attempt: one };
    expect(tell(from, [tac], SHARED).situation.order.state).toBe('CREDITED');
  });

  test('it is cancelled and given back', () => {
    const send: Evidence = { kind: 'send-refund', transactionId: 'pos:1' };
    const { decision } = tell(inDoubt(late), [{ kind: 'cancel' }, send], SOLE);
    expect(decision.sentRefund?.refundsSent).toBe(1);
  });

  test('a refund that was sent before is sent again: it is the same one', () => {
    const payments = [payment('pos:1', { refundsSent: 1 })];
    const due = inDoubt({ ...old, state: 'REFUND_DUE' }, { payments });
    const send: Evidence = { kind: 'send-refund', transactionId: 'pos:1' };
    expect(tell(due, [send], SOLE).decision.sentRefund?.refundsSent).toBe(1);
  });

  test('an unpaid one of now is given up', () => {
    const unpaid = inDoubt({ ...late, state: 'CREATED' }, { payments: [] });
    expect(tell(unpaid, [{ kind: 'cancel' }], SOLE).situation.order.state).toBe('EXPIRED');
  });
});

describe('the date of a payment', () => {
  const pay = (paidAtMs?: number): Evidence => ({
    kind: 'payment',
    transactionId: 'pos:1',
    amountFen: ORDER.amountFen,
    ...(paidAtMs === undefined ? {} : { paidAtMs }),
  });
  test.each([
    [NOW_MS, NOW_MS],
    [0, 0],
    [undefined, undefined],
    // A clock that runs ahead tells nothing.
    [NOW_MS + 1, undefined],
  ])('%s is kept as %s', (told, kept) => {
    const { newPayment } = tell(situation({ state: 'CREATED' }), [pay(told)], SOLE).decision;
    expect(newPayment?.paidAtMs).toBe(kept);
    expect(Object.keys(newPayment ?? {})).toHaveLength(kept === undefined ? 5 : 6);
  });
});

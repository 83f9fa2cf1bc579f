/** Where a rule begins and ends: the last value that passes, and the first that does not. */
import { describe, expect, test } from 'vitest';
import { decide, hostTime, type Situation } from '../../src/load/index.js';
import {
  attempt,
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

const asInit = (atc: number, changes = {}) => ({ kind: 'init', init: init(atc, changes) }) as const;

describe('an authorisation', () => {
  test('is made up to the highest counter, and not above', () => {
    const { maxAtc } = SHARED;
    expect(tell(situation(), [asInit(maxAtc)], SHARED).decision.step.do).toBe('credit');
    const above = tell(situation(), [asInit(maxAtc + 1)], SHARED).decision;
    expect(codeOf(above)).toBe('CARD_COUNTER_EXHAUSTED');
  });

  test('is made up to the highest balance, and not above', () => {
    const rawBalance = SHARED.maxBalanceFen - ORDER.amountFen;
    const full = tell(situation(), [asInit(7, { rawBalance })], SHARED).decision;
    expect(full.step.do).toBe('credit');
    const above = tell(situation(), [asInit(7, { rawBalance: rawBalance + 1 })], SHARED).decision;
    expect(codeOf(above)).toBe('BALANCE_LIMIT');
  });

  test('is made so often in a day, and again the day after', () => {
    const { maxAttemptsPerDay } = SHARED;
    const triedOn = (count: number, date: string): Situation => ({
      ...issuedAt(7),
      attempts: Array.from({ length: count }, (_, index) =>
        attempt(7, { date, random: index.toString(16).padStart(8, 'A') }),
      ),
    });
    const today = (count: number) => tell(triedOn(count, '20261123'), [asInit(7)], SHARED).decision;
    expect(today(maxAttemptsPerDay - 1).newAttempt).toBeDefined();
    expect(codeOf(today(maxAttemptsPerDay))).toBe('ATTEMPTS_EXHAUSTED');
    const dayAfter = tell(triedOn(maxAttemptsPerDay, '20261122'), [asInit(7)], SHARED).decision;
    expect(dayAfter.newAttempt).toBeDefined();
  });

  test('of an earlier counter is not given again, whatever the session says', () => {
    const from = situation({}, { card: knownCard(7), attempts: [attempt(6)] });
    const { newAttempt } = tell(from, [asInit(7)], SHARED).decision;
    expect(newAttempt).toMatchObject({ onlineAtc: 7, date: '20261123', time: '100000' });
  });

  test.each([{ random: 'AABBCCDD' }, { rawBalance: 5001 }, { terminal: '0'.repeat(12) }])(
    'is another one when the session differs in %o',
    (changes) => {
      const { newAttempt } = tell(issuedAt(7), [asInit(7, changes)], SHARED).decision;
      // No two attempts share the inputs of a TAC.
      expect(newAttempt).toMatchObject({ ...changes, date: '20261123', time: '100001' });
    },
  );

  test('is another one when the card was asked with another amount', () => {
    const { newAttempt } = tell(issuedAt(7), [asInit(7, { amountFen: 1 })], SHARED).decision;
    expect(newAttempt).toMatchObject({ amountFen: ORDER.amountFen, time: '100001' });
  });

  test('of yesterday takes no second from today', () => {
    const from = { ...issuedAt(7), attempts: [attempt(7, { date: '20261122', random: 'AA' })] };
    expect(tell(from, [asInit(7)], SHARED).decision.newAttempt?.time).toBe('100000');
  });

  test('is made for the order that holds the card itself', () => {
    const own = situation({}, { card: knownCard(7, { openOrderId: ORDER.orderId }) });
    expect(tell(own, [asInit(7)], SHARED).decision.step.do).toBe('credit');
  });
});

describe('the highest counter seen', () => {
  test.each([0, 1])('begins with the first one, be it %i', (atc) => {
    expect(tell(situation(), [asInit(atc)], SHARED).decision.card.maxSeenAtc).toBe(atc);
  });

  test('never falls: by no credit, no foreign record', () => {
    const ahead = { ...issuedAt(7), card: knownCard(12) };
    const credited = tell(ahead, [{ kind: 'tac', attempt: attempt(7) }], SHARED).decision;
    expect(credited.card.maxSeenAtc).toBe(12);
    const held: Situation = { ...ahead, order: { ...ahead.order, state: 'HELD' } };
    const foreign = { kind: 'foreign-record', onlineAtc: 7 } as const;
    expect(tell(held, [foreign], SHARED).decision.card).toEqual(knownCard(12));
  });
});

describe('a void', () => {
  const asked = { kind: 'void', probeTerminal: 'FF0000000001' } as const;
  const prove = { do: 'prove', transactionType: 2, atcs: [8, 7] };

  test('asks the proof of the bound counter, each time', () => {
    const { situation: voiding, decision } = tell(issuedAt(7), [asked], SOLE);
    expect(decision.step).toEqual(prove);
    expect(tell(voiding, [asked], SOLE).decision.step).toEqual(prove);
  });

  test('is settled by the counter above', () => {
    const voiding = tell(issuedAt(7), [asked], SOLE).situation;
    const { order } = tell(voiding, [asInit(8, { rawBalance: 15_000 })], SOLE).situation;
    expect(order).toMatchObject({ state: 'CREDITED', creditedBy: 'counter' });
  });

  test.each([
    ['with the order’s amount', 'VOIDING', { amountFen: ORDER.amountFen }],
    ['of another number', 'VOIDING', { terminal: 'FF0000000009' }],
    ['once it is withdrawn', 'HELD', {}],
  ] as const)('takes no probe %s', (_why, state, changes) => {
    const terminal = 'FF0000000001';
    const from = issuedAt(7, { state, probeTerminal: terminal });
    const evidence = {
      kind: 'probe',
      init: init(7, { terminal, amountFen: 1, ...changes }),
      nextProbeTerminal: 'FF0000000002',
    } as const;
    const { decision } = tell(from, [evidence], SOLE);
    expect(codeOf(decision)).toBe('PROBE_MISMATCH');
    expect(decision.order).toBe(from.order);
  });
});

describe('money', () => {
  const paid = (amountFen: number) =>
    ({ kind: 'payment', transactionId: 'pos:1', amountFen }) as const;

  test('that fits, that comes late and that is too much are told apart', () => {
    const took = (state: 'CREATED' | 'EXPIRED', amountFen: number) =>
      tell(situation({ state }), [paid(amountFen)], SOLE).decision.newPayment;
    const booked = payment('pos:1', { bookedAtMs: NOW_MS });
    expect(took('CREATED', 10_000)).toStrictEqual(booked);
    expect(took('EXPIRED', 10_000)).toStrictEqual(booked);
    expect(took('CREATED', 9_999)).toMatchObject({ amountFen: 9_999, surplus: true });
    expect(took('EXPIRED', 9_999)).toMatchObject({ amountFen: 9_999, surplus: true });
  });

  test('that was given back is not handed out again', () => {
    const back = payment('pos:2', { surplus: true, refundsSent: 1, refundedAtMs: NOW_MS });
    const from = situation({ state: 'REFUND_DUE' }, { payments: [payment('pos:1'), back] });
    const again = tell(from, [{ kind: 'send-refund', transactionId: 'pos:2' }], SOLE).decision;
    expect(codeOf(again)).toBe('REFUND_NOT_DUE');
    expect(again.sentRefund).toBeUndefined();
  });

  test('of a cancelled order is owed back, and the books say so', () => {
    const { decision } = tell(situation(), [{ kind: 'cancel' }], SOLE);
    expect(decision.transfers).toEqual([
      { debit: 'liability', credit: 'refunds-due', amountFen: 10_000 },
    ]);
  });
});

describe('two people', () => {
  const both = (release: 'resume' | 'credited' | 'refund' | 'destroyed') =>
    ['li', 'wang'].map((by) => ({ kind: 'release', request: { by, release } }) as const);
  const paid = [payment('pos:1')];
  const frozen: Situation = {
    ...issuedAt(7, { state: 'FROZEN', frozenFrom: 'HELD' }),
    card: knownCard(9, { frozen: true, openOrderId: ORDER.orderId }),
    payments: paid,
  };
  const { boundAtc: _free, frozenFrom: _thawed, ...unbound } = frozen.order;

  test.each(['refund', 'destroyed'] as const)('end it by %s: the order is whole', (release) => {
    const { order } = tell(frozen, both(release), SHARED).situation;
    expect(order).toStrictEqual({ ...unbound, state: 'REFUND_DUE', updatedAtMs: NOW_MS });
  });

  test('credit it: the money is in the card', () => {
    const { decision } = tell(frozen, both('credited'), SHARED);
    expect(decision.settlement).toBe('CREDIT');
    expect(decision.transfers).toEqual([
      { debit: 'liability', credit: 'card-float', amountFen: 10_000 },
    ]);
  });

  test('resume the order that holds the card itself', () => {
    expect(tell(frozen, both('resume'), SHARED).situation.order.state).toBe('HELD');
  });

  test('end a held order: it was paid, or it would not be held', () => {
    const held: Situation = { ...issuedAt(7, { state: 'HELD' }), card: knownCard(9) };
    expect(tell(held, both('credited'), SHARED).situation.order.state).toBe('CREDITED');
  });
});

describe('the calendar', () => {
  test('is right on every day around the ends of centuries', () => {
    for (const year of [1600, 1900, 2000, 2100, 2400]) {
      for (let day = -400; day < 800; day += 1) {
        const atMs = Date.UTC(year, 0, 1) + day * 86_400_000;
        const date = new Date(atMs).toISOString().slice(0, 10).replace(/-/g, '');
        expect(hostTime(atMs, 0).date).toBe(date);
      }
    }
  });
});

test('a decision is made of the evidence alone: the same twice', () => {
  const timed = { evidence: asInit(7), nowMs: NOW_MS };
  expect(decide(situation(), timed, SHARED)).toEqual(decide(situation(), timed, SHARED));
});

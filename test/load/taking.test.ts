/** Money that is being taken: when it may begin, what ends it, and what it keeps from happening. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Evidence, Situation, Taking } from '../../src/load/index.js';
import {
  codeOf,
  init,
  knownCard,
  NOW_MS,
  ORDER,
  SHARED,
  situation,
  SOLE,
  tell,
} from './situations.js';

const CHECK_TERMINAL = 'FF0000000009';
const BY_POS: Taking = { sinceMs: NOW_MS, by: 'T1', provider: 'pos' };
const created = (rest: Partial<Situation> = {}): Situation =>
  situation({ state: 'CREATED', checkTerminal: CHECK_TERMINAL }, rest);
const shown = (onlineAtc = 7, changes = {}) =>
  init(onlineAtc, { terminal: CHECK_TERMINAL, ...changes });
const begins = (taking: Taking = BY_POS, onlineAtc = 7, changes = {}): Evidence => ({
  kind: 'taking',
  init: shown(onlineAtc, changes),
  taking,
});
const pays = (transactionId: string, amountFen = ORDER.amountFen): Evidence => ({
  ...{ kind: 'payment', transactionId, amountFen },
});
const NEXT = { checkTerminal: CHECK_TERMINAL, nextCheckTerminal: 'FF000000000A' };
const taking = (changes: Partial<Taking> = {}): Situation =>
  situation({ state: 'TAKING', checkTerminal: CHECK_TERMINAL, taking: { ...BY_POS, ...changes } });

describe('taking money begins', () => {
  test('with the card that is here, and is noted', () => {
    const { decision } = tell(created(), [begins()], SHARED);
    expect([codeOf(decision), decision.order.state]).toEqual([undefined, 'TAKING']);
    expect(decision.order.taking).toEqual(BY_POS);
    expect(decision.transfers).toEqual([]);
  });

  test('once: the same again is the same, whoever else comes is told', () => {
    const later = { ...BY_POS, sinceMs: NOW_MS + 9 };
    const again = tell(created(), [begins(), begins(later)], SHARED).decision;
    expect([codeOf(again), again.order.taking]).toEqual([undefined, BY_POS]);
    for (const other of [
      { by: 'T2' },
      { person: 'P2' },
      { provider: 'cash' },
      { transactionId: 'pos:1' },
    ]) {
      const { decision } = tell(created(), [begins(), begins({ ...BY_POS, ...other })], SHARED);
      expect(codeOf(decision)).toBe('PAYMENT_BEING_TAKEN');
      expect(decision.order.taking).toEqual(BY_POS);
    }
  });

  const REFUSED: readonly (readonly [string, string, Situation, Evidence])[] = [
    [
      'another terminal number',
      'PROBE_MISMATCH',
      created(),
      begins(BY_POS, 7, { terminal: 'FF00' }),
    ],
    ['another amount', 'PROBE_MISMATCH', created(), begins(BY_POS, 7, { amountFen: 1 })],
    ['no number drawn', 'PROBE_MISMATCH', situation({ state: 'CREATED' }), begins()],
    ['a frozen card', 'ORDER_FROZEN', created({ card: knownCard(7, { frozen: true }) }), begins()],
    [
      'a card that is held',
      'ORDER_OPEN',
      created({ card: knownCard(7, { openOrderId: 'B' }) }),
      begins(),
    ],
    ['an old answer', 'INIT_STALE', created({ card: knownCard(8) }), begins()],
    ['a counter that moved', 'COUNTER_WITHOUT_PROOF', created({ card: knownCard(6) }), begins()],
    ['a counter at its end', 'CARD_COUNTER_EXHAUSTED', created(), begins(BY_POS, 0xfffe)],
    ['no room', 'BALANCE_LIMIT', created(), begins(BY_POS, 7, { rawBalance: SOLE.maxBalanceFen })],
    ['doubt', 'ORDER_AWAITS_JOURNAL', created({ doubtSinceMs: NOW_MS }), begins()],
  ];
  test.each(REFUSED)('not with %s: %s', (_what, code, before, evidence) => {
    const { decision } = tell(before, [evidence], SOLE);
    expect([codeOf(decision), decision.order]).toEqual([code, before.order]);
  });

  test('up to the last counter, and to the last fen', () => {
    const rawBalance = SOLE.maxBalanceFen - ORDER.amountFen;
    const { decision } = tell(created(), [begins(BY_POS, SOLE.maxAtc, { rawBalance })], SOLE);
    expect(decision.order.state).toBe('TAKING');
    // At the counter that was seen last the card was not loaded since.
    expect(tell(created({ card: knownCard(7) }), [begins()], SOLE).decision.order.state).toBe(
      'TAKING',
    );
    // Among several issuers a counter that moved says nothing.
    const moved = tell(created({ card: knownCard(6) }), [begins()], SHARED).decision;
    expect(moved.order.state).toBe('TAKING');
    const [doubtful] = [created({ card: knownCard(6), doubtSinceMs: NOW_MS - 1 })];
    expect(tell(doubtful, [begins()], SOLE).decision.order.state).toBe('TAKING');
  });

  test('not where the order has gone on: the card is told what is next', () => {
    expect(tell(situation({ state: 'PAID' }), [begins()], SOLE).decision.step.do).toBe(
      'initialize',
    );
    const { decision } = tell(situation({ state: 'EXPIRED' }), [begins()], SOLE);
    expect(codeOf(decision)).toBe('ORDER_CLOSED');
  });
});

describe('it ends', () => {
  test('with the payment, from whoever it comes', () => {
    const { decision } = tell(taking(), [pays('pos:1')], SHARED);
    expect([decision.order.state, decision.order.taking]).toEqual(['PAID', undefined]);
    expect(decision.newPayment).toMatchObject({ transactionId: 'pos:1', surplus: false });
  });

  test('with whoever brought the payment noted in it', () => {
    const who = { by: 'T1', person: 'P1' };
    const { decision } = tell(taking(), [{ ...pays('pos:1'), who } as Evidence], SHARED);
    expect(decision.newPayment?.who).toEqual(who);
    expect('who' in (tell(taking(), [pays('pos:1')], SHARED).decision.newPayment ?? {})).toBe(
      false,
    );
  });

  test('with the number that was fixed, and with no other: that one is owed back', () => {
    const before = taking({ transactionId: 'pos:1' });
    const other = tell(before, [pays('pos:2')], SHARED).decision;
    expect([codeOf(other), other.order]).toEqual(['PAYMENT_SURPLUS', before.order]);
    expect(other.newPayment).toMatchObject({ surplus: true });
    expect(tell(before, [pays('pos:1')], SHARED).decision.order.state).toBe('PAID');
  });

  test('with a wrong amount: it is owed back, and the order waits for its payment again', () => {
    const { decision } = tell(taking(), [pays('pos:1', 100)], SHARED);
    expect([codeOf(decision), decision.order.state]).toEqual(['PAYMENT_SURPLUS', 'CREATED']);
    expect(decision.order.taking).toBeUndefined();
    const before = taking({ transactionId: 'pos:1' });
    expect(tell(before, [pays('pos:2', 100)], SHARED).decision.order).toEqual(before.order);
  });

  const WORDS: readonly (readonly [string, Evidence, boolean])[] = [
    ['the terminal’s', { kind: 'not-taken', how: 'terminal', by: 'T1', ...NEXT }, true],
    ['another terminal’s', { kind: 'not-taken', how: 'terminal', by: 'T2', ...NEXT }, false],
    ['nobody’s', { kind: 'not-taken', how: 'terminal', ...NEXT }, false],
    ['the provider’s', { kind: 'not-taken', how: 'provider', by: 'pos', ...NEXT }, true],
    ['another provider’s', { kind: 'not-taken', how: 'provider', by: 'wechat', ...NEXT }, false],
    [
      'a supervisor’s',
      { kind: 'not-taken', how: 'supervisor', by: 'M1', reason: 'r', ...NEXT },
      true,
    ],
  ];
  test.each(WORDS)('or not, by %s word', (_whose, word, ends) => {
    const { decision } = tell(taking(), [word], SHARED);
    expect(decision.order.state).toBe(ends ? 'CREATED' : 'TAKING');
    expect(codeOf(decision)).toBe(ends ? undefined : 'PAYMENT_BEING_TAKEN');
    expect(decision.order.taking).toEqual(ends ? undefined : BY_POS);
  });

  test('not by a late word: each intent has a number of its own', () => {
    const word: Evidence = { kind: 'not-taken', how: 'terminal', by: 'T1', ...NEXT };
    const again = { ...shown(), terminal: NEXT.nextCheckTerminal };
    const anew: Evidence = { kind: 'taking', init: again, taking: BY_POS };
    const { decision } = tell(taking(), [word, anew, word], SHARED);
    expect([codeOf(decision), decision.order.state]).toEqual(['PAYMENT_BEING_TAKEN', 'TAKING']);
    // And the card's old answer begins nothing.
    const old = tell(taking(), [word, begins()], SHARED).decision;
    expect(codeOf(old)).toBe('PROBE_MISMATCH');
    const surplus: Evidence = { ...pays('pos:1', 100), nextCheckTerminal: 'FF000000000B' } as never;
    expect(tell(taking(), [surplus], SHARED).decision.order.checkTerminal).toBe('FF000000000B');
  });

  test('by no word while payments may be forgotten, and elsewhere a word changes nothing', () => {
    const word: Evidence = { kind: 'not-taken', how: 'supervisor', by: 'M1', reason: 'r', ...NEXT };
    const doubtful = { ...taking(), doubtSinceMs: NOW_MS };
    expect(codeOf(tell(doubtful, [word], SHARED).decision)).toBe('ORDER_AWAITS_JOURNAL');
    const paid = situation({ state: 'PAID' });
    const { decision } = tell(paid, [word], SHARED);
    expect([codeOf(decision), decision.order]).toEqual([undefined, paid.order]);
  });

  test('never by a clock, a cancellation, a visit, or two people’s wish for the money', () => {
    const before = taking();
    const nothings: readonly Evidence[] = [
      ...([{ kind: 'clock' }, { kind: 'cancel' }, { kind: 'present' }] as const),
      ...([{ kind: 'lost' }, { kind: 'no-proof' }, { kind: 'init', init: init(7) }] as const),
      { kind: 'void', probeTerminal: 'FF' },
    ];
    for (const evidence of nothings) {
      const { decision } = tell(before, [evidence], SOLE, NOW_MS + 1e12);
      expect(decision.order.state).toBe('TAKING');
      expect(decision.step.do).toBe('stop');
    }
    expect(codeOf(tell(before, [{ kind: 'cancel' }], SOLE).decision)).toBe('PAYMENT_BEING_TAKEN');
    const voided = tell(before, [{ kind: 'void', probeTerminal: 'FF' }], SOLE).decision;
    expect(codeOf(voided)).toBe('PAYMENT_BEING_TAKEN');
  });

  test('with what a journal shows of its payment', () => {
    const told = {
      orderId: ORDER.orderId,
      transactionId: 'pos:1',
      amountFen: 10_000,
      surplus: false,
    };
    const { decision } = tell(taking(), [{ kind: 'repair-payment', payment: told }], SHARED);
    expect([decision.order.state, decision.order.taking]).toEqual(['PAID', undefined]);
  });
});

test('law: whatever happens in TAKING, money that comes in is on the order or owed back', () => {
  const word = fc.constantFrom<Evidence>(
    ...[begins(), begins({ ...BY_POS, by: 'T2' }), pays('pos:1'), pays('pos:2'), pays('pos:1', 5)],
    ...([{ kind: 'cancel' }, { kind: 'clock' }, { kind: 'present' }] as const),
    ...([{ kind: 'not-taken', how: 'terminal', by: 'T1', ...NEXT }] as const),
  );
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 8 }), (words) => {
      const { situation: after } = tell(created(), words, SHARED);
      const own = after.payments.filter(({ surplus }) => !surplus);
      expect(own.length).toBeLessThanOrEqual(1);
      const hasMoney = ['PAID', 'REFUND_DUE'].includes(after.order.state);
      expect(own.length === 1).toBe(hasMoney);
    }),
  );
});

test('each visit begins for itself: the same visit again is the same, another one is told', () => {
  const first = begins({ ...BY_POS, visit: 'V1' });
  expect(codeOf(tell(created(), [first, first], SHARED).decision)).toBeUndefined();
  const second = begins({ ...BY_POS, visit: 'V2' });
  expect(codeOf(tell(created(), [first, second], SHARED).decision)).toBe('PAYMENT_BEING_TAKEN');
});

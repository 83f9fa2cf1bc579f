import { describe, expect, test } from 'vitest';
import {
  type Decision,
  decide,
  type Evidence,
  type LoadPolicy,
  type OrderState,
  type Situation,
} from '../../src/load/index.js';
import {
  attempt,
  codeOf,
  init,
  issuedAt,
  knownCard,
  NOW_MS,
  SHARED,
  situation,
  SOLE,
} from './situations.js';

function on(from: Situation, evidence: Evidence, policy: LoadPolicy = SOLE): Decision {
  return decide(from, { evidence, nowMs: NOW_MS }, policy);
}

describe('decide: a paid order and its first INIT', () => {
  test('binds the order to the ATC and locks the card before a MAC2 is asked for', () => {
    const card = knownCard(7);
    const decision = on(situation({}, { card }), { kind: 'init', init: init(7) });
    expect(decision.order).toMatchObject({ state: 'ISSUED', boundAtc: 7 });
    expect(decision.order.tacOnly).toBeUndefined();
    expect(decision.card).toMatchObject({ openOrderId: 'ORDER1', expectedAtc: 7, maxSeenAtc: 7 });
    expect(decision.newAttempt).toMatchObject({ onlineAtc: 7, date: '20261123', time: '100000' });
    expect(decision.step).toEqual({ do: 'credit', attempt: decision.newAttempt });
  });

  test('the same INIT again leads to the same attempt, so to the same MAC2', () => {
    const first = on(situation(), { kind: 'init', init: init(7) });
    const stored = issuedAt(7, { ...first.order });
    const again = on(
      { ...stored, attempts: [first.newAttempt ?? attempt(7)] },
      { kind: 'init', init: init(7) },
    );
    expect(again.newAttempt).toBeUndefined();
    expect(again.step).toEqual({ do: 'credit', attempt: first.newAttempt });
  });

  const refusals: readonly [string, Situation, Evidence, string][] = [
    [
      'another order holds the card',
      situation({}, { card: { ...situation().card, openOrderId: 'OTHER' } }),
      { kind: 'init', init: init(7) },
      'ORDER_OPEN',
    ],
    [
      'an INIT below the highest ATC seen is an old recording',
      situation({}, { card: { ...situation().card, maxSeenAtc: 8, expectedAtc: 8 } }),
      { kind: 'init', init: init(7) },
      'INIT_STALE',
    ],
    [
      'the counter is near its end',
      situation(),
      { kind: 'init', init: init(0xfffe) },
      'CARD_COUNTER_EXHAUSTED',
    ],
    [
      'the balance would be too high',
      situation(),
      { kind: 'init', init: init(7, { rawBalance: 0x7fffffff }) },
      'BALANCE_LIMIT',
    ],
    ['not paid', situation({ state: 'CREATED' }), { kind: 'init', init: init(7) }, 'ORDER_UNPAID'],
  ];
  test.each(refusals)('%s: refused, not bound, nothing issued', (_name, from, evidence, code) => {
    const decision = on(from, evidence);
    expect(codeOf(decision)).toBe(code);
    expect(decision.order.boundAtc).toBeUndefined();
    expect(decision.card.openOrderId).toBe(from.card.openOrderId);
    expect(decision.newAttempt).toBeUndefined();
    expect(decision.transfers).toEqual([]);
  });

  test('sole issuer: a counter that moved without a load of ours freezes card and order', () => {
    const card = { ...situation().card, expectedAtc: 7, maxSeenAtc: 7 };
    const decision = on(situation({}, { card }), { kind: 'init', init: init(9) });
    expect(decision.order.state).toBe('FROZEN');
    expect(decision.card.frozen).toBe(true);
  });

  test('several issuers: a counter that moved is no cause for alarm', () => {
    const card = { ...situation().card, expectedAtc: 7, maxSeenAtc: 7 };
    const decision = on(situation({}, { card }), { kind: 'init', init: init(9) }, SHARED);
    expect(decision.order).toMatchObject({ state: 'ISSUED', boundAtc: 9 });
  });
});

describe('decide: after MAC2 left', () => {
  test('a lost answer holds the order, the lock stays, no money moves', () => {
    const decision = on(issuedAt(7), { kind: 'lost' });
    expect(decision.order.state).toBe('HELD');
    expect(decision.card.openOrderId).toBe('ORDER1');
    expect(decision.step).toMatchObject({ do: 'stop', code: 'LOAD_IN_DOUBT', money: 'in-doubt' });
  });

  test('the card is back: its proof is asked first, with n+1 and n', () => {
    const decision = on(issuedAt(7, { state: 'HELD' }), { kind: 'present' });
    expect(decision.step).toEqual({ do: 'prove', transactionType: 2, atcs: [8, 7] });
  });

  test('a verified TAC credits, once', () => {
    const decision = on(issuedAt(7, { state: 'HELD' }), { kind: 'tac', attempt: attempt(7) });
    expect(decision.order).toMatchObject({ state: 'CREDITED', creditedBy: 'tac' });
    expect(decision.settlement).toBe('CREDIT');
    expect(decision.transfers).toEqual([
      { debit: 'liability', credit: 'card-float', amountFen: 10_000 },
    ]);
    expect(decision.card).toMatchObject({ expectedAtc: 8, maxSeenAtc: 8 });
    expect(decision.card.openOrderId).toBeUndefined();

    const late = on(
      { ...issuedAt(7), order: decision.order, card: decision.card },
      {
        kind: 'tac',
        attempt: attempt(7),
      },
    );
    expect(late.settlement).toBeUndefined();
    expect(late.transfers).toEqual([]);
  });

  test('counter at n: not written, another attempt at the same n', () => {
    const decision = on(issuedAt(7, { state: 'HELD' }), {
      kind: 'init',
      init: init(7, { random: 'AABBCCDD' }),
    });
    expect(decision.order).toMatchObject({ state: 'ISSUED', boundAtc: 7 });
    expect(decision.newAttempt).toMatchObject({ onlineAtc: 7, random: 'AABBCCDD', time: '100001' });
  });

  test('counter at n+1: credited with a sole issuer, held with several', () => {
    const evidence: Evidence = { kind: 'init', init: init(8, { random: 'AABBCCDD' }) };
    expect(on(issuedAt(7), evidence).order).toMatchObject({
      state: 'CREDITED',
      creditedBy: 'counter',
    });
    const held = on(issuedAt(7), evidence, SHARED);
    expect(held.order.state).toBe('HELD');
    expect(codeOf(held)).toBe('COUNTER_WITHOUT_PROOF');
    expect(held.settlement).toBeUndefined();
  });

  test('counter two above n: unexplained, frozen', () => {
    expect(on(issuedAt(7), { kind: 'init', init: init(9) }).order.state).toBe('FROZEN');
  });

  test('credited by the counter, then a TAC: the proof is upgraded, nothing is booked again', () => {
    const from = issuedAt(7, { state: 'CREDITED', creditedBy: 'counter' });
    const decision = on(from, { kind: 'tac', attempt: attempt(7) });
    expect(decision.order.creditedBy).toBe('tac');
    expect(decision.transfers).toEqual([]);
  });

  test('a refused credit asks for the proof, the second holds the order', () => {
    const once = on(issuedAt(7), { kind: 'credit-refused', sw: '9302' });
    expect(once.step).toMatchObject({ do: 'prove' });
    expect(once.order).toMatchObject({ state: 'ISSUED', refusedCredits: 1 });
    const twice = on({ ...issuedAt(7), order: once.order }, { kind: 'credit-refused', sw: '9302' });
    expect(twice.order.state).toBe('HELD');
    expect(codeOf(twice)).toBe('CREDIT_REFUSED');
  });

  test('an issued order cannot be cancelled, and refunds only by probe', () => {
    expect(codeOf(on(issuedAt(7), { kind: 'cancel' }))).toBe('ORDER_NOT_CANCELLABLE');
    const strict = { ...SOLE, refundByProbe: false };
    expect(codeOf(on(issuedAt(7), { kind: 'void', probeTerminal: 'FF0102030405' }, strict))).toBe(
      'REFUND_NOT_PROVABLE',
    );
  });

  test('the clock only holds', () => {
    const later = NOW_MS + 16 * 60_000;
    const decision = decide(issuedAt(7), { evidence: { kind: 'clock' }, nowMs: later }, SOLE);
    expect(decision.order.state).toBe('HELD');
    expect(decision.settlement).toBeUndefined();
  });
});

describe('decide: refund by probe', () => {
  const probeTerminal = 'FF0102030405';
  const voiding = {
    ...issuedAt(7),
    order: { ...issuedAt(7).order, state: 'VOIDING', probeTerminal } as const,
  };
  const probe = (atc: number, terminal = probeTerminal): Evidence => ({
    kind: 'probe',
    init: init(atc, { amountFen: 1, terminal }),
    nextProbeTerminal: 'FF0607080900',
  });

  test('two probes at n lead to a refund, the first only to the second', () => {
    const first = on(voiding, probe(7));
    expect(first.settlement).toBeUndefined();
    expect(first.step).toMatchObject({ do: 'probe', terminal: 'FF0607080900', amountFen: 1 });
    const second = on({ ...voiding, order: first.order }, probe(7, 'FF0607080900'));
    expect(second.order.state).toBe('REFUND_DUE');
    expect(second.settlement).toBe('REFUND');
    expect(second.card.openOrderId).toBeUndefined();
  });

  test('another terminal number is not an answer to the probe', () => {
    expect(codeOf(on(voiding, probe(7, '000440101001')))).toBe('PROBE_MISMATCH');
  });

  test('a probe that shows n+1 credits; one below what was proved freezes', () => {
    expect(on(voiding, probe(8)).order.state).toBe('CREDITED');
    expect(on(voiding, probe(6)).order.state).toBe('FROZEN');
  });

  test('no MAC2 while voiding', () => {
    const decision = on(voiding, { kind: 'init', init: init(7, { random: '99999999' }) });
    expect(decision.newAttempt).toBeUndefined();
    expect(codeOf(decision)).toBe('ORDER_VOIDING');
  });

  test('a TAC after the refund is a contradiction', () => {
    const refunded = issuedAt(7, { state: 'REFUNDED' });
    expect(on(refunded, { kind: 'tac', attempt: attempt(7) }).order.state).toBe('FROZEN');
  });
});

describe('decide: payments', () => {
  const pay = (transactionId: string, amountFen = 10_000): Evidence => ({
    kind: 'payment',
    transactionId,
    amountFen,
  });

  test('the right amount pays the order', () => {
    const decision = on(situation({ state: 'CREATED' }), pay('pos:1'));
    expect(decision.order.state).toBe('PAID');
    expect(decision.transfers).toEqual([{ debit: 'cash', credit: 'liability', amountFen: 10_000 }]);
  });

  const surplus: readonly [string, OrderState, number][] = [
    ['another amount', 'CREATED', 9_999],
    ['paid twice', 'PAID', 10_000],
    ['paid after the credit', 'CREDITED', 10_000],
  ];
  test.each(surplus)('%s: owed back, never kept silently', (_name, state, amountFen) => {
    const decision = on(situation({ state }), pay('pos:2', amountFen));
    expect(decision.order.state).toBe(state);
    expect(decision.transfers).toEqual([{ debit: 'cash', credit: 'refunds-due', amountFen }]);
  });

  test('paid after it expired: the order itself becomes a refund', () => {
    const decision = on(situation({ state: 'EXPIRED' }), pay('pos:3'));
    expect(decision.order.state).toBe('REFUND_DUE');
    expect(decision.settlement).toBe('REFUND');
  });

  test('the same payment twice is one payment', () => {
    const payment = {
      orderId: 'ORDER1',
      transactionId: 'pos:1',
      amountFen: 10_000,
      surplus: false,
    };
    const decision = on(situation({}, { payments: [payment] }), pay('pos:1'));
    expect(decision.transfers).toEqual([]);
  });
});

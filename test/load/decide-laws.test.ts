import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Decision,
  decide,
  type Evidence,
  type LoadPolicy,
  type OrderState,
  type Situation,
} from '../../src/load/index.js';
import { attempt, init, issuedAt, NOW_MS, ORDER, SHARED, situation, SOLE } from './situations.js';

function on(from: Situation, evidence: Evidence, policy: LoadPolicy = SOLE): Decision {
  return decide(from, { evidence, nowMs: NOW_MS }, policy);
}

describe('decide: laws', () => {
  const states: OrderState[] = [
    'CREATED',
    'PAID',
    'ISSUED',
    'HELD',
    'VOIDING',
    'CREDITED',
    'REFUND_DUE',
    'REFUNDED',
    'EXPIRED',
    'FROZEN',
  ];
  const bound: readonly OrderState[] = ['ISSUED', 'HELD', 'VOIDING', 'CREDITED', 'FROZEN'];
  const anySituation = fc
    .record({ state: fc.constantFrom(...states), atc: fc.integer({ min: 0, max: 0xffff }) })
    .map(({ state, atc }) =>
      bound.includes(state) ? issuedAt(atc, { state }) : situation({ state }),
    );
  const nothingProved = fc.constantFrom<Evidence>(
    { kind: 'present' },
    { kind: 'lost' },
    { kind: 'no-proof' },
    { kind: 'bad-tac' },
    { kind: 'credit-refused', sw: '9302' },
    { kind: 'clock' },
    { kind: 'withdraw-void' },
  );
  const anyEvidence = fc.oneof(
    nothingProved,
    fc.integer({ min: 0, max: 0xffff }).map((atc): Evidence => ({ kind: 'init', init: init(atc) })),
    fc
      .integer({ min: 0, max: 0xffff })
      .map((atc): Evidence => ({ kind: 'tac', attempt: attempt(atc) })),
    fc.constant<Evidence>({ kind: 'cancel' }),
    fc.constant<Evidence>({ kind: 'void', probeTerminal: 'FF0000000001' }),
  );
  const policies = fc.constantFrom(SOLE, SHARED);

  test('evidence that proves nothing never settles and never moves money', () => {
    fc.assert(
      fc.property(anySituation, nothingProved, policies, (from, evidence, policy) => {
        const decision = on(from, evidence, policy);
        expect(decision.settlement).toBeUndefined();
        expect(decision.transfers).toEqual([]);
        expect(decision.newAttempt).toBeUndefined();
      }),
    );
  });

  test('a MAC2 is asked for only at the bound ATC, in ISSUED, with the card locked by the order', () => {
    fc.assert(
      fc.property(anySituation, anyEvidence, policies, (from, evidence, policy) => {
        const { step, order, card } = on(from, evidence, policy);
        if (step.do !== 'credit') return;
        expect(order.state).toBe('ISSUED');
        expect(step.attempt.onlineAtc).toBe(order.boundAtc);
        expect(card.openOrderId).toBe(order.orderId);
        expect(step.attempt.amountFen).toBe(ORDER.amountFen);
      }),
    );
  });

  test('the highest ATC seen never falls, and a settled order is never settled again', () => {
    fc.assert(
      fc.property(anySituation, anyEvidence, policies, (from, evidence, policy) => {
        const decision = on(from, evidence, policy);
        expect(decision.card.maxSeenAtc ?? 0).toBeGreaterThanOrEqual(from.card.maxSeenAtc ?? 0);
        if (['CREDITED', 'REFUND_DUE', 'REFUNDED'].includes(from.order.state)) {
          expect(decision.settlement).toBeUndefined();
        }
        if (decision.order.state === 'CREDITED' && from.order.state !== 'CREDITED') {
          expect(decision.settlement).toBe('CREDIT');
        }
      }),
    );
  });
});

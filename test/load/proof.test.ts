/** TACs, answers that prove nothing, and time. */
import { describe, expect, test } from 'vitest';
import type { Evidence, OrderState } from '../../src/load/index.js';
import { attempt, codeOf, issuedAt, NOW_MS, SOLE, situation, tell } from './situations.js';

describe('a TAC', () => {
  const tac = (atc: number): Evidence => ({ kind: 'tac', attempt: attempt(atc) });

  test.each(['ISSUED', 'HELD', 'VOIDING'] as const)(
    'at a given-up counter freezes (%s)',
    (state) => {
      for (const atc of [6, 8]) {
        const { decision } = tell(issuedAt(7, { state }), [tac(atc)], SOLE);
        expect(decision.order).toMatchObject({ state: 'FROZEN', frozenFrom: state });
        expect(decision.settlement).toBeUndefined();
      }
    },
  );

  test('at another counter than the one that was credited freezes', () => {
    const from = issuedAt(7, { state: 'CREDITED', creditedBy: 'tac' });
    expect(tell(from, [tac(6)], SOLE).situation.order).toMatchObject({
      state: 'FROZEN',
      frozenFrom: 'CREDITED',
    });
    expect(tell(from, [tac(7)], SOLE).decision.order).toBe(from.order);
  });

  test.each(['PAID', 'REFUND_DUE', 'REFUNDED'] as const)('of an order in %s freezes', (state) => {
    expect(tell(situation({ state }), [tac(7)], SOLE).situation.order.state).toBe('FROZEN');
  });

  test.each(['CREATED', 'EXPIRED', 'FROZEN'] as const)(
    'of an order in %s changes nothing',
    (state) => {
      const { decision } = tell(situation({ state }), [tac(7)], SOLE);
      expect(decision.order.state).toBe(state);
      expect(codeOf(decision)).toBe('ORDER_FROZEN');
    },
  );

  test('frozen twice it remembers the first state, and whose lock there was', () => {
    const once = tell(situation(), [tac(7)], SOLE).situation;
    expect(once.card.openOrderId).toBe('ORDER1');
    const from = { ...once, order: { ...once.order, state: 'PAID' } as const };
    expect(tell(from, [tac(7)], SOLE).situation.order.frozenFrom).toBe('PAID');
    const other = situation({}, { card: { ...once.card, openOrderId: 'OTHER' } });
    expect(tell(other, [tac(7)], SOLE).situation.card.openOrderId).toBe('OTHER');
  });
});

describe('the TAC of a credit', () => {
  const tac = (atc: number, hex: string, time = '100000'): Evidence => ({
    ...{ kind: 'tac', attempt: attempt(atc, { time }), tac: hex },
  });
  const proofOf = (from: Parameters<typeof tell>[0], ...evidence: Evidence[]) =>
    tell(from, evidence, SOLE).situation.order.proof;

  test('is kept with the day and time it belongs to, the first one for good', () => {
    const { date } = attempt(7);
    const proof = { tac: '11111111', date, time: '100000' };
    expect(proofOf(issuedAt(7), tac(7, '11111111'))).toEqual(proof);
    expect(proofOf(issuedAt(7), tac(7, '11111111'), tac(7, '22222222', '100001'))).toEqual(proof);
    const byCounter = issuedAt(7, { state: 'CREDITED', creditedBy: 'counter' });
    expect(proofOf(byCounter, tac(7, '11111111'))).toEqual(proof);
  });

  test('is none of another counter, and none that a journal tells', () => {
    expect(proofOf(issuedAt(7), tac(6, '11111111'))).toBeUndefined();
    expect(proofOf(issuedAt(7), { kind: 'tac', attempt: attempt(7) })).toBeUndefined();
  });
});

describe('a TAC that fits no attempt', () => {
  const bad: Evidence = { kind: 'bad-tac' };

  test('is counted; the limit holds the order', () => {
    const two = tell(issuedAt(7), [bad, bad], SOLE);
    expect(two.situation.order).toMatchObject({ state: 'ISSUED', badTacs: 2 });
    expect(two.decision.step).toMatchObject({ do: 'prove', atcs: [8, 7] });
    const { decision } = tell(two.situation, [bad], SOLE);
    expect(decision.order).toMatchObject({ state: 'HELD', badTacs: 3 });
    expect(codeOf(decision)).toBe('TAC_INVALID');
  });

  test.each(['HELD', 'VOIDING'] as const)('in %s it is counted beyond, and asks on', (state) => {
    const { decision } = tell(issuedAt(7, { state, badTacs: 5 }), [bad], SOLE);
    expect(decision.order).toMatchObject({ state, badTacs: 6 });
    expect(decision.step.do).toBe('prove');
  });

  const beside: readonly (readonly [string, Parameters<typeof tell>[0]])[] = [
    ['a credited order', issuedAt(7, { state: 'CREDITED' })],
    ['an order that is bound to nothing', situation()],
  ];
  test.each(beside)('beside %s it is nothing', (_name, from) => {
    for (const evidence of [bad, { kind: 'credit-refused', sw: '9302' } as const]) {
      const { decision } = tell(from, [evidence], SOLE);
      expect(decision.order).toBe(from.order);
      expect(decision.step.do).toBe('stop');
    }
  });

  test.each(['HELD', 'VOIDING'] as const)('a refused CREDIT in %s asks on', (state) => {
    const refused: Evidence = { kind: 'credit-refused', sw: '9302' };
    const { decision } = tell(issuedAt(7, { state, refusedCredits: 3 }), [refused], SOLE);
    expect(decision.order).toMatchObject({ state, refusedCredits: 4 });
    expect(decision.step.do).toBe('prove');
  });
});

describe('time', () => {
  const at = (state: OrderState, idleMs: number): OrderState =>
    tell(
      state === 'CREATED' ? situation({ state }) : issuedAt(7, { state }),
      [{ kind: 'clock' }],
      SOLE,
      NOW_MS + idleMs,
    ).situation.order.state;

  test('an issued order is held when it is due, and not before', () => {
    expect(at('ISSUED', SOLE.holdAfterMs - 1)).toBe('ISSUED');
    expect(at('ISSUED', SOLE.holdAfterMs)).toBe('HELD');
  });

  test('an unpaid one expires when it is due, and not before', () => {
    expect(at('CREATED', SOLE.expireUnpaidAfterMs - 1)).toBe('CREATED');
    expect(at('CREATED', SOLE.expireUnpaidAfterMs)).toBe('EXPIRED');
  });

  test('nothing else moves with time', () => {
    for (const state of ['PAID', 'HELD', 'VOIDING', 'CREDITED', 'REFUND_DUE', 'FROZEN'] as const) {
      expect(at(state, 1e12)).toBe(state);
    }
  });

  test('what changes is dated, what stays is not', () => {
    const later = NOW_MS + 5000;
    expect(tell(issuedAt(7), [{ kind: 'lost' }], SOLE, later).situation.order.updatedAtMs).toBe(
      later,
    );
    const held = issuedAt(7, { state: 'HELD' });
    expect(tell(held, [{ kind: 'lost' }], SOLE, later).situation.order.updatedAtMs).toBe(NOW_MS);
  });
});

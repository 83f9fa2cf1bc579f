/** More of the stories: late answers, and loads that are not ours. */
import { describe, expect, test } from 'vitest';
import type { Evidence } from '../../src/load/index.js';
import { attempt, init, issuedAt, knownCard, SHARED, situation, SOLE, tell } from './situations.js';

const show = (atc: number, changes = {}): Evidence => ({ kind: 'init', init: init(atc, changes) });

describe('a late answer to a probe', () => {
  const probeTerminal = 'FF0000000001';
  const voiding = {
    ...issuedAt(7, { state: 'VOIDING', probeTerminal }),
    card: knownCard(8, { openOrderId: 'ORDER1' }),
  };
  const probe = (atc: number, terminal: string): Evidence => ({
    kind: 'probe',
    init: init(atc, { amountFen: 1, terminal }),
    nextProbeTerminal: 'FF0000000002',
  });

  test('is asked for once more, with a new number', () => {
    const { situation: again, decision } = tell(voiding, [probe(7, probeTerminal)], SHARED);
    expect(decision.step).toMatchObject({ do: 'probe', terminal: 'FF0000000002' });
    expect(again.order).toMatchObject({ state: 'VOIDING', probesPassed: -1 });
    expect(again.card.maxSeenAtc).toBe(8);
    expect(tell(again, [probe(8, 'FF0000000002')], SHARED).situation.order.state).toBe('HELD');
    expect(tell(again, [probe(7, 'FF0000000002')], SHARED).situation.order.state).toBe('FROZEN');
  });

  test('from before the order was bound it is a contradiction', () => {
    expect(tell(voiding, [probe(6, probeTerminal)], SHARED).situation.order.state).toBe('FROZEN');
  });
});

describe('sole issuer: the counter moved by one, the balance by more', () => {
  test('is no load of ours: frozen', () => {
    const { decision } = tell(issuedAt(7), [show(8, { rawBalance: 15_001 })], SOLE);
    expect(decision.order.state).toBe('FROZEN');
    expect(decision.settlement).toBeUndefined();
  });

  test.each([15_000, 14_999, 0, 0x80000000 + 15_000])(
    'not above it: credited (%i)',
    (rawBalance) => {
      const { decision } = tell(issuedAt(7), [show(8, { rawBalance })], SOLE);
      expect(decision.order.state).toBe('CREDITED');
    },
  );

  test('the highest balance of the attempts at this counter is what counts', () => {
    const from = {
      ...issuedAt(7),
      attempts: [
        attempt(6, { rawBalance: 90_000 }),
        attempt(7, { rawBalance: 0x80000000 + 6000 }),
        attempt(7, { rawBalance: 5000, random: '55667788', time: '100001' }),
      ],
    };
    expect(tell(from, [show(8, { rawBalance: 16_000 })], SOLE).decision.order.state).toBe(
      'CREDITED',
    );
    expect(tell(from, [show(8, { rawBalance: 16_001 })], SOLE).decision.order.state).toBe('FROZEN');
  });
});

test('an authorisation is for the order’s amount, whatever amount the card was asked with', () => {
  const { decision } = tell(situation(), [show(7, { amountFen: 1 })], SHARED);
  expect(decision.newAttempt?.amountFen).toBe(10_000);
});

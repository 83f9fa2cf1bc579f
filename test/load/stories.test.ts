/**
 * Stories that an exhaustive walk found, shortest first. Each is told as it was found; what must
 * not happen any more is its last line.
 */
import { describe, expect, test } from 'vitest';
import type { Evidence, Release } from '../../src/load/index.js';
import {
  attempt,
  codeOf,
  init,
  issuedAt,
  knownCard,
  payment,
  SHARED,
  situation,
  SOLE,
  tell,
} from './situations.js';

const pay = { kind: 'payment', transactionId: 'pos:1', amountFen: 10_000 } as const;
const show = (atc: number, changes = {}): Evidence => ({ kind: 'init', init: init(atc, changes) });
const say = (by: string, release: Release): Evidence => ({
  kind: 'release',
  request: { by, release },
});

describe('a paid order whose authorisations are all dead is left by cancelling it', () => {
  const freed = tell(
    issuedAt(7, { state: 'HELD' }),
    [{ kind: 'foreign-record', onlineAtc: 7 }],
    SHARED,
  ).situation;

  test.each<Evidence>([{ kind: 'cancel' }, { kind: 'void', probeTerminal: 'FF0000000001' }])(
    '$kind',
    (evidence) => {
      expect(freed.order.state).toBe('PAID');
      expect(freed.attempts).toHaveLength(1);
      const { decision } = tell(freed, [evidence], SHARED);
      expect(decision.order.state).toBe('REFUND_DUE');
      expect(decision.settlement).toBe('REFUND');
    },
  );

  test('one that is bound is not', () => {
    const bound = { ...freed, order: { ...freed.order, boundAtc: 7 } };
    expect(codeOf(tell(bound, [{ kind: 'cancel' }], SHARED).decision)).toBe(
      'ORDER_NOT_CANCELLABLE',
    );
  });
});

describe('a recorded INIT of an unknown card, then its real one', () => {
  test('binds, and the counter proves nothing: the card was never written', () => {
    const { situation: bound } = tell(situation(), [show(6)], SOLE);
    expect(bound.order).toMatchObject({ state: 'ISSUED', boundAtc: 6, tacOnly: true });
    const { decision } = tell(bound, [show(7)], SOLE);
    expect(decision.order.state).toBe('HELD');
    expect(codeOf(decision)).toBe('COUNTER_WITHOUT_PROOF');
    expect(decision.settlement).toBeUndefined();
  });

  test('nor does an INIT that was shown before the order was paid', () => {
    const unpaid = tell(situation({ state: 'CREATED' }), [show(6), pay], SOLE).situation;
    expect(unpaid.card).toEqual({
      cardNumber: unpaid.order.cardNumber,
      frozen: false,
      maxSeenAtc: 6,
    });
    expect(tell(unpaid, [show(6), show(7)], SOLE).decision.order.state).toBe('HELD');
  });

  test('a TAC enrols the card: its next order settles by the counter', () => {
    const { situation: first, decision } = tell(situation(), [show(6)], SOLE);
    const tac: Evidence = { kind: 'tac', attempt: decision.newAttempt ?? attempt(6) };
    const { card } = tell(first, [tac], SOLE).situation;
    expect(card).toMatchObject({ expectedAtc: 7, maxSeenAtc: 7 });
    const next = tell(situation({ orderId: 'ORDER2' }, { card }), [show(7), show(8)], SOLE);
    expect(next.situation.order).toMatchObject({ state: 'CREDITED', creditedBy: 'counter' });
  });

  test('so does a probe', () => {
    const probe: Evidence = {
      kind: 'probe',
      init: init(6, { amountFen: 1, terminal: 'FF0000000001' }),
      nextProbeTerminal: 'FF0000000002',
    };
    const asked: Evidence[] = [{ kind: 'void', probeTerminal: 'FF0000000001' }, probe];
    expect(tell(situation(), [show(6), ...asked], SOLE).situation.card.expectedAtc).toBe(6);
    const known = { ...issuedAt(6), card: knownCard(6, { expectedAtc: 5 }) };
    expect(tell(known, asked, SOLE).situation.card.expectedAtc).toBe(5);
  });
});

describe('a word about an order is about the order as it was', () => {
  const seenBeyond = {
    ...issuedAt(7, { state: 'HELD' }),
    card: knownCard(8, { openOrderId: 'ORDER1' }),
    payments: [payment('pos:1')],
  };

  test('one says refund, the card is loaded again, the other says refund: nothing yet', () => {
    const held = { ...issuedAt(7, { state: 'HELD' }), payments: [payment('pos:1')] };
    const first = tell(held, [say('li', 'destroyed')], SHARED).situation;
    expect(first.order.release).toEqual({ by: 'li', release: 'destroyed' });
    const { situation: later } = tell(first, [show(7), { kind: 'lost' }], SHARED);
    expect(later.order.state).toBe('HELD');
    expect(later.order.release).toBeUndefined();
    const { decision } = tell(later, [say('wang', 'destroyed')], SHARED);
    expect(codeOf(decision)).toBe('RELEASE_NEEDS_ANOTHER');
    expect(decision.settlement).toBeUndefined();
  });

  test('news of the card alone is news', () => {
    const { order } = tell(seenBeyond, [say('li', 'refund'), show(9)], SHARED).situation;
    expect(order.release).toBeUndefined();
    expect(order.state).toBe('HELD');
  });

  test('the same counter once more is none: two people can agree while the card is there', () => {
    const { situation: still } = tell(seenBeyond, [say('li', 'refund'), show(8)], SHARED);
    expect(still.order.release).toEqual({ by: 'li', release: 'refund' });
    expect(tell(still, [say('wang', 'refund')], SHARED).situation.order.state).toBe('REFUND_DUE');
  });
});

describe('while a MAC2 may be alive in the card, two people refund nothing', () => {
  const held = { ...issuedAt(7, { state: 'HELD' }), payments: [payment('pos:1')] };

  test('not before the counter was seen to move', () => {
    for (const by of ['li', 'wang']) {
      const { decision } = tell(held, [say(by, 'refund')], SHARED);
      expect(codeOf(decision)).toBe('RELEASE_NEEDS_COUNTER');
      expect(decision.order.release).toBeUndefined();
    }
    const moved = { ...held, card: { ...held.card, maxSeenAtc: 8 } };
    const both = [say('li', 'refund'), say('wang', 'refund')];
    expect(tell(moved, both, SHARED).decision).toMatchObject({
      order: { state: 'REFUND_DUE' },
      settlement: 'REFUND',
    });
  });

  test('nor of a frozen order that is bound', () => {
    const frozen = {
      ...held,
      order: { ...held.order, state: 'FROZEN', frozenFrom: 'HELD' } as const,
    };
    expect(codeOf(tell(frozen, [say('li', 'refund')], SOLE).decision)).toBe(
      'RELEASE_NEEDS_COUNTER',
    );
    const unbound = tell(
      situation({}, { card: knownCard(7), payments: [payment('pos:1')] }),
      [show(9), say('li', 'refund'), say('wang', 'refund')],
      SOLE,
    );
    expect(unbound.situation.order.state).toBe('REFUND_DUE');
    expect(unbound.situation.card.frozen).toBe(false);
  });

  test('a destroyed card: the money back, the card stopped for good', () => {
    const both = [say('li', 'destroyed'), say('wang', 'destroyed')];
    const { situation: end, decision } = tell(held, both, SHARED);
    expect(end.order.state).toBe('REFUND_DUE');
    expect(end.order.boundAtc).toBeUndefined();
    expect(decision.settlement).toBe('REFUND');
    expect(end.card).toMatchObject({ frozen: true, openOrderId: 'ORDER1' });
    const next = situation({ orderId: 'ORDER2' }, { card: end.card, payments: [payment('pos:2')] });
    expect(codeOf(tell(next, [show(8)], SHARED).decision)).toBe('ORDER_FROZEN');
    // Nor does another order's release set it free.
    const frozen = {
      ...next,
      order: { ...next.order, state: 'FROZEN', frozenFrom: 'PAID' } as const,
    };
    const { situation: other } = tell(frozen, [say('li', 'resume'), say('wang', 'resume')], SHARED);
    expect(other.order.state).toBe('PAID');
    expect(codeOf(tell(other, [show(8)], SHARED).decision)).toBe('ORDER_OPEN');
  });
});

describe('two people say credited', () => {
  const held = {
    ...issuedAt(7, { state: 'HELD' }),
    card: knownCard(7, { openOrderId: 'ORDER1' }),
    payments: [payment('pos:1')],
  };
  const both = [say('li', 'credited'), say('wang', 'credited')];

  test('the counter is spent: an old INIT binds no order there', () => {
    const { card } = tell(held, both, SHARED).situation;
    expect(card).toMatchObject({ maxSeenAtc: 8, frozen: false });
    expect(card.openOrderId).toBeUndefined();
    const next = situation({ orderId: 'ORDER2' }, { card });
    expect(codeOf(tell(next, [show(7)], SHARED).decision)).toBe('INIT_STALE');
    expect(tell(next, [show(8)], SHARED).decision.order).toMatchObject({ boundAtc: 8 });
  });

  test('a counter seen further on stays seen', () => {
    const far = { ...held, card: { ...held.card, maxSeenAtc: 12 } };
    expect(tell(far, both, SHARED).situation.card.maxSeenAtc).toBe(12);
  });

  test('in sole the next honest load goes through, whatever was replayed', () => {
    const { card } = tell(held, both, SOLE).situation;
    const next = situation({ orderId: 'ORDER2' }, { card });
    const { situation: bound } = tell(next, [show(7), show(9)], SOLE);
    expect(bound.order).toMatchObject({ state: 'ISSUED', boundAtc: 9, tacOnly: true });
  });

  test('an order that is bound to nothing spends nothing', () => {
    const frozen = tell(
      situation({}, { card: knownCard(7), payments: [payment('pos:1')] }),
      [show(9), ...both],
      SOLE,
    ).situation;
    expect(frozen.order.state).toBe('CREDITED');
    expect(frozen.card.maxSeenAtc).toBe(9);
  });
});

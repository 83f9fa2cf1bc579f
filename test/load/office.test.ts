/** What people may do to an order, and what they may not. */
import { describe, expect, test } from 'vitest';
import {
  DEFAULT_POLICY,
  type Evidence,
  type OrderState,
  type Release,
} from '../../src/load/index.js';
import {
  attempt,
  codeOf,
  init,
  issuedAt,
  knownCard,
  NOW_MS,
  payment,
  SHARED,
  situation,
  SOLE,
  tell,
} from './situations.js';

const STATES: readonly OrderState[] = [
  ...(['CREATED', 'PAID', 'ISSUED', 'HELD', 'VOIDING', 'CREDITED'] as const),
  ...(['REFUND_DUE', 'REFUNDED', 'EXPIRED', 'FROZEN'] as const),
];
const say = (by: string, release: Release): Evidence => ({
  kind: 'release',
  request: { by, release },
});
const both = (release: Release): Evidence[] => [say('li', release), say('wang', release)];
const own = [payment('pos:1')];

describe('a foreign record', () => {
  const held = issuedAt(7, { state: 'HELD' });
  const record = (onlineAtc: number): Evidence => ({ kind: 'foreign-record', onlineAtc });

  test('at the bound counter the order is paid again, and the card is free', () => {
    const { order, card } = tell(held, [record(7)], SHARED).situation;
    expect(order.state).toBe('PAID');
    expect(order.boundAtc).toBeUndefined();
    expect(card).toEqual(knownCard(8));
  });

  test.each(STATES.filter((state) => state !== 'HELD'))('in %s it is refused', (state) => {
    const { decision } = tell(issuedAt(7, { state }), [record(7)], SHARED);
    expect(codeOf(decision)).toBe('FOREIGN_RECORD_REFUSED');
    expect(decision.order.state).toBe(state);
  });

  test.each([6, 8])('at counter %i it is refused', (atc) => {
    expect(codeOf(tell(held, [record(atc)], SHARED).decision)).toBe('FOREIGN_RECORD_REFUSED');
  });

  test('a sole issuer takes none', () => {
    expect(codeOf(tell(held, [record(7)], SOLE).decision)).toBe('FOREIGN_RECORD_REFUSED');
  });
});

describe('a void', () => {
  const asked: Evidence = { kind: 'void', probeTerminal: 'FF0000000001' };

  test('begins with no probe passed, whatever was before', () => {
    const { order } = tell(
      issuedAt(7, { state: 'HELD', probesPassed: 1 }),
      [asked],
      SOLE,
    ).situation;
    expect(order).toMatchObject({
      state: 'VOIDING',
      probesPassed: 0,
      probeTerminal: 'FF0000000001',
    });
  });

  test('withdrawn, it leaves none behind', () => {
    const voiding = issuedAt(7, { state: 'VOIDING', probesPassed: 1, probeTerminal: 'FF' });
    const { order } = tell(voiding, [{ kind: 'withdraw-void' }], SOLE).situation;
    expect(order).toMatchObject({ state: 'HELD', probesPassed: 0 });
    expect(order.probeTerminal).toBeUndefined();
  });

  test('asked again it keeps its probe', () => {
    const voiding = issuedAt(7, { state: 'VOIDING', probesPassed: 1, probeTerminal: 'FF' });
    expect(tell(voiding, [asked], SOLE).decision.order).toBe(voiding.order);
  });

  test.each(['CREATED', 'CREDITED', 'REFUND_DUE', 'REFUNDED', 'EXPIRED', 'FROZEN'] as const)(
    'in %s it is refused',
    (state) => {
      expect(codeOf(tell(issuedAt(7, { state }), [asked], SOLE).decision)).toBe(
        'ORDER_NOT_CANCELLABLE',
      );
    },
  );

  test('withdrawing what was never asked changes nothing', () => {
    const held = issuedAt(7, { state: 'HELD' });
    expect(tell(held, [{ kind: 'withdraw-void' }], SOLE).decision.order).toBe(held.order);
  });

  test('without probes by policy there is none, and that is the default', () => {
    expect(DEFAULT_POLICY.refundByProbe).toBe(false);
    const { decision } = tell(issuedAt(7), [asked], DEFAULT_POLICY);
    expect(codeOf(decision)).toBe('REFUND_NOT_PROVABLE');
  });
});

describe('cancelling', () => {
  test.each(['ISSUED', 'HELD', 'VOIDING', 'CREDITED', 'REFUND_DUE', 'FROZEN'] as const)(
    'in %s it is refused',
    (state) => {
      const { decision } = tell(issuedAt(7, { state }), [{ kind: 'cancel' }], SOLE);
      expect(codeOf(decision)).toBe('ORDER_NOT_CANCELLABLE');
      expect(decision.order.state).toBe(state);
    },
  );

  test('leaves the lock of another order alone', () => {
    const card = knownCard(7, { openOrderId: 'OTHER' });
    const { situation: after } = tell(situation({}, { card }), [{ kind: 'cancel' }], SOLE);
    expect(after.order.state).toBe('REFUND_DUE');
    expect(after.card.openOrderId).toBe('OTHER');
  });
});

describe('a credit leaves the lock of another order alone', () => {
  test('also where there should be none', () => {
    const from = { ...issuedAt(7), card: knownCard(7, { openOrderId: 'OTHER' }) };
    const { card } = tell(from, [{ kind: 'tac', attempt: attempt(7) }], SOLE).situation;
    expect(card.openOrderId).toBe('OTHER');
    const held = { ...from, order: { ...from.order, state: 'HELD' } as const };
    const freed = tell(held, [{ kind: 'foreign-record', onlineAtc: 7 }], SHARED).situation;
    expect(freed.card.openOrderId).toBe('OTHER');
  });
});

describe('two people', () => {
  test.each(STATES.filter((state) => !['HELD', 'FROZEN'].includes(state)))(
    'can do nothing to an order in %s',
    (state) => {
      for (const release of ['resume', 'credited', 'refund', 'destroyed'] as const) {
        const from = { ...issuedAt(7, { state }), card: knownCard(9), payments: own };
        const { decision } = tell(from, both(release), SHARED);
        expect(codeOf(decision)).toBe('RELEASE_REFUSED');
        expect(decision.order).toEqual(from.order);
      }
    },
  );

  test.each(['CREDITED', 'REFUND_DUE', 'REFUNDED', 'EXPIRED'] as const)(
    'can only resume an order that was frozen from %s',
    (frozenFrom) => {
      const from = {
        ...issuedAt(7, { state: 'FROZEN', frozenFrom }),
        card: knownCard(9, { frozen: true, openOrderId: 'ORDER1' }),
        payments: own,
      };
      for (const release of ['credited', 'refund', 'destroyed'] as const) {
        const { decision } = tell(from, both(release), SHARED);
        expect(decision.step).toMatchObject({
          code: 'RELEASE_REFUSED',
          details: { was: frozenFrom },
        });
        expect(decision.settlement).toBeUndefined();
      }
      const { order, card } = tell(from, both('resume'), SHARED).situation;
      expect(order.state).toBe(frozenFrom);
      expect(order.frozenFrom).toBeUndefined();
      expect(order.release).toBeUndefined();
      expect(card).toMatchObject({ frozen: false, maxSeenAtc: 9 });
      expect(card.openOrderId).toBeUndefined();
      expect(card.expectedAtc).toBeUndefined();
    },
  );

  test('cannot end a frozen order that was not paid', () => {
    const from = situation({ state: 'FROZEN', frozenFrom: 'CREATED' });
    const surplus = [payment('pos:1', { surplus: true })];
    for (const payments of [[], surplus]) {
      const { decision } = tell({ ...from, payments }, both('refund'), SHARED);
      expect(codeOf(decision)).toBe('RELEASE_REFUSED');
    }
  });

  test('cannot resume a held order', () => {
    const held = { ...issuedAt(7, { state: 'HELD' }), payments: own };
    expect(codeOf(tell(held, both('resume'), SHARED).decision)).toBe('RELEASE_REFUSED');
  });

  test.each(['ISSUED', 'VOIDING', 'HELD'] as const)(
    'resume one frozen from %s as held',
    (frozenFrom) => {
      const from = {
        ...issuedAt(7, { state: 'FROZEN', frozenFrom }),
        card: knownCard(7, { frozen: true }),
        payments: own,
      };
      const { order, card } = tell(from, both('resume'), SOLE).situation;
      expect(order).toMatchObject({ state: 'HELD', boundAtc: 7, tacOnly: true });
      expect(card).toMatchObject({ frozen: false, openOrderId: 'ORDER1' });
      // After a contradiction the counter proves nothing.
      const beyond: Evidence = { kind: 'init', init: init(8) };
      expect(tell({ ...from, order, card }, [beyond], SOLE).situation.order.state).toBe('HELD');
    },
  );

  test('not while another order holds the card', () => {
    const from = {
      ...issuedAt(7, { state: 'FROZEN', frozenFrom: 'HELD' }),
      card: knownCard(7, { frozen: true, openOrderId: 'OTHER' }),
      payments: own,
    };
    expect(codeOf(tell(from, both('resume'), SOLE).decision)).toBe('ORDER_OPEN');
    const paid = { ...from, order: { ...from.order, frozenFrom: 'PAID' } as const };
    const { situation: after } = tell(paid, both('resume'), SOLE);
    expect(after.order.state).toBe('PAID');
    expect(after.order.tacOnly).toBeUndefined();
    expect(after.card.openOrderId).toBe('OTHER');
  });

  test('who is one person is not two, and who says something else has not agreed', () => {
    const held = { ...issuedAt(7, { state: 'HELD' }), payments: own };
    const words = [say('li', 'credited'), say('li', 'credited'), say('wang', 'destroyed')];
    const { situation: still } = tell(held, words, SHARED);
    expect(still.order).toMatchObject({
      state: 'HELD',
      release: { by: 'wang', release: 'destroyed' },
    });
  });
});

describe('the provider’s word that money is back', () => {
  const word = (transactionId?: string): Evidence => ({
    kind: 'refunded',
    ...(transactionId === undefined ? {} : { transactionId }),
  });
  const payments = [...own, payment('pos:2', { surplus: true })];

  test.each(STATES.filter((state) => state !== 'REFUND_DUE'))(
    'is not booked for an order in %s',
    (state) => {
      const { decision } = tell(issuedAt(7, { state }), [word()], SOLE);
      expect(codeOf(decision)).toBe('REFUND_NOT_DUE');
      const paid = tell({ ...issuedAt(7, { state }), payments }, [word()], SOLE).decision;
      expect(codeOf(paid)).toBe('REFUND_NOT_DUE');
      expect(paid.transfers).toEqual([]);
    },
  );

  test.each(['PAID', 'ISSUED', 'HELD', 'CREDITED'] as const)(
    'nor for one that is frozen from %s',
    (frozenFrom) => {
      const from = { ...issuedAt(7, { state: 'FROZEN', frozenFrom }), payments };
      expect(codeOf(tell(from, [word()], SOLE).decision)).toBe('REFUND_NOT_DUE');
    },
  );

  test('is booked for one that froze on the way, which stays frozen', () => {
    const from = { ...issuedAt(7, { state: 'FROZEN', frozenFrom: 'REFUND_DUE' }), payments };
    const { situation: after, decision } = tell(from, [word()], SOLE);
    expect(after.order).toMatchObject({ state: 'FROZEN', frozenFrom: 'REFUNDED' });
    expect(decision.transfers).toEqual([
      { debit: 'refunds-due', credit: 'cash', amountFen: 10_000 },
    ]);
  });

  test('is booked once for a surplus, also of a frozen order, and changes no order', () => {
    const from = { ...issuedAt(7, { state: 'FROZEN', frozenFrom: 'HELD' }), payments };
    const { situation: after, decision } = tell(from, [word('pos:2')], SOLE);
    expect(decision.refundedPayment).toMatchObject({
      transactionId: 'pos:2',
      refundedAtMs: NOW_MS,
    });
    expect(after.order).toEqual(from.order);
    const again = tell(after, [word('pos:2')], SOLE).decision;
    expect(again.refundedPayment).toBeUndefined();
    expect(again.transfers).toEqual([]);
    expect(codeOf(again)).toBeUndefined();
  });
});

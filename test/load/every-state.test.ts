/** What a card visit is told in each state of its order: the whole step, word by word. */
import { describe, expect, test } from 'vitest';
import {
  decide,
  DEFAULT_POLICY,
  type Evidence,
  type OrderState,
  type Situation,
} from '../../src/load/index.js';
import { LOCKING_STATES, UNSETTLED_STATES } from '../../src/load/order.js';
import { attempt, codeOf, init, issuedAt, NOW_MS, situation, SOLE, tell } from './situations.js';

const INITIALIZE = { do: 'initialize', keyIndex: 1, amountFen: 10_000 };
const PROBE = { do: 'probe', keyIndex: 1, amountFen: 1, terminal: 'FF0000000001' };
const PROVE = { do: 'prove', transactionType: 2, atcs: [8, 7] };

interface Row {
  readonly present: unknown;
  readonly noProof: unknown;
  readonly lost: string | undefined;
  /** To an INIT at the bound counter. */
  readonly init: string | undefined;
  readonly money: string;
}

const ROWS: Readonly<Record<OrderState, Row>> = {
  CREATED: {
    present: 'ORDER_UNPAID',
    noProof: 'ORDER_UNPAID',
    lost: 'CARD_LOST',
    init: 'ORDER_UNPAID',
    money: 'untouched',
  },
  TAKING: {
    present: 'PAYMENT_BEING_TAKEN',
    noProof: 'PAYMENT_BEING_TAKEN',
    lost: 'CARD_LOST',
    init: 'PAYMENT_BEING_TAKEN',
    money: 'untouched',
  },
  PAID: {
    present: INITIALIZE,
    noProof: INITIALIZE,
    lost: 'CARD_LOST',
    init: undefined,
    money: 'untouched',
  },
  ISSUED: {
    present: PROVE,
    noProof: INITIALIZE,
    lost: 'LOAD_IN_DOUBT',
    init: undefined,
    money: 'in-doubt',
  },
  HELD: {
    present: PROVE,
    noProof: INITIALIZE,
    lost: 'LOAD_IN_DOUBT',
    init: undefined,
    money: 'in-doubt',
  },
  VOIDING: {
    present: PROVE,
    noProof: PROBE,
    lost: 'LOAD_IN_DOUBT',
    init: 'ORDER_VOIDING',
    money: 'in-doubt',
  },
  CREDITED: {
    present: undefined,
    noProof: undefined,
    lost: undefined,
    init: undefined,
    money: 'moved',
  },
  REFUND_DUE: {
    present: 'ORDER_REFUND_DUE',
    noProof: 'ORDER_REFUND_DUE',
    lost: 'CARD_LOST',
    init: 'ORDER_REFUND_DUE',
    money: 'untouched',
  },
  REFUNDED: {
    present: 'ORDER_CLOSED',
    noProof: 'ORDER_CLOSED',
    lost: 'CARD_LOST',
    init: 'ORDER_CLOSED',
    money: 'untouched',
  },
  EXPIRED: {
    present: 'ORDER_CLOSED',
    noProof: 'ORDER_CLOSED',
    lost: 'CARD_LOST',
    init: 'ORDER_CLOSED',
    money: 'untouched',
  },
  FROZEN: {
    present: 'ORDER_FROZEN',
    noProof: 'ORDER_FROZEN',
    lost: 'CARD_LOST',
    init: 'ORDER_FROZEN',
    money: 'in-doubt',
  },
};

const rows = Object.entries(ROWS) as [OrderState, Row][];

/** An order in this state that was bound at 7, wherever the state lets it be. */
const standing = (state: OrderState): Situation =>
  issuedAt(7, { state, ...(state === 'VOIDING' ? { probeTerminal: 'FF0000000001' } : {}) });

/** The code of a visit that ended, or the step that goes on. */
function answerTo(state: OrderState, evidence: Evidence): unknown {
  const { decision } = tell(standing(state), [evidence], SOLE);
  return decision.step.do === 'stop' ? decision.step.code : decision.step;
}

describe.each(rows)('an order in %s', (state, row) => {
  test('answers the card that is there', () => {
    expect(answerTo(state, { kind: 'present' })).toEqual(row.present);
  });

  test('answers a card without a proof', () => {
    expect(answerTo(state, { kind: 'no-proof' })).toEqual(row.noProof);
  });

  test('answers a card that went away', () => {
    const { decision } = tell(standing(state), [{ kind: 'lost' }], SOLE);
    expect(codeOf(decision)).toBe(row.lost);
    expect(decision.step).toMatchObject({ money: row.money });
    expect(decision.order.state).toBe(state === 'ISSUED' ? 'HELD' : state);
  });

  test('answers the counter it is bound to', () => {
    const { decision } = tell(standing(state), [{ kind: 'init', init: init(7) }], SOLE);
    expect(codeOf(decision)).toBe(row.init);
    const isCredit = ['PAID', 'ISSUED', 'HELD'].includes(state);
    expect(decision.step.do).toBe(isCredit ? 'credit' : 'stop');
  });

  test('locks its card exactly when the card may hold its credit', () => {
    expect(LOCKING_STATES.includes(state)).toBe(row.money === 'in-doubt');
    const isUnsettled = ['TAKING', 'PAID'].includes(state) || row.money === 'in-doubt';
    expect(UNSETTLED_STATES.includes(state)).toBe(isUnsettled);
  });
});

describe('a step that stops', () => {
  test('says how a credit was proved, and nothing that is not there', () => {
    const { decision } = tell(issuedAt(7), [{ kind: 'tac', attempt: attempt(7) }], SOLE);
    const { step } = decision;
    expect(step).toStrictEqual({
      do: 'stop',
      state: 'CREDITED',
      money: 'moved',
      creditedBy: 'tac',
    });
    const { decision: idle } = tell(issuedAt(7), [{ kind: 'clock' }], SOLE);
    expect(idle.step).toStrictEqual({ do: 'stop', state: 'ISSUED', money: 'in-doubt' });
  });

  test('of an order bound to no counter asks for no proof', () => {
    const { decision } = tell(situation({ state: 'HELD' }), [{ kind: 'present' }], SOLE);
    expect(decision.step).toEqual(INITIALIZE);
    const voiding = situation({ state: 'VOIDING' });
    const asked = { kind: 'void', probeTerminal: 'FF' } as const;
    expect(codeOf(tell(voiding, [asked], SOLE).decision)).toBe('ORDER_NOT_CANCELLABLE');
  });
});

describe('what changes the card alone', () => {
  test('leaves the order as it is, its clock too', () => {
    const before = issuedAt(7, { state: 'CREDITED', creditedBy: 'tac' });
    const evidence = { kind: 'init', init: init(9) } as const;
    const decision = decide(before, { evidence, nowMs: NOW_MS + 1 }, DEFAULT_POLICY);
    expect(decision.card.maxSeenAtc).toBe(9);
    expect(decision.order).toBe(before.order);
  });
});

/**
 * The programme must catch broken policies, or its silence means nothing. Each of these is a rule
 * that deployed systems follow; each must break an invariant under some schedule of single faults.
 */
import { describe, expect, test } from 'vitest';
import { decide, type Decision, type Evidence, type Situation } from '../../src/load/index.js';
import { faultsAt, replayLine, runSchedule, type Violation } from './schedules.js';
import { createWorld, type Event, type WorldOptions } from './world.js';

type Decide = typeof decide;

/** A decision like ours, but for one kind of evidence in one state. */
function unless(
  broken: (
    situation: Situation,
    evidence: Evidence,
    honest: () => Decision,
  ) => Decision | undefined,
): Decide {
  return (situation, timed, policy) => {
    const honest = (): Decision => decide(situation, timed, policy);
    return broken(situation, timed.evidence, honest) ?? honest();
  };
}

const refundNow = ({ order, card }: Situation): Decision => {
  const { openOrderId: _free, ...account } = card;
  return {
    order: { ...order, state: 'REFUND_DUE' },
    card: account,
    settlement: 'REFUND',
    transfers: [{ debit: 'liability', credit: 'refunds-due', amountFen: order.amountFen }],
    step: { do: 'stop', state: 'REFUND_DUE', money: 'untouched' },
  };
};

/** The order as it was before it was issued: it can be issued again at whatever ATC there is. */
const unbound = ({ order, card, ...rest }: Situation): Situation => {
  const { boundAtc: _spent, ...free } = order;
  const { openOrderId: _held, expectedAtc: _expected, ...account } = card;
  return { ...rest, order: { ...free, state: 'PAID' }, card: account };
};
const waits = ({ order }: Situation): boolean => ['ISSUED', 'HELD'].includes(order.state);

const MUTANTS: readonly [name: string, options: WorldOptions, event?: Event, extra?: string][] = [
  [
    'refunds when the terminal says that it failed',
    {
      decide: unless((situation, { kind }) =>
        waits(situation) && (kind === 'lost' || kind === 'credit-refused')
          ? refundNow(situation)
          : undefined,
      ),
    },
  ],
  [
    'issues again at whatever ATC the card shows',
    {
      decide: (situation, timed, policy) => {
        const { evidence } = timed;
        const again = evidence.kind === 'init' && waits(situation);
        return decide(again ? unbound(situation) : situation, timed, policy);
      },
    },
  ],
  [
    'compares balances',
    {
      decide: unless((situation, evidence, honest) => {
        const last = situation.attempts[situation.attempts.length - 1];
        if (evidence.kind !== 'init' || last === undefined || !waits(situation)) return undefined;
        if (evidence.init.rawBalance === last.rawBalance) return honest();
        const { order, card } = situation;
        return {
          order: { ...order, state: 'CREDITED', creditedBy: 'counter' },
          card,
          settlement: 'CREDIT',
          transfers: [{ debit: 'liability', credit: 'card-float', amountFen: order.amountFen }],
          step: { do: 'stop', state: 'CREDITED', money: 'moved' },
        };
      }),
    },
    'toll',
  ],
  [
    'settles by the counter though others load the card too',
    { policy: { issuer: 'sole' } },
    'foreign-load',
  ],
  [
    'reads a TAC that does not match as another issuer’s load',
    {
      decide: (situation, timed, policy) => {
        const foreign = timed.evidence.kind === 'bad-tac' && waits(situation);
        if (!foreign) return decide(situation, timed, policy);
        const { order, card } = unbound(situation);
        return {
          order,
          card,
          transfers: [],
          step: { do: 'stop', state: 'PAID', money: 'untouched' },
        };
      },
    },
  ],
  ['lets MAC2 leave before the disk has the order', {}, 'nothing', 'forgotten'],
];

describe('a broken policy is caught', () => {
  test.each(MUTANTS)('%s', async (_name, options, event = 'nothing', extra) => {
    const untroubled = createWorld([], options);
    await untroubled.pay();
    const faults = faultsAt(untroubled.sites);
    if (extra !== undefined) {
      const at = untroubled.sites.flatMap((site, index) => (site === 'db' ? [index + 1] : []));
      faults.push(...at.map((place) => ({ at: place, kind: extra })));
    }
    const violations: Violation[] = [];
    for (const fault of faults) {
      const schedule = { faults: [fault], event };
      const { wrong } = await runSchedule(schedule, options);
      if (wrong.length > 0) violations.push({ schedule, wrong });
    }
    console.log(
      `${String(violations.length)} of ${String(faults.length)} schedules catch it, such as ${violations.slice(0, 1).map(replayLine).join('')}`,
    );
    expect(violations.length).toBeGreaterThan(0);
  });
});

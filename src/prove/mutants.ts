/**
 * Broken policies, each of which somebody has used. The walk must find how each of them pays twice
 * or loses a payment: what finds nothing wrong with these proves nothing about ours.
 */
import { decide, type Decision, type Situation } from '../load/index.js';
import type { Decide } from '../server/decide.js';
import type { Rules, World } from './world.js';
import { SHARED_POLICY, SOLE_POLICY, worldOf } from './worlds.js';

/** A broken policy, and the smallest world that shows it. */
export interface Mutant {
  readonly name: string;
  readonly world: World;
  readonly rules: Rules;
}

const WAITING = ['ISSUED', 'HELD'];

function unbound({ order, card, ...rest }: Situation): Situation {
  const { boundAtc: _bound, tacOnly: _only, ...free } = order;
  const { openOrderId: _lock, ...account } = card;
  return { ...rest, order: { ...free, state: 'PAID' }, card: account };
}

/** The order is given back, whatever the card may still take. */
function givenBack({ order, card }: Situation): Decision {
  const { boundAtc: _free, probeTerminal: _asked, ...rest } = order;
  const { openOrderId: _released, ...account } = card;
  const { amountFen } = order;
  return {
    order: { ...rest, state: 'REFUND_DUE' },
    card: account,
    settlement: 'REFUND',
    transfers: [{ debit: 'liability', credit: 'refunds-due', amountFen }],
    step: { do: 'stop', state: 'REFUND_DUE', money: 'untouched' },
  };
}

/** The same before it decides: a situation that forgets something. */
function before(change: (situation: Situation) => Situation): Decide {
  return (situation, timed, policy) => decide(change(situation), timed, policy);
}

const TOLLS = worldOf('one order, a toll', {}, { inits: 3, purchases: 1 });

/** The mutants. */
export const MUTANTS: readonly Mutant[] = [
  {
    name: 'gives the money back when the terminal hears nothing',
    world: TOLLS,
    rules: {
      decide: (situation, timed, policy) =>
        timed.evidence.kind === 'lost' && WAITING.includes(situation.order.state)
          ? givenBack(situation)
          : decide(situation, timed, policy),
    },
  },
  {
    name: 'gives the money back on any INIT that shows n',
    world: worldOf('one order, a void', {}, { inits: 2, voids: 1 }),
    rules: {
      decide: (situation, timed, policy) => {
        const { evidence } = timed;
        const { order } = situation;
        const shows = evidence.kind === 'init' && evidence.init.onlineAtc === order.boundAtc;
        return shows && order.state === 'VOIDING'
          ? givenBack(situation)
          : decide(situation, timed, policy);
      },
    },
  },
  {
    name: 'authorises again wherever the counter stands',
    world: TOLLS,
    rules: {
      decide: (situation, timed, policy) => {
        const again = timed.evidence.kind === 'init' && WAITING.includes(situation.order.state);
        return decide(again ? unbound(situation) : situation, timed, {
          ...policy,
          issuer: 'shared',
        });
      },
    },
  },
  {
    name: 'compares balances',
    world: TOLLS,
    rules: {
      decide: (situation, timed, policy) => {
        const { evidence } = timed;
        const last = situation.attempts.at(-1);
        const looks = evidence.kind === 'init' && WAITING.includes(situation.order.state);
        if (!looks || last === undefined) return decide(situation, timed, policy);
        const isEqual = evidence.init.rawBalance === last.rawBalance;
        return decide(isEqual ? unbound(situation) : situation, timed, {
          ...policy,
          issuer: 'shared',
        });
      },
    },
  },
  {
    name: 'acts on an INIT below a counter that was proved',
    world: worldOf('two orders of one card', { orders: [0, 0] }, { inits: 3, payments: 2 }),
    rules: {
      keepsStale: true,
      decide: (situation, timed, policy) => {
        const { evidence } = timed;
        if (evidence.kind !== 'init') return decide(situation, timed, policy);
        const { maxSeenAtc = 0 } = situation.card;
        const { onlineAtc } = evidence.init;
        const card = { ...situation.card, maxSeenAtc: onlineAtc, expectedAtc: onlineAtc };
        const decision = decide({ ...situation, card }, timed, policy);
        const highest = Math.max(maxSeenAtc, decision.card.maxSeenAtc ?? 0);
        return { ...decision, card: { ...decision.card, maxSeenAtc: highest } };
      },
    },
  },
  {
    name: 'lets two orders hold one card',
    world: worldOf('two orders of one card', { orders: [0, 0] }, { inits: 2, payments: 2 }),
    rules: {
      decide: before(({ card, ...rest }) => {
        const { openOrderId: _lock, ...account } = card;
        return { ...rest, card: account };
      }),
    },
  },
  {
    name: 'settles by the counter though others load the card too',
    world: worldOf('a foreign load', { policy: SHARED_POLICY }, { inits: 2, foreignLoads: 1 }),
    rules: {
      decide: (situation, timed, policy) => decide(situation, timed, { ...policy, issuer: 'sole' }),
    },
  },
  {
    name: 'reads a TAC that does not match as another issuer’s load',
    world: worldOf('garbled TACs', { policy: SHARED_POLICY, isNoisy: true }, { inits: 2 }),
    rules: {
      decide: (situation, timed, policy) => {
        const isBad = timed.evidence.kind === 'bad-tac';
        if (!isBad || !WAITING.includes(situation.order.state)) {
          return decide(situation, timed, policy);
        }
        const { order, card } = unbound(situation);
        return {
          order,
          card,
          transfers: [],
          step: { do: 'stop', state: 'PAID', money: 'untouched' },
        };
      },
    },
  },
  {
    name: 'lets a late word end another intent',
    world: worldOf('two tills', { tills: ['T1', 'T2'] }, { checks: 3, payments: 2 }),
    rules: {
      decide: (situation, timed, policy) => {
        const { evidence } = timed;
        const { checkTerminal = '' } = situation.order;
        const said = evidence.kind === 'not-taken' ? { ...evidence, checkTerminal } : evidence;
        return decide(situation, { ...timed, evidence: said }, policy);
      },
    },
  },
  {
    name: 'ends an intent by a clock',
    world: worldOf('two tills', { tills: ['T1', 'T2'] }, { checks: 3, payments: 2 }),
    rules: {
      decide: (situation, timed, policy) => {
        const { order } = situation;
        if (timed.evidence.kind !== 'clock' || order.state !== 'TAKING') {
          return decide(situation, timed, policy);
        }
        const { taking: _forgotten, ...rest } = order;
        const checkTerminal = `${order.checkTerminal ?? ''}+`;
        const waits = { ...rest, state: 'CREATED', checkTerminal } as const;
        return decide({ ...situation, order: waits }, timed, {
          ...policy,
          expireUnpaidAfterMs: Infinity,
        });
      },
    },
  },
  {
    name: 'keeps no journal',
    world: worldOf('a loss, no journal', { servers: 0 }, { inits: 2, losses: 1 }),
    rules: { decide },
  },
  {
    name: 'gives back by probe though the card repeats its random',
    world: worldOf(
      'a card that repeats its random',
      { repeatsRandom: true, policy: { ...SOLE_POLICY, probesForRefund: 1 } },
      { inits: 2, probes: 1, voids: 1 },
    ),
    rules: { decide },
  },
  {
    name: 'trusts the counter of a card that it does not know',
    world: worldOf('an unknown card', { isKnown: false }, { inits: 1 }),
    rules: {
      decide: before(({ order, ...rest }) => {
        const { tacOnly: _only, ...sure } = order;
        return { ...rest, order: sure };
      }),
    },
  },
  {
    name: 'never looks at what its journal says',
    world: worldOf('a loss that nobody notices', {}, { inits: 2, losses: 1 }),
    rules: { decide, isBlind: true },
  },
  {
    name: 'keeps a first person’s word for ever',
    world: worldOf(
      'one of two people errs',
      { policy: SHARED_POLICY, hasPeople: true },
      { inits: 3, foreignLoads: 1, errors: 1 },
    ),
    rules: {
      decide: (situation, timed, policy) => {
        const decision = decide(situation, timed, policy);
        const { release } = situation.order;
        const isOpen = ['PAID', 'FROZEN', ...WAITING].includes(decision.order.state);
        if (release === undefined || timed.evidence.kind === 'release' || !isOpen) return decision;
        return { ...decision, order: { ...decision.order, release } };
      },
    },
  },
  {
    name: 'takes a new refund number whenever it asks again',
    world: worldOf('refunds that close', {}, { payments: 2, closings: 1 }),
    rules: {
      decide: (situation, timed, policy) => {
        const { evidence } = timed;
        if (evidence.kind !== 'send-refund') return decide(situation, timed, policy);
        const { transactionId } = evidence;
        const payment = situation.payments.find((one) => one.transactionId === transactionId);
        const { refundsSent: closed } = payment ?? {};
        if (closed === undefined || closed > 1) return decide(situation, timed, policy);
        return decide(situation, { ...timed, evidence: { ...evidence, closed } }, policy);
      },
    },
  },
  {
    name: 'gives back by hand what is on its way',
    world: worldOf('refunds that close, and hands', {}, { payments: 2, closings: 1, hands: 1 }),
    rules: {
      decide: (situation, timed, policy) => {
        const { evidence } = timed;
        if (evidence.kind !== 'refunded' || evidence.byHand !== true) {
          return decide(situation, timed, policy);
        }
        const { byHand: _hand, ...word } = evidence;
        return decide(situation, { ...timed, evidence: word }, policy);
      },
    },
  },
  {
    name: 'lets two people refund though a MAC2 is alive',
    world: worldOf('two people', { hasPeople: true }, { inits: 1 }),
    rules: {
      decide: (situation, timed, policy) => {
        const { evidence } = timed;
        const { order, card } = situation;
        if (evidence.kind !== 'release' || evidence.request.release !== 'refund') {
          return decide(situation, timed, policy);
        }
        const maxSeenAtc = (order.boundAtc ?? 0) + 1;
        const decision = decide({ ...situation, card: { ...card, maxSeenAtc } }, timed, policy);
        const { maxSeenAtc: seen = 0 } = card;
        return { ...decision, card: { ...decision.card, maxSeenAtc: seen } };
      },
    },
  },
];

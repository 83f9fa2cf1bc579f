/** The worlds: a table. What is allowed in them is written here, and nowhere else. */
import { DEFAULT_POLICY, type LoadPolicy } from '../load/index.js';
import type { Allowance, Exit, World } from './world.js';

/** Time may pass at any moment: every wait is over at once. */
const ANY_TIME = { holdAfterMs: 0, expireUnpaidAfterMs: 0 } as const;
/** Several issuers, refunds by probe. */
export const SHARED_POLICY: LoadPolicy = { ...DEFAULT_POLICY, ...ANY_TIME, refundByProbe: true };
/** One issuer. */
export const SOLE_POLICY: LoadPolicy = { ...SHARED_POLICY, issuer: 'sole' };

const NOTHING: Allowance = {
  inits: 0,
  probes: 0,
  payments: 1,
  foreignLoads: 0,
  purchases: 0,
  voids: 0,
  destructions: 0,
  losses: 0,
  tears: 0,
  deaths: 0,
  errors: 0,
  checks: 0,
  closings: 0,
  hands: 0,
};

const PLAIN: World = {
  name: 'plain',
  policy: SOLE_POLICY,
  orders: [0],
  allowance: NOTHING,
  isKnown: true,
  hasPeople: false,
  isNoisy: false,
  repeatsRandom: false,
  hasWrongAmounts: false,
  tellsAnyOrder: false,
  tills: [],
  isUndated: false,
  mayLose: false,
  mayFreezeTwo: false,
  servers: 1,
  exits: ['visit'],
};

/** A world that is plain but for this. */
export function worldOf(
  name: string,
  change: Partial<World>,
  allowance: Partial<Allowance>,
): World {
  return { ...PLAIN, ...change, name, allowance: { ...NOTHING, ...allowance } };
}

/** What may be needed: people beside a card whose proof is gone, the card itself, or nobody. */
const WITH_PEOPLE: readonly Exit[] = ['visit', 'office', 'people'];
const ANY_EXIT: readonly Exit[] = ['visit', 'office', 'people', 'card-taken-in'];

/** The worlds. `npx quancun prove` walks each to its end, or to its share of the limit. */
export const WORLDS: readonly World[] = [
  worldOf('sole: tolls, two payments', {}, { inits: 4, purchases: 1, payments: 2 }),
  worldOf('sole: refund by probe', {}, { inits: 3, probes: 3, voids: 2, purchases: 1 }),
  worldOf('sole: two orders of one card', { orders: [0, 0] }, { inits: 3, payments: 2 }),
  worldOf(
    'sole: two orders, refund by probe',
    { orders: [0, 0] },
    { inits: 2, payments: 2, probes: 2, voids: 1 },
  ),
  worldOf('sole: two cards', { orders: [0, 1] }, { inits: 3, payments: 2 }),
  worldOf(
    'sole: a card that the books do not know',
    { isKnown: false, exits: WITH_PEOPLE },
    { inits: 3, purchases: 1 },
  ),
  worldOf(
    'sole: two people',
    { hasPeople: true, isKnown: false, exits: ANY_EXIT },
    { inits: 2, destructions: 1 },
  ),
  worldOf(
    'shared: another issuer',
    { policy: SHARED_POLICY, exits: WITH_PEOPLE },
    { inits: 3, foreignLoads: 2, purchases: 1 },
  ),
  worldOf(
    'shared: refund by probe',
    { policy: SHARED_POLICY, exits: WITH_PEOPLE },
    { inits: 2, foreignLoads: 1, probes: 3, voids: 1 },
  ),
  worldOf(
    'shared: two people',
    { policy: SHARED_POLICY, hasPeople: true, exits: ANY_EXIT },
    { inits: 2, foreignLoads: 1, purchases: 1, destructions: 1 },
  ),
  worldOf(
    'shared: garbled TACs',
    { policy: SHARED_POLICY, isNoisy: true, exits: WITH_PEOPLE },
    { inits: 2, foreignLoads: 1 },
  ),
  worldOf(
    'a card that repeats its random, no refund by probe',
    { repeatsRandom: true, policy: { ...SOLE_POLICY, refundByProbe: false } },
    { inits: 3, purchases: 1 },
  ),
  worldOf(
    'sole: the database forgets',
    { exits: WITH_PEOPLE },
    { inits: 3, losses: 1, payments: 2 },
  ),
  worldOf(
    'sole: the database forgets, two servers',
    { servers: 2, exits: WITH_PEOPLE },
    { inits: 2, losses: 1 },
  ),
  worldOf(
    'sole: the database forgets, two orders',
    { orders: [0, 0], exits: WITH_PEOPLE },
    { inits: 2, losses: 1, payments: 2 },
  ),
  worldOf(
    'sole: the database forgets a refund by probe',
    { exits: WITH_PEOPLE },
    { inits: 2, probes: 2, voids: 1, losses: 1 },
  ),
  worldOf(
    'shared: the database forgets',
    { policy: SHARED_POLICY, exits: WITH_PEOPLE },
    { inits: 3, losses: 1, foreignLoads: 1 },
  ),
  worldOf(
    'sole: the database forgets twice',
    { exits: WITH_PEOPLE },
    { inits: 2, losses: 2, payments: 2 },
  ),
  worldOf(
    'sole: the database forgets twice, two servers',
    { servers: 2, exits: WITH_PEOPLE },
    { inits: 2, losses: 2 },
  ),
  worldOf(
    'shared: the database forgets, payments without a date',
    { policy: SHARED_POLICY, isUndated: true, exits: WITH_PEOPLE },
    { inits: 2, losses: 1, payments: 2, foreignLoads: 1 },
  ),
  worldOf(
    'sole: the database forgets, two people',
    { hasPeople: true, exits: ANY_EXIT },
    { inits: 2, losses: 1, destructions: 1 },
  ),
  worldOf('sole: torn journals', { servers: 2 }, { inits: 2, tears: 3, payments: 2 }),
  worldOf(
    'sole: a torn journal, and the database forgets',
    { mayLose: true, exits: WITH_PEOPLE },
    { inits: 2, tears: 1, losses: 1 },
  ),
  worldOf(
    'sole: the database forgets, and a journal is given up',
    { servers: 2, mayLose: true, exits: WITH_PEOPLE },
    { inits: 2, losses: 1, deaths: 1 },
  ),
  worldOf(
    'sole: two orders, wrong amounts',
    { orders: [0, 0], hasWrongAmounts: true },
    { inits: 2, payments: 2 },
  ),
  worldOf(
    'sole: one payment told to two orders',
    { orders: [0, 1], tellsAnyOrder: true },
    { inits: 2, payments: 2 },
  ),
  worldOf(
    'sole: one payment told to two orders, the database forgets',
    {
      ...{ orders: [0, 0], tellsAnyOrder: true, exits: ANY_EXIT },
      mayFreezeTwo: true,
    },
    { inits: 2, payments: 1, losses: 1 },
  ),
  worldOf(
    'sole: two tills take money',
    { tills: ['T1', 'T2'], exits: WITH_PEOPLE },
    { inits: 2, checks: 3, payments: 2 },
  ),
  worldOf(
    'shared: two tills take money for two orders of one card',
    { policy: SHARED_POLICY, orders: [0, 0], tills: ['T1', 'T2'], exits: WITH_PEOPLE },
    { inits: 1, checks: 3, payments: 2 },
  ),
  worldOf('sole: refunds that close, and hands', {}, { payments: 2, closings: 2, hands: 1 }),
  worldOf(
    'sole: refunds that close, hands, and the database forgets',
    { exits: WITH_PEOPLE },
    { payments: 2, closings: 2, hands: 1, losses: 1 },
  ),
  worldOf(
    'sole: cards destroyed',
    { orders: [0, 1], hasPeople: true, exits: ANY_EXIT },
    { inits: 2, destructions: 2, payments: 2 },
  ),
  worldOf(
    'shared: one of two people errs',
    { policy: SHARED_POLICY, hasPeople: true, exits: ANY_EXIT },
    { inits: 3, foreignLoads: 1, errors: 1 },
  ),
];

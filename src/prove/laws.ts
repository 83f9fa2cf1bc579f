/** The laws: what must hold in every state, seen from the cards, the customers and the books. */
import { sumsOf } from './events.js';
import { cardNumberOf, orderIdOf, type State } from './state.js';
import type { World } from './world.js';

const OPEN = ['ISSUED', 'HELD', 'VOIDING'];
const GIVEN_BACK = ['REFUND_DUE', 'REFUNDED'];

/** The first law that a state breaks. */
export function brokenLaw(state: State, world: World): string | undefined {
  for (const [law, holds] of Object.entries(LAWS)) {
    if (!holds(state, world)) return law;
  }
  return undefined;
}

/** The laws of a step: what only a comparison shows. */
export function brokenByStep(before: State, after: State): string | undefined {
  if (after.forgetting?.isRestored !== before.forgetting?.isRestored) return undefined;
  for (const [cardNumber, { value }] of before.tables.cards) {
    const now = after.tables.cards.get(cardNumber)?.value.maxSeenAtc ?? -1;
    if (now < (value.maxSeenAtc ?? -1)) return 'I8 the highest counter fell';
  }
  return undefined;
}

const LAWS: Readonly<Record<string, (state: State, world: World) => boolean>> = {
  'I1 an order was credited twice': (state, world) =>
    orders(world).every((orderId) => creditsOf(state, orderId) <= 1),
  'I2/I3 more left than came in': (state, world) =>
    orders(world).every((orderId) => {
      const came = state.payments.filter((one) => one.orderId === orderId).length;
      const back = state.refunds.filter((one) => one.startsWith(orderId)).length;
      return creditsOf(state, orderId) + back <= came;
    }),
  'I3 a written card’s money is given back': (state, world) =>
    isUnsure(state) ||
    orders(world).every((orderId) => {
      const order = state.tables.orders.get(orderId)?.value;
      return !GIVEN_BACK.includes(order?.state ?? '') || creditsOf(state, orderId) === 0;
    }),
  'I4 credited in the books alone': (state, world) =>
    isUnsure(state) ||
    orders(world).every((orderId) => {
      const order = state.tables.orders.get(orderId)?.value;
      return order?.state !== 'CREDITED' || creditsOf(state, orderId) === 1;
    }),
  'I5 a MAC2 without its attempt': (state) =>
    isUnsure(state) ||
    state.alive.every(
      ({ orderId, random, onlineAtc }) =>
        // Of a clash nothing is taken in: the card is stopped, and two people look.
        state.tables.orders.get(orderId)?.value.state === 'FROZEN' ||
        state.tables.attempts.some(
          (one) => one.orderId === orderId && one.random === random && one.onlineAtc === onlineAtc,
        ),
    ),
  'I5 a MAC2 for an unpaid order': (state) =>
    state.alive.every(({ orderId }) => state.payments.some((one) => one.orderId === orderId)),
  'I6 two orders hold one card': (state, world) =>
    state.chips.every(
      (_chip, card) =>
        orders(world).filter((orderId, index) => {
          const order = state.tables.orders.get(orderId)?.value;
          return world.orders[index] === card && OPEN.includes(order?.state ?? '');
        }).length <= 1,
    ),
  'I7 two orders at one counter': (state, world) => {
    const bound = orders(world).flatMap((orderId) => {
      const order = state.tables.orders.get(orderId)?.value;
      return order?.boundAtc === undefined ? [] : [`${order.cardNumber}/${String(order.boundAtc)}`];
    });
    return new Set(bound).size === bound.length;
  },
  'I8 a counter that no card ever had': (state) =>
    state.chips.every(({ onlineAtc }, card) => {
      const account = state.tables.cards.get(cardNumberOf(card))?.value;
      return (account?.maxSeenAtc ?? 0) <= onlineAtc;
    }),
  'I10 the books do not say what the rows say': ({ tables, totals }) => {
    const sums = sumsOf(tables);
    return (Object.keys(sums) as (keyof typeof sums)[]).every(
      (name) => sums[name] === totals[name],
    );
  },
};

/** Between a loss and the comparison of all journals the ledger may be wrong; money may not. */
function isUnsure({ forgetting }: State): boolean {
  return forgetting?.isRestored === true;
}

function orders(world: World): readonly string[] {
  return world.orders.map((_card, index) => orderIdOf(index));
}

/** How often the card took a MAC2 of this order. */
export function creditsOf({ taken }: State, orderId: string): number {
  return taken.filter((one) => one.orderId === orderId).length;
}

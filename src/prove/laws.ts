/** The laws: what must hold in every state, seen from the cards, the customers and the books. */
import { mayPay } from './refunds.js';
import { sumsOf } from './books.js';
import { cardNumberOf, orderIdOf, type State } from './state.js';
import { paysOnce } from './tills.js';
import { AMOUNT_FEN, type World } from './world.js';

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
  if (after.left.losses !== before.left.losses) return undefined;
  for (const [cardNumber, { value }] of before.tables.cards) {
    const now = after.tables.cards.get(cardNumber)?.value.maxSeenAtc ?? -1;
    if (now < (value.maxSeenAtc ?? -1)) return 'I8 the highest counter fell';
  }
  return undefined;
}

const LAWS: Readonly<Record<string, (state: State, world: World) => boolean>> = {
  'I1 an order was credited twice': (state, world) =>
    sureOrders(state, world).every((orderId) => creditsOf(state, orderId) <= 1),
  'I15 an order was paid twice': paysOnce,
  'I2/I3 more left than came in': (state, world) =>
    world.tellsAnyOrder
      ? isPaidFor(state, state.taken.length, () => true)
      : sureOrders(state, world).every((orderId) =>
          isPaidFor(state, creditsOf(state, orderId), (of) => of === orderId),
        ),
  'I3 a written card’s money is given back': (state, world) =>
    isUnsure(state) ||
    sureOrders(state, world).every((orderId) => {
      const order = state.tables.orders.get(orderId)?.value;
      return !GIVEN_BACK.includes(order?.state ?? '') || creditsOf(state, orderId) === 0;
    }),
  'I4 credited in the books alone': (state, world) =>
    isUnsure(state) ||
    sureOrders(state, world).every((orderId) => {
      const order = state.tables.orders.get(orderId)?.value;
      return order?.state !== 'CREDITED' || creditsOf(state, orderId) === 1;
    }),
  'I5 a MAC2 without its attempt': (state) =>
    isUnsure(state) ||
    state.alive.every(
      ({ orderId, random, onlineAtc, cardNumber }) =>
        isOutlived(state, cardNumber) ||
        // Of a clash nothing is taken in: the card is stopped, and two people look.
        state.tables.orders.get(orderId)?.value.state === 'FROZEN' ||
        state.tables.attempts.some(
          (one) => one.orderId === orderId && one.random === random && one.onlineAtc === onlineAtc,
        ),
    ),
  'I5 a MAC2 for an unpaid order': (state, world) =>
    state.alive.every(({ orderId, amountFen }) =>
      state.payments.some(
        (one) => (one.orderId === orderId || world.tellsAnyOrder) && one.amountFen === amountFen,
      ),
    ),
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
export function isUnsure({ books }: State): boolean {
  return books?.some(({ isAwaited }) => isAwaited) ?? false;
}

/** Orders of whose cards no line is lost for ever, where that may be. */
function sureOrders(state: State, world: World): readonly string[] {
  if (!world.mayLose) return orders(world);
  return orders(world).filter(
    (_orderId, index) => !isOutlived(state, cardNumberOf(world.orders[index] ?? 0)),
  );
}

function isOutlived({ outlived, tables }: State, cardNumber: string): boolean {
  return outlived.some((orderId) => {
    const order = tables.orders.get(orderId)?.value;
    return order === undefined || order.cardNumber === cardNumber;
  });
}

/** No more left than came: in number and in money. */
function isPaidFor(
  { payments, refunds }: State,
  credits: number,
  isOwn: (orderId: string) => boolean,
): boolean {
  const came = payments.filter(({ orderId }) => isOwn(orderId));
  const back = refunds.filter(mayPay).map((one) => {
    const of = came.find(({ transactionId }) => one.startsWith(`${transactionId}#`));
    return of?.amountFen ?? 0;
  });
  const given = back.filter((amountFen) => amountFen > 0);
  const sum = (all: readonly number[]): number => all.reduce((a, b) => a + b, 0);
  return (
    credits + given.length <= came.length &&
    credits * AMOUNT_FEN + sum(given) <= sum(came.map(({ amountFen }) => amountFen))
  );
}

function orders(world: World): readonly string[] {
  return world.orders.map((_card, index) => orderIdOf(index));
}

/** How often the card took a MAC2 of this order. */
export function creditsOf({ taken }: State, orderId: string): number {
  return taken.filter((one) => one.orderId === orderId).length;
}

/**
 * Tills that take money: each begins with the card, takes the money once for an intent of its own,
 * or says that nothing was taken and then takes none. What they say may come late, or again.
 */
import type { Evidence, Order } from '../load/index.js';
import { spent } from './books.js';
import type { Add } from './losses.js';
import { shownBy } from './shown.js';
import { orderIdOf, type State } from './state.js';
import { AMOUNT_FEN, type World } from './world.js';

type Say = (name: string, orderId: string, evidence: Evidence) => void;

/** The card is asked before any money, and a till takes money for the intent that it began. */
export function tillEvents(state: State, world: World, add: Add): void {
  world.orders.forEach((card, index) => {
    const orderId = orderIdOf(index);
    const order = state.tables.orders.get(orderId)?.value;
    if (order?.checkTerminal === undefined || world.tills.length === 0) return;
    const { checkTerminal: terminal, state: standing } = order;
    if (standing === 'CREATED' && state.left.checks > 0) {
      add(`card ${String(card + 1)} answers the check of ${orderId}`, () =>
        shownBy(state, world, card, { amountFen: AMOUNT_FEN, terminal }, 'checks'),
      );
    }
    if (standing !== 'TAKING' || state.left.payments === 0) return;
    const transactionId = `${orderId}.${terminal}`;
    if (isDone(state, transactionId)) return;
    add(`${order.taking?.by ?? 'a till'} takes the money for ${orderId}`, () => ({
      ...state,
      payments: [
        ...state.payments,
        { orderId, transactionId, paidAtMs: state.nowMs, amountFen: AMOUNT_FEN },
      ],
      left: spent(state.left, 'payments'),
    }));
    add(`${order.taking?.by ?? 'a till'} gives up ${orderId}`, () => ({
      ...state,
      words: [...state.words, wordOf(orderId, order)],
    }));
  });
}

/** What tills have said, or may say now; all of it may come at any moment after. */
export function tillWords(state: State, world: World, say: Say): void {
  world.orders.forEach((card, index) => {
    const orderId = orderIdOf(index);
    for (const { card: of, init } of world.tills.length === 0 ? [] : state.shown) {
      if (of !== card) continue;
      for (const by of world.tills) {
        const taking = { sinceMs: state.nowMs, by };
        const begins = `${by} begins to take money for ${orderId} (${init.terminal})`;
        say(begins, orderId, { kind: 'taking', init, taking });
      }
    }
    for (const word of state.words) {
      if (word.orderId !== orderId) continue;
      const { by, checkTerminal } = word;
      const nextCheckTerminal = `FB${String(state.drawn)}`;
      const said = { kind: 'not-taken', how: 'terminal', by, checkTerminal } as const;
      const name = `${orderId} is told that ${by} took nothing (${checkTerminal})`;
      say(name, orderId, { ...said, nextCheckTerminal });
    }
  });
}

/** A customer pays an order once, however many tills there are. */
export function paysOnce({ payments }: State, world: World): boolean {
  if (world.tills.length === 0) return true;
  return new Set(payments.map(({ orderId }) => orderId)).size === payments.length;
}

/** For this intent money was taken, or its till has said that it takes none. */
function isDone({ payments, words }: State, transactionId: string): boolean {
  return (
    payments.some((one) => one.transactionId === transactionId) ||
    words.some((one) => `${one.orderId}.${one.checkTerminal}` === transactionId)
  );
}

function wordOf(orderId: string, { checkTerminal = '', taking }: Order): State['words'][number] {
  return { orderId, by: taking?.by ?? '', checkTerminal };
}

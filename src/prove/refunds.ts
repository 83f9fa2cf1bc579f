/** What can happen to refunds: handed out, paid or closed by the provider, given back by hand. */
import type { Evidence } from '../load/index.js';
import { spent } from './books.js';
import type { Add } from './losses.js';
import type { State } from './state.js';
import type { World } from './world.js';

/** A number that was handed out stands as `payment#n`; what became of it is a mark behind. */
const PAID = '+';
const CLOSED = '-';

type Say = (name: string, orderId: string, evidence: Evidence) => void;

/** What a server is told of one payment, and by whom. */
export function refundWords(state: State, world: World, orderId: string, say: Say): void {
  for (const { transactionId, ...payment } of state.tables.payments.values()) {
    if (payment.orderId !== orderId) continue;
    const kind = 'send-refund';
    say(`${transactionId}: a refund is sent`, orderId, { kind, transactionId });
    const numbers = state.refunds.filter((one) => one.startsWith(`${transactionId}#`));
    const isClosing = world.allowance.closings > 0;
    if (numbers.some((one) => one.endsWith(PAID) || !isClosing)) {
      say(`${transactionId}: the refund is confirmed`, orderId, {
        kind: 'refunded',
        transactionId,
      });
    }
    const closed = numbers
      .filter((one) => one.endsWith(CLOSED))
      .map((one) => Number(one.slice(one.indexOf('#') + 1, -1)));
    for (const number of closed) {
      const name = `${transactionId}: a refund is sent, as ${String(number)} is closed`;
      say(name, orderId, { kind, transactionId, closed: number });
    }
    if (state.left.hands === 0) continue;
    for (const failed of [undefined, ...closed]) {
      const word = { kind: 'refunded', transactionId, byHand: true } as const;
      const upon = failed === undefined ? '' : `, as ${String(failed)} failed`;
      say(
        `${transactionId} is given back by hand${upon}`,
        orderId,
        failed === undefined ? word : { ...word, failed },
      );
    }
  }
}

/** The provider pays a number, or closes it; it never does both. */
export function providerEvents(state: State, world: World, add: Add): void {
  if (world.allowance.closings === 0) return;
  for (const one of state.refunds.filter(isOpen)) {
    const marked = (mark: string): readonly string[] =>
      state.refunds.map((other) => (other === one ? one + mark : other));
    add(`${one} is paid by the provider`, () => ({ ...state, refunds: marked(PAID) }));
    if (state.left.closings === 0) continue;
    add(`${one} is closed by the provider`, () => ({
      ...{ ...state, refunds: marked(CLOSED) },
      left: spent(state.left, 'closings'),
    }));
  }
}

/** A number that was handed out, once; one that is out already stays as it is. */
export function handedOut(refunds: readonly string[], number: string): readonly string[] {
  const isOut = [number, number + PAID, number + CLOSED].some((one) => refunds.includes(one));
  return isOut ? refunds : [...refunds, number];
}

/** Whether a number pays, or may pay: all but a closed one. */
export function mayPay(number: string): boolean {
  return !number.endsWith(CLOSED);
}

function isOpen(number: string): boolean {
  return /#\d+$/.test(number);
}

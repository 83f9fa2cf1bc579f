/**
 * Takings under way in this program: nobody else in it takes money for the same order, and nobody
 * says that none was taken while a customer stands before the POS.
 */
import { intentsOf } from './intents.js';
import type { PaymentOptions } from './recharge-options.js';

/** One till may be handed in by several objects; any of them tells that it is the same. */
interface Taking {
  readonly orderId: string;
  readonly till: readonly object[];
}

type Till = Pick<PaymentOptions, 'authority' | 'env' | 'intents'>;

const underWay = new Set<Taking>();

function tillOf(options: Till): readonly object[] {
  return [options.authority, options.env, intentsOf(options)];
}

/** Whether a visit of this program is taking money for the order now. */
export function isBeingTaken(options: Till, orderId: string): boolean {
  const till = tillOf(options);
  return [...underWay].some(
    (one) => one.orderId === orderId && one.till.some((part) => till.includes(part)),
  );
}

/** The visit may end before: money is being taken until this is over. */
export type HoldUntil = (over: Promise<void>) => void;

/** Takes money for an order, unless another visit of this program does: then `undefined`. */
export async function takeAlone<T>(
  options: Till,
  orderId: string,
  take: (holdUntil: HoldUntil) => Promise<T>,
): Promise<T | undefined> {
  if (isBeingTaken(options, orderId)) return undefined;
  const taking = { orderId, till: tillOf(options) };
  underWay.add(taking);
  let over: Promise<void> = Promise.resolve();
  try {
    return await take((held) => {
      over = held;
    });
  } finally {
    const end = (): void => void underWay.delete(taking);
    over.then(end, end);
  }
}

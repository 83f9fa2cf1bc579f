/** A till of its own in front of a shop: what is kept on it, what its POS took, and how it dies. */
import { ERROR_TABLE } from '../../src/error-table.js';
import { QuancunError } from '../../src/errors.js';
import type { Authority } from '../../src/load/index.js';
import {
  type IntentStore,
  memoryIntentStore,
  type TakenPayment,
} from '../../src/terminal/index.js';
import type { Shop } from './shop.js';

/** The line is cut. */
export const cut = (): Promise<never> =>
  Promise.reject(new QuancunError(ERROR_TABLE.SERVER_UNREACHABLE));

/** An authority of which some methods are as given. */
export function broken(shop: Shop, changes: Partial<Authority>): Authority {
  return { ...shop.authority, ...changes };
}

/** A till with a memory that outlives its program. */
export function tillOf(shop: Shop) {
  const intents: IntentStore = memoryIntentStore();
  const slips: TakenPayment[] = [];
  const takePayment = (): Promise<TakenPayment> => {
    const transactionId = `slip-${String(slips.length + 1)}`;
    slips.push({ provider: 'pos', transactionId, amountFen: 10_000 });
    return Promise.resolve(slips[slips.length - 1] as TakenPayment);
  };
  return {
    intents,
    slips,
    /** What the till hands to every visit. */
    options: { intents, takePayment },
    /** What it hands to what needs no card. */
    desk: { authority: shop.authority, env: shop.env, intents },
    kept: () => intents.find('6201220000001234'),
  };
}

/** One visit for one transport: two taps are one, and two wishes are one after the other. */
import { QuancunError } from '../errors.js';
import type { Transport } from '../transport/index.js';
import { TRANSPORT_BUSY } from '../transport/errors.js';
import type { LoadResult, Paid } from './recharge-options.js';
import { refused } from './results.js';

interface Running {
  readonly wish: string | undefined;
  readonly result: Promise<LoadResult>;
}

const running = new WeakMap<Transport, Running>();

/**
 * Runs a visit, unless one is running on this transport: the same wish shares its result, another
 * one is refused before anything is begun.
 */
export function inOneVisit(
  transport: Transport,
  { wish, paid }: { readonly wish?: string | undefined; readonly paid: Paid },
  work: () => Promise<LoadResult>,
): Promise<LoadResult> {
  const now = running.get(transport);
  if (now !== undefined) {
    if (wish !== undefined && now.wish === wish) return now.result;
    return Promise.resolve(refused(paid, 'as-told', new QuancunError(TRANSPORT_BUSY)));
  }
  const result = work().finally(() => running.delete(transport));
  running.set(transport, { wish, result });
  return result;
}

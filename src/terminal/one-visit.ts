/**
 * One visit for one transport: two taps are one, and two wishes are one after the other. Taps with
 * the same key are one on whatever transport they come.
 */
import type { Authority } from '../load/index.js';
import { QuancunError } from '../errors.js';
import type { Transport } from '../transport/index.js';
import { TRANSPORT_BUSY } from '../transport/errors.js';
import type { LoadResult, Paid } from './recharge-options.js';
import { refused } from './results.js';

const running = new WeakSet<Transport>();
const wished = new WeakMap<Authority, Map<string, Promise<LoadResult>>>();

/**
 * Runs a visit, unless one is running on this transport: the same wish shares its result, another
 * one is refused before anything is begun. The same wish of the same authority shares it on any
 * transport: whoever built a new one for the second tap would be taken the money twice.
 */
export function inOneVisit(
  { transport, authority }: { readonly transport: Transport; readonly authority: Authority },
  { wish, paid }: { readonly wish?: string | undefined; readonly paid: Paid },
  work: () => Promise<LoadResult>,
): Promise<LoadResult> {
  const shared = wish === undefined ? undefined : wished.get(authority)?.get(wish);
  if (shared !== undefined) return shared;
  if (running.has(transport)) {
    return Promise.resolve(refused(paid, 'as-told', new QuancunError(TRANSPORT_BUSY)));
  }
  running.add(transport);
  const wishes = wished.get(authority) ?? new Map<string, Promise<LoadResult>>();
  wished.set(authority, wishes);
  const result = work().finally(() => {
    running.delete(transport);
    if (wish !== undefined) wishes.delete(wish);
  });
  if (wish !== undefined) wishes.set(wish, result);
  return result;
}

/**
 * Whose an order's idempotency key is: its caller's, so that two tills may count their receipts
 * alike. No key id has a blank in it: the first one parts the two.
 */
import type { Order } from '../../load/index.js';

/** The names that an order is looked for by. */
export interface OrderKey {
  /** The one it is kept under. */
  readonly own: string;
  /** As it was kept before keys had owners: such an order counts if it means the same request. */
  readonly former: string;
}

/** The names of what a caller asks for; nobody's is kept as it is said. */
export function orderKeyOf({ who }: Pick<Order, 'who'>, key: string): OrderKey {
  return { own: who === undefined ? key : `${who.by} ${key}`, former: key };
}

/** The key of an order that a journal tells of: as it was kept. */
export function keptKey(key: string): OrderKey {
  return { own: key, former: key };
}

/** Which row of `load_order`, by the numbers of the values: own, former, and the request. */
export function byOrderKey(
  row: string,
  { own, former, request }: Record<'own' | 'former' | 'request', string>,
): string {
  return `${row}.idempotency_key IN (${own}, ${former}) AND (${row}.idempotency_key = ${own}
    OR (${row}.made_by IS NULL AND ${row}.request = ${request}))`;
}

/** A card that stopped takes no new order: no money is taken for what can never be loaded. */
import { QuancunError } from '../../errors.js';
import { ORDER_FROZEN } from '../../load/errors.js';

/** The refusal of an order for a frozen card, or for one that two people called destroyed. */
export function frozenCard(): QuancunError {
  return new QuancunError(ORDER_FROZEN, { details: { why: 'earlier' } });
}

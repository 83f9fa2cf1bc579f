/** What the work on one provider's payments is done with. */
import type { Env } from '../../env.js';
import { QuancunError } from '../../errors.js';
import type { Authority, OrderView } from '../../load/index.js';
import { ORDER_UNKNOWN } from '../errors.js';
import type { Ledger } from '../ledger/ledger.js';
import type { BackOffice } from '../service.js';
import type { Provider } from './ask.js';

/** The parts, and the options with every default filled in. */
export interface PaymentsContext {
  readonly provider: Provider;
  readonly authority: Authority & BackOffice;
  readonly ledger: Ledger;
  readonly env: Env;
  readonly qrLifetimeMs: number;
  readonly orderLifetimeMs: number;
  readonly askForMs: number;
  readonly concurrency: number;
}

/** An order that there must be. @throws ORDER_UNKNOWN */
export async function knownOrder(
  { authority }: PaymentsContext,
  orderId: string,
): Promise<OrderView> {
  const order = await authority.getOrder(orderId);
  if (order === undefined) throw new QuancunError(ORDER_UNKNOWN);
  return order;
}

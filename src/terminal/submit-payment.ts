/**
 * What this device knows of a payment, told to the server: that it was taken, or that it was not.
 * The intent goes when the server has heard it, and not before.
 */
import { QuancunError } from '../errors.js';
import { expectJson } from '../json/index.js';
import { ORDER_REFUND_DUE } from '../load/errors.js';
import { PAYMENT_SURPLUS } from '../load/errors.js';
import type { OrderView } from '../load/index.js';
import { ORDER_VIEW, PROTOCOL_VERSION } from '../messages/index.js';
import { intentsOf, type IntentStore, type PaymentIntent } from './intents.js';
import type { HeldResult, PaymentOptions, RefusedResult } from './recharge-options.js';
import type { TakenPayment } from './payment.js';
import { refused, unconfirmed } from './results.js';
import { ask, tellStage } from './stages.js';
import { within } from './within.js';
import { INTENT_NOT_KEPT } from './errors.js';

/** A store that takes longer is as good as none. */
const STORE_TIMEOUT_MS = 10_000;

/** What the store answers. @throws INTENT_NOT_KEPT when it cannot, or takes for ever */
export async function useIntents<T>(
  options: Pick<PaymentOptions, 'intents' | 'env'>,
  use: (store: IntentStore) => Promise<T>,
): Promise<T> {
  const failed = (cause?: unknown): QuancunError => new QuancunError(INTENT_NOT_KEPT, { cause });
  const { env } = options;
  const limit = { env, limitMs: STORE_TIMEOUT_MS, late: failed };
  try {
    return await within(() => use(intentsOf(options)), limit);
  } catch (thrown) {
    throw failed(thrown);
  }
}

/** Once money may have been taken, a store that fails stops nothing. */
export async function noteIntent(options: PaymentOptions, intent: PaymentIntent): Promise<void> {
  await useIntents(options, (store) => store.save(intent)).catch(() => undefined);
}

/** It is no longer needed: at worst the next visit tells the server the same again. */
export async function forgetIntent(options: PaymentOptions, orderId: string): Promise<void> {
  await useIntents(options, (store) => store.remove(orderId)).catch(() => undefined);
}

/** Submits the payment: the order as it stands then, or where the money is. */
export async function submit(
  options: PaymentOptions,
  orderId: string,
  payment: TakenPayment,
): Promise<OrderView | HeldResult | RefusedResult> {
  const { provider, transactionId, amountFen, paidAtMs } = payment;
  const date = paidAtMs === undefined ? {} : { paidAtMs };
  const said = { protocol: PROTOCOL_VERSION, orderId, provider, transactionId, amountFen, ...date };
  tellStage(options, 'submitting', { orderId });
  let order: OrderView;
  try {
    order = expectJson(ORDER_VIEW, await ask(options, (one) => one.confirmPayment(said)));
  } catch (thrown) {
    return unconfirmed(orderId, payment, thrown);
  }
  await forgetIntent(options, orderId);
  return elsewhere(order, payment) ?? order;
}

/** The payment is booked, and pays for nothing: it is owed back. */
function elsewhere(
  { orderId, state, amountFen: orderFen }: OrderView,
  { amountFen: paidFen }: TakenPayment,
): RefusedResult | undefined {
  const details = { orderId, paidFen, orderFen, state };
  switch (state) {
    case 'TAKING':
    case 'CREATED':
    case 'EXPIRED':
      return refused('yes', 'as-told', new QuancunError(PAYMENT_SURPLUS, { details }), orderId);
    case 'REFUND_DUE':
    case 'REFUNDED':
      return refused('yes', 'as-told', new QuancunError(ORDER_REFUND_DUE, { details }), orderId);
    case 'PAID':
    case 'ISSUED':
    case 'HELD':
    case 'VOIDING':
    case 'CREDITED':
    case 'FROZEN':
      return undefined;
  }
}

/**
 * Says that nothing was taken, of the intent that is known by this terminal number: the order as
 * it stands then.
 * @throws whatever the authority does
 */
export async function sayNotTaken(
  options: PaymentOptions,
  orderId: string,
  terminal: string,
): Promise<OrderView> {
  tellStage(options, 'submitting', { orderId });
  const said = { protocol: PROTOCOL_VERSION, orderId, terminal };
  const order = expectJson(ORDER_VIEW, await ask(options, (one) => one.endPayment(said)));
  await forgetIntent(options, orderId);
  return order;
}

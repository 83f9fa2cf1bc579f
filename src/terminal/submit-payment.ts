/**
 * What this device knows of a payment, told to the server: that it was taken, or that it was not.
 * The intent goes when the server has heard it, and not before.
 */
import { type Hint, QuancunError, restated } from '../errors.js';
import { expectJson } from '../json/index.js';
import { ORDER_REFUND_DUE, ORDER_UNKNOWN, PAYMENT_SURPLUS } from '../load/errors.js';
import type { OrderView } from '../load/index.js';
import { ORDER_VIEW, PROTOCOL_VERSION } from '../messages/index.js';
import { intentsOf, type IntentStore, isIntent, type PaymentIntent } from './intents.js';
import type { HeldResult, PaymentOptions, RefusedResult } from './recharge-options.js';
import type { TakenPayment } from './payment.js';
import { orderUnknown, refused, unconfirmed } from './results.js';
import { ask, asFailure, tellStage } from './stages.js';
import { within } from './within.js';
import { INTENT_NOT_KEPT } from './errors.js';

/** A store that takes longer is as good as none. */
const STORE_TIMEOUT_MS = 10_000;

/** A payment in these pays for nothing. */
const UNPAID: readonly string[] = ['TAKING', 'CREATED', 'EXPIRED'];
const GIVEN_BACK: readonly string[] = ['REFUND_DUE', 'REFUNDED'];
/** By this payment or by another: 圈存 leads on, or has nothing left to do. */
const LOADABLE: readonly string[] = ['PAID', 'ISSUED', 'HELD', 'VOIDING', 'CREDITED', 'FROZEN'];
/** However often it is submitted, this number is not booked for this order. */
const REFUSED_FOR_GOOD: readonly string[] = [
  ...['PAYMENT_REUSED', 'IDEMPOTENCY_CONFLICT', 'MESSAGE_INVALID'],
];
const OTHER_NUMBER: Hint = {
  en: 'The server refuses this payment number for this order. Check the slip and submit its right number for this order; if it paid another order, look at 充值记录 (recharge records). Take no money again.',
  zh: '该流水号不能用于本订单：请核对小票，用正确的流水号补交本订单；若属另一订单，请查【充值记录】。勿再收款。',
};

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

/**
 * What this device has kept of a card's orders.
 * @throws INTENT_NOT_KEPT when the store fails, or answers what is no list
 */
export async function keptIntents(
  options: Pick<PaymentOptions, 'intents' | 'env'>,
  cardNumber: string,
): Promise<readonly PaymentIntent[]> {
  const kept: unknown = await useIntents(options, (store) => store.find(cardNumber));
  if (!Array.isArray(kept)) {
    const cause = new TypeError('find must answer an array');
    throw new QuancunError(INTENT_NOT_KEPT, { cause });
  }
  // A store that answers all it has must not submit another card's payment.
  return kept.filter(isIntent).filter((one) => one.cardNumber === cardNumber);
}

/** A payment that the server has booked. */
export interface Booked {
  readonly order: OrderView;
  /** PAYMENT_SURPLUS: the order has another payment, and this one is owed back. */
  readonly surplus?: QuancunError;
}

/**
 * Submits the payment: the order as it stands then, or where the money is.
 * @param own what this device noted of the taking that the payment ends
 */
export async function submit(
  options: PaymentOptions,
  orderId: string,
  payment: TakenPayment,
  own?: PaymentIntent,
): Promise<Booked | HeldResult | RefusedResult> {
  const { provider, transactionId, amountFen, paidAtMs } = payment;
  const date = paidAtMs === undefined ? {} : { paidAtMs };
  const said = { protocol: PROTOCOL_VERSION, orderId, provider, transactionId, amountFen, ...date };
  tellStage(options, 'submitting', { orderId });
  let order: OrderView;
  try {
    order = expectJson(ORDER_VIEW, await ask(options, (one) => one.confirmPayment(said)));
  } catch (thrown) {
    return notBooked(options, orderId, payment, thrown, own);
  }
  if (order.state !== 'TAKING') await forgetIntent(options, orderId);
  else if (own !== undefined) order = await endOwn(options, order, own);
  const surplus = surplusOf(order, payment);
  return elsewhere(order, surplus) ?? (surplus === undefined ? { order } : { order, surplus });
}

/**
 * The till took another number than it had named before, and that one is owed back: no more comes
 * of this taking. Not heard, it is told at the next visit.
 */
async function endOwn(
  options: PaymentOptions,
  order: OrderView,
  { payment: _booked, ...intent }: PaymentIntent,
): Promise<OrderView> {
  await noteIntent(options, { ...intent, stage: 'not-taken' });
  return sayNotTaken(options, order.orderId, intent.terminal).then(
    (ended) => ({ ...ended, booked: 'surplus' }),
    () => ({ ...order, booked: 'surplus' }),
  );
}

/** What this number was booked as; a server that does not say it shows it by the order's state. */
function surplusOf(
  { orderId, state, amountFen: orderFen, booked }: OrderView,
  { provider, transactionId, amountFen: paidFen }: TakenPayment,
): QuancunError | undefined {
  const isSurplus = booked === undefined ? UNPAID.includes(state) : booked === 'surplus';
  if (!isSurplus) return undefined;
  const details = { orderId, provider, transactionId, paidFen, orderFen, state };
  return new QuancunError(PAYMENT_SURPLUS, { details });
}

/** The payment is booked, and there is no order left that it, or another, has paid. */
function elsewhere(order: OrderView, surplus?: QuancunError): RefusedResult | undefined {
  const { orderId, state } = order;
  if (surplus !== undefined && !LOADABLE.includes(state)) {
    // Still being taken: whether the number that is awaited was paid somebody has to look up.
    const next = state === 'TAKING' ? 'look-up' : 'as-told';
    return refused('yes', next, surplus, orderId);
  }
  return GIVEN_BACK.includes(state) ? givenBack(order) : undefined;
}

/** The order has ended, and its payment is owed back. */
export function givenBack({ orderId, state }: OrderView): RefusedResult {
  const error = new QuancunError(ORDER_REFUND_DUE, { details: { orderId, state } });
  return refused('yes', 'as-told', error, orderId);
}

/** The line, mostly: it is submitted again. What the server refuses for good never will be. */
async function notBooked(
  options: PaymentOptions,
  orderId: string,
  payment: TakenPayment,
  thrown: unknown,
  own?: PaymentIntent,
): Promise<HeldResult | RefusedResult> {
  const failure = asFailure(thrown);
  if (failure.code === ORDER_UNKNOWN.code) {
    // Typed by a person it is a wrong number, most likely.
    if (own === undefined) return refused('yes', 'as-told', failure, orderId);
    return orderUnknown(orderId, failure);
  }
  if (!REFUSED_FOR_GOOD.includes(failure.code)) return unconfirmed(orderId, payment, failure);
  if (own !== undefined) {
    // Kept as it is it would be refused at every visit: how this order was paid is open again.
    const { payment: _refused, ...rest } = own;
    await noteIntent(options, { ...rest, stage: 'taking' });
  }
  return refused('yes', 'as-told', restated(failure, { hint: OTHER_NUMBER }), orderId);
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

/**
 * What this device knows of a payment, told to the server: that it was taken, or that it was not.
 * The intent goes when the server has heard it, and not before.
 */
import { type Hint, QuancunError, restated } from '../errors.js';
import { expectJson } from '../json/index.js';
import { ORDER_REFUND_DUE, ORDER_UNKNOWN, ORDER_UNPAID, PAYMENT_SURPLUS } from '../load/errors.js';
import type { OrderView } from '../load/index.js';
import { ORDER_VIEW, PROTOCOL_VERSION } from '../messages/index.js';
import type { PaymentIntent } from './intents.js';
import { forgetIntent, noteIntent } from './kept-intents.js';
import type { HeldResult, PaymentOptions, RefusedResult } from './recharge-options.js';
import type { TakenPayment } from './payment.js';
import { atStage } from './money-stage.js';
import { orderUnknown, refused, unconfirmed } from './results.js';
import { ask, asFailure, tellStage } from './stages.js';

/** A payment in these pays for nothing. */
const UNPAID: readonly string[] = ['TAKING', 'CREATED', 'EXPIRED'];
const GIVEN_BACK: readonly string[] = ['REFUND_DUE', 'REFUNDED'];
/** By this payment or by another: 圈存 leads on, or has nothing left to do. */
const LOADABLE: readonly string[] = ['PAID', 'ISSUED', 'HELD', 'VOIDING', 'CREDITED', 'FROZEN'];
/** However often it is submitted, this number is not booked for this order. */
const REFUSED_FOR_GOOD: readonly string[] = [
  ...['PAYMENT_REUSED', 'IDEMPOTENCY_CONFLICT', 'MESSAGE_INVALID'],
];
/** Others may report it, or its provider does: not this terminal. */
const REFUSED_HERE: readonly string[] = ['PAYMENT_NOT_REPORTABLE', 'REPORT_OVER_LIMIT'];
/** The provider's word may come late: it is no word that nothing was paid. */
const NOT_SEEN = 'PAYMENT_NOT_SEEN';
const OTHER_NUMBER: Hint = {
  en: 'The server refuses this payment number for this order. Check the slip and submit its right number for this order; if it paid another order, look at 充值记录 (recharge records). Take no money again.',
  zh: '该流水号不能用于本订单：请核对小票，用正确的流水号补交本订单；若属另一订单，请查【充值记录】。勿再收款。',
};

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
  if (isUnseen(order, own)) {
    const failure = new QuancunError(ORDER_UNPAID, { details: { state: order.state } });
    return unseen(unconfirmed(orderId, payment, failure), own);
  }
  const isTaking = order.state === 'TAKING';
  if (isTaking && own !== undefined) order = await endOwn(options, order, own);
  const surplus = surplusOf(order, payment);
  const told = elsewhere(order, surplus);
  // What leads on to its card is kept until it is told how that ended.
  const isOver = !isTaking && (told !== undefined || own === undefined);
  if (isOver) await forgetIntent(options, order);
  return told ?? (surplus === undefined ? { order } : { order, surplus });
}

/** The server does not say that it has booked it, and no other payment leads on to the card. */
function isUnseen({ booked, state }: OrderView, own: PaymentIntent | undefined): boolean {
  return booked === undefined && (own === undefined || UNPAID.includes(state));
}

/** What a till has taken was paid; a number that a person typed may be none. */
function unseen(told: HeldResult, own: PaymentIntent | undefined): HeldResult {
  return own === undefined ? { ...told, paid: 'unknown', next: 'look-up' } : told;
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

/** Owed back it is where the server says so, and never by what became of the order. */
function surplusOf(
  { orderId, state, amountFen: orderFen, booked }: OrderView,
  { provider, transactionId, amountFen: paidFen }: TakenPayment,
): QuancunError | undefined {
  if (booked !== 'surplus') return undefined;
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
  const told = unconfirmed(orderId, payment, failure);
  if (failure.code === NOT_SEEN) return unseen({ ...told, error: failure }, own);
  const isRefusedHere = REFUSED_HERE.includes(failure.code);
  if (!isRefusedHere && !REFUSED_FOR_GOOD.includes(failure.code)) return told;
  if (own !== undefined) {
    // Kept as it is it would be refused at every visit: how this order was paid is open again.
    const { payment: _refused, ...rest } = own;
    await noteIntent(options, { ...rest, stage: 'taking' });
  }
  if (isRefusedHere) return { ...told, next: 'as-told', error: atStage(failure, 'paid') };
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
  await forgetIntent(options, order);
  return order;
}

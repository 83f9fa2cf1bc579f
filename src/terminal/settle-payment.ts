/** What people find out about a payment afterwards, told to the server from whatever device. */
import { QuancunError } from '../errors.js';
import { expectJson } from '../json/index.js';
import { ORDER_CLOSED, ORDER_UNKNOWN, ORDER_UNPAID } from '../load/errors.js';
import type { OrderView } from '../load/index.js';
import { ORDER_VIEW } from '../messages/index.js';
import { expectOrderId, expectPaymentOptions } from './expect-options.js';
import type { PaymentIntent } from './intents.js';
import { isBeingTaken } from './live-takings.js';
import type {
  HeldResult,
  PaymentOptions,
  RefusedResult,
  SubmitResult,
} from './recharge-options.js';
import { expectPayment, type TakenPayment } from './payment.js';
import {
  beingTaken,
  beingTakenHere,
  notDeclared,
  refused,
  surplusBesidePaid,
  unconfirmed,
} from './results.js';
import { ask, asFailure } from './stages.js';
import { forgetIntent, keptIntents, paymentsOf, useIntents } from './kept-intents.js';
import { type Booked, givenBack, sayNotTaken, submit } from './submit-payment.js';

/** 圈存 leads on. */
const WAITS_FOR_ITS_CARD: readonly string[] = ['PAID', 'ISSUED', 'HELD'];

/**
 * Submits a payment that was taken and is not booked: the same one as before, with its number. No
 * money is taken, and however often it is submitted, it is booked once.
 * 补交已收款项（原流水号）：不再收款，重复提交只入账一次。
 * @example
 * declare const options: { authority: Authority; env: Env };
 * declare const held: { orderId: string; unconfirmedPayment: TakenPayment };
 * const submitted = await submitPayment(options, held.orderId, held.unconfirmedPayment);
 * if (submitted.outcome === 'booked') console.log('now: 圈存 (load)');
 */
export async function submitPayment(
  options: PaymentOptions,
  orderId: string,
  payment: TakenPayment,
): Promise<SubmitResult> {
  let number: string;
  let taken: TakenPayment;
  try {
    expectPaymentOptions(options);
    number = expectOrderId(orderId);
    taken = expectPayment(payment);
  } catch (thrown) {
    return refused('unknown', 'as-told', asFailure(thrown));
  }
  try {
    // What this till has taken itself: a number that was typed may be a slip of the hand.
    const answer = await ask(options, (one) => one.getOrder(number));
    const kept = answer && (await keptTaking(options, expectJson(ORDER_VIEW, answer)).catch(none));
    return (await submitKept(options, kept)) ?? (await book(options, number, taken));
  } catch (thrown) {
    return unconfirmed(number, taken, thrown);
  }
}

/** A store that fails keeps nobody from telling the server what was paid. */
const none = (): undefined => undefined;

/** The payment that this device has kept of the order, if any. */
async function submitKept(
  options: PaymentOptions,
  kept: PaymentIntent | undefined,
): Promise<SubmitResult | undefined> {
  if (kept === undefined) return undefined;
  const [own] = paymentsOf(kept);
  return own === undefined ? undefined : book(options, kept.orderId, own, kept);
}

async function book(
  options: PaymentOptions,
  orderId: string,
  payment: TakenPayment,
  kept?: PaymentIntent,
): Promise<SubmitResult> {
  const told = await submit(options, orderId, payment, kept);
  if (kept !== undefined && !('outcome' in told)) await forgetIntent(options, told.order);
  return submitted(told, payment);
}

/** A surplus is not what pays for the order, though another payment may. */
function submitted(told: Booked | HeldResult | RefusedResult, payment: TakenPayment): SubmitResult {
  if ('outcome' in told) return told;
  const { order, surplus } = told;
  if (surplus === undefined) {
    const differs = order.booked === 'payment' && payment.amountFen !== order.amountFen;
    const booked = { outcome: 'booked', paid: 'yes', order, payment } as const;
    return differs ? { ...booked, amountDiffers: true } : booked;
  }
  const { orderId, state } = order;
  return WAITS_FOR_ITS_CARD.includes(state)
    ? refused('yes', 'load', surplusBesidePaid(surplus), orderId)
    : refused('yes', 'as-told', surplus, orderId);
}

/**
 * Says that no money was taken for an order in TAKING, after somebody has looked: at the POS, in
 * the drawer, at the provider. Only the terminal that was to take it may say so. A payment that
 * this device has kept is submitted instead, and the order told of as paid; while the customer is
 * being asked to pay, it is not believed. Of an order that the server does not know, what this
 * device has kept is forgotten: that is for the administrator, when the payment is cleared up.
 * 声明未收款（仅限发起收款的终端）；本机若已保存该笔付款则改为提交；收款进行中不予采信。
 * 服务器无此订单时，清除本机记录（由管理员查清款项后执行）。
 * @returns ORDER_UNPAID where the order waits for its payment again; else what stands against it
 * @example
 * declare const options: { authority: Authority; env: Env };
 * const told = await declareNotTaken(options, '0123456789ABCDEFGHJK');
 */
export async function declareNotTaken(
  options: PaymentOptions,
  number: string,
): Promise<SubmitResult> {
  let orderId: string;
  try {
    expectPaymentOptions(options);
    orderId = expectOrderId(number);
  } catch (thrown) {
    return refused('unknown', 'as-told', asFailure(thrown));
  }
  try {
    // Whoever looked did so too early: the customer is still paying.
    if (isBeingTaken(options, orderId)) return beingTakenHere(orderId);
    const answer = await ask(options, (one) => one.getOrder(orderId));
    if (answer === undefined) return await clearUnknown(options, orderId);
    const asked = expectJson(ORDER_VIEW, answer);
    const booked = await submitKept(options, await keptTaking(options, asked));
    if (booked !== undefined) return booked;
    const { taking } = asked;
    return standing(
      taking === undefined ? asked : await sayNotTaken(options, orderId, taking.terminal),
    );
  } catch (thrown) {
    return notDeclared(thrown, orderId);
  }
}

/** What the order is when somebody has said that nothing was taken for it. */
function standing(order: OrderView): SubmitResult {
  const { orderId, state } = order;
  switch (state) {
    case 'CREATED':
      return refused('no', 'recharge', new QuancunError(ORDER_UNPAID), orderId);
    case 'EXPIRED': {
      const closed = new QuancunError(ORDER_CLOSED, { details: { state } });
      return refused('no', 'recharge', closed, orderId);
    }
    case 'TAKING':
      // Another till has begun meanwhile.
      return beingTaken(orderId);
    case 'REFUND_DUE':
    case 'REFUNDED':
      return givenBack(order);
    case 'PAID':
    case 'ISSUED':
    case 'HELD':
    case 'VOIDING':
    case 'CREDITED':
    case 'FROZEN':
      return { outcome: 'booked', paid: 'yes', order };
  }
}

/** No server knows it: what this device has kept of it goes, and holds up the card no more. */
async function clearUnknown(options: PaymentOptions, orderId: string): Promise<SubmitResult> {
  await useIntents(options, (store) => store.remove(orderId));
  return refused('unknown', 'as-told', new QuancunError(ORDER_UNKNOWN), orderId);
}

/** What this device has kept of the order. */
async function keptTaking(
  options: PaymentOptions,
  { orderId, cardNumber }: OrderView,
): Promise<PaymentIntent | undefined> {
  const kept = await keptIntents(options, cardNumber);
  return kept.find((one) => one.orderId === orderId);
}

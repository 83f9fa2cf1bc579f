/**
 * What was begun before: a payment that this device has and the server may not, and an order for
 * which money was being taken when something broke. It is settled before anything is taken.
 */
import { isQuancunError, QuancunError } from '../errors.js';
import { expectJson } from '../json/index.js';
import { PAYMENT_BEING_TAKEN } from '../load/errors.js';
import type { OrderView } from '../load/index.js';
import { ORDER_VIEW } from '../messages/index.js';
import type { PaymentIntent } from './intents.js';
import { expectPayment, type TakenPayment } from './payment.js';
import type { LoadOptions, LoadResult } from './recharge-options.js';
import { nothingTaken, paymentInDoubt, refused } from './results.js';
import { ask, asFailure, tellStage } from './stages.js';
import { forgetIntent, noteIntent, sayNotTaken, submit, useIntents } from './submit-payment.js';
import { within } from './within.js';

/** How what was begun stands now. */
export type Settled =
  /** Nothing stands in the way of taking money. */
  | { readonly kind: 'free'; readonly order?: OrderView }
  /** This order was paid, and is to be loaded. */
  | { readonly kind: 'paid'; readonly order: OrderView }
  /** It cannot go on now. */
  | { readonly kind: 'ended'; readonly result: LoadResult };

const FREE: Settled = { kind: 'free' };
const WAITING = ['PAID', 'ISSUED', 'HELD', 'VOIDING', 'FROZEN'];
/** Looking a payment up takes a till some seconds. */
const LOOK_UP_TIMEOUT_MS = 60_000;

/**
 * Settles what this device has begun for a card.
 * @throws INTENT_NOT_KEPT when it cannot read what it has kept
 */
export async function settleIntents(options: LoadOptions, cardNumber: string): Promise<Settled> {
  let last: Settled = FREE;
  for (const intent of await useIntents(options, (store) => store.find(cardNumber))) {
    const settled =
      intent.payment === undefined
        ? await settleOne(options, intent)
        : await submitAgain(options, intent, intent.payment);
    if (settled.kind !== 'free') return settled;
    last = settled;
  }
  return last;
}

/** The same payment; never another one. */
async function submitAgain(
  options: LoadOptions,
  { orderId }: PaymentIntent,
  payment: TakenPayment,
): Promise<Settled> {
  const booked = await submit(options, orderId, payment);
  if (!('outcome' in booked)) return afterBooking(booked);
  // In mere memory: this program has spoken to another authority since.
  const isOfAnother = options.intents === undefined && whyOf(booked.error) === 'ORDER_UNKNOWN';
  return isOfAnother ? FREE : { kind: 'ended', result: booked };
}

function whyOf({ details }: QuancunError): unknown {
  return details.why;
}

function afterBooking(order: OrderView): Settled {
  return WAITING.includes(order.state) ? { kind: 'paid', order } : { kind: 'free', order };
}

/** Nothing is known to have been taken: the server knows more. */
async function settleOne(options: LoadOptions, intent: PaymentIntent): Promise<Settled> {
  const { orderId } = intent;
  tellStage(options, 'looking-up', { orderId });
  let order: OrderView | undefined;
  try {
    const answer = await ask(options, (authority) => authority.getOrder(orderId));
    order = answer === undefined ? undefined : expectJson(ORDER_VIEW, answer);
  } catch (thrown) {
    const { stage } = intent;
    if (stage !== 'taking') return { kind: 'ended', result: nothingTaken(thrown, orderId) };
    return { kind: 'ended', result: paymentInDoubt(orderId, thrown) };
  }
  if (order?.state === 'TAKING') return settleTaking(options, order, intent);
  await forgetIntent(options, orderId);
  return order === undefined ? FREE : afterBooking(order);
}

/**
 * Settles an order for which money was being taken, by this device or, without an intent, by
 * nobody knows whom. Only a payment that is found, or somebody's word that there is none, ends it.
 */
export async function settleTaking(
  options: LoadOptions,
  order: OrderView,
  kept?: PaymentIntent,
): Promise<Settled> {
  const { orderId, taking } = order;
  const terminal = taking?.terminal ?? '';
  const intent = kept?.terminal === terminal ? kept : undefined;
  const isUntouched = intent?.stage === 'ordered' || intent?.stage === 'not-taken';
  const found = isUntouched ? 'none' : await lookUp(options, order);
  if (found === undefined) return { kind: 'ended', result: unknownPayment(orderId, intent) };
  if (found !== 'none') {
    await noteIntent(options, intentOf(order, options, found));
    const booked = await submit(options, orderId, found);
    return 'outcome' in booked ? { kind: 'ended', result: booked } : afterBooking(booked);
  }
  try {
    const told = await sayNotTaken(options, orderId, terminal);
    // Somebody else has begun meanwhile.
    if (told.state === 'TAKING') return { kind: 'ended', result: unknownPayment(orderId) };
    return afterBooking(told);
  } catch (thrown) {
    if (!isQuancunError(thrown, PAYMENT_BEING_TAKEN.code)) {
      return { kind: 'ended', result: nothingTaken(thrown, orderId) };
    }
    return { kind: 'ended', result: refused('unknown', 'look-up', asFailure(thrown), orderId) };
  }
}

function unknownPayment(orderId: string, intent?: PaymentIntent): LoadResult {
  if (intent !== undefined) return paymentInDoubt(orderId);
  const error = new QuancunError(PAYMENT_BEING_TAKEN, { details: { orderId } });
  return refused('unknown', 'look-up', error, orderId);
}

/** A look-up that fails has found nothing out. */
async function lookUp(
  options: LoadOptions,
  order: OrderView,
): Promise<TakenPayment | 'none' | undefined> {
  const { findPayment, env } = options;
  if (findPayment === undefined) return undefined;
  const late = (): QuancunError => new QuancunError(PAYMENT_BEING_TAKEN);
  tellStage(options, 'looking-up', { orderId: order.orderId });
  try {
    const limit = { env, limitMs: LOOK_UP_TIMEOUT_MS, late };
    const found = await within(() => findPayment(order), limit);
    if (found === undefined || found === 'none') return found;
    return expectPayment(found);
  } catch {
    return undefined;
  }
}

/** What is kept of a payment that was taken. */
export function intentOf(
  { orderId, cardNumber, amountFen, taking, check }: OrderView,
  { env }: Pick<LoadOptions, 'env'>,
  payment: TakenPayment,
): PaymentIntent {
  const terminal = taking?.terminal ?? check?.terminal ?? '';
  const sinceMs = env.now();
  return { orderId, cardNumber, amountFen, terminal, sinceMs, stage: 'taken', payment };
}

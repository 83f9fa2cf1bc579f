/**
 * What was begun before: a payment that this device has and the server may not, and an order for
 * which money was being taken when something broke. It is settled before anything is taken.
 */
import { QuancunError } from '../errors.js';
import { expectJson } from '../json/index.js';
import { ORDER_UNKNOWN, PAYMENT_BEING_TAKEN } from '../load/errors.js';
import type { OrderView } from '../load/index.js';
import { ORDER_VIEW } from '../messages/index.js';
import type { PaymentIntent } from './intents.js';
import { isBeingTaken } from './live-takings.js';
import { expectPayment, type TakenPayment } from './payment.js';
import type { LoadOptions, LoadResult, RefusedResult } from './recharge-options.js';
import {
  beingTaken,
  beingTakenHere,
  isOfLine,
  notDeclared,
  nothingTaken,
  paymentInDoubt,
  refused,
} from './results.js';
import { ask, asFailure, tellStage } from './stages.js';
import { forgetIntent, keptIntents, noteIntent, paymentsOf } from './kept-intents.js';
import { type Booked, sayNotTaken, submit } from './submit-payment.js';
import { within } from './within.js';

/** How what was begun stands now. */
export type Settled =
  /** Nothing stands in the way of taking money. */
  | { readonly kind: 'free'; readonly order?: OrderView }
  /** This order was paid, and is to be loaded. */
  | { readonly kind: 'paid'; readonly order: OrderView; readonly surplus?: QuancunError }
  /** This order is on its card already, and nobody may have been told. */
  | { readonly kind: 'credited'; readonly order: OrderView }
  /** It cannot go on now. */
  | { readonly kind: 'ended'; readonly result: LoadResult };

const FREE: Settled = { kind: 'free' };
const WAITING = ['PAID', 'ISSUED', 'HELD', 'VOIDING', 'FROZEN'];
/** What is taken by the till itself: its own word says whether it was. */
export const OF_THE_TILL = ['pos', 'cash'];
/** Looking a payment up takes a till some seconds. */
const LOOK_UP_TIMEOUT_MS = 60_000;

/**
 * Settles what this device has begun for a card.
 * @throws INTENT_NOT_KEPT when it cannot read what it has kept
 */
export async function settleIntents(options: LoadOptions, cardNumber: string): Promise<Settled> {
  let last: Settled = FREE;
  for (const intent of await keptIntents(options, cardNumber)) {
    // It is the customer's turn, in another visit: that nothing was found yet says nothing.
    if (isBeingTaken(options, intent.orderId)) return ended(beingTakenHere(intent.orderId));
    const settled = await settleOne(options, intent);
    if (settled.kind !== 'free') return settled;
    last = settled;
  }
  return last;
}

/** What there is of it is submitted, the same as before and never another; else it is asked. */
async function settleOne(options: LoadOptions, intent: PaymentIntent): Promise<Settled> {
  const [payment, ...more] = paymentsOf(intent);
  if (payment === undefined) return askOne(options, intent);
  const settled = await submitAgain(options, intent, payment);
  if (more.length === 0 || settled.kind === 'ended') return settled;
  // What another visit left beside it takes its place.
  await forgetIntent(options, intent);
  const { payment: _settled, ...rest } = intent;
  const next = await settleOne(options, { ...rest, others: more });
  return next.kind === 'paid' && settled.kind === 'paid' ? { ...settled, ...next } : next;
}

async function submitAgain(
  options: LoadOptions,
  intent: PaymentIntent,
  payment: TakenPayment,
): Promise<Settled> {
  const booked = await submit(options, intent.orderId, payment, intent);
  if (!('outcome' in booked)) {
    const settled = afterBooking(booked);
    if (settled.kind === 'ended') await forgetIntent(options, intent);
    return settled;
  }
  // In mere memory: this program has spoken to another authority since.
  const isOfAnother = options.intents === undefined && booked.error.code === ORDER_UNKNOWN.code;
  return isOfAnother ? FREE : ended(booked);
}

function ended(result: LoadResult): Settled {
  return { kind: 'ended', result };
}

/** A payment that is owed back is told of, before anything else is begun. */
function afterBooking({ order, surplus }: Booked): Settled {
  if (WAITING.includes(order.state)) {
    return { kind: 'paid', order, ...(surplus === undefined ? {} : { surplus }) };
  }
  if (surplus === undefined)
    return { kind: order.state === 'CREDITED' ? 'credited' : 'free', order };
  return ended(refused('yes', 'as-told', surplus, order.orderId));
}

/** Nothing is known to have been taken: the server knows more. */
async function askOne(options: LoadOptions, intent: PaymentIntent): Promise<Settled> {
  const { orderId, stage } = intent;
  tellStage(options, 'looking-up', { orderId });
  let order: OrderView | undefined;
  try {
    const answer = await ask(options, (authority) => authority.getOrder(orderId));
    order = answer === undefined ? undefined : expectJson(ORDER_VIEW, answer);
  } catch (thrown) {
    if (stage !== 'taking') return { kind: 'ended', result: nothingTaken(thrown, orderId) };
    return { kind: 'ended', result: paymentInDoubt(orderId, thrown) };
  }
  if (order?.state === 'TAKING') return settleTaking(options, order, intent);
  const settled = order === undefined ? FREE : afterBooking({ order });
  // Its customer was asked to pay, and nobody has been told yet how that ended.
  const isUntold = settled.kind === 'paid' || (settled.kind === 'credited' && stage === 'taking');
  if (isUntold) return settled;
  await forgetIntent(options, intent);
  return order === undefined ? FREE : { kind: 'free', order };
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
  if (isBeingTaken(options, orderId)) return ended(beingTakenHere(orderId));
  const terminal = taking?.terminal ?? '';
  const intent = kept?.terminal === terminal ? kept : undefined;
  const isUntouched = intent?.stage === 'ordered' || intent?.stage === 'not-taken';
  const found = isUntouched ? 'none' : await lookUp(options, order);
  if (found === undefined) return { kind: 'ended', result: unknownPayment(orderId, intent) };
  if (found !== 'none') {
    const own = { ...kept, ...intentOf(order, options, found) };
    await noteIntent(options, own);
    const booked = await submit(options, orderId, found, own);
    return 'outcome' in booked ? ended(booked) : afterBooking(booked);
  }
  try {
    const told = await sayNotTaken(options, orderId, terminal);
    // Somebody else has begun meanwhile.
    if (told.state === 'TAKING') return { kind: 'ended', result: unknownPayment(orderId) };
    return afterBooking({ order: told });
  } catch (thrown) {
    return ended(notEnded(order, thrown));
  }
}

/**
 * The till's own word that it took nothing stands, though the line is cut: the server hears it at
 * the next visit. Of what a provider takes, and where the server says otherwise, nothing is known.
 */
export function notEnded({ orderId, taking }: OrderView, thrown: unknown): RefusedResult {
  const { provider = 'cash' } = taking ?? {};
  const isLine = isOfLine(asFailure(thrown));
  return isLine && OF_THE_TILL.includes(provider)
    ? nothingTaken(thrown, orderId)
    : notDeclared(thrown, orderId);
}

function unknownPayment(orderId: string, intent?: PaymentIntent): LoadResult {
  return intent === undefined ? beingTaken(orderId) : paymentInDoubt(orderId);
}

/** A look-up that fails has found nothing out. */
export async function lookUp(
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

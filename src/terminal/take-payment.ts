/**
 * Taking money, and only when nothing that can be known stands against it: the card is tested for
 * the load, the intent is on this device and at the server, and then the customer is asked to pay.
 */
import { toHex } from '../bytes.js';
import { isQuancunError, QuancunError } from '../errors.js';
import { expectJson } from '../json/index.js';
import { ORDER_UNPAID, PAYMENT_BEING_TAKEN } from '../load/errors.js';
import type { OrderView } from '../load/index.js';
import { ORDER_VIEW, PROTOCOL_VERSION } from '../messages/index.js';
import { promiseTry } from '../turns.js';
import { expectExpected, expectPayment, type TakenPayment } from './payment.js';
import type { PaymentIntent } from './intents.js';
import { askOrder } from './load-order.js';
import { type HoldUntil, takeAlone } from './live-takings.js';
import { initializePresent } from './present-card.js';
import type { CardReading } from './read-card.js';
import type { LoadResult, RechargeOptions, RefusedResult } from './recharge-options.js';
import {
  beingTaken,
  beingTakenHere,
  notDeclared,
  nothingTaken,
  paymentInDoubt,
  refused,
} from './results.js';
import { lookUp, notEnded, OF_THE_TILL } from './resume.js';
import { ask, cancelled, tellStage } from './stages.js';
import { forgetIntent, keepIntent, keptIntents, noteIntent, noteLate } from './kept-intents.js';
import { type Booked, sayNotTaken, submit } from './submit-payment.js';
import { within } from './within.js';
import { PAYMENT_IN_DOUBT, RECHARGE_CANCELLED, STEP_UNKNOWN } from './errors.js';

/** A person may take a quarter of an hour. */
export const DEFAULT_PAYMENT_TIMEOUT_MS = 900_000;
/** How often an order is asked whether its provider has told of the payment. */
const MAX_LOOKS = 5;
const QR_OPEN = 'QR_OPEN';
const NOT_BOOKED = ['CREATED', 'TAKING', 'EXPIRED'];

/** Takes the payment of an order in CREATED: the order as paid, or how it ended. */
export async function payForOrder(
  options: RechargeOptions,
  order: OrderView,
  reading: CardReading,
): Promise<Booked | LoadResult> {
  const { orderId } = order;
  const paid = await takeAlone(options, orderId, (holdUntil) =>
    payAlone(options, order, reading, holdUntil),
  );
  return paid ?? beingTakenHere(orderId);
}

async function payAlone(
  options: RechargeOptions,
  order: OrderView,
  reading: CardReading,
  holdUntil: HoldUntil,
): Promise<Booked | LoadResult> {
  const { orderId, cardNumber, amountFen, check } = order;
  const { env } = options;
  const visit = toHex(env.random(16));
  const terminal = check?.terminal ?? '';
  const kept = { orderId, cardNumber, amountFen, terminal, sinceMs: env.now(), visit };
  const intent: PaymentIntent = { ...kept, stage: 'ordered' };
  let begun: OrderView;
  try {
    begun = await begin(options, order, reading, intent);
  } catch (thrown) {
    // A code that the customer still can pay by says nothing about whether he has.
    if (isQuancunError(thrown, QR_OPEN)) return notDeclared(thrown, orderId);
    if (!isQuancunError(thrown, PAYMENT_BEING_TAKEN.code)) return nothingTaken(thrown, orderId);
    await dropIntent(options, intent);
    return beingTaken(orderId);
  }
  if (begun.state !== 'TAKING') return paidElsewhere(options, begun);
  try {
    if (options.signal?.aborted === true) throw cancelled();
    await keepIntent(options, { ...intent, stage: 'taking' });
  } catch (thrown) {
    return notTaken(options, begun, intent, thrown);
  }
  return take(options, begun, intent, holdUntil);
}

/** The card's own word that it takes the load, the intent kept here, and then at the server. */
async function begin(
  options: RechargeOptions,
  order: OrderView,
  reading: CardReading,
  intent: PaymentIntent,
): Promise<OrderView> {
  const { orderId, amountFen, check } = order;
  if (check === undefined) {
    throw new QuancunError(STEP_UNKNOWN, { details: { problem: 'an order without a check' } });
  }
  const { cardNumber, version } = reading.issue;
  const issueInformationBytes = reading.issueInformation.length;
  const card = { cardNumber, version, issueInformationBytes };
  tellStage(options, 'testing', { orderId });
  const asked = { ...check, amountFen };
  const response = await initializePresent(options, card, asked);
  if (options.signal?.aborted === true) throw cancelled();
  await keepFirst(options, intent);
  tellStage(options, 'announcing', { orderId });
  const { visit = '' } = intent;
  const { expectedPayment } = options;
  const said = {
    ...{ protocol: PROTOCOL_VERSION, orderId, cardNumber, response: toHex(response), visit },
    ...(expectedPayment === undefined ? {} : expectExpected(expectedPayment)),
  };
  // Should its answer be lost, the next visit finds the intent and ends what may have begun.
  return expectJson(ORDER_VIEW, await ask(options, (one) => one.beginPayment(said)));
}

/** A taking of another visit that shares this store is never written over. */
async function keepFirst(options: RechargeOptions, intent: PaymentIntent): Promise<void> {
  const { orderId, cardNumber } = intent;
  const kept = await keptIntents(options, cardNumber);
  const isTaking = ({ stage }: PaymentIntent): boolean => stage === 'taking' || stage === 'taken';
  if (kept.some((one) => one.orderId === orderId && isTaking(one))) {
    throw new QuancunError(PAYMENT_BEING_TAKEN, { details: { orderId } });
  }
  await keepIntent(options, intent);
}

/** What this visit has noted goes; what another one has noted since of the same order stays. */
async function dropIntent(
  options: RechargeOptions,
  { orderId, cardNumber, visit }: PaymentIntent,
): Promise<void> {
  const kept = await keptIntents(options, cardNumber).catch(() => []);
  const isOwn = kept.some((one) => one.orderId === orderId && one.visit === visit);
  if (isOwn) await forgetIntent(options, { orderId, cardNumber });
}

/** It was paid before anybody was asked to: by QR, or from another counter. */
async function paidElsewhere(
  options: RechargeOptions,
  order: OrderView,
): Promise<Booked | LoadResult> {
  if (!NOT_BOOKED.includes(order.state)) return { order };
  await forgetIntent(options, order);
  const error = new QuancunError(PAYMENT_IN_DOUBT, { details: { state: order.state } });
  return refused('unknown', 'look-up', error, order.orderId);
}

/** The customer is asked to pay. Once that was done nothing that fails may forget it. */
async function take(
  options: RechargeOptions,
  order: OrderView,
  intent: PaymentIntent,
  holdUntil: HoldUntil,
): Promise<Booked | LoadResult> {
  const { orderId } = order;
  const {
    takePayment,
    env,
    signal,
    paymentTimeoutMs: limitMs = DEFAULT_PAYMENT_TIMEOUT_MS,
  } = options;
  tellStage(options, 'paying', { orderId });
  const control = signal === undefined ? {} : { signal };
  const paying = promiseTry(() => takePayment(order, control));
  const late = (): QuancunError =>
    new QuancunError(PAYMENT_IN_DOUBT, { details: { orderId, timeoutMs: limitMs } });
  let taken: TakenPayment | 'confirmed' | undefined;
  try {
    const answer = await within(() => paying, { env, limitMs, late });
    taken = answer === undefined || answer === 'confirmed' ? answer : expectPayment(answer);
  } catch (thrown) {
    // The dialog may still be open: until it is closed the customer is being asked to pay.
    holdUntil(keepLate(options, intent, paying));
    return isNotTaken(thrown)
      ? notPaidHere(options, order, intent, thrown)
      : doubted(options, order, thrown);
  }
  if (taken === undefined) {
    return notPaidHere(options, order, intent, new QuancunError(ORDER_UNPAID));
  }
  return taken === 'confirmed' ? doubted(options, order) : noteAndSubmit(options, intent, taken);
}

/** It is on this device before the server is told. */
async function noteAndSubmit(
  options: RechargeOptions,
  intent: PaymentIntent,
  payment: TakenPayment,
): Promise<Booked | LoadResult> {
  const taken: PaymentIntent = { ...intent, stage: 'taken', payment };
  await noteIntent(options, taken);
  return submit(options, intent.orderId, payment, taken);
}

/**
 * The till says that nothing was taken. Where a provider takes it, as by QR, the till cannot know:
 * the customer may have paid as the cashier cancelled, and its word comes late. Until the books or
 * a look-up tell, no other money is taken.
 */
async function notPaidHere(
  options: RechargeOptions,
  order: OrderView,
  intent: PaymentIntent,
  why: unknown,
): Promise<Booked | LoadResult> {
  const { provider } = order.taking ?? {};
  if (provider === undefined || OF_THE_TILL.includes(provider)) {
    return notTaken(options, order, intent, why);
  }
  const asked = await doubted(options, order, why);
  if (!('outcome' in asked)) return asked;
  const found = await lookUp(options, order);
  if (found === undefined) return asked;
  return found === 'none'
    ? notTaken(options, order, intent, why)
    : noteAndSubmit(options, intent, found);
}

/** What comes when nobody waits any more is kept for the next visit. */
async function keepLate(
  options: RechargeOptions,
  intent: PaymentIntent,
  paying: Promise<TakenPayment | 'confirmed' | undefined>,
): Promise<void> {
  try {
    await noteLate(options, intent, expectPayment(await paying));
  } catch {
    // It was not paid, or nobody can say so.
  }
}

function isNotTaken(thrown: unknown): boolean {
  return (
    isQuancunError(thrown, RECHARGE_CANCELLED.code) || isQuancunError(thrown, ORDER_UNPAID.code)
  );
}

/** The customer did not pay here. The order is asked before it is said: somebody may have. */
async function notTaken(
  options: RechargeOptions,
  begun: OrderView,
  intent: PaymentIntent,
  why: unknown,
): Promise<Booked | LoadResult> {
  const { orderId, terminal } = intent;
  await noteIntent(options, { ...intent, stage: 'not-taken' });
  try {
    const order = await sayNotTaken(options, orderId, terminal);
    if (order.state === 'TAKING') return beingTaken(orderId);
    return NOT_BOOKED.includes(order.state) ? unpaid(why, orderId) : { order };
  } catch (thrown) {
    if (isQuancunError(thrown, PAYMENT_BEING_TAKEN.code)) return beingTaken(orderId);
    // The next recharge of this card tells the server before anything else.
    const told = notEnded(begun, thrown);
    return told.paid === 'no' ? unpaid(why, orderId) : told;
  }
}

/** Nobody has paid: who still wants to begins again. */
function unpaid(why: unknown, orderId: string): RefusedResult {
  const told = nothingTaken(why, orderId);
  return isQuancunError(why, ORDER_UNPAID.code) ? { ...told, next: 'recharge' } : told;
}

/** Whether it was paid only the server can tell, when its provider has told it. */
async function doubted(
  options: RechargeOptions,
  order: OrderView,
  thrown?: unknown,
): Promise<Booked | LoadResult> {
  const { orderId } = order;
  const looks = thrown === undefined ? MAX_LOOKS : 1;
  for (let tries = 1; tries <= looks; tries += 1) {
    const now = await askOrder(options, orderId);
    if (now !== undefined && !NOT_BOOKED.includes(now.state)) return { order: now };
    if (tries === looks) break;
    const waitMs = 1000 * 2 ** (tries - 1);
    tellStage(options, 'looking-up', { orderId, tries: tries + 1, waitMs });
    await options.env.sleep(waitMs);
  }
  return paymentInDoubt(orderId, thrown);
}

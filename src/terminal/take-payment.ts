/**
 * Taking money, and only when nothing that can be known stands against it: the card is tested for
 * the load, the intent is on this device and at the server, and then the customer is asked to pay.
 */
import { toHex } from '../bytes.js';
import { isQuancunError, QuancunError } from '../errors.js';
import { expectJson } from '../json/index.js';
import { ORDER_UNPAID } from '../load/errors.js';
import type { OrderView } from '../load/index.js';
import { ORDER_VIEW, PROTOCOL_VERSION } from '../messages/index.js';
import { promiseTry } from '../turns.js';
import { expectPayment, type TakenPayment } from './payment.js';
import type { PaymentIntent } from './intents.js';
import { askOrder } from './load-order.js';
import { initializePresent } from './present-card.js';
import type { CardReading } from './read-card.js';
import type { LoadResult, RechargeOptions } from './recharge-options.js';
import { nothingTaken, paymentInDoubt, refused } from './results.js';
import { intentOf } from './resume.js';
import { ask, cancelled, tellStage } from './stages.js';
import { forgetIntent, noteIntent, sayNotTaken, submit, useIntents } from './submit-payment.js';
import { within } from './within.js';
import { PAYMENT_IN_DOUBT, RECHARGE_CANCELLED, STEP_UNKNOWN } from './errors.js';

/** A person may take a quarter of an hour. */
export const DEFAULT_PAYMENT_TIMEOUT_MS = 900_000;
/** How often an order is asked whether its provider has told of the payment. */
const MAX_LOOKS = 5;
const NOT_BOOKED = ['CREATED', 'TAKING', 'EXPIRED'];

/** Takes the payment of an order in CREATED: the order as paid, or how it ended. */
export async function payForOrder(
  options: RechargeOptions,
  order: OrderView,
  reading: CardReading,
): Promise<OrderView | LoadResult> {
  const { orderId, cardNumber, amountFen, check } = order;
  const sinceMs = options.env.now();
  const terminal = check?.terminal ?? '';
  const kept = { orderId, cardNumber, amountFen, terminal, sinceMs };
  const intent: PaymentIntent = { ...kept, stage: 'ordered' };
  let begun: OrderView;
  try {
    begun = await begin(options, order, reading, intent);
  } catch (thrown) {
    return nothingTaken(thrown, orderId);
  }
  if (begun.state !== 'TAKING') return paidElsewhere(options, begun);
  try {
    if (options.signal?.aborted === true) throw cancelled();
    await useIntents(options, (store) => store.save({ ...intent, stage: 'taking' }));
  } catch (thrown) {
    return notTaken(options, intent, thrown);
  }
  return take(options, begun, intent);
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
  await useIntents(options, (store) => store.save(intent));
  tellStage(options, 'announcing', { orderId });
  const said = {
    ...{ protocol: PROTOCOL_VERSION, orderId, cardNumber, response: toHex(response) },
    ...options.expectedPayment,
  };
  // Should its answer be lost, the next visit finds the intent and ends what may have begun.
  return expectJson(ORDER_VIEW, await ask(options, (one) => one.beginPayment(said)));
}

/** It was paid before anybody was asked to: by QR, or from another counter. */
async function paidElsewhere(
  options: RechargeOptions,
  order: OrderView,
): Promise<OrderView | LoadResult> {
  await forgetIntent(options, order.orderId);
  if (!NOT_BOOKED.includes(order.state)) return order;
  const error = new QuancunError(PAYMENT_IN_DOUBT, { details: { state: order.state } });
  return refused('unknown', 'look-up', error, order.orderId);
}

/** The customer is asked to pay. Once that was done nothing that fails may forget it. */
async function take(
  options: RechargeOptions,
  order: OrderView,
  intent: PaymentIntent,
): Promise<OrderView | LoadResult> {
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
    keepLate(options, order, paying);
    return isNotTaken(thrown) ? notTaken(options, intent, thrown) : doubted(options, order, thrown);
  }
  if (taken === undefined) return notTaken(options, intent, new QuancunError(ORDER_UNPAID));
  if (taken === 'confirmed') return doubted(options, order);
  await noteIntent(options, intentOf(order, options, taken));
  return submit(options, orderId, taken);
}

/** What comes when nobody waits any more is kept for the next visit. */
function keepLate(
  options: RechargeOptions,
  order: OrderView,
  paying: Promise<TakenPayment | 'confirmed' | undefined>,
): void {
  paying
    .then((answer) => noteIntent(options, intentOf(order, options, expectPayment(answer))))
    .catch(() => undefined);
}

function isNotTaken(thrown: unknown): boolean {
  return (
    isQuancunError(thrown, RECHARGE_CANCELLED.code) || isQuancunError(thrown, ORDER_UNPAID.code)
  );
}

/** The customer did not pay here. The order is asked before it is said: somebody may have. */
async function notTaken(
  options: RechargeOptions,
  intent: PaymentIntent,
  why: unknown,
): Promise<OrderView | LoadResult> {
  const { orderId, terminal } = intent;
  await noteIntent(options, { ...intent, stage: 'not-taken' });
  try {
    const order = await sayNotTaken(options, orderId, terminal);
    return NOT_BOOKED.includes(order.state) ? nothingTaken(why, orderId) : order;
  } catch {
    // The next recharge of this card tells the server before anything else.
    return { ...nothingTaken(why, orderId), paid: 'unknown' };
  }
}

/** Whether it was paid only the server can tell, when its provider has told it. */
async function doubted(
  options: RechargeOptions,
  order: OrderView,
  thrown?: unknown,
): Promise<OrderView | LoadResult> {
  const { orderId } = order;
  const looks = thrown === undefined ? MAX_LOOKS : 1;
  for (let tries = 1; tries <= looks; tries += 1) {
    const now = await askOrder(options, orderId);
    if (now !== undefined && !NOT_BOOKED.includes(now.state)) {
      await forgetIntent(options, orderId);
      return now;
    }
    if (tries === looks) break;
    const waitMs = 1000 * 2 ** (tries - 1);
    tellStage(options, 'looking-up', { orderId, tries: tries + 1, waitMs });
    await options.env.sleep(waitMs);
  }
  return paymentInDoubt(orderId, thrown);
}

/** What people find out about a payment afterwards, told to the server from whatever device. */
import { QuancunError } from '../errors.js';
import { expectJson } from '../json/index.js';
import { ORDER_UNPAID } from '../load/errors.js';
import type { OrderView } from '../load/index.js';
import { ORDER_VIEW } from '../messages/index.js';
import { expectOrderId, expectPaymentOptions, expectSubmission } from './expect-options.js';
import type { PaymentOptions, SubmitResult } from './recharge-options.js';
import type { TakenPayment } from './payment.js';
import { nothingTaken, refused } from './results.js';
import { ask, asFailure } from './stages.js';
import { sayNotTaken, submit, useIntents } from './submit-payment.js';

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
  let taken: TakenPayment;
  try {
    expectPaymentOptions(options);
    taken = expectSubmission(orderId, payment);
  } catch (thrown) {
    return refused('unknown', 'as-told', asFailure(thrown));
  }
  const booked = await submit(options, orderId, taken);
  return 'outcome' in booked ? booked : { outcome: 'booked', paid: 'yes', order: booked };
}

/**
 * Says that no money was taken for an order in TAKING, after somebody has looked: at the POS, in
 * the drawer, at the provider. Only the terminal that was to take it may say so. A payment that
 * this device has kept is submitted instead, and the order told of as paid.
 * 声明未收款（仅限发起收款的终端）；本机若已保存该笔付款则改为提交。
 * @returns ORDER_UNPAID where the order waits for its payment again; else what stands against it
 * @example
 * declare const options: { authority: Authority; env: Env };
 * const told = await declareNotTaken(options, '0123456789ABCDEFGHJK');
 */
export async function declareNotTaken(
  options: PaymentOptions,
  orderId: string,
): Promise<SubmitResult> {
  try {
    expectPaymentOptions(options);
    expectOrderId(orderId);
    const asked = expectJson(ORDER_VIEW, await ask(options, (one) => one.getOrder(orderId)));
    const kept = await keptPayment(options, asked);
    if (kept !== undefined) return await submitPayment(options, orderId, kept);
    const { taking } = asked;
    const order =
      taking === undefined ? asked : await sayNotTaken(options, orderId, taking.terminal);
    if (order.state !== 'CREATED') return { outcome: 'booked', paid: 'yes', order };
    return refused('no', 'recharge', new QuancunError(ORDER_UNPAID), orderId);
  } catch (thrown) {
    return { ...nothingTaken(thrown, orderId), paid: 'unknown', next: 'look-up' };
  }
}

/** What this device has kept of the order. */
async function keptPayment(
  options: PaymentOptions,
  { orderId, cardNumber }: OrderView,
): Promise<TakenPayment | undefined> {
  const kept = await useIntents(options, (store) => store.find(cardNumber));
  return kept.find((one) => one.orderId === orderId)?.payment;
}

/** Notifications: they ring, and the provider's query tells. */
import { QuancunError } from '../../errors.js';
import type { AwaitedPayment } from '../ledger/payment-book.js';
import { askCode, FIRST_ASK_MS } from './codes.js';
import { knownOrder, type PaymentsContext } from './context.js';
import { PAYMENT_AMOUNT_CHANGED, PAYMENT_CALLBACK_DISAGREES } from './errors.js';
import { PAYMENT_REUSED } from '../errors.js';
import { readMerchantOrderNumber, refundNumbersOf } from './names.js';
import type { Callback, Notice } from './port.js';
import { askSettled, isSettledOtherwise, refundOne } from './refunds.js';

/** Takes a notification in; returns where it may be acknowledged. */
export async function takeNotice(context: PaymentsContext, callback: Callback): Promise<void> {
  const told = await context.provider.readCallback(callback);
  if (told === undefined) return;
  const { orderId } = readMerchantOrderNumber(told.merchantOrderNumber);
  await knownOrder(context, orderId);
  await (told.about === 'payment' ? takePayment(context, told) : takeRefund(context, told));
}

async function takePayment(
  context: PaymentsContext,
  told: Extract<Notice, { about: 'payment' }>,
): Promise<void> {
  const code = await codeOf(context, told.merchantOrderNumber);
  const { payments, problems } = await askCode(context, code, { endsTaking: false });
  // Shown to people, and not acknowledged: the provider and the books differ.
  if (problems.includes('PAYMENT_AMOUNT_CHANGED')) throw new QuancunError(PAYMENT_AMOUNT_CHANGED);
  if (problems.includes('PAYMENT_REUSED')) throw new QuancunError(PAYMENT_REUSED);
  const agrees = payments.some(
    ({ transactionId, settledFen }) =>
      transactionId === told.transactionId && settledFen === told.settledFen,
  );
  if (agrees && problems.length === 0) return;
  // Not the last word: the query may lag, so the code is asked after again.
  const askAtMs = context.env.now() + FIRST_ASK_MS;
  await context.ledger.tellAwaited(code, { asks: code.asks, askAtMs });
  throw new QuancunError(PAYMENT_CALLBACK_DISAGREES);
}

/** One that the ledger has forgotten is asked after all the same. */
async function codeOf(context: PaymentsContext, number: string): Promise<AwaitedPayment> {
  const { ledger, provider } = context;
  const { orderId, generation } = readMerchantOrderNumber(number);
  const codes = await ledger.findAwaitedOf(orderId);
  const known = codes.find(
    (one) => one.provider === provider.name && one.generation === generation,
  );
  if (known !== undefined) return known;
  const { amountFen, createdAtMs } = await knownOrder(context, orderId);
  const times = { openedAtMs: createdAtMs, expiresAtMs: createdAtMs, askAtMs: createdAtMs };
  const code = { orderId, provider: provider.name, generation, amountFen, ...times, asks: 0 };
  return code;
}

async function takeRefund(
  context: PaymentsContext,
  { merchantOrderNumber, refundNumber }: Extract<Notice, { about: 'refund' }>,
): Promise<void> {
  const { ledger } = context;
  const { orderId } = readMerchantOrderNumber(merchantOrderNumber);
  const payments = (await ledger.read(orderId))?.situation.payments ?? [];
  const all = payments.flatMap((payment) =>
    refundNumbersOf(payment).map((name, at) => ({ payment, name, number: at + 1 })),
  );
  const named = all.find(({ name }) => name === refundNumber);
  // Made in the provider's own console, or of an order that shares the merchant's account.
  if (named === undefined) throw new QuancunError(PAYMENT_CALLBACK_DISAGREES);
  const { payment, number } = named;
  const progress = await ledger.findRefund(payment.transactionId);
  const owed = progress === undefined ? payment : { ...payment, progress };
  const end = isSettledOtherwise(payment, number)
    ? await askSettled(context, payment, number)
    : await refundOne(context, owed);
  if (end === 'pending' || end === 'unknown') throw new QuancunError(PAYMENT_CALLBACK_DISAGREES);
}

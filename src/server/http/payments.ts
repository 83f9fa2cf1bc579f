/**
 * QR payments over HTTP. What terminals and the back office ask is signed as everything else is;
 * a provider's callback is not: the provider's own signature is what admits it.
 */
import type * as v from 'valibot';
import { isQuancunError, QuancunError } from '../../errors.js';
import type { REFUNDS_PAGE, WORK_PAGE } from '../../messages/index.js';
import type { OwedPayment, PaymentBook } from '../ledger/payment-book.js';
import type { Payments } from '../payment/payments.js';
import { readBytes } from './door.js';
import type { Answer } from './problem.js';
import { PAYMENT_CALLBACK_INVALID, PAYMENT_PROVIDER_UNKNOWN } from '../payment/errors.js';

/** The payments of the provider of this name. @throws PAYMENT_PROVIDER_UNKNOWN */
export function payingBy(all: readonly Payments[], provider: string): Payments {
  const found = all.find((payments) => payments.provider === provider);
  if (found === undefined) throw new QuancunError(PAYMENT_PROVIDER_UNKNOWN);
  return found;
}

/** What is owed back and not given back yet, a page at a time. */
export async function viewRefunds(
  ledger: PaymentBook,
  after: string | undefined,
): Promise<v.InferOutput<typeof REFUNDS_PAGE>> {
  const limit = 100;
  const due = await ledger.findRefundsDue({ limit, ...(after === undefined ? {} : { after }) });
  return {
    refunds: due.map(({ orderId, transactionId, amountFen, surplus, ...rest }) => {
      return { orderId, transactionId, amountFen, surplus, ...standingOf(rest) };
    }),
    next: due.length < limit ? null : (due[due.length - 1]?.transactionId ?? null),
  };
}

/** `due`: nothing was handed to its provider; else how the last number stands, and since when. */
function standingOf({
  progress,
  refundsSent,
}: Pick<OwedPayment, 'progress' | 'refundsSent'>): Pick<RefundRow, 'status' | 'number'> {
  if (progress === undefined) {
    return refundsSent === undefined ? { status: 'due' } : { status: 'sent', number: refundsSent };
  }
  const { number, status, reason, message, sinceMs } = progress;
  return {
    ...{ status, number, sinceMs },
    ...(reason === undefined ? {} : { reason }),
    ...(message === undefined ? {} : { message }),
  };
}

type RefundRow = v.InferOutput<typeof REFUNDS_PAGE>['refunds'][number];

/** What people must look at, a page at a time. */
export async function viewWork(
  ledger: PaymentBook,
  after: string | undefined,
): Promise<v.InferOutput<typeof WORK_PAGE>> {
  const limit = 100;
  const found = await ledger.findWork({ limit, ...(after === undefined ? {} : { after }) });
  return {
    work: found.map(({ ended: _nobody, ...item }) => item),
    next: found.length < limit ? null : (found[found.length - 1]?.key ?? null),
  };
}

/** Takes a callback. Whatever is thrown reaches the provider as a failure: it notifies again. */
export async function takeCallback(
  all: readonly Payments[],
  provider: string,
  request: Request,
  maxBodyBytes: number,
): Promise<Answer> {
  const payments = payingBy(all, provider);
  const bytes = await readBytes(request, maxBodyBytes);
  const body = new TextDecoder().decode(bytes);
  const query = new URL(request.url).search.slice(1);
  const headers: Record<string, string> = {};
  request.headers.forEach((value, name) => {
    headers[name.toLowerCase()] = value;
  });
  try {
    return { status: 200, ...(await payments.takeCallback({ headers, query, bytes, body })) };
  } catch (error) {
    // An adapter that stumbles over what strangers send says no more than one that refuses it.
    throw isQuancunError(error) ? error : new QuancunError(PAYMENT_CALLBACK_INVALID);
  }
}

/**
 * QR payments over HTTP. What terminals and the back office ask is signed as everything else is;
 * a provider's callback is not: the provider's own signature is what admits it.
 */
import { isQuancunError, QuancunError } from '../../errors.js';
import { PROTOCOL_VERSION } from '../../load/index.js';
import type { PaymentBook } from '../ledger/payment-book.js';
import type { Payments } from '../payment/payments.js';
import { readBody } from './door.js';
import type { Answer } from './problem.js';
import { MESSAGE_INVALID, PROTOCOL_VERSION as OTHER_VERSION } from '../../json/errors.js';
import { PAYMENT_CALLBACK_INVALID, PAYMENT_PROVIDER_UNKNOWN } from '../payment/errors.js';

type Json = Readonly<Record<string, unknown>>;

/** The payments of the provider that `{ protocol, provider }` names. */
export function payingBy(all: readonly Payments[], json: Json): Payments {
  const { protocol, provider, ...strangers } = json;
  if (Object.keys(strangers).length > 0) throw invalid('an unknown field');
  if (protocol !== PROTOCOL_VERSION) {
    throw new QuancunError(OTHER_VERSION, { details: { version: protocol } });
  }
  return find(all, provider);
}

/** What is owed back and not given back yet, a page at a time. */
export async function viewRefunds(ledger: PaymentBook, json: Json): Promise<unknown> {
  const { after, ...strangers } = json;
  if (Object.keys(strangers).length > 0) throw invalid('an unknown field');
  if (after !== undefined && (typeof after !== 'string' || after.length > 100)) {
    throw invalid('after');
  }
  const limit = 100;
  const due = await ledger.findRefundsDue({ limit, ...(after === undefined ? {} : { after }) });
  return {
    refunds: due.map(({ orderId, transactionId, amountFen, surplus }) => {
      return { orderId, transactionId, amountFen, surplus };
    }),
    next: due.length < limit ? null : (due[due.length - 1]?.transactionId ?? null),
  };
}

/** `{}`, or `{ transactionId }` of a surplus payment. @throws MESSAGE_INVALID */
export function parseRefund(json: Json): string | undefined {
  const { transactionId, ...strangers } = json;
  if (Object.keys(strangers).length > 0) throw invalid('an unknown field');
  if (transactionId === undefined) return undefined;
  if (typeof transactionId !== 'string' || !/^[^:]{1,32}:.{1,64}$/.test(transactionId)) {
    throw invalid('transactionId');
  }
  return transactionId;
}

/** Takes a callback. Whatever is thrown reaches the provider as a failure: it notifies again. */
export async function takeCallback(
  all: readonly Payments[],
  provider: string,
  request: Request,
  maxBodyBytes: number,
): Promise<Answer> {
  const payments = find(all, provider);
  const body = await readBody(request, maxBodyBytes);
  const headers: Record<string, string> = {};
  request.headers.forEach((value, name) => {
    headers[name.toLowerCase()] = value;
  });
  try {
    return { status: 200, ...(await payments.takeCallback({ headers, body })) };
  } catch (error) {
    // An adapter that stumbles over what strangers send says no more than one that refuses it.
    throw isQuancunError(error) ? error : new QuancunError(PAYMENT_CALLBACK_INVALID);
  }
}

function find(all: readonly Payments[], provider: unknown): Payments {
  const found = all.find((payments) => payments.provider === provider);
  if (found === undefined) throw new QuancunError(PAYMENT_PROVIDER_UNKNOWN);
  return found;
}

function invalid(problem: string): QuancunError {
  return new QuancunError(MESSAGE_INVALID, { details: { problem } });
}

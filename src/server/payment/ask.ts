/** Asking the provider, and booking what it says. */
import { isQuancunError, QuancunError } from '../../errors.js';
import { type Authority, PROTOCOL_VERSION } from '../../load/index.js';
import type { PaymentPort, ProviderPayment, RefundOutcome, RefundRequest } from './port.js';
import { PAYMENT_PROVIDER_FAILED } from './errors.js';

/** Runs one call of a port; what an adapter throws becomes an error that says to ask again. */
export async function fromPort<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (cause) {
    if (isQuancunError(cause)) throw cause;
    throw failed('it could not be reached', cause);
  }
}

/** What the provider took for an order. @throws PAYMENT_PROVIDER_FAILED */
export async function askPort(
  { port }: { readonly port: PaymentPort },
  orderId: string,
): Promise<readonly ProviderPayment[]> {
  const found = await fromPort(() => port.findPayments(orderId));
  for (const { amountFen, transactionId, ...payment } of found) {
    if (payment.orderId !== orderId) throw failed('it answered for another order');
    if (!Number.isSafeInteger(amountFen) || amountFen < 1) throw failed('an amount is no amount');
    if (!/^[\x21-\x7e]{1,64}$/.test(transactionId)) throw failed('a number is no number');
  }
  return found;
}

/** What became of a refund. @throws PAYMENT_PROVIDER_FAILED, also for what is no outcome */
export async function askRefund(port: PaymentPort, request: RefundRequest): Promise<RefundOutcome> {
  const outcome: string = await fromPort(() => port.refund(request));
  if (outcome === 'done' || outcome === 'pending' || outcome === 'refused') return outcome;
  throw failed('it did not say what became of a refund');
}

/** Books them. One that is booked already is not booked again: its number is the key. */
export async function bookPayments(
  { port, authority }: { readonly port: PaymentPort; readonly authority: Authority },
  payments: readonly ProviderPayment[],
): Promise<void> {
  const { provider } = port;
  for (const { orderId, transactionId, amountFen } of payments) {
    const payment = { orderId, provider, transactionId, amountFen };
    await authority.confirmPayment({ protocol: PROTOCOL_VERSION, ...payment });
  }
}

function failed(problem: string, cause?: unknown): QuancunError {
  return new QuancunError(PAYMENT_PROVIDER_FAILED, { details: { problem }, cause });
}

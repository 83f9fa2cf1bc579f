/** A payment as the books can take it: one they must refuse nobody could ever submit. */
import { QuancunError } from '../errors.js';
import { ARGUMENT_INVALID } from '../json/errors.js';

/** A payment that was taken. */
export interface TakenPayment {
  /** `cash`, `pos`, or the name of the payment provider. */
  readonly provider: string;
  readonly transactionId: string;
  readonly amountFen: number;
  /**
   * When it was taken, the same whenever the receipt is shown again. Without it a payment counts as
   * an old one, while the authority waits for a journal that may know it.
   */
  readonly paidAtMs?: number;
}

/**
 * The payment, its fields alone.
 * @throws ARGUMENT_INVALID, which names what is wrong
 */
export function expectPayment(given: unknown): TakenPayment {
  const said = (given ?? {}) as Readonly<Record<string, unknown>>;
  const { provider, transactionId, amountFen, paidAtMs } = said;
  if (!isText(provider, 32) || provider.includes(':')) {
    throw wrong('provider', 'it must be a text of 1 to 32 characters without a colon');
  }
  if (!isText(transactionId, 64)) {
    throw wrong('transactionId', 'it must be a text of 1 to 64 characters');
  }
  if (!isWhole(amountFen) || amountFen < 1) {
    throw wrong('amountFen', 'it must be a whole number of fen above 0');
  }
  if (paidAtMs === undefined) return { provider, transactionId, amountFen };
  if (!isWhole(paidAtMs) || paidAtMs < 0) {
    throw wrong('paidAtMs', 'it must be a time in milliseconds');
  }
  return { provider, transactionId, amountFen, paidAtMs };
}

function isText(value: unknown, maxChars: number): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= maxChars;
}

function isWhole(value: unknown): value is number {
  return Number.isSafeInteger(value);
}

function wrong(field: string, problem: string): QuancunError {
  return new QuancunError(ARGUMENT_INVALID, { details: { what: `payment.${field}`, problem } });
}

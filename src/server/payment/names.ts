/** What QR codes and refunds are called at a provider: made from our own numbers, and read back. */
import type { Payment } from '../../load/index.js';
import { hostHashing } from '../../signing/index.js';
import type { AwaitedPayment } from '../ledger/payment-book.js';
import type { QrRequest } from './port.js';

/** The order's number; from the second code on its generation behind it. */
export function merchantOrderNumberOf(orderId: string, generation: number): string {
  return generation === 1 ? orderId : `${orderId}_${String(generation)}`;
}

/** The order and the generation that a number of ours names. */
export function readMerchantOrderNumber(number: string): {
  readonly orderId: string;
  readonly generation: number;
} {
  const [, orderId, generation] = /^(.+)_([2-9]|[1-9]\d{1,3})$/.exec(number) ?? [];
  if (orderId === undefined) return { orderId: number, generation: 1 };
  return { orderId, generation: Number(generation) };
}

/** A code, as the provider is asked for it and about it. */
export function requestOf(code: AwaitedPayment): QrRequest {
  const { orderId, generation, amountFen, openedAtMs, expiresAtMs } = code;
  const merchantOrderNumber = merchantOrderNumberOf(orderId, generation);
  return { merchantOrderNumber, orderId, amountFen, openedAtMs, expiresAtMs };
}

/** Made from the payment's number, so that no crash can make a second one. */
export function refundNumberOf(transactionId: string, sent: number): string {
  const text = sent === 1 ? transactionId : `${transactionId} ${String(sent)}`;
  return `R${hostHashing().sha256(text).slice(0, 31).toUpperCase()}`;
}

/** Of every refund of a payment that was handed out: the first one's stands first. */
export function refundNumbersOf({ transactionId, refundsSent = 0 }: Payment): readonly string[] {
  return Array.from({ length: refundsSent }, (_none, at) => refundNumberOf(transactionId, at + 1));
}

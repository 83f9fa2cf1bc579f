/** What a QR provider is asked before anybody else's word is taken. */
import type { Authority } from '../../load/index.js';
import type { RefundWord } from '../back-office.js';
import type { Ledger } from '../ledger/ledger.js';
import type { Payments } from '../payment/payments.js';

interface Providers {
  readonly ledger: Ledger;
  readonly payments?: readonly Payments[];
}

/**
 * No order is paid in two ways: the codes of every other provider are closed first. What was paid
 * with one meanwhile is booked.
 * @throws QR_OPEN, PAYMENT_PROVIDER_FAILED
 */
export async function endOtherCodes(
  { ledger, payments = [] }: Providers,
  { orderId, spend }: { readonly orderId: string; readonly spend: () => Promise<void> },
  provider: string | undefined,
): Promise<void> {
  if (payments.length === 0) return;
  const codes = await ledger.findAwaitedOf(orderId);
  const open = codes.filter((one) => one.end === undefined && one.provider !== provider);
  for (const paying of payments) {
    if (!open.some((one) => one.provider === paying.provider)) continue;
    await spend();
    await paying.endCodes(orderId);
  }
}

/**
 * Of what a provider takes nobody else knows that it was not taken: every provider with a code of
 * the order is asked, its code closed, and what it has booked, before anybody's word to the
 * contrary is heard.
 * @throws QR_OPEN, PAYMENT_PROVIDER_FAILED
 */
export async function askProviders(
  inside: Providers & { readonly authority: Pick<Authority, 'getOrder'> },
  asked: { readonly orderId: string; readonly spend: () => Promise<void> },
): Promise<void> {
  const { payments = [], authority } = inside;
  if (payments.length === 0) return;
  const { orderId, spend } = asked;
  await endOtherCodes(inside, asked, undefined);
  const order = await authority.getOrder(orderId);
  const paying = payments.find(({ provider }) => provider === order?.taking?.provider);
  if (paying === undefined) return;
  await spend();
  await paying.query(orderId);
}

/** Somebody has given a payment back. */
interface ByHand {
  readonly orderId: string;
  readonly spend: () => Promise<void>;
  readonly caller: { readonly keyId: string };
  readonly body: { readonly transactionId?: string; readonly reason?: string };
}

/**
 * By whose word a payment is back: of a provider's payment it is asked first.
 * @throws REFUND_ON_ITS_WAY, REFUND_NEEDS_REASON, REFUND_NOT_DUE, PAYMENT_PROVIDER_FAILED
 */
export async function wordByHand(
  { ledger, payments = [] }: Providers,
  { orderId, spend, caller, body: { transactionId, reason: said } }: ByHand,
): Promise<RefundWord> {
  const booked = (await ledger.read(orderId))?.situation.payments ?? [];
  const payment = booked.find((one) =>
    transactionId === undefined ? !one.surplus : one.transactionId === transactionId,
  );
  const paying = payments.find(
    ({ provider }) => payment?.transactionId.startsWith(`${provider}:`) ?? false,
  );
  const reason = said === undefined ? undefined : `by ${caller.keyId}: ${said}`;
  const byHand: RefundWord = { by: 'hand', ...(reason === undefined ? {} : { reason }) };
  if (payment === undefined || paying === undefined) return byHand;
  if (payment.refundsSent === undefined || payment.refundedAtMs !== undefined) return byHand;
  await spend();
  return paying.askByHand(orderId, payment.transactionId, reason);
}

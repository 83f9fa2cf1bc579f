/**
 * Giving back. The number first, committed and journalled; then the provider, then the books. Only
 * the provider's word that a number is closed leads to the next one: any other answer, or none,
 * repeats the number with the same parameters, or waits.
 */
import { QuancunError } from '../../errors.js';
import { REFUND_NEEDS_REASON, REFUND_NOT_DUE, REFUND_ON_ITS_WAY } from '../../load/errors.js';
import { isRefundDue, type Payment } from '../../load/index.js';
import type { RefundWord } from '../back-office.js';
import type { OwedPayment, RefundProgress } from '../ledger/payment-book.js';
import { failed } from './ask.js';
import type { PaymentsContext } from './context.js';
import { REFUND_PAID_TWICE } from './errors.js';
import { merchantOrderNumberOf, refundNumberOf, requestOf } from './names.js';
import type { RefundAnswer, RefundRequest } from './port.js';

const MINUTE_MS = 60_000;
/** After the first five minutes: the last one for ever. */
const PAUSES_MIN = [5, 10, 20, 30];
const FIRST_MINUTES = 5;
/** Reasons that pass by themselves. */
const PASSING: readonly unknown[] = ['too-often', 'system'];
/** Reasons that pass no more. Adapters tell them by a signed word alone. */
const FOR_GOOD: readonly unknown[] = ['too-late', 'account-abnormal'];
/** The provider has it: it is asked, not told again. */
const ACCEPTED: readonly unknown[] = ['pending', 'abnormal'];
const MESSAGE_CHARS = 200;

/** What became of one refund; `settled`: it was not due any more. */
export type RefundEnd = RefundAnswer['status'] | 'settled';

/** Hands a refund out, or asks how it is, and books what the provider says. */
export async function refundOne(context: PaymentsContext, owed: OwedPayment): Promise<RefundEnd> {
  const { provider, authority } = context;
  const { orderId, transactionId, progress } = owed;
  if (!(await isDue(context, owed))) return 'settled';
  const closed = progress?.status === 'closed' ? progress.number : undefined;
  const number = await authority.sendRefund(orderId, transactionId, closed);
  const last = progress?.number === number ? progress : undefined;
  if (last === undefined) await note(context, owed, number, 'sent');
  const request = await requestFor(context, owed, number);
  const isThere = ACCEPTED.includes(last?.status);
  const isOver = last?.status === 'failed';
  const asked = isThere || isOver ? await provider.queryRefund(request) : undefined;
  // A number that has failed for good is asked after, and not handed out again: a hand may pay it.
  if (isOver) return take(context, owed, number, asked ?? { status: 'unknown' });
  const answer =
    asked === undefined || asked.status === 'unknown' ? await provider.refund(request) : asked;
  return take(context, owed, number, answer);
}

/**
 * Whether a person may give it back, by the provider's word just now.
 * @throws REFUND_NOT_DUE, REFUND_ON_ITS_WAY, REFUND_NEEDS_REASON, PAYMENT_PROVIDER_FAILED
 */
export async function askByHand(
  context: PaymentsContext,
  orderId: string,
  transactionId: string,
  reason?: string,
): Promise<RefundWord> {
  const { provider, ledger } = context;
  const payments = (await ledger.read(orderId))?.situation.payments ?? [];
  const payment = payments.find((one) => one.transactionId === transactionId);
  if (payment === undefined || !(await isDue(context, payment))) {
    const state = (await context.authority.getOrder(orderId))?.state;
    throw new QuancunError(REFUND_NOT_DUE, { details: { state } });
  }
  const number = payment.refundsSent;
  const why = reason === undefined ? {} : { reason };
  if (number === undefined) return { by: 'hand', ...why };
  const progress = await ledger.findRefund(transactionId);
  const owed = progress === undefined ? payment : { ...payment, progress };
  // Asking moves no money: nothing is handed out here, whatever was answered before.
  const answer = await provider.queryRefund(await requestFor(context, payment, number));
  if (answer.status === 'unknown' && isRefusedForGood(progress, number)) {
    if (reason === undefined) throw new QuancunError(REFUND_NEEDS_REASON);
    return { by: 'hand', failed: number, reason };
  }
  const end = await take(context, owed, number, answer);
  if (end === 'done') return { by: 'provider' };
  if (end === 'closed' || end === 'failed') return { by: 'hand', failed: number, ...why };
  throw new QuancunError(REFUND_ON_ITS_WAY);
}

/**
 * The provider has not taken the number, and its last word is that it never will: the time for
 * refunds is over, or there is no account to pay to. Its query knows of no such refund.
 */
function isRefusedForGood(progress: RefundProgress | undefined, number: number): boolean {
  const { status, reason } = progress ?? {};
  return progress?.number === number && status === 'refused' && FOR_GOOD.includes(reason);
}

/** Books an answer, or notes it: for the next question, and for people. */
async function take(
  context: PaymentsContext,
  owed: OwedPayment,
  number: number,
  said: RefundAnswer,
): Promise<RefundEnd> {
  const { authority, ledger, provider, env } = context;
  const { orderId, transactionId, amountFen } = owed;
  const { status } = said;
  if (status === 'done') {
    await authority.confirmRefund(orderId, transactionId, { by: 'provider' });
    await tellIfTwice(context, owed, number);
    return 'done';
  }
  await note(context, owed, number, status, said);
  const needsPerson =
    ['failed', 'abnormal'].includes(status) || (status === 'refused' && !isPassing(said));
  if (!needsPerson) return status;
  const nowMs = env.now();
  const { reason = 'other', message = '' } = said;
  await ledger.noteWork({
    // Dealt with, it is shown again on the next day, if it still is so.
    key: `REFUND_REFUSED ${transactionId} ${String(number)} ${status} ${reason} ${dayOf(nowMs)}`,
    code: 'REFUND_REFUSED',
    provider: provider.name,
    orderId,
    transactionId: transactionId.slice(provider.name.length + 1),
    oursFen: amountFen,
    message: `${status} ${reason} ${message}`.trim().slice(0, MESSAGE_CHARS),
    firstMs: nowMs,
    lastMs: nowMs,
  });
  return status;
}

/**
 * Asks after a number that nobody waits for any more: one of a payment that a person has given
 * back, or one that the provider had closed before the next was handed out. What it has paid was
 * paid twice.
 */
export async function askSettled(
  context: PaymentsContext,
  payment: Payment,
  number: number,
): Promise<RefundAnswer['status']> {
  const { status } = await context.provider.queryRefund(await requestFor(context, payment, number));
  if (status === 'done') await noteTwice(context, payment, number);
  return status;
}

/** Whether a refund that pays now was paid in another way, or may be. */
export function isSettledOtherwise(payment: Payment, number: number): boolean {
  return payment.refundedByHand === true || number < (payment.refundsSent ?? 0);
}

/** A person may have booked it while the provider was being asked. */
async function tellIfTwice(
  context: PaymentsContext,
  { orderId, transactionId }: Payment,
  number: number,
): Promise<void> {
  const now = (await context.ledger.read(orderId))?.situation.payments ?? [];
  const payment = now.find((one) => one.transactionId === transactionId);
  if (payment?.refundedByHand === true) await noteTwice(context, payment, number);
}

async function noteTwice(
  { ledger, provider, env }: PaymentsContext,
  { orderId, transactionId, amountFen }: Payment,
  number: number,
): Promise<void> {
  const nowMs = env.now();
  await ledger.noteWork({
    key: `${REFUND_PAID_TWICE.code} ${transactionId} ${String(number)}`,
    ...{ code: REFUND_PAID_TWICE.code, provider: provider.name, orderId },
    transactionId: transactionId.slice(provider.name.length + 1),
    ...{ theirsFen: amountFen, oursFen: amountFen, message: refundNumberOf(transactionId, number) },
    ...{ firstMs: nowMs, lastMs: nowMs },
  });
}

function dayOf(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 10);
}

function isPassing({ reason }: RefundAnswer): boolean {
  return PASSING.includes(reason);
}

async function note(
  { ledger, env }: PaymentsContext,
  { transactionId, progress }: OwedPayment,
  number: number,
  status: RefundProgress['status'],
  { reason, message }: Partial<RefundAnswer> = {},
): Promise<void> {
  const nowMs = env.now();
  const isSame = progress?.number === number && progress.status === status;
  const asks = progress?.number === number ? progress.asks + (status === 'sent' ? 0 : 1) : 0;
  await ledger.tellRefund({
    ...{ transactionId, number, status },
    ...(reason === undefined ? {} : { reason }),
    ...(message === undefined ? {} : { message: message.slice(0, MESSAGE_CHARS) }),
    sinceMs: isSame ? progress.sinceMs : nowMs,
    asks,
    askAtMs: nowMs + refundPause(asks),
  });
}

/** A minute for the first five, then 5, 10, 20, and 30 from there on: as the providers ask. */
export function refundPause(asks: number): number {
  if (asks < FIRST_MINUTES) return MINUTE_MS;
  const later = PAUSES_MIN[Math.min(asks - FIRST_MINUTES, PAUSES_MIN.length - 1)] ?? 30;
  return later * MINUTE_MS;
}

async function isDue({ ledger }: PaymentsContext, owed: OwedPayment): Promise<boolean> {
  const now = (await ledger.read(owed.orderId))?.situation;
  const payment = now?.payments.find((one) => one.transactionId === owed.transactionId);
  return now !== undefined && payment !== undefined && isRefundDue(now.order, payment);
}

async function requestFor(
  context: PaymentsContext,
  { orderId, transactionId, amountFen, paidAtMs }: Payment,
  number: number,
): Promise<RefundRequest> {
  const { provider } = context;
  const id = transactionId.slice(provider.name.length + 1);
  return {
    refundNumber: refundNumberOf(transactionId, number),
    merchantOrderNumber: await codeOf(context, orderId, id),
    ...{ orderId, transactionId: id, amountFen, totalFen: amountFen },
    ...(paidAtMs === undefined ? {} : { paidAtMs }),
  };
}

/** Which of an order's codes a payment was made with: of several the provider is asked. */
async function codeOf(
  { ledger, provider }: PaymentsContext,
  orderId: string,
  transactionId: string,
): Promise<string> {
  const codes = (await ledger.findAwaitedOf(orderId)).filter(
    (one) => one.provider === provider.name,
  );
  const paid = codes.filter(({ end }) => end === 'paid');
  const some = paid.length > 0 ? paid : codes;
  if (some.length <= 1) return merchantOrderNumberOf(orderId, some[0]?.generation ?? 1);
  for (const code of some) {
    const state = await provider.queryQr(requestOf(code)).catch(() => undefined);
    if (state?.payments.some((one) => one.transactionId === transactionId) === true) {
      return merchantOrderNumberOf(orderId, code.generation);
    }
  }
  // Under one number always the same is asked: what cannot be told now is told later.
  throw failed('which code was paid it does not say');
}

/**
 * What the books have and the bill of a day lacks. A payment is looked for on the day that the
 * provider told of it; one that was told without a time, by when it was booked, and about midnight
 * in both bills. A refund is looked for from the day on which it was booked back, because providers
 * list it where it began: under a number that was handed out long before it was heard of, if the
 * answers were lost.
 */
import type { Payment } from '../../load/index.js';
import type { BookedQuery } from '../ledger/payment-book.js';
import type { PaymentsContext } from './context.js';
import { refundNumbersOf } from './names.js';
import type { StatementLine } from './port.js';

/** Something that the bill lacks. */
export interface Gap {
  readonly about: StatementLine['about'];
  readonly payment: Payment;
  /** The provider never told when it was paid: it may stand in the bill of another day. */
  readonly undated?: true;
}

const DAY_MS = 24 * 3_600_000;
const PAGE = 500;
/** Clocks and deliveries differ: so near to midnight, something may stand in either bill. */
const BORDER_MS = 3_600_000;
/** Further back no bill is fetched for a refund that took its time, or is missing. */
const MOST_DAYS_BACK = 10;

/** Fetches bills of days before, each once. */
type Bills = (daysBack: number) => Promise<readonly StatementLine[]>;

/** Finds them. What the last hour of the day booked is looked at with the next day. */
export async function* findGaps(
  context: PaymentsContext,
  fromMs: number,
  lines: readonly StatementLine[],
): AsyncGenerator<Gap> {
  const bills = billsBefore(context, fromMs, lines);
  const toMs = fromMs + DAY_MS;
  for await (const payment of listed(context, { by: 'paid', fromMs, toMs })) {
    if (!(await isIn(bills, 0, hasPayment(context, payment)))) yield { about: 'payment', payment };
  }
  const shifted = { fromMs: fromMs - BORDER_MS, toMs: toMs - BORDER_MS };
  for await (const payment of listed(context, { by: 'booked', ...shifted })) {
    const { paidAtMs, bookedAtMs = 0 } = payment;
    if (paidAtMs !== undefined) continue;
    const daysBack = bookedAtMs < fromMs + BORDER_MS ? 1 : 0;
    if (await isIn(bills, daysBack, hasPayment(context, payment))) continue;
    yield { about: 'payment', payment, undated: true };
  }
  for await (const payment of listed(context, { by: 'returned', ...shifted })) {
    const { refundsSent = 0, refundedByHand } = payment;
    if (refundsSent === 0 || refundedByHand === true) continue;
    const has = hasRefund(context, payment);
    if (!(await isIn(bills, MOST_DAYS_BACK, has))) yield { about: 'refund', payment };
  }
}

async function isIn(
  bills: Bills,
  daysBack: number,
  has: (line: StatementLine) => boolean,
): Promise<boolean> {
  for (let back = 0; back <= daysBack; back += 1) if ((await bills(back)).some(has)) return true;
  return false;
}

function hasPayment({ provider }: PaymentsContext, { transactionId }: Payment) {
  const number = transactionId.slice(provider.name.length + 1);
  return (line: StatementLine): boolean =>
    line.about === 'payment' && line.transactionId === number;
}

function hasRefund({ provider }: PaymentsContext, payment: Payment) {
  const number = payment.transactionId.slice(provider.name.length + 1);
  const numbers = refundNumbersOf(payment);
  return ({ about, transactionId, refundNumber }: StatementLine): boolean =>
    about === 'refund' &&
    transactionId === number &&
    (refundNumber === undefined || numbers.includes(refundNumber));
}

function billsBefore(
  { provider }: PaymentsContext,
  fromMs: number,
  lines: readonly StatementLine[],
): Bills {
  const known = new Map<number, readonly StatementLine[]>([[0, lines]]);
  return async (daysBack) => {
    const found = known.get(daysBack);
    if (found !== undefined) return found;
    const bill = await provider.fetchStatement(dayOf(fromMs - daysBack * DAY_MS));
    const fetched = bill?.lines ?? [];
    known.set(daysBack, fetched);
    return fetched;
  };
}

/** The day in China that begins then. */
function dayOf(fromMs: number): string {
  return new Date(fromMs + DAY_MS / 2).toISOString().slice(0, 10);
}

async function* listed(
  { ledger, provider }: PaymentsContext,
  query: Pick<BookedQuery, 'by' | 'fromMs' | 'toMs'>,
): AsyncGenerator<Payment> {
  for (let after: string | undefined; ;) {
    const page = after === undefined ? {} : { after };
    const found = await ledger.findBooked({
      ...{ provider: provider.name, ...query, limit: PAGE },
      ...page,
    });
    yield* found;
    if (found.length < PAGE) return;
    after = found[found.length - 1]?.transactionId;
  }
}

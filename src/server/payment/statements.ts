/**
 * The provider's bill of a day against the books: what one has and the other has not, and amounts
 * that differ. A difference is noted for people; a payment that the books lack is asked for first,
 * so that what can be booked is.
 */
import { type ErrorCode, QuancunError } from '../../errors.js';
import { MESSAGE_INVALID } from '../../json/errors.js';
import { findGaps } from './bill-gaps.js';
import {
  REFUND_PAID_TWICE,
  STATEMENT_AMOUNT,
  STATEMENT_MISSING_HERE,
  STATEMENT_MISSING_THERE,
  STATEMENT_NONE,
  STATEMENT_NOT_READY,
  STATEMENT_REFUND_MISSING,
  STATEMENT_REFUND_UNKNOWN,
} from './errors.js';
import { CHINA_UTC_OFFSET_MINUTES, type Payment } from '../../load/index.js';
import { askCode } from './codes.js';
import type { PaymentsContext } from './context.js';
import { readMerchantOrderNumber, refundNumbersOf } from './names.js';
import type { StatementLine } from './port.js';
import { askSettled, isSettledOtherwise } from './refunds.js';

/** What a comparison found. */
export interface StatementReport {
  readonly day: string;
  /** Lines of the bill. */
  readonly payments: number;
  readonly refunds: number;
  readonly paidFen: number;
  readonly refundedFen: number;
  /** Payments that the books lacked, and have now. */
  readonly booked: number;
  /** What differs: each is on the list of work. */
  readonly differences: readonly StatementDifference[];
}

/** One difference. */
export interface StatementDifference {
  readonly code: Extract<
    ErrorCode,
    | 'STATEMENT_MISSING_HERE'
    | 'STATEMENT_MISSING_THERE'
    | 'STATEMENT_AMOUNT'
    | 'STATEMENT_REFUND_UNKNOWN'
    | 'STATEMENT_REFUND_MISSING'
    | 'REFUND_PAID_TWICE'
  >;
  readonly transactionId: string;
  readonly orderId?: string;
  readonly theirsFen?: number;
  readonly oursFen?: number;
}

const DAY_MS = 24 * 3_600_000;

/**
 * Compares a day.
 * @throws STATEMENT_NONE, STATEMENT_NOT_READY, MESSAGE_INVALID, PAYMENT_PROVIDER_FAILED
 */
export async function compareStatement(
  context: PaymentsContext,
  day: string,
): Promise<StatementReport> {
  const fromMs = startOfDay(day);
  if (context.env.now() < fromMs + DAY_MS) {
    throw new QuancunError(STATEMENT_NOT_READY, { details: { day } });
  }
  const bill = await context.provider.fetchStatement(day);
  if (bill === undefined) throw new QuancunError(STATEMENT_NONE);
  if (bill.status === 'later') throw new QuancunError(STATEMENT_NOT_READY, { details: { day } });
  const { lines } = bill;
  const differences: StatementDifference[] = [];
  let booked = 0;
  for (const line of lines) {
    const known = await find(context, line);
    const isNew = known === undefined && line.about === 'payment' && (await ask(context, line));
    if (isNew) booked += 1;
    const now = isNew ? await find(context, line) : known;
    const difference = await differenceOf(context, line, now);
    if (difference !== undefined) differences.push(difference);
  }
  for (const difference of differences) await note(context, day, difference);
  for await (const gap of findGaps(context, fromMs, lines)) {
    const { orderId, transactionId, amountFen: oursFen } = gap.payment;
    const number = transactionId.slice(context.provider.name.length + 1);
    const { code } = gap.about === 'refund' ? STATEMENT_REFUND_MISSING : STATEMENT_MISSING_THERE;
    const difference = { code, transactionId: number, orderId, oursFen };
    differences.push(difference);
    await note(context, gap.undated === true ? `${day} undated` : day, difference);
  }
  const [payments, refunds] = (['payment', 'refund'] as const).map((about) =>
    lines.filter((line) => line.about === about),
  );
  const sum = (some: readonly StatementLine[] = []): number =>
    some.reduce((total, { amountFen }) => total + amountFen, 0);
  return {
    day,
    payments: payments?.length ?? 0,
    refunds: refunds?.length ?? 0,
    paidFen: sum(payments),
    refundedFen: sum(refunds),
    booked,
    differences,
  };
}

/** The payment that a line is about, as it is booked. */
async function find(
  { ledger, provider }: PaymentsContext,
  { merchantOrderNumber, transactionId }: StatementLine,
): Promise<Payment | undefined> {
  const { orderId } = readMerchantOrderNumber(merchantOrderNumber);
  // Another's order of the same merchant account: its number is no text of ours.
  if (!/^[\x21-\x7e]{1,64}$/.test(orderId)) return undefined;
  const name = `${provider.name}:${transactionId}`;
  const own = (await ledger.read(orderId))?.situation.payments ?? [];
  return own.find((one) => one.transactionId === name);
}

/** Asks after a payment that is not booked. Whether it could be. */
async function ask(context: PaymentsContext, line: StatementLine): Promise<boolean> {
  const { ledger, provider } = context;
  const { orderId, generation } = readMerchantOrderNumber(line.merchantOrderNumber);
  const order = await context.authority.getOrder(orderId).catch(() => undefined);
  if (order === undefined) return false;
  const codes = await ledger.findAwaitedOf(orderId);
  const { amountFen, createdAtMs } = order;
  const code = codes.find(
    (one) => one.provider === provider.name && one.generation === generation,
  ) ?? {
    ...{ orderId, provider: provider.name, generation, amountFen, asks: 0 },
    ...{ openedAtMs: createdAtMs, expiresAtMs: createdAtMs },
  };
  // What cannot be asked is a difference, and holds up no other line.
  await askCode(context, code, { endsTaking: false }).catch(() => undefined);
  return (await find(context, line)) !== undefined;
}

async function differenceOf(
  context: PaymentsContext,
  line: StatementLine,
  booked: Payment | undefined,
): Promise<StatementDifference | undefined> {
  const { about, transactionId, amountFen: theirsFen } = line;
  const { orderId } = readMerchantOrderNumber(line.merchantOrderNumber);
  const what = { transactionId, orderId, theirsFen };
  if (booked === undefined) return { code: STATEMENT_MISSING_HERE.code, ...what };
  const oursFen = booked.amountFen;
  if (about === 'payment') {
    return oursFen === theirsFen ? undefined : { code: STATEMENT_AMOUNT.code, ...what, oursFen };
  }
  // A refund that we never asked for was made in the provider's own console.
  const numbers = refundNumbersOf(booked);
  const { refundNumber = numbers.at(-1) ?? '' } = line;
  const number = numbers.indexOf(refundNumber) + 1;
  if (number === 0) return { code: STATEMENT_REFUND_UNKNOWN.code, ...what, oursFen };
  if (isSettledOtherwise(booked, number)) {
    // The bill lists what began: whether it was paid the provider says.
    const status = await askSettled(context, booked, number);
    if (status === 'done') return { code: REFUND_PAID_TWICE.code, ...what, oursFen };
  }
  return oursFen === theirsFen ? undefined : { code: STATEMENT_AMOUNT.code, ...what, oursFen };
}

/** What was paid twice is noted where it was found out. */
async function note(
  { ledger, provider, env }: PaymentsContext,
  message: string,
  { code, ...what }: StatementDifference,
): Promise<void> {
  if (code === 'REFUND_PAID_TWICE') return;
  const nowMs = env.now();
  await ledger.noteWork({
    key: `${code} ${provider.name} ${message} ${what.transactionId}`,
    ...{ code, provider: provider.name, ...what, message },
    ...{ firstMs: nowMs, lastMs: nowMs },
  });
}

function startOfDay(day: string): number {
  const isDay = /^\d{4}-\d\d-\d\d$/.test(day);
  const atMs = isDay ? Date.parse(`${day}T00:00:00Z`) : Number.NaN;
  if (Number.isNaN(atMs) || new Date(atMs).toISOString().slice(0, 10) !== day) {
    throw new QuancunError(MESSAGE_INVALID, { details: { problem: 'day' } });
  }
  return atMs - CHINA_UTC_OFFSET_MINUTES * 60_000;
}

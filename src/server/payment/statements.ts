/**
 * The provider's bill of a day against the books: what one has and the other has not, and amounts
 * that differ. A difference is noted for people; a payment that the books lack is asked for first,
 * so that what can be booked is.
 */
import { type ErrorCode, QuancunError } from '../../errors.js';
import { MESSAGE_INVALID } from '../../json/errors.js';
import {
  STATEMENT_AMOUNT,
  STATEMENT_MISSING_HERE,
  STATEMENT_MISSING_THERE,
  STATEMENT_NONE,
  STATEMENT_NOT_READY,
  STATEMENT_REFUND_UNKNOWN,
} from './errors.js';
import { CHINA_UTC_OFFSET_MINUTES, type Payment } from '../../load/index.js';
import { askCode } from './codes.js';
import type { PaymentsContext } from './context.js';
import { readMerchantOrderNumber, refundNumberOf } from './names.js';
import type { StatementLine } from './port.js';

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
  >;
  readonly transactionId: string;
  readonly orderId?: string;
  readonly theirsFen?: number;
  readonly oursFen?: number;
}

const DAY_MS = 24 * 3_600_000;
const PAGE = 500;
/** Books and bill may be of two days at midnight: so far apart, it is the same payment. */
const NEAR_MIDNIGHT_MS = 3_600_000;

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
    const difference = differenceOf(line, now);
    if (difference !== undefined) differences.push(difference);
  }
  const paid = lines.filter(({ about }) => about === 'payment');
  const theirs = new Set(paid.map(({ transactionId }) => transactionId));
  for await (const payment of bookedOn(context, fromMs)) {
    const number = payment.transactionId.slice(context.provider.name.length + 1);
    if (theirs.has(number)) continue;
    const { orderId, amountFen: oursFen } = payment;
    const what = { transactionId: number, orderId, oursFen };
    differences.push({ code: STATEMENT_MISSING_THERE.code, ...what });
  }
  await noteAll(context, day, differences);
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

function differenceOf(
  line: StatementLine,
  booked: Payment | undefined,
): StatementDifference | undefined {
  const { about, transactionId, amountFen: theirsFen } = line;
  const { orderId } = readMerchantOrderNumber(line.merchantOrderNumber);
  const what = { transactionId, orderId, theirsFen };
  if (booked === undefined) return { code: STATEMENT_MISSING_HERE.code, ...what };
  const oursFen = booked.amountFen;
  if (about === 'payment') {
    return oursFen === theirsFen ? undefined : { code: STATEMENT_AMOUNT.code, ...what, oursFen };
  }
  // A refund that we never asked for was made in the provider's own console.
  const { refundsSent = 0 } = booked;
  const numbers = Array.from({ length: refundsSent }, (_none, at) =>
    refundNumberOf(booked.transactionId, at + 1),
  );
  const { refundNumber } = line;
  const isOurs = refundNumber === undefined ? refundsSent > 0 : numbers.includes(refundNumber);
  if (!isOurs) return { code: STATEMENT_REFUND_UNKNOWN.code, ...what, oursFen };
  return oursFen === theirsFen ? undefined : { code: STATEMENT_AMOUNT.code, ...what, oursFen };
}

/** By their own date, where the provider told it; else by when they were booked. */
async function* bookedOn(
  { ledger, provider }: PaymentsContext,
  fromMs: number,
): AsyncGenerator<Payment> {
  const toMs = fromMs + DAY_MS;
  for (let after: string | undefined; ;) {
    const found = await ledger.findBooked({
      provider: provider.name,
      ...{ fromMs, toMs: toMs + DAY_MS, limit: PAGE },
      ...(after === undefined ? {} : { after }),
    });
    for (const payment of found) {
      const { paidAtMs, bookedAtMs = 0 } = payment;
      const atMs = paidAtMs ?? bookedAtMs;
      const isSure = paidAtMs !== undefined;
      const near = isSure ? 0 : NEAR_MIDNIGHT_MS;
      if (atMs >= fromMs + near && atMs < toMs - near) yield payment;
    }
    if (found.length < PAGE) return;
    after = found[found.length - 1]?.transactionId;
  }
}

async function noteAll(
  { ledger, provider, env }: PaymentsContext,
  day: string,
  differences: readonly StatementDifference[],
): Promise<void> {
  const nowMs = env.now();
  for (const { code, ...what } of differences) {
    await ledger.noteWork({
      key: `${code} ${provider.name} ${day} ${what.transactionId}`,
      ...{ code, provider: provider.name, ...what, message: day },
      ...{ firstMs: nowMs, lastMs: nowMs },
    });
  }
}

function startOfDay(day: string): number {
  const isDay = /^\d{4}-\d\d-\d\d$/.test(day);
  const atMs = isDay ? Date.parse(`${day}T00:00:00Z`) : Number.NaN;
  if (Number.isNaN(atMs) || new Date(atMs).toISOString().slice(0, 10) !== day) {
    throw new QuancunError(MESSAGE_INVALID, { details: { problem: 'day' } });
  }
  return atMs - CHINA_UTC_OFFSET_MINUTES * 60_000;
}

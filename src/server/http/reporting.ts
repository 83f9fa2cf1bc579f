/** What a terminal may report as taken: which ways of paying, how much at once and in a day. */
import { toHex } from '../../bytes.js';
import { isQuancunError, QuancunError } from '../../errors.js';
import { CHINA_UTC_OFFSET_MINUTES, type ConfirmPaymentRequest } from '../../load/index.js';
import type { Ledger } from '../ledger/ledger.js';
import type { CappedReport } from '../ledger/payment-book.js';
import { PAYMENT_NOT_REPORTABLE, REPORT_OVER_LIMIT } from '../payment/errors.js';
import type { Caller, Scope } from './terminals.js';
import type { Door } from './door.js';

interface Books {
  readonly ledger: Ledger;
  readonly door: Door;
  readonly utcOffsetMinutes?: number;
}

/** Of what nothing else is said. */
const TAKES: readonly string[] = ['cash', 'pos'];
/**
 * Of what no record caps: one digit too many was really taken, and has to be booked so that it
 * goes back; more than that is no payment of this order.
 */
const MOST_OF_AN_ORDER = 10;
const DAY_MS = 24 * 3_600_000;
const ATTEMPT_BYTES = 12;

type Attempt = Pick<CappedReport, 'transactionId' | 'attempt'>;

/** Who reports: a device, and what it and the person at it both may. */
interface Reporter {
  readonly caller: Caller;
  readonly rights: ReadonlySet<Scope>;
}

type Report = <T>(
  reporter: Reporter,
  payment: ConfirmPaymentRequest,
  book: () => Promise<T>,
) => Promise<T>;

/**
 * Books what a caller may report. What the caller has a cap of a day for is counted in the ledger
 * before it is booked, so that no two servers let one report too many through between them; what
 * was booked before is told again.
 * @throws PAYMENT_NOT_REPORTABLE, REPORT_OVER_LIMIT
 */
export function reportingWithin({ ledger, door, utcOffsetMinutes }: Books): Report {
  const offsetMs = (utcOffsetMinutes ?? CHINA_UTC_OFFSET_MINUTES) * 60_000;
  /** The attempt that was counted, if one has to be. */
  const expectWithin = async (
    { caller, rights }: Reporter,
    payment: ConfirmPaymentRequest,
  ): Promise<Attempt | undefined> => {
    const { orderId, provider, amountFen } = payment;
    const { keyId, takes = TAKES, maxDayFen } = caller;
    const mayTake = rights.has('cash') && takes.includes(provider);
    const { order, payments: booked = [] } = (await ledger.read(orderId))?.situation ?? {};
    const { maxReportFen = MOST_OF_AN_ORDER * (order?.amountFen ?? Infinity) } = caller;
    const transactionId = `${provider}:${payment.transactionId}`;
    if (booked.some((one) => one.transactionId === transactionId)) return undefined;
    if (!mayTake) throw new QuancunError(PAYMENT_NOT_REPORTABLE);
    if (amountFen > maxReportFen) throw new QuancunError(REPORT_OVER_LIMIT);
    if (maxDayFen === undefined) return undefined;
    const atMs = door.env.now();
    const sinceMs = Math.floor((atMs + offsetMs) / DAY_MS) * DAY_MS - offsetMs;
    const attempt = { transactionId, attempt: toHex(door.env.random(ATTEMPT_BYTES)) };
    const counted = { ...attempt, by: keyId, amountFen, atMs, sinceMs, maxFen: maxDayFen };
    if (await ledger.reserveReport(counted)) return attempt;
    throw new QuancunError(REPORT_OVER_LIMIT);
  };
  return async (reporter, payment, book) => {
    const attempt = await expectWithin(reporter, payment);
    try {
      return await book();
    } catch (error) {
      // Of an outcome that nobody knows it stays counted: it may be booked.
      const isRefused = isQuancunError(error) && error.money === 'untouched';
      // The refusal is the answer; what cannot be released counts until the day has ended.
      if (attempt !== undefined && isRefused) {
        await ledger.releaseReport(attempt).catch(() => undefined);
      }
      throw error;
    }
  };
}

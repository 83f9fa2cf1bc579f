/** What a terminal may report as taken: which ways of paying, how much at once and in a day. */
import { QuancunError } from '../../errors.js';
import { CHINA_UTC_OFFSET_MINUTES, type ConfirmPaymentRequest } from '../../load/index.js';
import type { Ledger } from '../ledger/ledger.js';
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
const DAY_MS = 24 * 3_600_000;

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
 * Books what a caller may report. Reports of one caller are looked at one after another, so that
 * none slips through beside another in this process; what was booked before is told again.
 * @throws PAYMENT_NOT_REPORTABLE, REPORT_OVER_LIMIT
 */
export function reportingWithin({ ledger, door, utcOffsetMinutes }: Books): Report {
  const turns = new Map<string, Promise<unknown>>();
  const offsetMs = (utcOffsetMinutes ?? CHINA_UTC_OFFSET_MINUTES) * 60_000;
  const expectWithin = async ({ caller, rights }: Reporter, payment: ConfirmPaymentRequest) => {
    const { orderId, provider, transactionId, amountFen } = payment;
    const { keyId, takes = TAKES, maxReportFen = Infinity, maxDayFen } = caller;
    const mayTake = rights.has('cash') && takes.includes(provider);
    const booked = (await ledger.read(orderId))?.situation.payments ?? [];
    const name = `${provider}:${transactionId}`;
    if (booked.some((one) => one.transactionId === name)) return;
    if (!mayTake) throw new QuancunError(PAYMENT_NOT_REPORTABLE);
    if (amountFen > maxReportFen) throw new QuancunError(REPORT_OVER_LIMIT);
    if (maxDayFen === undefined) return;
    const nowMs = door.env.now();
    const fromMs = Math.floor((nowMs + offsetMs) / DAY_MS) * DAY_MS - offsetMs;
    const before = await ledger.sumSubmitted(keyId, fromMs);
    if (before + amountFen > maxDayFen) throw new QuancunError(REPORT_OVER_LIMIT);
  };
  return async (reporter, payment, book) => {
    const { caller } = reporter;
    const run = async () => {
      await expectWithin(reporter, payment);
      return book();
    };
    if (caller.maxDayFen === undefined) return run();
    const mine = (turns.get(caller.keyId) ?? Promise.resolve()).then(run, run);
    turns.set(caller.keyId, mine);
    try {
      return await mine;
    } finally {
      if (turns.get(caller.keyId) === mine) turns.delete(caller.keyId);
    }
  };
}

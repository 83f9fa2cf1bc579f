/**
 * The sweep: the work that no customer and no notification starts. It asks after QR codes, and
 * gives back what is owed: each by itself, so that neither waits for the other, several entries at
 * once. Entries are taken for a while, so that servers share the work; one that dies half-way does
 * no harm: what it did not finish is due again, and doing it twice is harmless.
 */
import { type ErrorCode, isQuancunError } from '../../errors.js';
import {
  type AwaitedPayment,
  LONGEST_PAUSE_MS,
  type OwedPayment,
  type WorkQuery,
} from '../ledger/payment-book.js';
import { askCode, pauseOf } from './codes.js';
import type { PaymentsContext } from './context.js';
import { refundOne, refundPause } from './refunds.js';

/** What one sweep did. */
export interface SweepReport {
  /** QR codes that were asked after. */
  readonly asked: number;
  /** Payments given back, for good. */
  readonly refunded: number;
  /** Refunds that are on their way: a later sweep asks again. */
  readonly pending: number;
  /** What did not work, and stays on its list. */
  readonly problems: readonly SweepProblem[];
}

/** One entry that a sweep could not finish. */
export interface SweepProblem {
  readonly orderId: string;
  readonly code: ErrorCode;
}

/** Half of a sweep. */
export type SweepPart = 'payments' | 'refunds';

/** Entries that are taken at once, and for how long: longer than they can need. */
const PAGE = 32;
const TAKEN_MS = 10 * 60_000;
/** What one sweep does at most; the next one goes on. */
const MAX_PAGES = 20;
const UNANSWERED = 3;
/** Of a code that is an hour old and unanswered the next question waits for a quarter. */
const AGE_TO_PAUSE = 4;

/** Asks and gives back, each with its share of the calls at once. */
export async function sweep(context: PaymentsContext, only?: SweepPart): Promise<SweepReport> {
  const problems: SweepProblem[] = [];
  const { ledger } = context;
  const [asked, ends] = await Promise.all([
    only === 'refunds'
      ? []
      : workOff(context, (query) => ledger.claimAwaited(query), askOne(context, problems)),
    only === 'payments'
      ? []
      : workOff(context, (query) => ledger.claimRefunds(query), giveOneBack(context, problems)),
  ]);
  const count = (...wanted: readonly string[]): number =>
    ends.filter((end) => wanted.includes(end)).length;
  return {
    asked: asked.length,
    refunded: count('done'),
    pending: count('pending', 'abnormal'),
    problems,
  };
}

async function workOff<T>(
  { provider, env, concurrency }: PaymentsContext,
  claim: (query: WorkQuery) => Promise<readonly T[]>,
  work: (one: T) => Promise<string>,
): Promise<readonly string[]> {
  const ends: string[] = [];
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const nowMs = env.now();
    const query = { provider: provider.name, nowMs, untilMs: nowMs + TAKEN_MS, limit: PAGE };
    const taken = [...(await claim(query))];
    const isLast = taken.length < PAGE;
    const worker = async (): Promise<void> => {
      for (let one = taken.shift(); one !== undefined; one = taken.shift()) {
        ends.push(await work(one));
      }
    };
    await Promise.all(Array.from({ length: concurrency }, worker));
    if (isLast) break;
  }
  return ends;
}

function askOne(context: PaymentsContext, problems: SweepProblem[]) {
  const { ledger, env } = context;
  return async (code: AwaitedPayment): Promise<string> => {
    const { orderId, asks } = code;
    try {
      const found = await askCode(context, code, { counts: true });
      for (const problem of found.problems) problems.push({ orderId, code: problem });
    } catch (error) {
      problems.push({ orderId, code: codeOf(error) });
      // No answer is none; the pause grows all the same with the code's age, or a provider that
      // is asked too often would be asked as often for ever.
      const nowMs = env.now();
      const agedMs = Math.min((nowMs - code.openedAtMs) / AGE_TO_PAUSE, LONGEST_PAUSE_MS);
      const pauseMs = Math.max(pauseOf(Math.max(asks, UNANSWERED)), Math.ceil(agedMs));
      const word = { asks, askAtMs: nowMs + pauseMs };
      await ledger.tellAwaited(code, word).catch(() => undefined);
    }
    return 'asked';
  };
}

function giveOneBack(context: PaymentsContext, problems: SweepProblem[]) {
  const { ledger, env } = context;
  return async (owed: OwedPayment): Promise<string> => {
    const { orderId, progress } = owed;
    try {
      const end = await refundOne(context, owed);
      const isRefused = ['refused', 'failed', 'closed', 'unknown'].includes(end);
      if (isRefused) problems.push({ orderId, code: 'REFUND_REFUSED' });
      return end;
    } catch (error) {
      problems.push({ orderId, code: codeOf(error) });
      const now = await ledger.findRefund(owed.transactionId).catch(() => undefined);
      const last = now ?? progress;
      if (last !== undefined) {
        const asks = last.asks + 1;
        const askAtMs = env.now() + refundPause(asks);
        await ledger.tellRefund({ ...last, asks, askAtMs }).catch(() => undefined);
      }
      return 'failed';
    }
  };
}

function codeOf(error: unknown): ErrorCode {
  return isQuancunError(error) ? error.code : 'INTERNAL';
}

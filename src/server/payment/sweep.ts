/**
 * The sweep: the work that no customer and no callback starts. It asks for payments whose callback
 * was lost, and gives back what is owed. Two sweeps at the same time, or one that dies half-way,
 * do no harm: each entry stays on its list until it is done.
 */
import type { Env } from '../../env.js';
import { type ErrorCode, isQuancunError } from '../../errors.js';
import { type Authority, isRefundDue, type Payment } from '../../load/index.js';
import { hostHashing } from '../../signing/index.js';
import type { Ledger } from '../ledger/ledger.js';
import type { AwaitedPayment } from '../ledger/payment-book.js';
import type { BackOffice } from '../service.js';
import { askPort, askRefund, bookPayments } from './ask.js';
import type { PaymentPort } from './port.js';

/** What one sweep did. */
export interface SweepReport {
  /** Orders whose payments were asked for. */
  readonly asked: number;
  /** Payments given back, for good. */
  readonly refunded: number;
  /** Refunds that are on their way: the next sweep asks again. */
  readonly pending: number;
  /** What did not work, and stays on its list. REFUND_REFUSED: a person must look. */
  readonly problems: readonly SweepProblem[];
}

/** One entry that a sweep could not finish. */
export interface SweepProblem {
  readonly orderId: string;
  readonly code: ErrorCode;
}

interface SweepContext {
  readonly port: PaymentPort;
  readonly authority: Authority & BackOffice;
  readonly ledger: Ledger;
  readonly env: Env;
  readonly askForMs: number;
}

const PAGE = 100;
const MAX_PAGES = 1000;
const MIN_PAUSE_MS = 15_000;
const MAX_PAUSE_MS = 6 * 3_600_000;

/** Asks, then gives back. */
export async function sweep(context: SweepContext): Promise<SweepReport> {
  const problems: SweepProblem[] = [];
  const asked = await askAwaited(context, problems);
  return { asked, ...(await giveBack(context, problems)), problems };
}

async function askAwaited(context: SweepContext, problems: SweepProblem[]): Promise<number> {
  const { port, ledger, env } = context;
  const { provider } = port;
  let asked = 0;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const query = { provider, dueAtMs: env.now(), limit: PAGE };
    const due = await ledger.findAwaited(query);
    for (const awaited of due) {
      const { orderId } = awaited;
      const problem = await problemOf(async () => {
        const found = await askPort(context, orderId);
        await bookPayments(context, found);
        // The last answer of all: the QR code is closed, and nothing was taken.
        const isLast = nextAsk(awaited, env.now(), context.askForMs, true) === undefined;
        if (isLast && found.length === 0) await endTaking(context, orderId);
      });
      if (problem !== undefined) problems.push({ orderId, code: problem });
      const askAtMs = nextAsk(awaited, env.now(), context.askForMs, problem === undefined);
      await ledger.askAgainAt(orderId, provider, askAtMs);
      asked += 1;
    }
    if (due.length < PAGE) break;
  }
  return asked;
}

/** An order that waits for this provider's payment, and for no other one's. */
async function endTaking({ authority, port }: SweepContext, orderId: string): Promise<void> {
  const { provider } = port;
  const order = await authority.getOrder(orderId);
  if (order?.taking?.provider !== provider) return;
  const { terminal } = order.taking;
  await authority.endTaking(orderId, { how: 'provider', by: provider, terminal });
}

/**
 * Often at first, then less and less. Final is the answer to a question that was put off to the
 * last moment or beyond: after a server that stood still for days the first answer is not.
 */
function nextAsk(
  { openedAtMs, expiresAtMs, askAtMs = openedAtMs }: AwaitedPayment,
  nowMs: number,
  askForMs: number,
  answered: boolean,
): number | undefined {
  const lastMs = expiresAtMs + askForMs;
  if (answered && askAtMs >= lastMs) return undefined;
  const age = Math.max(0, nowMs - openedAtMs);
  const pauseMs = Math.min(MAX_PAUSE_MS, Math.max(MIN_PAUSE_MS, Math.floor(age / 2)));
  return nowMs < lastMs ? Math.min(nowMs + pauseMs, lastMs) : nowMs + pauseMs;
}

async function giveBack(
  context: SweepContext,
  problems: SweepProblem[],
): Promise<{ readonly refunded: number; readonly pending: number }> {
  const { port, ledger } = context;
  const ends = { done: 0, pending: 0, refused: 0, settled: 0 };
  let after: string | undefined;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const query = {
      provider: port.provider,
      limit: PAGE,
      ...(after === undefined ? {} : { after }),
    };
    const owed = await ledger.findRefundsDue(query);
    for (const payment of owed) {
      const { orderId } = payment;
      const problem = await problemOf(async () => {
        const end = await refundOne(context, payment);
        ends[end] += 1;
        if (end === 'refused') problems.push({ orderId, code: 'REFUND_REFUSED' });
      });
      if (problem !== undefined) problems.push({ orderId, code: problem });
      after = payment.transactionId;
    }
    if (owed.length < PAGE) break;
  }
  return { refunded: ends.done, pending: ends.pending };
}

/**
 * The number first, committed and journalled; then the provider, then the books. Dying in between,
 * the number gets the same answer again.
 */
async function refundOne(
  { port, authority, ledger }: SweepContext,
  payment: Payment,
): Promise<'done' | 'pending' | 'refused' | 'settled'> {
  const { orderId, transactionId, amountFen } = payment;
  const now = (await ledger.read(orderId))?.situation;
  const owed = now?.payments.find((one) => one.transactionId === transactionId);
  if (now === undefined || owed === undefined || !isRefundDue(now.order, owed)) return 'settled';
  const sent = await authority.sendRefund(orderId, transactionId);
  const request = {
    refundNumber: refundNumberOf(transactionId, sent),
    orderId,
    transactionId: transactionId.slice(port.provider.length + 1),
    amountFen,
  };
  const outcome = await askRefund(port, request);
  if (outcome === 'done') await authority.confirmRefund(orderId, transactionId);
  return outcome;
}

/** Made from the payment's number, so that no crash can make a second one. */
function refundNumberOf(transactionId: string, sent: number): string {
  const text = sent === 1 ? transactionId : `${transactionId} ${String(sent)}`;
  return `R${hostHashing().sha256(text).slice(0, 31).toUpperCase()}`;
}

async function problemOf(work: () => Promise<void>): Promise<ErrorCode | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    return isQuancunError(error) ? error.code : 'INTERNAL';
  }
}

/**
 * The life of a QR code, after it was asked for: it is asked after until the provider says that it
 * was paid or can never be paid. Nothing but the provider's word ends it; a clock may be wrong.
 */
import type { ErrorCode } from '../../errors.js';
import { type AwaitedPayment, type AwaitedWord, LONGEST_PAUSE_MS } from '../ledger/payment-book.js';
import type { CheckedState } from './ask.js';
import { bookEntries } from './book.js';
import type { PaymentsContext } from './context.js';
import { requestOf } from './names.js';
import type { ProviderPayment } from './port.js';

/** When a new QR code is asked after for the first time, without any callback. */
export const FIRST_ASK_MS = 15_000;
/** Answers, each later than the one before: half a day and more, whatever the clock says. */
const LEAST_ASKS = 12;
/** Of a provider that tells its time, and takes nothing after the code's. */
const LEAST_ASKS_BY_ITS_CLOCK = 3;
const MARGIN_MS = 2 * 60_000;

/** How a code stands, and what was taken for it. */
export interface CodeReport {
  readonly payments: readonly ProviderPayment[];
  /** What could not be booked: noted for people. */
  readonly problems: readonly ErrorCode[];
  /** It cannot be paid any more. */
  readonly isShut: boolean;
}

/** How a code is asked after. */
export interface AskHow {
  /** It is not to be paid any more: closed first, if it is open. */
  readonly close?: boolean;
  /** Whether the end of the last code is the end of taking money for the order. */
  readonly endsTaking?: boolean;
  /** By the sweep, after its pause: only such answers count towards the end of an unknown code. */
  readonly counts?: boolean;
}

/** Asks after a code, and books what it has. One that nobody waits for is closed. */
export async function askCode(
  context: PaymentsContext,
  code: AwaitedPayment,
  { close = false, endsTaking = true, counts = false }: AskHow = {},
): Promise<CodeReport> {
  const { provider, ledger } = context;
  const request = requestOf(code);
  let state = await provider.queryQr(request);
  let booked = await bookEntries(context, code, state);
  let { isNew } = booked;
  const isWanted = !close && (await isAwaited(context, code));
  const wasClosed = !isWanted && canBePaid(context, state);
  if (wasClosed) {
    try {
      await provider.closeQr(request);
    } catch (error) {
      // What was paid is booked, whether it can be closed or not.
      if (state.status !== 'paid') throw error;
    }
    // A payment may have won the race.
    state = await provider.queryQr(request);
    booked = await bookEntries(context, code, state);
    isNew ||= booked.isNew;
  }
  // Of a code that may be paid twice, an answer may be older than the second payment.
  const isOnce = provider.paysOnce || (!isWanted && !isNew);
  // Money that is not booked keeps its code: nobody is asked for more.
  const isLast = isOnce && booked.problems.length === 0;
  const word = wordOf(context, code, state, { isWanted, isLast, counts });
  const hasEnded = 'end' in word;
  if (endsTaking && hasEnded && word.end !== 'paid') await endTaking(context, code.orderId);
  await ledger.tellAwaited(code, word);
  const isShut = wasClosed && (state.status === 'closed' || state.status === 'paid');
  return { payments: state.payments, problems: booked.problems, isShut: isShut || hasEnded };
}

/** By the provider's word, now. A second payment of one code is given back, if it is known. */
function canBePaid({ provider }: PaymentsContext, { status }: CheckedState): boolean {
  return status === 'open' || status === 'unknown' || (status === 'paid' && !provider.paysOnce);
}

/** When to ask again after so many answers: seldom, and less so every time. */
export function pauseOf(asks: number): number {
  return Math.min(LONGEST_PAUSE_MS, FIRST_ASK_MS * 2 ** Math.min(asks, 20));
}

function wordOf(
  { env, askForMs }: PaymentsContext,
  { asks: before, expiresAtMs }: AwaitedPayment,
  { status, payments, asOfMs, unsigned, invalid }: CheckedState,
  { isWanted, isLast, counts }: Record<'isWanted' | 'isLast' | 'counts', boolean>,
): AwaitedWord {
  const asks = counts ? before + 1 : before;
  const hasAny = payments.length + invalid > 0;
  if (status === 'closed' && !hasAny) return { asks, end: 'closed' };
  if ((status === 'paid' || status === 'closed') && isLast) return { asks, end: 'paid' };
  const nowMs = env.now();
  // By both clocks, where the provider tells its own: either may be wrong.
  const isOver =
    asOfMs === undefined
      ? nowMs >= expiresAtMs + askForMs && asks >= LEAST_ASKS
      : Math.min(asOfMs, nowMs) >= expiresAtMs + MARGIN_MS && asks >= LEAST_ASKS_BY_ITS_CLOCK;
  if (status === 'unknown' && unsigned !== true && !isWanted && isOver)
    return { asks, end: 'lapsed' };
  return { asks, askAtMs: nowMs + pauseOf(asks) };
}

async function isAwaited(
  { authority, env }: PaymentsContext,
  { orderId, expiresAtMs }: AwaitedPayment,
): Promise<boolean> {
  if (env.now() >= expiresAtMs) return false;
  const state = (await authority.getOrder(orderId))?.state;
  return state === 'CREATED' || state === 'TAKING';
}

/** An order that waits for this provider's payment, and for no other one's. */
async function endTaking(
  { authority, provider: { name } }: PaymentsContext,
  orderId: string,
): Promise<void> {
  const order = await authority.getOrder(orderId);
  if (order?.taking?.provider !== name) return;
  const { terminal } = order.taking;
  await authority.endTaking(orderId, { how: 'provider', by: name, terminal });
}

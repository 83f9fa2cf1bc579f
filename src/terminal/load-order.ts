/** Bringing a paid order to its card: the visit, and what it came to. */
import { QuancunError } from '../errors.js';
import { expectJson } from '../json/index.js';
import type { OrderView, StopStep } from '../load/index.js';
import { ORDER_VIEW } from '../messages/index.js';
import { getBalance } from '../purse/index.js';
import { LOAD_IN_DOUBT, ORDER_UNPAID, PAYMENT_BEING_TAKEN } from '../load/errors.js';
import { LOAD_CANCELLED } from './errors.js';
import { exchange } from './exchange.js';
import { atStage } from './money-stage.js';
import { cardMismatch } from './present-card.js';
import type { CardReading } from './read-card.js';
import type { CreditedResult, LoadOptions, LoadResult, NextAct, Paid } from './recharge-options.js';
import { adviceWhenPaid, inDoubt, paidNotWritten, refused } from './results.js';
import { forgetIntent } from './kept-intents.js';
import { ask, tellStage } from './stages.js';
import type { Booked } from './submit-payment.js';
import { visit, type VisitEnd } from './visit.js';

/** No MAC2 was ever made for an order in these, or a probe proved that none was accepted. */
const NOT_ON_THE_CARD = ['CREATED', 'TAKING', 'PAID', 'EXPIRED', 'REFUND_DUE', 'REFUNDED'];
/** The books have no payment that pays for the order. */
const NOT_BOOKED = ['CREATED', 'TAKING', 'EXPIRED'];

/** The visit of one order, from its first question to what the card shows afterwards. */
export async function loadOrder(
  options: LoadOptions,
  order: OrderView,
  reading: CardReading,
): Promise<LoadResult> {
  const { cardNumber, version } = reading.issue;
  const { orderId } = order;
  const issueInformationBytes = reading.issueInformation.length;
  const end = await visit(options, orderId, { cardNumber, version, issueInformationBytes });
  if ('stop' in end && end.stop.state !== 'CREDITED') return stopped(orderId, end.stop);
  if ('failure' in end) {
    // Cancelled, this visit sent no CREDIT: nobody waits for a server that may be what hangs.
    if (end.failure.code === LOAD_CANCELLED.code) return brokenOff(orderId, end, order);
    // The visit broke off. What became of the order only the authority knows.
    const now = await askOrder(options, orderId);
    if (now?.state !== 'CREDITED') return brokenOff(orderId, end, now);
    return credited(now, reading, end, now.creditedBy, await readBalance(options));
  }
  tellStage(options, 'checking');
  return credited(order, reading, end, end.stop.creditedBy, await readBalance(options));
}

/** The same, and what was paid beside what pays for it. */
export async function loadBooked(
  options: LoadOptions,
  { order, surplus }: Booked,
  reading: CardReading,
): Promise<LoadResult> {
  const result = await loadOrder(options, order, reading);
  // From here on somebody knows how it ended.
  await forgetIntent(options, order);
  return surplus === undefined ? result : { ...result, surplus };
}

/** The order that was chosen is another card's: it waits for that one. */
export function ofOtherCard(order: OrderView, present: string): LoadResult {
  const { orderId, cardNumber, state } = order;
  const told = paidNotWritten(orderId, cardMismatch(present, cardNumber));
  return NOT_BOOKED.includes(state) ? { ...told, paid: 'unknown' } : told;
}

/**
 * The order of an earlier visit is on its card already: a till that died in between has told
 * nobody.
 */
export async function creditedBefore(
  options: LoadOptions,
  order: OrderView,
  reading: CardReading,
): Promise<CreditedResult> {
  await forgetIntent(options, order);
  return credited(order, reading, { creditSent: false }, order.creditedBy, reading.balanceFen);
}

function credited(
  order: OrderView,
  reading: CardReading,
  end: Pick<VisitEnd, 'creditSent'>,
  creditedBy: OrderView['creditedBy'],
  balanceAfterFen: number | undefined,
): CreditedResult {
  const { orderId, amountFen } = order;
  const { balanceFen: balanceBeforeFen } = reading;
  // Written earlier, the balance that was read first has the amount in it already.
  const isKnown = balanceBeforeFen !== undefined && balanceAfterFen !== undefined;
  const differs = end.creditSent && isKnown && balanceAfterFen !== balanceBeforeFen + amountFen;
  return {
    outcome: 'credited',
    paid: 'yes',
    orderId,
    amountFen,
    provedBy: creditedBy ?? 'counter',
    written: end.creditSent ? 'now' : 'earlier',
    ...(balanceBeforeFen === undefined ? {} : { balanceBeforeFen }),
    ...(balanceAfterFen === undefined ? {} : { balanceAfterFen }),
    ...(differs ? { balanceDiffers: true } : {}),
  };
}

/** A stop is told in the authority's own words: this terminal need not know its code. */
function stopped(orderId: string, stop: StopStep): LoadResult {
  const { code, money, state } = stop;
  const error =
    code === undefined
      ? new QuancunError(LOAD_IN_DOUBT, { money })
      : QuancunError.fromJSON({ ...stop, code });
  const paid: Paid = NOT_BOOKED.includes(state) ? 'unknown' : 'yes';
  const next = nextAfter(error);
  if (money === 'in-doubt') return { outcome: 'held', paid, next, orderId, error };
  // What only says what stands against the card says nothing of the payment.
  const isKept = state === 'PAID' && next === 'as-told';
  return refused(paid, next, isKept ? atStage(error, 'paid') : error, orderId);
}

function nextAfter(error: QuancunError): NextAct {
  const { code } = error;
  if (code === ORDER_UNPAID.code || code === PAYMENT_BEING_TAKEN.code) return 'look-up';
  return adviceWhenPaid(error).again;
}

/** The balance afterwards is for the eye: the TAC or the counter has already decided. */
async function readBalance({ transport }: LoadOptions): Promise<number | undefined> {
  try {
    const answer = await exchange(transport, getBalance.build({}), getBalance.parse);
    return answer.ok ? answer.balanceFen : undefined;
  } catch {
    return undefined;
  }
}

/**
 * In doubt unless the authority says that nothing of this order can be on the card. Once CREDIT was
 * sent only a credit ends the doubt: what says that the order still waits may be an old reply.
 */
function brokenOff(
  orderId: string,
  { failure, creditSent }: Extract<VisitEnd, { readonly failure: QuancunError }>,
  now: OrderView | undefined,
): LoadResult {
  if (now === undefined || creditSent || !NOT_ON_THE_CARD.includes(now.state)) {
    return inDoubt(orderId, failure);
  }
  const told = paidNotWritten(orderId, failure);
  return NOT_BOOKED.includes(now.state) ? { ...told, paid: 'unknown' } : told;
}

/** Who asks has waited for the authority before, or asks again: a minute and a half is too much. */
const LOOK_MS = 15_000;

/** When the authority cannot be asked, nothing is known: doubt is never resolved by silence. */
export async function askOrder(
  options: LoadOptions,
  orderId: string,
): Promise<OrderView | undefined> {
  const authorityTimeoutMs = Math.min(options.authorityTimeoutMs ?? LOOK_MS, LOOK_MS);
  try {
    tellStage(options, 'looking-up', { orderId });
    const asked = { ...options, authorityTimeoutMs };
    return expectJson(ORDER_VIEW, await ask(asked, (authority) => authority.getOrder(orderId)));
  } catch {
    return undefined;
  }
}

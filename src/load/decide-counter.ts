/**
 * Evidence from the card's own counter: an INIT FOR LOAD answer with a MAC1 that the HSM verified.
 * n is the ATC the order is bound to.
 *
 *   ATC = n                      not written: another attempt at n is safe
 *   ATC = n + 1, sole issuer     written: CREDITED
 *   ATC > n, several issuers     n is spent, by whom is not proved: HELD
 *   ATC > n, TAC only, in doubt  the same
 *   ATC < highest ever proved    an old recording: refused (fresh: a cloned card, FROZEN)
 */
import {
  credit,
  type Decision,
  freeze,
  PROBE_AMOUNT_FEN,
  proceed,
  refund,
  endVisit,
} from './decision.js';
import { awaitJournal, awaitsJournal } from './doubt.js';
import { MAX_FEN, splitBalance } from '../money.js';
import type { AuthenticInit, Evidence } from './evidence.js';
import { hostTime, uniqueHostTime } from './host-time.js';
import type { Attempt, CardAccount, LoadPolicy, Order, Situation } from './order.js';
import { probeStep } from './steps.js';
import {
  ATTEMPTS_EXHAUSTED,
  BALANCE_LIMIT,
  CARD_COUNTER_EXHAUSTED,
  COUNTER_WITHOUT_PROOF,
  INIT_STALE,
  ORDER_CLOSED,
  ORDER_FROZEN,
  ORDER_OPEN,
  ORDER_REFUND_DUE,
  ORDER_UNPAID,
  ORDER_VOIDING,
  PAYMENT_BEING_TAKEN,
  PROBE_MISMATCH,
} from './errors.js';

/** How every terminal number begins that the server draws: no terminal has one. */
export const DRAWN_TERMINAL = 'FF';

/** `probesPassed` once a probe's answer was late. */
const ASKED_AGAIN = -1;

/** Decides on an authentic INIT with the order's amount. */
export function decideOnInit(
  situation: Situation,
  init: AuthenticInit,
  nowMs: number,
  policy: LoadPolicy,
): Decision {
  const { order, card } = situation;
  if (card.frozen || order.state === 'FROZEN') {
    return endVisit(order, card, ORDER_FROZEN, { why: 'earlier' });
  }
  // The numbers of probes, and of what is asked before money: no MAC2 is ever made for those.
  if (init.terminal.startsWith(DRAWN_TERMINAL)) return endVisit(order, card, PROBE_MISMATCH);
  if (init.onlineAtc < (card.maxSeenAtc ?? 0)) return endVisit(order, card, INIT_STALE);
  const seen = { ...situation, card: withSeenAtc(card, init.onlineAtc) };
  switch (order.state) {
    case 'PAID':
      return bind(seen, init, nowMs, policy);
    case 'ISSUED':
    case 'HELD':
      return init.onlineAtc === order.boundAtc
        ? authorise(seen, init, nowMs, policy)
        : settleByCounter(seen, init, policy);
    case 'VOIDING':
      return init.onlineAtc === order.boundAtc
        ? endVisit(order, seen.card, ORDER_VOIDING)
        : settleByCounter(seen, init, policy);
    case 'CREDITED':
      return endVisit(order, seen.card);
    case 'CREATED':
      return endVisit(order, seen.card, ORDER_UNPAID);
    case 'TAKING':
      return endVisit(order, seen.card, PAYMENT_BEING_TAKEN);
    case 'REFUND_DUE':
      return endVisit(order, seen.card, ORDER_REFUND_DUE);
    case 'REFUNDED':
    case 'EXPIRED':
      return endVisit(order, seen.card, ORDER_CLOSED, { state: order.state });
  }
}

/** Decides on a probe: the only road to a refund of an order that was issued. */
export function decideOnProbe(
  situation: Situation,
  evidence: Extract<Evidence, { kind: 'probe' }>,
  policy: LoadPolicy,
): Decision {
  const { order, card } = situation;
  const { init, nextProbeTerminal } = evidence;
  const answersProbe = init.terminal === order.probeTerminal && init.amountFen === PROBE_AMOUNT_FEN;
  if (order.state !== 'VOIDING' || !answersProbe) return endVisit(order, card, PROBE_MISMATCH);
  if (init.onlineAtc < (card.maxSeenAtc ?? 0)) {
    return onLateProbe(situation, init.onlineAtc, nextProbeTerminal);
  }
  const seen = { ...situation, card: enrolled(withSeenAtc(card, init.onlineAtc), init.onlineAtc) };
  if (init.onlineAtc !== order.boundAtc) return settleByCounter(seen, init, policy);
  const probesPassed = order.probesPassed + 1;
  const probed: Order = { ...order, probesPassed };
  if (probesPassed >= policy.probesForRefund) return refund({ ...seen, order: probed });
  const again: Order = { ...probed, probeTerminal: nextProbeTerminal };
  return proceed({ ...seen, order: again }, probeStep(again));
}

/**
 * The counter went back, or the answer was on its way while another one was taken: from before the
 * order was bound it is a contradiction, else it is asked for once more, with a new number.
 */
function onLateProbe(situation: Situation, onlineAtc: number, nextProbeTerminal: string): Decision {
  const { order } = situation;
  if (onlineAtc < (order.boundAtc ?? 0) || order.probesPassed === ASKED_AGAIN) {
    return freeze(situation, 'counter-fell');
  }
  const again: Order = {
    ...order,
    probesPassed: ASKED_AGAIN,
    probeTerminal: nextProbeTerminal,
  };
  return proceed({ ...situation, order: again }, probeStep(again));
}

/** First authorisation of a paid order: it takes the card's lock and its ATC, for good. */
function bind(
  situation: Situation,
  init: AuthenticInit,
  nowMs: number,
  policy: LoadPolicy,
): Decision {
  const { order, card, doubtSinceMs } = situation;
  if (card.openOrderId !== undefined && card.openOrderId !== order.orderId) {
    return endVisit(order, card, ORDER_OPEN, { openOrderId: card.openOrderId });
  }
  const isSole = policy.issuer === 'sole';
  const isSure = doubtSinceMs === undefined && !(isSole && card.expectedAtc === undefined);
  if (isSole && isSure && init.onlineAtc !== card.expectedAtc) {
    return freeze(situation, 'counter-without-load');
  }
  if (init.onlineAtc > policy.maxAtc) return endVisit(order, card, CARD_COUNTER_EXHAUSTED);
  const bound: Situation = {
    ...situation,
    order: {
      ...order,
      boundAtc: init.onlineAtc,
      // An old recording may have told this counter: it vouches for nothing.
      // Bound among several issuers, it stays so when the policy is another one tomorrow.
      ...(isSure && isSole ? {} : { tacOnly: true as const }),
    },
    card: { ...card, openOrderId: order.orderId },
  };
  const decision = authorise(bound, init, nowMs, policy);
  // A refused authorisation must not leave the order bound.
  return decision.newAttempt === undefined ? { ...decision, order, card } : decision;
}

/** One more attempt at the bound ATC, or the same one again when the same INIT comes twice. */
function authorise(
  situation: Situation,
  init: AuthenticInit,
  nowMs: number,
  policy: LoadPolicy,
): Decision {
  const { order, card, attempts } = situation;
  if (awaitsJournal(situation)) return awaitJournal(situation);
  const atBoundAtc = attempts.filter((attempt) => attempt.onlineAtc === init.onlineAtc);
  const issued: Order = { ...order, state: 'ISSUED' };
  const same = atBoundAtc.find((attempt) => sameSession(attempt, init));
  if (same !== undefined) {
    return proceed({ ...situation, order: issued }, { do: 'credit', attempt: same });
  }
  // Any number of attempts at n credits at most once: the bound is for the day, not for ever.
  const today = hostTime(nowMs, policy.utcOffsetMinutes).date;
  const tries = attempts.filter(({ date }) => date === today).length;
  if (tries >= policy.maxAttemptsPerDay) return endVisit(order, card, ATTEMPTS_EXHAUSTED);
  const { balanceFen } = splitBalance(init.rawBalance);
  // Nor may the four bytes run over: what an overdrawn card counts up to is not known.
  const isOver = init.rawBalance + order.amountFen > MAX_FEN;
  if (isOver || balanceFen + order.amountFen > policy.maxBalanceFen) {
    return endVisit(order, card, BALANCE_LIMIT, { maxFen: policy.maxBalanceFen });
  }
  const attempt: Attempt = {
    ...init,
    // The order's, whatever amount the card was asked with.
    amountFen: order.amountFen,
    ...uniqueHostTime(nowMs, policy.utcOffsetMinutes, atBoundAtc),
    orderId: order.orderId,
    cardNumber: order.cardNumber,
  };
  const step = { do: 'credit', attempt } as const;
  return { ...proceed({ ...situation, order: issued }, step), newAttempt: attempt };
}

/** The counter stands above n. */
function settleByCounter(
  situation: Situation,
  { onlineAtc, rawBalance }: AuthenticInit,
  policy: LoadPolicy,
): Decision {
  const { order, card, doubtSinceMs } = situation;
  const boundAtc = order.boundAtc ?? 0;
  if (policy.issuer === 'shared' || order.tacOnly === true || doubtSinceMs !== undefined) {
    const held: Order = order.state === 'HELD' ? order : { ...order, state: 'HELD' };
    return endVisit(held, card, COUNTER_WITHOUT_PROOF);
  }
  if (onlineAtc !== boundAtc + 1) return freeze(situation, 'counter-jumped');
  if (splitBalance(rawBalance).balanceFen > highestBalanceAfter(situation)) {
    return freeze(situation, 'balance-above');
  }
  return credit(situation, 'counter', boundAtc);
}

/** The most that the card can hold after this load: purchases since only take from it. */
function highestBalanceAfter({ order, attempts }: Situation): number {
  const before = attempts
    .filter(({ onlineAtc }) => onlineAtc === order.boundAtc)
    .map(({ rawBalance }) => splitBalance(rawBalance).balanceFen);
  return Math.max(0, ...before) + order.amountFen;
}

/** An INIT shows where the counter stood, be it an old one. */
function withSeenAtc(card: CardAccount, onlineAtc: number): CardAccount {
  return onlineAtc > (card.maxSeenAtc ?? -1) ? { ...card, maxSeenAtc: onlineAtc } : card;
}

/** A probe's answer is fresh: it tells the books of an unknown card where its counter stands. */
function enrolled(card: CardAccount, onlineAtc: number): CardAccount {
  return card.expectedAtc === undefined ? { ...card, expectedAtc: onlineAtc } : card;
}

function sameSession(attempt: Attempt, init: AuthenticInit): boolean {
  return (
    attempt.random === init.random &&
    attempt.rawBalance === init.rawBalance &&
    attempt.terminal === init.terminal &&
    attempt.amountFen === init.amountFen
  );
}

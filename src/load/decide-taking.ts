/**
 * The intent: money is about to be taken for an order. It begins with the card in the reader and
 * ends with the payment, or with somebody's word that nothing was taken; time never ends it.
 */
import { splitBalance } from '../money.js';
import { type Decision, endVisit } from './decision.js';
import { decideWithoutProof } from './decide-presence.js';
import { awaitJournal, awaitsJournal } from './doubt.js';
import type { AuthenticInit, Evidence } from './evidence.js';
import type { LoadPolicy, Order, Situation, Taking } from './order.js';
import {
  BALANCE_LIMIT,
  CARD_COUNTER_EXHAUSTED,
  COUNTER_WITHOUT_PROOF,
  INIT_STALE,
  ORDER_FROZEN,
  ORDER_OPEN,
  PAYMENT_BEING_TAKEN,
  PROBE_MISMATCH,
} from './errors.js';

/**
 * Decides on an authentic INIT for this order's own terminal number: the card is here, and what
 * would stop the load afterwards stops it before any money.
 */
export function decideOnTaking(
  situation: Situation,
  { init, taking }: Extract<Evidence, { kind: 'taking' }>,
  policy: LoadPolicy,
): Decision {
  const { order, card } = situation;
  if (order.state === 'TAKING') {
    return isSameTaking(order.taking, taking)
      ? endVisit(order, card)
      : endVisit(order, card, PAYMENT_BEING_TAKEN);
  }
  if (order.state !== 'CREATED') return decideWithoutProof(situation);
  return objectionTo(situation, init, policy) ?? endVisit(asTaking(order, taking), card);
}

/** Decides on the word that nothing was taken. */
export function decideOnNotTaken(
  situation: Situation,
  word: Extract<Evidence, { kind: 'not-taken' }>,
): Decision {
  const { order, card } = situation;
  const { how, by } = word;
  // A late word was said of another intent.
  const isOfThis = order.state === 'TAKING' && order.checkTerminal === word.checkTerminal;
  if (!isOfThis) return endVisit(order, card);
  // A ledger that may have forgotten payments is no witness that there were none.
  if (awaitsJournal(situation)) return awaitJournal(situation);
  // A terminal speaks of what it took itself, a provider of what it was to take.
  const spokenOf = how === 'terminal' ? order.taking?.by : order.taking?.provider;
  if (how !== 'supervisor' && spokenOf !== by) return endVisit(order, card, PAYMENT_BEING_TAKEN);
  return endVisit(asUnpaid(order, word.nextCheckTerminal), card);
}

/** The same order, and nobody takes money for it any more. */
export function withoutTaking(order: Order, state: Order['state']): Order {
  const { taking: _ended, ...rest } = order;
  return { ...rest, state };
}

/** It waits for its payment again; the next intent has a number of its own. */
export function asUnpaid(order: Order, nextCheckTerminal: string | undefined): Order {
  const { checkTerminal = '' } = order;
  return {
    ...withoutTaking(order, 'CREATED'),
    checkTerminal: nextCheckTerminal ?? checkTerminal,
  };
}

/** Whether a payment of this number is the one that is being taken; where none was fixed, any. */
export function isAwaited({ taking }: Order, transactionId: string): boolean {
  const { transactionId: fixed } = taking ?? {};
  return fixed === undefined || fixed === transactionId;
}

function asTaking(order: Order, taking: Taking): Order {
  return { ...order, state: 'TAKING', taking };
}

/** Whose it is and which payment; not since when, for an answer may have been lost. */
function isSameTaking(noted: Taking | undefined, asked: Taking): boolean {
  return (
    noted?.by === asked.by &&
    noted?.person === asked.person &&
    noted?.provider === asked.provider &&
    noted?.transactionId === asked.transactionId &&
    noted?.visit === asked.visit
  );
}

/** What the first authorisation of the order would be refused with. */
function objectionTo(
  situation: Situation,
  init: AuthenticInit,
  policy: LoadPolicy,
): Decision | undefined {
  const { order, card } = situation;
  const { openOrderId, expectedAtc, maxSeenAtc = 0 } = card;
  if (init.terminal !== order.checkTerminal || init.amountFen !== order.amountFen) {
    return endVisit(order, card, PROBE_MISMATCH);
  }
  if (card.frozen) return endVisit(order, card, ORDER_FROZEN, { why: 'earlier' });
  if (awaitsJournal(situation)) return awaitJournal(situation);
  if (openOrderId !== undefined) return endVisit(order, card, ORDER_OPEN, { openOrderId });
  if (init.onlineAtc < maxSeenAtc) return endVisit(order, card, INIT_STALE);
  const isSure = policy.issuer === 'sole' && situation.doubtSinceMs === undefined;
  if (isSure && expectedAtc !== undefined && init.onlineAtc !== expectedAtc) {
    return endVisit(order, card, COUNTER_WITHOUT_PROOF);
  }
  if (init.onlineAtc > policy.maxAtc) return endVisit(order, card, CARD_COUNTER_EXHAUSTED);
  const { balanceFen } = splitBalance(init.rawBalance);
  if (balanceFen + order.amountFen <= policy.maxBalanceFen) return undefined;
  return endVisit(order, card, BALANCE_LIMIT, { maxFen: policy.maxBalanceFen });
}

/**
 * The load as one pure function: a situation and a piece of evidence give the next situation and
 * the next step. No clock, no keys, no storage; whoever calls it stores the result before acting
 * on it. The rules and their proof are in docs/concepts/exactly-once.md.
 */
import type { TimedEvidence } from './evidence.js';
import type { LoadPolicy, Order, Situation } from './order.js';
import { type Decision, endVisit } from './decision.js';
import { decideOnInit, decideOnProbe } from './decide-counter.js';
import { decideOnBadTac, decideOnRefusedCredit, decideOnTac } from './decide-proof.js';
import { decideOnCancel, decideOnPayment } from './decide-payment.js';
import { decideOnRefunded, decideOnSendRefund } from './decide-refund.js';
import {
  decideOnRepairIssue,
  decideOnRepairPayment,
  decideOnRepairRefund,
} from './decide-repair.js';
import { decideOnForeignRecord, decideOnVoid, decideOnWithdrawVoid } from './decide-void.js';
import { decideOnPresence, decideWithoutProof, isWaitingForCard } from './decide-presence.js';
import { decideOnRelease } from './decide-release.js';
import { decideOnNotTaken, decideOnTaking } from './decide-taking.js';
import { awaitsJournal } from './doubt.js';
import { CARD_LOST, LOAD_IN_DOUBT, ORDER_CLOSED } from './errors.js';

/**
 * Decides.
 * 由当前状态与一条证据得出新状态与下一步（纯函数）。
 *
 * Laws (tested): evidence that proves nothing never moves money; CREDITED needs a TAC or, with a
 * sole issuer, the counter; a MAC2 is only ever asked for at the bound ATC; deciding twice on the
 * same evidence decides the same; in doubt nothing is issued and no end is reached that a journal
 * might gainsay.
 */
export function decide(
  situation: Situation,
  { evidence, nowMs }: TimedEvidence,
  policy: LoadPolicy,
): Decision {
  const decided = decideOn(situation, { evidence, nowMs }, policy);
  const decision = evidence.kind === 'release' ? decided : withoutStaleWord(situation, decided);
  const changed = decision.order !== situation.order;
  return changed ? { ...decision, order: { ...decision.order, updatedAtMs: nowMs } } : decision;
}

/** The first person spoke of what was known then. With any news it has to be said again. */
function withoutStaleWord(before: Situation, decision: Decision): Decision {
  const hasNews = decision.order !== before.order || decision.card !== before.card;
  const { release, ...order } = decision.order;
  return hasNews && release !== undefined ? { ...decision, order } : decision;
}

function decideOn(
  situation: Situation,
  { evidence, nowMs }: TimedEvidence,
  policy: LoadPolicy,
): Decision {
  switch (evidence.kind) {
    case 'present':
      return decideOnPresence(situation);
    case 'no-proof':
      return decideWithoutProof(situation);
    case 'lost':
      return decideOnLoss(situation);
    case 'clock':
      return decideOnClock(situation, nowMs, policy);
    case 'init':
      return decideOnInit(situation, evidence.init, nowMs, policy);
    case 'probe':
      return decideOnProbe(situation, evidence, policy);
    case 'tac':
      return decideOnTac(situation, evidence);
    case 'bad-tac':
      return decideOnBadTac(situation, policy);
    case 'credit-refused':
      return decideOnRefusedCredit(situation, evidence.sw);
    case 'payment':
      return decideOnPayment(situation, evidence, nowMs);
    case 'taking':
      return decideOnTaking(situation, evidence, policy);
    case 'not-taken':
      return decideOnNotTaken(situation, evidence);
    case 'cancel':
      return decideOnCancel(situation);
    case 'send-refund':
      return decideOnSendRefund(situation, evidence);
    case 'refunded':
      return decideOnRefunded(situation, evidence, nowMs);
    case 'foreign-record':
      return decideOnForeignRecord(situation, evidence.onlineAtc, policy);
    case 'void':
      return decideOnVoid(situation, evidence.probeTerminal, policy);
    case 'withdraw-void':
      return decideOnWithdrawVoid(situation);
    case 'release':
      return decideOnRelease(situation, evidence.request);
    case 'repair-issue':
      return decideOnRepairIssue(situation, evidence);
    case 'repair-payment':
      return decideOnRepairPayment(situation, evidence.payment);
    case 'repair-refund':
      return decideOnRepairRefund(situation, evidence);
  }
}

/** No answer came. An issued order is held: the lock stays, no second credit, no refund. */
function decideOnLoss(situation: Situation): Decision {
  const { order, card } = situation;
  const held: Order = order.state === 'ISSUED' ? { ...order, state: 'HELD' } : order;
  if (held.state === 'CREDITED') return endVisit(held, card);
  return endVisit(held, card, isWaitingForCard(held) ? LOAD_IN_DOUBT : CARD_LOST);
}

function decideOnClock(situation: Situation, nowMs: number, policy: LoadPolicy): Decision {
  const { order, card } = situation;
  const idleMs = nowMs - order.updatedAtMs;
  if (order.state === 'ISSUED' && idleMs >= policy.holdAfterMs) {
    return endVisit({ ...order, state: 'HELD' }, card, LOAD_IN_DOUBT);
  }
  const isUnpaid = order.state === 'CREATED' && !awaitsJournal(situation);
  if (isUnpaid && idleMs >= policy.expireUnpaidAfterMs) {
    return endVisit({ ...order, state: 'EXPIRED' }, card, ORDER_CLOSED, { state: 'EXPIRED' });
  }
  return endVisit(order, card);
}

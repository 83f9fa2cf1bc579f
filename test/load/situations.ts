/** Situations for the tests of the load protocol: one order, one card, as short as can be. */
import {
  type AuthenticInit,
  type Attempt,
  type CardAccount,
  decide,
  type Decision,
  DEFAULT_POLICY,
  type Evidence,
  type LoadPolicy,
  type Order,
  type Payment,
  type Situation,
} from '../../src/load/index.js';

export const NOW_MS = Date.UTC(2026, 10, 23, 2, 0, 0);
export const SOLE: LoadPolicy = { ...DEFAULT_POLICY, issuer: 'sole', refundByProbe: true };
export const SHARED: LoadPolicy = { ...DEFAULT_POLICY, refundByProbe: true };

export const ORDER: Order = {
  orderId: 'ORDER1',
  cardNumber: '2200000000000001',
  issuerFactor: 'B8CACBE0',
  keyIndex: 1,
  amountFen: 10_000,
  state: 'PAID',
  probesPassed: 0,
  badTacs: 0,
  refusedCredits: 0,
  outlet: 'self',
  plate: '甘A12345',
  plateColour: 0,
  createdAtMs: NOW_MS,
  updatedAtMs: NOW_MS,
};

export function situation(order: Partial<Order> = {}, rest: Partial<Situation> = {}): Situation {
  const merged: Order = { ...ORDER, ...order };
  const card = { cardNumber: merged.cardNumber, frozen: false };
  return { order: merged, card, attempts: [], payments: [], ...rest };
}

export function init(onlineAtc: number, changes: Partial<AuthenticInit> = {}): AuthenticInit {
  return {
    onlineAtc,
    rawBalance: 5000,
    random: '11223344',
    amountFen: ORDER.amountFen,
    terminal: '000440101001',
    keyVersion: 1,
    algorithm: 0,
    ...changes,
  };
}

export function attempt(atc: number, changes: Partial<Attempt> = {}): Attempt {
  return {
    ...init(atc),
    orderId: ORDER.orderId,
    cardNumber: ORDER.cardNumber,
    date: '20261123',
    time: '100000',
    ...changes,
  };
}

/** The account of a card whose counter the books know. */
export function knownCard(atc: number, changes: Partial<CardAccount> = {}): CardAccount {
  const { cardNumber } = ORDER;
  return { cardNumber, frozen: false, expectedAtc: atc, maxSeenAtc: atc, ...changes };
}

/** A payment of the order. */
export function payment(transactionId: string, changes: Partial<Payment> = {}): Payment {
  const { orderId, amountFen } = ORDER;
  return { orderId, transactionId, amountFen, surplus: false, ...changes };
}

/** Takes pieces of evidence in turn, as a ledger does that stores each decision. */
export function tell(
  from: Situation,
  evidence: readonly Evidence[],
  policy: LoadPolicy,
  nowMs = NOW_MS,
): { readonly situation: Situation; readonly decision: Decision } {
  let situation = from;
  let decision: Decision | undefined;
  for (const piece of evidence) {
    decision = decide(situation, { evidence: piece, nowMs }, policy);
    situation = after(situation, decision);
  }
  if (decision === undefined) throw new Error('no evidence');
  return { situation, decision };
}

/** The situation that a decision leaves behind. */
function after(before: Situation, decision: Decision): Situation {
  const { order, card, newAttempt, newPayment } = decision;
  const written = [newPayment, decision.sentRefund, decision.refundedPayment].filter(
    (one) => one !== undefined,
  );
  const isWritten = ({ transactionId }: Payment): boolean =>
    written.some((one) => one.transactionId === transactionId);
  return {
    ...before,
    order,
    card,
    attempts: newAttempt === undefined ? before.attempts : [...before.attempts, newAttempt],
    payments: [...before.payments.filter((one) => !isWritten(one)), ...written],
  };
}

/** The code a visit ended with. */
export function codeOf(decision: Decision): string | undefined {
  return decision.step.do === 'stop' ? decision.step.code : undefined;
}

/** An order whose MAC2 left at this ATC, and whose answer has not come. */
export function issuedAt(atc: number, order: Partial<Order> = {}): Situation {
  return situation(
    { state: 'ISSUED', boundAtc: atc, ...order },
    {
      card: {
        cardNumber: ORDER.cardNumber,
        frozen: false,
        expectedAtc: atc,
        maxSeenAtc: atc,
        openOrderId: ORDER.orderId,
      },
      attempts: [attempt(atc)],
    },
  );
}

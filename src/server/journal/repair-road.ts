/**
 * The road of a repair: what is asked of the ledger for one line of a journal, and in which order.
 * It asks and is answered; who walks it says what a ledger is. So the server and the walk through
 * everything that can happen go the same way.
 */
import type { Attempt, Decision, Evidence, Order, Situation } from '../../load/index.js';
import { isQuancunError } from '../../errors.js';
import type { Snapshot } from '../ledger/ledger.js';
import type {
  CounterLine,
  FormerIssueLine,
  IssuedOrder,
  JournalLine,
  JournalledOrder,
  RefundLine,
  TacLine,
} from './lines.js';

/** What became of a line: `unknown` when nothing is left that it could be about. */
export type Repaired = 'known' | 'repaired' | 'frozen' | 'unknown';
/** The same of one step: `clash` when a constraint of the ledger stands against it. */
export type Applied = Repaired | 'clash';

/** One thing that a repair asks for. */
export type RepairAsk =
  | { readonly ask: 'read'; readonly orderId: string }
  | { readonly ask: 'orders-of'; readonly cardNumber: string }
  | {
      readonly ask: 'restore';
      readonly order: Order;
      readonly idempotencyKey: string;
      readonly request: string;
    }
  | { readonly ask: 'apply'; readonly orderId: string; readonly evidence: Evidence };

/** An order as a line tells it. */
type ToldOrder = Omit<JournalledOrder, 'atMs'>;

/** What is answered to each. */
export interface RepairAnswers {
  readonly read: Snapshot | undefined;
  readonly 'orders-of': readonly string[];
  readonly restore: string;
  readonly apply: Applied;
}

/** An answer to any of them. */
export type RepairAnswer = RepairAnswers[keyof RepairAnswers];

/** A road, or a stretch of one. */
export type RepairRoad<T = Repaired> = Generator<RepairAsk, T, RepairAnswer>;

/** Asks one thing; the answer has the form that belongs to it. */
function* ask<A extends RepairAsk>(what: A): RepairRoad<RepairAnswers[A['ask']]> {
  return (yield what) as RepairAnswers[A['ask']];
}

/** Takes a line in. */
export function* repairRoad(line: JournalLine): RepairRoad {
  switch (line.kind) {
    case 'issue':
      return (yield* repairIssue(line, line.attempt)).done;
    case 'refund':
      return yield* repairRefund(line);
    case 'tac':
      return yield* repairTac(line);
    case 'issue-0.1':
      return yield* repairFormerIssue(line);
    case 'counter':
      return yield* repairCounter(line);
    case 'peers':
    case 'seal':
      return 'known';
  }
}

/** What a decision on a line comes to when it is committed; nothing to commit: `known`. */
export function outcomeOf(
  { order, newAttempt, newPayment, sentRefund, refundedPayment }: Decision,
  situation: Situation,
): 'known' | 'repaired' | 'frozen' {
  const rows = [newAttempt, newPayment, sentRefund, refundedPayment];
  const changes = rows.some((one) => one !== undefined);
  if (order === situation.order && !changes) return 'known';
  return order.state === 'FROZEN' ? 'frozen' : 'repaired';
}

/** Whether a ledger refused because what it was told belongs to another order. */
export function isClash(error: unknown): boolean {
  return ['PAYMENT_REUSED', 'LEDGER_BUSY', 'INTERNAL'].some((code) => isQuancunError(error, code));
}

/** What became of an issue, and under which number: its order may have been made again. */
interface RepairedIssue {
  readonly done: Repaired;
  readonly orderId: string;
}

function* repairIssue(told: ToldOrder, issued: Attempt): RepairRoad<RepairedIssue> {
  const { orderId, hasClash } = yield* placeOrder(told);
  // The order may have been made again under another number, from the same request.
  const attempt: Attempt = { ...issued, orderId };
  const evidence: Evidence = { kind: 'repair-issue', attempt };
  if (!hasClash) {
    const done = yield* ask({ ask: 'apply', orderId, evidence });
    if (done !== 'clash') return { done, orderId };
  }
  return { done: yield* freezeCard(told, attempt), orderId };
}

/** All issues of an order that another journal may hold alone. */
function* repairIssued({ attempts, ...told }: IssuedOrder): RepairRoad<RepairedIssue> {
  let { orderId } = told.order;
  let done: Repaired = 'known';
  for (const attempt of attempts) {
    const one = yield* repairIssue(told, attempt);
    orderId = one.orderId;
    if (one.done !== 'known' && done !== 'frozen') done = one.done;
  }
  return { done, orderId };
}

function* repairRefund(line: RefundLine): RepairRoad {
  const { orderId, hasClash } = yield* placeOrder(line);
  const { transactionId, refundsSent, returnedAtMs } = line;
  if (!hasClash) {
    const back = returnedAtMs === undefined ? {} : { returnedAtMs };
    const evidence = { kind: 'repair-refund', transactionId, refundsSent, ...back } as const;
    const done = yield* ask({ ask: 'apply', orderId, evidence });
    if (done !== 'clash') return done;
  }
  return yield* freezeCard(line, noAttempt(orderId, line.order.cardNumber));
}

/** The card was written, also where the journal of the issue is not compared yet, or is lost. */
function* repairTac(line: TacLine): RepairRoad {
  const known = yield* findAttempt(line, line.orderId);
  if (known !== undefined) return yield* applyTac(known);
  if (line.issued === undefined) return 'unknown';
  const { done, orderId } = yield* repairIssued(line.issued);
  const made = yield* findAttempt(line, orderId);
  if (made === undefined) return done;
  const weighed = yield* applyTac(made);
  return weighed === 'known' ? done : weighed;
}

function* findAttempt(
  { onlineAtc, random }: TacLine,
  orderId: string,
): RepairRoad<Attempt | undefined> {
  const snapshot = yield* ask({ ask: 'read', orderId });
  return snapshot?.situation.attempts.find(
    (one) => one.onlineAtc === onlineAtc && one.random === random,
  );
}

function* applyTac(attempt: Attempt): RepairRoad {
  const evidence = { kind: 'tac', attempt } as const;
  const done = yield* ask({ ask: 'apply', orderId: attempt.orderId, evidence });
  return done === 'clash' ? 'frozen' : done;
}

/** What the counter said is not believed again: the order waits for its card's TAC. */
function* repairCounter({ issued }: CounterLine): RepairRoad {
  return issued === undefined ? 'known' : (yield* repairIssued(issued)).done;
}

/**
 * Of such a line no authorisation can be made again; but its card is not to be loaded again before
 * people have looked: its order is frozen, or one that stands for it.
 */
function* repairFormerIssue(line: FormerIssueLine): RepairRoad {
  const { orderId, cardNumber, atc, random } = line;
  const snapshot = yield* ask({ ask: 'read', orderId });
  if (snapshot === undefined) {
    const request = { idempotencyKey: `journal-0.1 ${orderId}`, request: 'journal-0.1' };
    yield* ask({ ask: 'restore', order: formerOrder(line), ...request });
  }
  const isKnown = snapshot?.situation.attempts.some(
    (one) => one.onlineAtc === atc && one.random === random,
  );
  if (isKnown === true) return 'known';
  const attempt = { ...noAttempt(orderId, cardNumber), onlineAtc: atc, random };
  yield* ask({ ask: 'apply', orderId, evidence: { kind: 'repair-issue', attempt, clash: true } });
  return 'frozen';
}

/**
 * Stands for an order of which the line says only number, card and time: of the least amount, and
 * expired, so that nothing can come of it but its card standing still until people let it go.
 */
function formerOrder({ orderId, cardNumber, atMs }: FormerIssueLine): Order {
  return {
    ...{ orderId, cardNumber, issuerFactor: '', keyIndex: 0, amountFen: 1, state: 'EXPIRED' },
    ...{ probesPassed: 0, badTacs: 0, refusedCredits: 0, outlet: '', plate: '', plateColour: 0 },
    ...{ createdAtMs: atMs, updatedAtMs: atMs },
  };
}

/** The order as the ledger has it, or as the line tells; and its payments. */
function* placeOrder({
  order,
  idempotencyKey,
  request,
  payments,
}: ToldOrder): RepairRoad<{ readonly orderId: string; readonly hasClash: boolean }> {
  const known = yield* ask({ ask: 'read', orderId: order.orderId });
  const restored = { order: asCreated(order), idempotencyKey, request };
  const orderId = known?.situation.order.orderId ?? (yield* ask({ ask: 'restore', ...restored }));
  let hasClash = false;
  // The order's own payment first: what comes later is a surplus.
  const inOrder = [...payments].sort((a, b) => Number(a.surplus) - Number(b.surplus));
  for (const told of inOrder) {
    const payment = { ...told, orderId };
    const evidence = { kind: 'repair-payment', payment } as const;
    const paid = yield* ask({ ask: 'apply', orderId, evidence });
    const { transactionId, refundsSent } = told;
    if (paid === 'clash') hasClash = true;
    else if (refundsSent !== undefined) {
      const sent = { kind: 'repair-refund', transactionId, refundsSent } as const;
      if ((yield* ask({ ask: 'apply', orderId, evidence: sent })) === 'clash') hasClash = true;
    }
  }
  return { orderId, hasClash };
}

/** An order as it was made: what became of it is told by its evidence. */
function asCreated(order: Order): Order {
  const { boundAtc: _atc, probeTerminal: _probe, creditedBy: _by, ...rest } = order;
  const { frozenFrom: _from, release: _word, tacOnly: _mark, proof: _tac, ...made } = rest;
  return {
    ...made,
    state: 'CREATED',
    probesPassed: 0,
    badTacs: 0,
    refusedCredits: 0,
    updatedAtMs: order.createdAtMs,
  };
}

/**
 * What the ledger cannot place stops this card alone: the order it is about, and every other one of
 * the card whose money could be what the line is about.
 */
function* freezeCard({ order, payments, idempotencyKey }: ToldOrder, attempt: Attempt): RepairRoad {
  const own = attempt.orderId;
  const numbers = new Set(payments.map(({ transactionId }) => transactionId));
  const { cardNumber } = order;
  // Asked before the loop: QuickJS takes no yield* in its head.
  const orderIds = yield* ask({ ask: 'orders-of', cardNumber });
  for (const orderId of orderIds) {
    const other = yield* ask({ ask: 'read', orderId });
    if (other === undefined || orderId === own) continue;
    const holdsIt =
      other.idempotencyKey === idempotencyKey ||
      other.situation.order.boundAtc === attempt.onlineAtc ||
      other.situation.payments.some(({ transactionId }) => numbers.has(transactionId));
    if (!holdsIt) continue;
    const clash = { ...attempt, orderId };
    yield* ask({
      ask: 'apply',
      orderId,
      evidence: { kind: 'repair-issue', attempt: clash, clash: true },
    });
  }
  yield* ask({
    ask: 'apply',
    orderId: own,
    evidence: { kind: 'repair-issue', attempt, clash: true },
  });
  return 'frozen';
}

/** Stands for an attempt of which nothing is known. */
function noAttempt(orderId: string, cardNumber: string): Attempt {
  const unknown = { onlineAtc: -1, random: '', rawBalance: 0, amountFen: 0, terminal: '' };
  return { orderId, cardNumber, ...unknown, date: '', time: '', keyVersion: 0, algorithm: 0 };
}

/**
 * Repair: what a journal says and the ledger has forgotten is decided and committed again, on the
 * road of every decision. Each step may be the last one before a crash, and may come again.
 */
import type { Env } from '../../env.js';
import { isQuancunError } from '../../errors.js';
import type { Decide } from '../decide.js';
import type { Attempt, Evidence, LoadPolicy, Order } from '../../load/index.js';
import type { Ledger, Snapshot } from '../ledger/ledger.js';
import type { IssueLine, JournalLine, JournalledOrder, RefundLine, TacLine } from './lines.js';
import type { FormerIssueLine } from './lines.js';

/** What a repair works on. */
export interface RepairParts {
  readonly ledger: Ledger;
  readonly env: Env;
  readonly decide: Decide;
  readonly policy: LoadPolicy;
}

/** What became of a line: `unknown` when nothing is left that it could be about. */
export type Repaired = 'known' | 'repaired' | 'frozen' | 'unknown';

/** How often a decision is made again when another one was first. */
const MAX_RACES = 24;

/** Takes a line in. */
export async function repairLine(parts: RepairParts, line: JournalLine): Promise<Repaired> {
  switch (line.kind) {
    case 'issue':
      return repairIssue(parts, line);
    case 'refund':
      return repairRefund(parts, line);
    case 'tac':
      return repairTac(parts, line);
    case 'issue-0.1':
      return repairFormerIssue(parts, line);
    case 'peers':
    case 'seal':
      return 'known';
  }
}

async function repairIssue(parts: RepairParts, line: IssueLine): Promise<Repaired> {
  const { orderId, hasClash } = await placeOrder(parts, line);
  // The order may have been made again under another number, from the same request.
  const attempt: Attempt = { ...line.attempt, orderId };
  const evidence: Evidence = { kind: 'repair-issue', attempt };
  if (!hasClash) {
    const done = await tryApply(parts, orderId, evidence);
    if (done !== 'clash') return done;
  }
  return freezeCard(parts, line, attempt);
}

async function repairRefund(parts: RepairParts, line: RefundLine): Promise<Repaired> {
  const { orderId, hasClash } = await placeOrder(parts, line);
  const { transactionId, refundsSent } = line;
  if (!hasClash) {
    const evidence = { kind: 'repair-refund', transactionId, refundsSent } as const;
    const done = await tryApply(parts, orderId, evidence);
    if (done !== 'clash') return done;
  }
  return freezeCard(parts, line, noAttempt(orderId, line.order.cardNumber));
}

/** The card was written; an order that is not there has its issue in another journal. */
async function repairTac(parts: RepairParts, line: TacLine): Promise<Repaired> {
  const { orderId, onlineAtc, random } = line;
  const snapshot = await parts.ledger.read(orderId);
  const attempt = snapshot?.situation.attempts.find(
    (one) => one.onlineAtc === onlineAtc && one.random === random,
  );
  if (attempt === undefined) return 'unknown';
  const done = await tryApply(parts, orderId, { kind: 'tac', attempt });
  return done === 'clash' ? 'frozen' : done;
}

/**
 * Of such a line no authorisation can be made again; but its card is not to be loaded again before
 * people have looked: its order is frozen, or one that stands for it.
 */
async function repairFormerIssue(parts: RepairParts, line: FormerIssueLine): Promise<Repaired> {
  const { ledger } = parts;
  const { orderId, cardNumber, atc, random } = line;
  const snapshot = await ledger.read(orderId);
  if (snapshot === undefined) {
    await ledger.restoreOrder(formerOrder(line), `journal-0.1 ${orderId}`, 'journal-0.1');
  }
  const isKnown = snapshot?.situation.attempts.some(
    (one) => one.onlineAtc === atc && one.random === random,
  );
  if (isKnown === true) return 'known';
  const attempt = { ...noAttempt(orderId, cardNumber), onlineAtc: atc, random };
  await tryApply(parts, orderId, { kind: 'repair-issue', attempt, clash: true });
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
async function placeOrder(
  { ledger, ...rest }: RepairParts,
  { order, idempotencyKey, request, payments }: JournalledOrder,
): Promise<{ readonly orderId: string; readonly hasClash: boolean }> {
  const parts = { ledger, ...rest };
  const known = await ledger.read(order.orderId);
  const { orderId } =
    known?.situation.order ??
    (await ledger.restoreOrder(asCreated(order), idempotencyKey, request));
  let hasClash = false;
  // The order's own payment first: what comes later is a surplus.
  const inOrder = [...payments].sort((a, b) => Number(a.surplus) - Number(b.surplus));
  for (const payment of inOrder) {
    const paid = await tryApply(parts, orderId, {
      kind: 'repair-payment',
      payment: { ...payment, orderId },
    });
    const { transactionId, refundsSent } = payment;
    if (paid === 'clash') hasClash = true;
    else if (refundsSent !== undefined) {
      const sent = { kind: 'repair-refund', transactionId, refundsSent } as const;
      if ((await tryApply(parts, orderId, sent)) === 'clash') hasClash = true;
    }
  }
  return { orderId, hasClash };
}

/** An order as it was made: what became of it is told by its evidence. */
function asCreated(order: Order): Order {
  const { boundAtc: _atc, probeTerminal: _probe, creditedBy: _by, ...rest } = order;
  const { frozenFrom: _from, release: _word, tacOnly: _mark, ...made } = rest;
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
async function freezeCard(
  parts: RepairParts,
  { order, payments, idempotencyKey }: JournalledOrder,
  attempt: Attempt,
): Promise<Repaired> {
  const own = attempt.orderId;
  const numbers = new Set(payments.map(({ transactionId }) => transactionId));
  const query = { cardNumber: order.cardNumber, fromMs: 0, toMs: Number.MAX_SAFE_INTEGER };
  for (const { orderId } of await parts.ledger.findOrders({ ...query, limit: 100 })) {
    const other = await parts.ledger.read(orderId);
    if (other === undefined || orderId === own) continue;
    const holdsIt =
      other.idempotencyKey === idempotencyKey ||
      other.situation.order.boundAtc === attempt.onlineAtc ||
      other.situation.payments.some(({ transactionId }) => numbers.has(transactionId));
    if (!holdsIt) continue;
    const clash = { ...attempt, orderId };
    await tryApply(parts, orderId, { kind: 'repair-issue', attempt: clash, clash: true });
  }
  await tryApply(parts, own, { kind: 'repair-issue', attempt, clash: true });
  return 'frozen';
}

/** Stands for an attempt of which nothing is known. */
function noAttempt(orderId: string, cardNumber: string): Attempt {
  const unknown = { onlineAtc: -1, random: '', rawBalance: 0, amountFen: 0, terminal: '' };
  return { orderId, cardNumber, ...unknown, date: '', time: '', keyVersion: 0, algorithm: 0 };
}

/** Decides and commits; `clash` when a constraint of the ledger stands against it. */
async function tryApply(
  parts: RepairParts,
  orderId: string,
  evidence: Evidence,
): Promise<Repaired | 'clash'> {
  const { ledger, env, policy } = parts;
  for (let race = 0; race < MAX_RACES; race += 1) {
    const snapshot = await ledger.read(orderId);
    if (snapshot === undefined) return 'unknown';
    const nowMs = env.now();
    const decision = parts.decide(snapshot.situation, { evidence, nowMs }, policy);
    const { order, newAttempt, newPayment, sentRefund } = decision;
    const changes = [newAttempt, newPayment, sentRefund].some((one) => one !== undefined);
    if (order === snapshot.situation.order && !changes) return 'known';
    const outcome = await commitOne(ledger, snapshot, { decision, evidence, atMs: nowMs });
    if (outcome === 'outdated') continue;
    if (outcome === 'clash') return outcome;
    return order.state === 'FROZEN' ? 'frozen' : 'repaired';
  }
  return 'clash';
}

async function commitOne(
  ledger: Ledger,
  snapshot: Snapshot,
  {
    evidence,
    ...made
  }: { decision: ReturnType<Decide>; readonly evidence: Evidence; readonly atMs: number },
): Promise<'written' | 'outdated' | 'clash'> {
  try {
    const { written } = await ledger.commit({ snapshot, ...made, evidence: evidence.kind });
    return written ? 'written' : 'outdated';
  } catch (error) {
    // What a constraint refuses belongs to another order. A database that is away says otherwise.
    const isRefused = ['PAYMENT_REUSED', 'LEDGER_BUSY', 'INTERNAL'].some((code) =>
      isQuancunError(error, code),
    );
    if (!isRefused) throw error;
    return 'clash';
  }
}

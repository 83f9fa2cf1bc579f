/**
 * The authority: takes a report, weighs it with the HSM, decides, commits, and only then lets a
 * MAC2 leave. It keeps nothing in memory between two calls; any number of instances may share one
 * ledger.
 */
import { toHex } from '../bytes.js';
import type { Env } from '../env.js';
import { QuancunError } from '../errors.js';
import {
  type Authority,
  type ConfirmPaymentRequest,
  type CreateOrderRequest,
  type Decision,
  DEFAULT_POLICY,
  decide,
  endVisit,
  EP_LOAD,
  type Evidence,
  type LoadPolicy,
  type Order,
  type OrderView,
  parseConfirmPaymentRequest,
  parseCreateOrderRequest,
  parseForeignRecord,
  parseVisitReport,
  type Step,
  type VisitReport,
} from '../load/index.js';
import { maskCardNumber } from '../redact.js';
import type { Decide } from './decide.js';
import type { BackOffice } from './back-office.js';
import { draftOrder } from './draft-order.js';
import { checkBookBalance, type FindBookBalance } from './book-balance.js';
import type { Hsm } from './hsm/hsm.js';
import { giveUpJournal, listJournals } from './journal/give-up.js';
import type { Journal } from './journal/journal.js';
import { lineOf } from './journal/line-of.js';
import { openWitness, type Witness } from './journal/witness.js';
import type { Ledger, Snapshot } from './ledger/ledger.js';
import { createTurnsOfCards, type InTurnOfCard } from './turns-of-cards.js';
import { selector, weigh, weighForeignRecord, type Weighed } from './weigh.js';
import { CARD_BLACKLISTED, CARD_MISMATCH, ORDER_UNKNOWN } from './errors.js';
import { LEDGER_BUSY } from '../signing/errors.js';

/** How often a decision is made again when another terminal was first. */
const MAX_RACES = 24;
const MAX_BACKOFF_MS = 64;

/** What an authority is made of. */
export interface AuthorityOptions {
  readonly ledger: Ledger;
  readonly hsm: Hsm;
  readonly journal: Journal;
  readonly env: Env;
  /** Changes to the strict {@link DEFAULT_POLICY}. */
  readonly policy?: Partial<LoadPolicy>;
  /** Whether a card is on the list of stopped cards. */
  readonly isStopped?: (cardNumber: string) => Promise<boolean>;
  /**
   * The issuer's books, to refuse starting a load when the card's balance is another. Default: not
   * asked, because a difference says nothing of whether a card was written, and an issuer whose
   * tolls clear late would turn good cards away.
   */
  readonly findBookBalance?: FindBookBalance;
  /**
   * The journal is new on purpose, though the ledger has another and no other server runs. Default:
   * refused, because the path may be mistyped.
   */
  readonly newJournal?: boolean;
}

/** An authority's own: what it decides by; who lost a race waits in turn. */
interface Inside extends AuthorityOptions {
  readonly decide: Decide;
  readonly inTurn: InTurnOfCard;
  readonly witness: Witness;
}

export type { BackOffice };

/**
 * Makes an authority over a ledger and an HSM.
 * 创建授权中心。
 *
 * The order of work that keeps the money right: commit, then journal, then MAC2.
 * @example
 * import { envFrom } from 'quancun';
 * import { HSM_TEST_KEYS } from 'quancun/testing';
 * const hsm = softHsm({ allowSoftwareKeys: 'test', keys: HSM_TEST_KEYS }); // in production: yours
 * const [ledger, journal] = [memoryLedger(), memoryJournal()]; // and sqliteStores, fileJournal
 * const authority = createAuthority({ ledger, journal, hsm, env: envFrom(globalThis) });
 */
export function createAuthority(parts: AuthorityOptions): Authority & BackOffice {
  return createAuthorityWith(decide, parts);
}

export type { Decide };

/** The same, deciding otherwise. No subpath exports it. */
export function createAuthorityWith(
  decideNext: Decide,
  parts: AuthorityOptions,
): Authority & BackOffice {
  const policy: LoadPolicy = { ...DEFAULT_POLICY, ...parts.policy };
  const options: Inside = {
    ...parts,
    decide: decideNext,
    inTurn: createTurnsOfCards(),
    witness: openWitness({ newJournal: false, ...parts, decide: decideNext, policy }),
  };
  const { ledger, witness } = options;
  const act = (orderId: string, evidence: Evidence): Promise<OrderView> =>
    decideBy(options, policy, orderId, () => Promise.resolve({ evidence }));
  return {
    createOrder: (request) => createOrder(options, policy, parseCreateOrderRequest(request)),
    confirmPayment: (request) => confirm(options, policy, parseConfirmPaymentRequest(request)),
    next: (report) => next(options, policy, parseVisitReport(report)),
    findUnsettled: async (cardNumber) => {
      await witness.opened();
      const [first] = await ledger.findUnsettled(cardNumber);
      return first === undefined ? undefined : viewOf(first);
    },
    getOrder: async (orderId) => {
      await witness.opened();
      const snapshot = await ledger.read(orderId);
      return snapshot === undefined ? undefined : viewOf(snapshot.situation.order);
    },
    cancel: (orderId) => act(orderId, { kind: 'cancel' }),
    requestVoid: (orderId) =>
      act(orderId, { kind: 'void', probeTerminal: drawProbeTerminal(options.env) }),
    withdrawVoid: (orderId) => act(orderId, { kind: 'withdraw-void' }),
    confirmRefund: (orderId, transactionId) =>
      act(orderId, { kind: 'refunded', ...(transactionId === undefined ? {} : { transactionId }) }),
    release: (orderId, request) => act(orderId, { kind: 'release', request }),
    reportForeignRecord: (orderId, record) =>
      decideBy(options, policy, orderId, ({ situation }) =>
        weighForeignRecord(options.hsm, situation, parseForeignRecord(record)),
      ),
    tick: (orderId) => act(orderId, { kind: 'clock' }),
    sendRefund: (orderId, transactionId) => sendRefund(options, policy, orderId, transactionId),
    open: () => witness.open(),
    close: () => witness.seal(),
    journals: () => listJournals(ledger),
    giveUpJournal: (journalId, by) => giveUpJournal(ledger, journalId, by),
  };
}

async function createOrder(
  options: Inside,
  policy: LoadPolicy,
  request: CreateOrderRequest,
): Promise<OrderView> {
  const { ledger, env, witness } = options;
  await witness.opened();
  const draft = draftOrder(request, policy, env);
  if ((await options.isStopped?.(draft.cardNumber)) === true) {
    throw new QuancunError(CARD_BLACKLISTED);
  }
  // What the request means, not its bytes: a card read badly once is still the same card.
  const text = JSON.stringify([draft.cardNumber, draft.amountFen, draft.outlet]);
  const order = await ledger.createOrder(draft, request.idempotencyKey, text);
  return viewOf(order);
}

async function confirm(
  options: Inside,
  policy: LoadPolicy,
  request: ConfirmPaymentRequest,
): Promise<OrderView> {
  const transactionId = `${request.provider}:${request.transactionId}`;
  const { amountFen, paidAtMs } = request;
  const date = paidAtMs === undefined ? {} : { paidAtMs };
  const evidence: Evidence = { kind: 'payment', transactionId, amountFen, ...date };
  const weighed = Promise.resolve({ evidence });
  const { order } = await onOrder(options, policy, request.orderId, () => weighed);
  return viewOf(order);
}

async function next(options: Inside, policy: LoadPolicy, report: VisitReport): Promise<Step> {
  const { hsm, env } = options;
  const decision = await onOrder(options, policy, report.orderId, ({ situation }) => {
    const { order } = situation;
    if (order.cardNumber !== report.cardNumber) {
      const details = {
        present: maskCardNumber(report.cardNumber),
        ordered: maskCardNumber(order.cardNumber),
      };
      return Promise.resolve({ row: CARD_MISMATCH, details } as const);
    }
    const weighed = weigh(hsm, situation, report.evidence, () => drawProbeTerminal(env));
    return weighed.then((one) => checkBookBalance(options.findBookBalance, situation, one));
  });
  return letOut(options, decision);
}

/** What people ask for is done, or refused with the reason: nothing in between. */
async function decideBy(
  options: Inside,
  policy: LoadPolicy,
  orderId: string,
  weighed: (snapshot: Snapshot) => Promise<Weighed>,
): Promise<OrderView> {
  let before: Order | undefined;
  const { order, step } = await onOrder(options, policy, orderId, (snapshot) => {
    before = snapshot.situation.order;
    return weighed(snapshot);
  });
  if (order === before && step.do === 'stop' && step.code !== undefined) {
    throw QuancunError.fromJSON(step);
  }
  return viewOf(order);
}

async function sendRefund(
  options: Inside,
  policy: LoadPolicy,
  orderId: string,
  transactionId: string,
): Promise<number> {
  const evidence: Evidence = { kind: 'send-refund', transactionId };
  const weighed = Promise.resolve({ evidence });
  const { sentRefund, step } = await onOrder(options, policy, orderId, () => weighed);
  if (sentRefund === undefined && step.do === 'stop') throw QuancunError.fromJSON(step);
  return sentRefund?.refundsSent ?? 1;
}

/**
 * Reads, weighs, decides and commits. Who loses a race for the card decides again, in turn: the
 * terminals of one process do not race each other twice, those of others back off at random.
 */
async function onOrder(
  options: Inside,
  policy: LoadPolicy,
  orderId: string,
  weighed: (snapshot: Snapshot) => Promise<Weighed>,
): Promise<Decision> {
  const first = await tryOnce(options, policy, orderId, weighed);
  if (first.decision !== undefined) return first.decision;
  return options.inTurn(first.cardNumber, async () => {
    for (let race = 0; race < MAX_RACES; race += 1) {
      const { decision } = await tryOnce(options, policy, orderId, weighed);
      if (decision !== undefined) return decision;
      const [draw = 0] = options.env.random(1);
      await options.env.sleep((draw / 255) * Math.min(2 ** race, MAX_BACKOFF_MS));
    }
    throw new QuancunError(LEDGER_BUSY);
  });
}

/** Without a decision another one was first, and nothing was written. */
async function tryOnce(
  options: Inside,
  policy: LoadPolicy,
  orderId: string,
  weighed: (snapshot: Snapshot) => Promise<Weighed>,
): Promise<{ readonly cardNumber: string; readonly decision?: Decision }> {
  const { env, witness } = options;
  const snapshot = await witness.read(orderId);
  if (snapshot === undefined) throw new QuancunError(ORDER_UNKNOWN);
  const { situation } = snapshot;
  const { cardNumber } = situation.order;
  const result = await weighed(snapshot);
  if (!('evidence' in result)) return { cardNumber, decision: unchanged(situation, result) };
  const nowMs = env.now();
  const decision = options.decide(situation, { evidence: result.evidence, nowMs }, policy);
  const evidence = result.evidence.kind;
  const line = lineOf(snapshot, decision, result.evidence, nowMs);
  const change = { snapshot, decision, evidence, atMs: nowMs };
  const written = await witness.commit(change, line);
  return written ? { cardNumber, decision } : { cardNumber };
}

/** The last act. The ledger has the decision and the journal its line, both durable. */
async function letOut(options: Inside, decision: Decision): Promise<Step> {
  const { step, order } = decision;
  if (step.do !== 'credit') return step;
  const { onlineAtc, random, terminal, amountFen, date, time } = step.attempt;
  const session = { random, onlineAtc, transactionType: EP_LOAD, amountFen, terminal };
  const mac2 = await options.hsm.computeMac2({ ...selector(order), ...session, date, time });
  return { do: 'credit', date, time, mac2 };
}

/** A report that could not be weighed ends the visit and changes nothing. */
function unchanged(
  situation: Snapshot['situation'],
  refusal: Exclude<Weighed, { evidence: Evidence }>,
): Decision {
  return endVisit(situation.order, situation.card, refusal.row, refusal.details);
}

function viewOf(order: Order): OrderView {
  const { orderId, cardNumber, amountFen, state, outlet, createdAtMs, creditedBy } = order;
  const view = { orderId, cardNumber, amountFen, state, outlet, createdAtMs };
  return creditedBy === undefined ? view : { ...view, creditedBy };
}

/** A terminal number that no terminal has: FF and five random bytes. */
function drawProbeTerminal(env: Env): string {
  return `FF${toHex(env.random(5))}`;
}

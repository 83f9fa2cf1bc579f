/**
 * The authority: takes a report, weighs it with the HSM, decides, commits, and only then lets a
 * MAC2 leave. It keeps nothing in memory between two calls; any number of instances may share one
 * ledger.
 */
import { QuancunError } from '../errors.js';
import {
  type Authority,
  type ConfirmPaymentRequest,
  type CreateOrderRequest,
  type Decision,
  DEFAULT_POLICY,
  decide,
  EP_LOAD,
  type Evidence,
  type LoadPolicy,
  type Order,
  type OrderView,
  type Payment,
  parseBeginPaymentRequest,
  parseCardNumber,
  parseCheckCardRequest,
  parseEndPaymentRequest,
  parseConfirmPaymentRequest,
  parseCreateOrderRequest,
  parseForeignRecord,
  parseNotTaken,
  parseOrderId,
  parseRefund,
  parseReleaseRequest,
  parseVisitReport,
  type Situation,
  type Step,
  type VisitReport,
} from '../load/index.js';
import { maskCardNumber } from '../redact.js';
import { expectOptions } from '../json/index.js';
import { type AuthorityOptions, type Inside, POLICY } from './authority-options.js';
import { decideBy, onOrder } from './decide-order.js';
import { beginPayment, notTaken } from './take-payment.js';
import { checkCard, openObjection } from './check-card.js';
import type { Decide } from './decide.js';
import type { BackOffice, RefundWord } from './back-office.js';
import { draftOrder, drawProbeTerminal } from './draft-order.js';
import { checkBookBalance } from './book-balance.js';
import { tickDue } from './due.js';
import { watchHsm } from './hsm/watched.js';
import { limitOutside } from './limit-outside.js';
import { giveUpJournal, listJournals } from './journal/give-up.js';
import { openWitness } from './journal/witness.js';
import { noteWritten, recordOf, type RequestSlip } from './request-slip.js';
import { viewBooked, viewOf } from './told.js';
import { createTurnsOfCards } from './turns-of-cards.js';
import { selector, weigh, weighForeignRecord, type Weighed } from './weigh.js';
import { CARD_MISMATCH } from '../load/errors.js';
import { CARD_BLACKLISTED } from './errors.js';

/** An authority that writes down a request with the decision it leads to. */
export interface ServedAuthority extends Authority, BackOffice {
  /** The same authority, for one request. */
  forRequest(slip: RequestSlip): Authority & BackOffice;
}

export type { AuthorityOptions, BackOffice, RefundWord };

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
export function createAuthority(parts: AuthorityOptions): ServedAuthority {
  return createAuthorityWith(decide, parts);
}

export type { Decide };

/** The same, deciding otherwise. No subpath exports it. */
export function createAuthorityWith(decideNext: Decide, parts: AuthorityOptions): ServedAuthority {
  const policy: LoadPolicy = { ...DEFAULT_POLICY, ...parts.policy };
  expectOptions(POLICY, policy, 'createAuthority: policy');
  const limited = limitOutside(parts);
  const options: Inside = {
    ...limited,
    decide: decideNext,
    inTurn: createTurnsOfCards(),
    witness: openWitness({ newJournal: false, ...parts, decide: decideNext, policy }),
  };
  return {
    ...actsOf(options, policy),
    forRequest: (slip) => {
      const hsm = slip.codes === undefined ? options.hsm : watchHsm(options.hsm, slip.codes);
      return actsOf({ ...options, hsm, slip }, policy);
    },
  };
}

function actsOf(options: Inside, policy: LoadPolicy): Authority & BackOffice {
  const act = async (orderId: string, evidence: Evidence): Promise<OrderView> =>
    decideBy(options, policy, parseOrderId(orderId), () => Promise.resolve({ evidence }));
  return {
    createOrder: async (request) => createOrder(options, policy, parseCreateOrderRequest(request)),
    checkCard: async (request) => checkCard(options, policy, parseCheckCardRequest(request)),
    beginPayment: async (said) => beginPayment(options, policy, parseBeginPaymentRequest(said)),
    endPayment: async (said) => {
      const { by } = options.slip?.who ?? {};
      const { orderId, terminal } = parseEndPaymentRequest(said);
      const who = by === undefined ? {} : { by };
      return act(orderId, notTaken(options, { how: 'terminal', ...who, terminal }));
    },
    endTaking: async (orderId, word) => act(orderId, notTaken(options, parseNotTaken(word))),
    confirmPayment: async (said) => confirm(options, policy, parseConfirmPaymentRequest(said)),
    next: async (report) => next(options, policy, parseVisitReport(report)),
    findUnsettled: async (cardNumber) => {
      await options.witness.opened();
      const [first] = await options.ledger.findUnsettled(parseCardNumber(cardNumber));
      return first === undefined ? undefined : viewOf(first);
    },
    getOrder: async (orderId) => {
      await options.witness.opened();
      const snapshot = await options.ledger.read(parseOrderId(orderId));
      return snapshot === undefined ? undefined : viewOf(snapshot.situation.order);
    },
    cancel: (orderId) => act(orderId, { kind: 'cancel' }),
    requestVoid: (orderId) =>
      act(orderId, { kind: 'void', probeTerminal: drawProbeTerminal(options.env) }),
    withdrawVoid: (orderId) => act(orderId, { kind: 'withdraw-void' }),
    confirmRefund: async (orderId, transactionId, word = { by: 'hand' }) =>
      act(orderId, { kind: 'refunded', ...parseRefund(transactionId), ...handOf(word) }),
    release: async (orderId, request) =>
      act(orderId, { kind: 'release', request: parseReleaseRequest(request) }),
    reportForeignRecord: async (orderId, said) => {
      const record = parseForeignRecord(said);
      return decideBy(options, policy, parseOrderId(orderId), ({ situation }) =>
        weighForeignRecord(options.hsm, situation, record),
      );
    },
    tick: (orderId) => act(orderId, { kind: 'clock' }),
    tickDue: (due) => tickDue(options, policy, due),
    sendRefund: async (orderId, transactionId, closed) =>
      sendRefund(options, policy, parseOrderId(orderId), { transactionId, closed }),
    open: () => options.witness.open(),
    close: () => options.witness.seal(),
    isWritable: () => options.witness.isWritable(),
    journals: () => listJournals(options.ledger),
    giveUpJournal: (journalId, by, first) => giveUpJournal(options.ledger, journalId, by, first),
  };
}

async function createOrder(
  options: Inside,
  policy: LoadPolicy,
  request: CreateOrderRequest,
): Promise<OrderView> {
  const { ledger, env, witness } = options;
  await witness.opened();
  const draft = draftOrder(request, policy, env, options.slip?.who);
  if ((await options.isStopped?.(draft.cardNumber)) === true) {
    throw new QuancunError(CARD_BLACKLISTED);
  }
  // What the request means, not its bytes: a card read badly once is still the same card.
  const text = JSON.stringify([draft.cardNumber, draft.amountFen, draft.outlet]);
  const { record } = recordOf(options.slip, viewOf(draft));
  const order = await ledger.createOrder(draft, request.idempotencyKey, text, record);
  if (order === draft) noteWritten(options.slip, record);
  else await expectAlone(options, order);
  return viewOf(order);
}

/** An order of an earlier call that still waits: what came since stands in its way as well. */
async function expectAlone({ ledger }: Inside, order: Order): Promise<void> {
  if (order.state !== 'CREATED') return;
  const [other] = await ledger.findUnsettled(order.cardNumber);
  if (other === undefined) return;
  const { row, details } = openObjection(other);
  throw new QuancunError(row, { details });
}

async function confirm(
  options: Inside,
  policy: LoadPolicy,
  request: ConfirmPaymentRequest,
): Promise<OrderView> {
  const transactionId = `${request.provider}:${request.transactionId}`;
  const { amountFen, paidAtMs } = request;
  const date = paidAtMs === undefined ? {} : { paidAtMs };
  const { who } = options.slip ?? {};
  const by = who === undefined ? {} : { who };
  const next = { nextCheckTerminal: drawProbeTerminal(options.env) };
  const evidence: Evidence = { kind: 'payment', transactionId, amountFen, ...date, ...by, ...next };
  let known: readonly Payment[] = [];
  const decision = await onOrder(options, policy, request.orderId, ({ situation }) => {
    known = situation.payments;
    return Promise.resolve({ evidence });
  });
  const booked = known.find((one) => one.transactionId === transactionId);
  return viewBooked(decision.order, decision.newPayment ?? booked);
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
    return weighed.then((one) => checkFirst(options, situation, one));
  });
  return letOut(options, decision);
}

/** Before the first MAC2 of an order: it may have been stopped since it was paid. */
async function checkFirst(
  { isStopped, findBookBalance }: Inside,
  situation: Situation,
  weighed: Weighed,
): Promise<Weighed> {
  const { order, attempts } = situation;
  const isFirst = order.state === 'PAID' && attempts.length === 0;
  if (!isFirst || !('evidence' in weighed) || weighed.evidence.kind !== 'init') return weighed;
  if ((await isStopped?.(order.cardNumber)) === true) return { row: CARD_BLACKLISTED };
  return checkBookBalance(findBookBalance, situation, weighed);
}

async function sendRefund(
  options: Inside,
  policy: LoadPolicy,
  orderId: string,
  { transactionId, closed }: { transactionId: string; closed: number | undefined },
): Promise<number> {
  const last = closed === undefined ? {} : { closed };
  const evidence: Evidence = { kind: 'send-refund', transactionId, ...last };
  const weighed = Promise.resolve({ evidence });
  const { sentRefund, step } = await onOrder(options, policy, orderId, () => weighed);
  if (sentRefund === undefined && step.do === 'stop') throw QuancunError.fromJSON(step);
  return sentRefund?.refundsSent ?? 1;
}

/** Whatever does not say that it is the provider's word is a person's. */
function handOf(word: RefundWord): { byHand?: true; failed?: number; reason?: string } {
  if (word.by === 'provider') return {};
  const { failed, reason } = word;
  return {
    byHand: true,
    ...(failed === undefined ? {} : { failed }),
    ...(reason === undefined ? {} : { reason }),
  };
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

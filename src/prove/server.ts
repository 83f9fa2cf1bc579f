/** The server of a world: the shipped decision, the memory ledger's commit, the journal's lines. */
import type {
  AccountName,
  Attempt,
  Evidence,
  Payment,
  Situation,
  Transfer,
} from '../load/index.js';
import type { Change, JournalLine, Snapshot } from '../server/index.js';
import { lineOf } from '../server/journal/line-of.js';
import { commitTo } from '../server/ledger/memory-commit.js';
import {
  copyTables,
  createOrder,
  readSnapshot,
  type Tables,
} from '../server/ledger/memory-tables.js';
import { type Forgetting, lean, type State } from './state.js';
import type { Rules, World } from './world.js';

/** A law that a step broke. */
export class Broken extends Error {}

/** How often a commit is made again a second later: two attempts may not share one. */
const SECONDS = 8;

/** Tells the authority a piece of evidence. The same state when nothing came of it. */
export function tell(
  state: State,
  orderId: string,
  evidence: Evidence,
  world: World,
  rules: Rules,
  server = 0,
): State {
  const ready =
    state.forgetting?.sinceMs === undefined ? state : compare(state, server, world, rules);
  const made = decideAndCommit(ready, orderId, evidence, world, rules, server);
  if (made !== 'moved') return made;
  // The journal's row is not where it was left: the server compares, then decides again.
  const noticed = compare(notice(ready), server, world, rules);
  const again = decideAndCommit(noticed, orderId, evidence, world, rules, server);
  return again === 'moved' ? noticed : again;
}

function decideAndCommit(
  state: State,
  orderId: string,
  evidence: Evidence,
  world: World,
  rules: Rules,
  server: number,
): State | 'moved' {
  const snapshot = snapshotOf(state.tables, orderId);
  if (snapshot === undefined) return state;
  const since = doubtOf(state, world);
  const situation: Situation =
    since === undefined ? snapshot.situation : { ...snapshot.situation, doubtSinceMs: since };
  for (let second = 0; second < SECONDS; second += 1) {
    const nowMs = state.nowMs + second * 1000;
    const decision = rules.decide(situation, { evidence, nowMs }, world.policy);
    const { newAttempt, newPayment, sentRefund, refundedPayment, step } = decision;
    const writes = newAttempt ?? newPayment ?? sentRefund ?? refundedPayment ?? decision.settlement;
    const isSame = decision.order === situation.order && decision.card === situation.card;
    if (isSame && writes === undefined && step.do !== 'credit') return state;
    const line = world.servers === 0 ? undefined : lineOf(snapshot, decision, evidence, nowMs);
    const isUnnoticed = state.forgetting?.isRestored === true && since === undefined;
    if (isUnnoticed && line !== undefined && !isCompared(state)) return 'moved';
    const change: Change = { snapshot, decision, evidence: evidence.kind, atMs: nowMs };
    const next = commitTo(state.tables, change);
    if (next === 'outdated') throw new Broken('a snapshot that was just read is out of date');
    if (!('orders' in next)) {
      if (next.code === 'LEDGER_BUSY') continue;
      if (next.code === 'PAYMENT_REUSED') return state;
      throw new Broken(`the ledger’s last guard: ${String(next.details.what)}`);
    }
    const totals = posted(state.totals, decision.transfers);
    const written = journalled({ ...state, tables: lean(next), totals }, line, server);
    return letOut(written, step.do === 'credit' ? step.attempt : undefined, sentRefund);
  }
  return state;
}

/** Tables do not change: what was read of them once can be told again. */
const READ = new WeakMap<Tables, Map<string, Snapshot | undefined>>();

function snapshotOf(tables: Tables, orderId: string): Snapshot | undefined {
  let known = READ.get(tables);
  if (known === undefined) READ.set(tables, (known = new Map()));
  if (!known.has(orderId)) known.set(orderId, readSnapshot(tables, orderId));
  return known.get(orderId);
}

/** MAC2 and refunds leave. What no card would take any more is forgotten. */
function letOut(state: State, attempt: Attempt | undefined, sent: Payment | undefined): State {
  let next = state;
  if (attempt !== undefined && !state.alive.some((one) => sameAttempt(one, attempt))) {
    next = { ...next, alive: [...next.alive, attempt] };
  }
  if (sent?.refundsSent !== undefined) {
    const refund = `${sent.transactionId}#${String(sent.refundsSent)}`;
    if (!next.refunds.includes(refund)) next = { ...next, refunds: [...next.refunds, refund] };
  }
  return next;
}

/** Whether two attempts are one. */
export function sameAttempt(a: Attempt, b: Attempt): boolean {
  return (
    a.orderId === b.orderId &&
    a.onlineAtc === b.onlineAtc &&
    a.random === b.random &&
    a.time === b.time
  );
}

function posted(
  totals: State['totals'],
  transfers: readonly Transfer[],
): Readonly<Record<AccountName, number>> {
  if (transfers.length === 0) return totals;
  const sums = { ...totals };
  for (const { debit, credit, amountFen } of transfers) {
    sums[debit] += amountFen;
    sums[credit] -= amountFen;
  }
  return sums;
}

/** While a copy may still come back, its journals keep what was written since. */
function journalled(state: State, line: JournalLine | undefined, server: number): State {
  const { forgetting } = state;
  if (forgetting === undefined || forgetting.isRestored || line === undefined) return state;
  return {
    ...state,
    forgetting: { ...forgetting, lines: [...forgetting.lines, { server, line }] },
  };
}

function isCompared({ forgetting }: State): boolean {
  return forgetting?.compared.every(Boolean) ?? true;
}

function doubtOf(state: State, world: World): number | undefined {
  if (world.servers === 0 || isCompared(state)) return undefined;
  return state.forgetting?.sinceMs;
}

/** The first server that finds its row moved begins an epoch: from now on there is doubt. */
function notice(state: State): State {
  const { forgetting } = state;
  if (forgetting === undefined) return state;
  return withForgetting(state, { ...forgetting, sinceMs: state.nowMs });
}

/** What is later than the epoch is newer than all that may be forgotten. */
function withForgetting(state: State, forgetting: Forgetting): State {
  return { ...state, forgetting, nowMs: (forgetting.sinceMs ?? state.nowMs) + 60_000 };
}

/** A server compares its journal, and puts back what the ledger has forgotten, line by line. */
export function compare(state: State, server: number, world: World, rules: Rules): State {
  const { forgetting } = state;
  if (forgetting?.isRestored !== true || forgetting.compared[server] !== false) return state;
  let next = state;
  for (const kept of forgetting.lines) {
    if (kept.server === server) next = repair(next, kept.line, world, rules);
  }
  const compared = forgetting.compared.map((was, index) => was || index === server);
  // With the last journal everything is known again.
  return { ...next, forgetting: compared.every(Boolean) ? undefined : { ...forgetting, compared } };
}

function repair(state: State, line: JournalLine, world: World, rules: Rules): State {
  const put = (from: State, orderId: string, evidence: Evidence): State => {
    const made = decideAndCommit(from, orderId, evidence, { ...world, servers: 0 }, rules, 0);
    return made === 'moved' ? from : made;
  };
  if (line.kind === 'tac') {
    const { attempts = [] } = readSnapshot(state.tables, line.orderId)?.situation ?? {};
    const attempt = attempts.find(
      (one) => one.onlineAtc === line.onlineAtc && one.random === line.random,
    );
    return attempt === undefined ? state : put(state, line.orderId, { kind: 'tac', attempt });
  }
  if (line.kind !== 'issue' && line.kind !== 'refund') return state;
  const { order, idempotencyKey, request, payments } = line;
  let next = state;
  if (readSnapshot(state.tables, order.orderId) === undefined) {
    const tables = copyTables(state.tables);
    createOrder(tables, { ...order, state: 'CREATED' }, idempotencyKey, request, 'restore');
    next = { ...next, tables: lean(tables) };
  }
  for (const payment of payments) {
    next = put(next, order.orderId, { kind: 'repair-payment', payment });
  }
  return put(next, order.orderId, repairOf(next, line));
}

function repairOf(
  state: State,
  line: Extract<JournalLine, { kind: 'issue' | 'refund' }>,
): Evidence {
  if (line.kind === 'refund') {
    const { transactionId, refundsSent } = line;
    return { kind: 'repair-refund', transactionId, refundsSent };
  }
  const { attempt } = line;
  const owner = state.tables.bindings.get(`${attempt.cardNumber}/${String(attempt.onlineAtc)}`);
  const clash = owner !== undefined && owner !== attempt.orderId;
  return { kind: 'repair-issue', attempt, ...(clash ? { clash: true as const } : {}) };
}

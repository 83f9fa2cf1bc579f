/** The server of a world: the shipped decision, the memory ledger's commit, the journal's lines. */
import type {
  AccountName,
  Attempt,
  Evidence,
  Payment,
  Situation,
  Transfer,
} from '../load/index.js';
import type { Change, JournalLine } from '../server/index.js';
import { lineOf } from '../server/journal/line-of.js';
import { commitTo } from '../server/ledger/memory-commit.js';
import type { Tables } from '../server/ledger/memory-tables.js';
import { rawText } from './encode.js';
import { compare, doubtOf, journalled, notice } from './journals.js';
import { handedOut } from './refunds.js';
import { lean, sameAttempt, type State } from './state.js';
import type { Rules, World } from './world.js';

/** A law that a step broke. */
export class Broken extends Error {}

/** How often a commit is made again a second later: two attempts may not share one. */
const SECONDS = 8;

const TWO_OPEN = 'two open orders on one card';

function hasFrozenOther({ orders }: Tables, orderId: string): boolean {
  const own = orders.get(orderId)?.value.cardNumber;
  return [...orders.values()].some(
    ({ value }) =>
      value.orderId !== orderId && value.cardNumber === own && value.state === 'FROZEN',
  );
}

/** Tells the authority a piece of evidence. The same state when nothing came of it. */
export function tell(
  state: State,
  orderId: string,
  evidence: Evidence,
  world: World,
  rules: Rules,
  server = 0,
): State {
  const standing = state.books?.[server]?.standing;
  if (standing === 'behind' || standing === 'gone') return state;
  const ready = standing === 'restarted' ? compare(state, server, world, rules) : state;
  if (ready.books?.[server]?.standing === 'behind') return ready;
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
  const since = rules.isBlind === true ? undefined : doubtOf(state, server);
  const key = `${orderId}${keyOf(evidence)}@${String(state.nowMs)}${String(since ?? '')}`;
  const made = state.memory.recall(state.tables, key, () =>
    decided(state, orderId, evidence, since, world, rules),
  );
  if (made === undefined) return state;
  if (made.broken !== undefined) throw new Broken(made.broken);
  const { line } = made;
  const isUnaware = state.books?.[server]?.standing === 'unaware' && rules.isBlind !== true;
  if (isUnaware && line !== undefined) return 'moved';
  const totals = posted(state.totals, made.transfers);
  const written = journalled({ ...state, tables: made.tables, totals }, line, server);
  return letOut(written, made);
}

/** What came of a decision. */
interface Made {
  readonly tables: Tables;
  readonly transfers: readonly Transfer[];
  readonly line?: JournalLine | undefined;
  readonly attempt?: Attempt | undefined;
  readonly sent?: Payment | undefined;
  readonly byHand?: Payment | undefined;
  readonly broken?: string;
}

function decided(
  state: State,
  orderId: string,
  evidence: Evidence,
  since: number | undefined,
  world: World,
  rules: Rules,
): Made | undefined {
  const { memory, tables } = state;
  const snapshot = memory.snapshot(tables, orderId);
  if (snapshot === undefined) return undefined;
  const situation: Situation =
    since === undefined ? snapshot.situation : { ...snapshot.situation, doubtSinceMs: since };
  for (let second = 0; second < SECONDS; second += 1) {
    const nowMs = state.nowMs + second * 1000;
    const decision = rules.decide(situation, { evidence, nowMs }, world.policy);
    const { newAttempt, newPayment, sentRefund, refundedPayment, step } = decision;
    const writes = newAttempt ?? newPayment ?? sentRefund ?? refundedPayment ?? decision.settlement;
    const isSame = decision.order === situation.order && decision.card === situation.card;
    if (isSame && writes === undefined && step.do !== 'credit') return undefined;
    const line = world.servers === 0 ? undefined : lineOf(snapshot, decision, evidence, nowMs);
    const change: Change = { snapshot, decision, evidence: evidence.kind, atMs: nowMs };
    const next = commitTo(tables, change);
    const nothing = { tables, transfers: [] };
    if (next === 'outdated') return { ...nothing, broken: 'a snapshot just read is out of date' };
    if (!('orders' in next)) {
      if (next.code === 'LEDGER_BUSY') continue;
      if (next.code === 'PAYMENT_REUSED') return undefined;
      const what = String(next.details.what);
      const isKnown = world.mayFreezeTwo && what === TWO_OPEN && hasFrozenOther(tables, orderId);
      if (isKnown) return undefined;
      return { ...nothing, broken: `the ledger’s last guard: ${what}` };
    }
    return {
      tables: memory.same(rawText(next), lean(next)),
      ...{ transfers: decision.transfers, line, sent: sentRefund },
      attempt: step.do === 'credit' ? step.attempt : undefined,
      byHand: evidence.kind === 'refunded' && evidence.byHand ? refundedPayment : undefined,
    };
  }
  return undefined;
}

/** All that tells one piece of evidence from another, in one world. */
function keyOf(evidence: Evidence): string {
  const { kind } = evidence;
  switch (evidence.kind) {
    case 'init':
    case 'probe': {
      const { onlineAtc, rawBalance, random, amountFen, terminal } = evidence.init;
      const next = evidence.kind === 'probe' ? evidence.nextProbeTerminal : '';
      const said = [onlineAtc, rawBalance, random, amountFen, terminal, next];
      return `${kind} ${said.join()}`;
    }
    case 'taking': {
      const { init, taking } = evidence;
      const { onlineAtc, rawBalance, random, terminal } = init;
      return `${kind} ${[onlineAtc, rawBalance, random, terminal, taking.by].join()}`;
    }
    case 'tac': {
      const { orderId, onlineAtc, random, date, time } = evidence.attempt;
      return `${kind} ${[orderId, onlineAtc, random, date, time].join()}`;
    }
    case 'release':
      return `${kind} ${evidence.request.by} ${evidence.request.release}`;
    default: {
      const { kind: _kind, ...rest } = evidence;
      return `${kind} ${Object.values(rest).join()}`;
    }
  }
}

/** MAC2 and refunds leave. What no card would take any more is forgotten. */
function letOut(state: State, { attempt, sent, byHand }: Made): State {
  let next = state;
  if (attempt !== undefined && !state.alive.some((one) => sameAttempt(one, attempt))) {
    next = { ...next, alive: [...next.alive, attempt] };
  }
  const numbers: string[] = [];
  if (sent?.refundsSent !== undefined) {
    numbers.push(`${sent.transactionId}#${String(sent.refundsSent)}`);
  }
  if (byHand !== undefined) numbers.push(`${byHand.transactionId}#by hand`);
  for (const number of numbers) {
    const refunds = handedOut(next.refunds, number);
    if (refunds !== next.refunds) next = { ...next, refunds };
  }
  return next;
}

/** The books after postings. */
export function posted(
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

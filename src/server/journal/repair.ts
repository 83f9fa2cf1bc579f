/**
 * Repair: what a journal says and the ledger has forgotten is decided and committed again, on the
 * road of every decision. Each step may be the last one before a crash, and may come again.
 */
import type { Env } from '../../env.js';
import type { Decide } from '../decide.js';
import type { Evidence, LoadPolicy } from '../../load/index.js';
import type { Ledger, Snapshot } from '../ledger/ledger.js';
import type { JournalLine } from './lines.js';
import {
  type Applied,
  isClash,
  outcomeOf,
  type RepairAnswer,
  type RepairAsk,
  type Repaired,
  repairRoad,
} from './repair-road.js';

/** What a repair works on. */
export interface RepairParts {
  readonly ledger: Ledger;
  readonly env: Env;
  readonly decide: Decide;
  readonly policy: LoadPolicy;
}

/** How often a decision is made again when another one was first. */
const MAX_RACES = 24;
/** Orders of one card that a clash is looked for in. */
const MAX_ORDERS = 100;

/** Takes a line in. */
export async function repairLine(parts: RepairParts, line: JournalLine): Promise<Repaired> {
  const road = repairRoad(line);
  let at = road.next();
  while (at.done !== true) at = road.next(await answer(parts, at.value));
  return at.value;
}

async function answer(parts: RepairParts, asked: RepairAsk): Promise<RepairAnswer> {
  const { ledger } = parts;
  switch (asked.ask) {
    case 'read':
      return ledger.read(asked.orderId);
    case 'orders-of': {
      const { cardNumber } = asked;
      const query = { cardNumber, fromMs: 0, toMs: Number.MAX_SAFE_INTEGER, limit: MAX_ORDERS };
      return (await ledger.findOrders(query)).map(({ orderId }) => orderId);
    }
    case 'restore': {
      const { order, idempotencyKey, request } = asked;
      return (await ledger.restoreOrder(order, idempotencyKey, request)).orderId;
    }
    case 'apply':
      return tryApply(parts, asked.orderId, asked.evidence);
  }
}

/** Decides and commits; `clash` when a constraint of the ledger stands against it. */
async function tryApply(parts: RepairParts, orderId: string, evidence: Evidence): Promise<Applied> {
  const { ledger, env, policy } = parts;
  for (let race = 0; race < MAX_RACES; race += 1) {
    const snapshot = await ledger.read(orderId);
    if (snapshot === undefined) return 'unknown';
    const nowMs = env.now();
    const decision = parts.decide(snapshot.situation, { evidence, nowMs }, policy);
    const outcome = outcomeOf(decision, snapshot.situation);
    if (outcome === 'known') return outcome;
    const end = await commitOne(ledger, snapshot, { decision, evidence, atMs: nowMs });
    if (end === 'outdated') continue;
    return end === 'clash' ? end : outcome;
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
    if (!isClash(error)) throw error;
    return 'clash';
  }
}

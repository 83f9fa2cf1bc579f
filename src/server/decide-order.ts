/** The road of one decision: read, weigh, decide, commit; again when another one was first. */
import { QuancunError } from '../errors.js';
import {
  type Decision,
  endVisit,
  type Evidence,
  type LoadPolicy,
  type Order,
  type OrderView,
} from '../load/index.js';
import { LEDGER_BUSY } from '../signing/errors.js';
import type { Inside } from './authority-options.js';
import { ORDER_UNKNOWN } from './errors.js';
import { lineOf } from './journal/line-of.js';
import type { Snapshot } from './ledger/ledger.js';
import { noteWritten, recordOf } from './request-slip.js';
import { answeredView, changesNothing, viewOf } from './told.js';
import type { Weighed } from './weigh.js';

/** How often a decision is made again when another terminal was first. */
const MAX_RACES = 24;
const MAX_BACKOFF_MS = 64;

/**
 * Reads, weighs, decides and commits. Who loses a race for the card decides again, in turn: the
 * terminals of one process do not race each other twice, those of others back off at random.
 */
export async function onOrder(
  options: Inside,
  policy: LoadPolicy,
  orderId: string,
  weighed: (snapshot: Snapshot) => Promise<Weighed>,
): Promise<Decision> {
  const first = await tryOnce(options, policy, orderId, weighed, 'recall');
  if (first.decision !== undefined) return first.decision;
  return options.inTurn(first.cardNumber, async () => {
    for (let race = 0; race < MAX_RACES; race += 1) {
      const { decision } = await tryOnce(options, policy, orderId, weighed, 'read');
      if (decision !== undefined) return decision;
      const [draw = 0] = options.env.random(1);
      await options.env.sleep((draw / 255) * Math.min(2 ** race, MAX_BACKOFF_MS));
    }
    throw new QuancunError(LEDGER_BUSY);
  });
}

/** What people ask for is done, or refused with the reason: nothing in between. */
export async function decideBy(
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

/** Without a decision another one was first, and nothing was written. */
async function tryOnce(
  options: Inside,
  policy: LoadPolicy,
  orderId: string,
  weighed: (snapshot: Snapshot) => Promise<Weighed>,
  how: 'recall' | 'read',
): Promise<{ readonly cardNumber: string; readonly decision?: Decision }> {
  const { env, witness } = options;
  const kept = how === 'recall' ? await witness.recall(orderId) : undefined;
  const snapshot = kept ?? (await witness.read(orderId));
  if (snapshot === undefined) throw new QuancunError(ORDER_UNKNOWN);
  const { situation } = snapshot;
  const { cardNumber } = situation.order;
  const result = await weighed(snapshot);
  if (!('evidence' in result)) {
    // What no commit compares is answered from what stands in the ledger now.
    if (kept !== undefined) return tryOnce(options, policy, orderId, weighed, 'read');
    return { cardNumber, decision: unchanged(situation, result) };
  }
  const nowMs = env.now();
  const decision = options.decide(situation, { evidence: result.evidence, nowMs }, policy);
  const evidence = told(result.evidence);
  const line = lineOf(snapshot, decision, result.evidence, nowMs);
  if (line === undefined && changesNothing(situation, decision)) {
    // No commit will compare it with what stands there now.
    if (kept !== undefined) return tryOnce(options, policy, orderId, weighed, 'read');
    return { cardNumber, decision };
  }
  const { record } = recordOf(options.slip, answeredView(situation, decision));
  const { who } = options.slip ?? {};
  const asked = { ...(who && { who }), ...(record && { record }) };
  const change = { snapshot, decision, evidence, atMs: nowMs, ...asked };
  const written = await options.witness.commit(change, line);
  if (written) noteWritten(options.slip, record);
  return written ? { cardNumber, decision } : { cardNumber };
}

/** A report that could not be weighed ends the visit and changes nothing. */
function unchanged(
  situation: Snapshot['situation'],
  refusal: Exclude<Weighed, { evidence: Evidence }>,
): Decision {
  return endVisit(situation.order, situation.card, refusal.row, refusal.details);
}

/** The evidence as the audit trail tells it: of a person's word, what was said and who said it. */
function told(evidence: Evidence): string {
  if (evidence.kind === 'not-taken') return toldNotTaken(evidence);
  if (evidence.kind === 'refunded' && evidence.byHand === true) {
    const { reason } = evidence;
    return `refunded by hand${reason === undefined ? '' : ` ${reason}`}`;
  }
  if (evidence.kind !== 'release') return evidence.kind;
  const { release, by } = evidence.request;
  return `release ${release} by ${by}`;
}

function toldNotTaken({ how, by, reason }: Extract<Evidence, { kind: 'not-taken' }>): string {
  const who = by === undefined ? '' : ` by ${by}`;
  return `not-taken ${how}${who}${reason === undefined ? '' : `: ${reason}`}`;
}

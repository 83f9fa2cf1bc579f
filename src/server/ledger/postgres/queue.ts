/**
 * The queue of decisions that wait to be committed. What comes while a batch is on its way goes
 * with the next one: at most one decision of a card, cards in the order of their numbers. Lines of
 * the journal follow each other, so of two batches on their way only one has lines.
 */
import { WitnessMoved } from '../../journal/thread.js';
import { createTurns } from '../../../turns.js';
import type { Change, Committed } from '../ledger.js';

/** What became of a batch that was sent. */
export type BatchResult =
  | { readonly kind: 'written'; readonly committed: readonly Committed[] }
  /** These places of it are out of date; nothing was written. */
  | { readonly kind: 'outdated'; readonly places: readonly number[] }
  /** The journal's row is not where it was left. */
  | { readonly kind: 'moved' }
  /** Nothing was written, and which decision is to blame is not known. */
  | { readonly kind: 'refused'; readonly error: unknown };

/** What the queue does its work with. */
export interface QueueParts {
  /** Sends a batch. Throws what concerns all of it: a connection that broke, for example. */
  send(changes: readonly Change[]): Promise<BatchResult>;
  /** What a refusal of this one decision means. */
  judge(change: Change, error: unknown): Promise<Committed>;
}

/** Commits decisions, several at a time. */
export interface CommitQueue {
  commit(change: Change): Promise<Committed>;
  /** Runs the work while no batch with lines is on its way. */
  betweenLines<T>(work: () => Promise<T>): Promise<T>;
}

interface Waiting {
  readonly change: Change;
  resolve(committed: Committed): void;
  reject(error: unknown): void;
}

/** Decisions in one statement: more of them save nothing, and wait longer for each other. */
const MAX_BATCH = 64;
/** Batches on their way. A third one would take a connection, and no time off. */
const MAX_SENT = 2;

/** Makes an empty queue. */
export function createCommitQueue(parts: QueueParts): CommitQueue {
  const inTurn = createTurns();
  let waiting: Waiting[] = [];
  let sent = 0;
  let linesSent = false;
  let called = false;

  const start = (): void => {
    called = false;
    while (sent < MAX_SENT) {
      const batch = takeBatch(waiting, !linesSent);
      if (batch.length === 0) return;
      waiting = waiting.filter((one) => !batch.includes(one));
      const hasLines = batch.some(({ change }) => change.witness !== undefined);
      sent += 1;
      linesSent ||= hasLines;
      let over = false;
      const end = (): void => {
        if (over) return;
        over = true;
        sent -= 1;
        if (hasLines) linesSent = false;
      };
      // Those who wait are sent before this batch is answered: its lines are flushed meanwhile.
      const work = (): Promise<void> =>
        settle(parts, batch, () => {
          end();
          start();
        });
      void (hasLines ? inTurn(work) : work()).finally(() => {
        end();
        call();
      });
    }
  };
  // Decisions that are ready in the same moment go together.
  const call = (): void => {
    if (called || waiting.length === 0) return;
    called = true;
    setImmediate(start);
  };

  return {
    commit: (change) =>
      new Promise((resolve, reject) => {
        waiting.push({ change, resolve, reject });
        call();
      }),
    betweenLines: inTurn,
  };
}

function takeBatch(waiting: readonly Waiting[], lines: boolean): Waiting[] {
  const cards = new Set<string>();
  const batch: Waiting[] = [];
  let thread: unknown;
  for (const one of waiting) {
    const { decision, witness } = one.change;
    const { cardNumber } = decision.order;
    const fits = witness === undefined || (lines && (thread ?? witness.thread) === witness.thread);
    if (!fits || cards.has(cardNumber)) continue;
    thread ??= witness?.thread;
    cards.add(cardNumber);
    batch.push(one);
    if (batch.length === MAX_BATCH) break;
  }
  return batch.sort((a, b) => (cardOf(a) < cardOf(b) ? -1 : 1));
}

function cardOf({ change }: Waiting): string {
  return change.decision.order.cardNumber;
}

/** Sends a batch until all of it is answered. Never throws. */
async function settle(
  parts: QueueParts,
  batch: readonly Waiting[],
  written: () => void,
): Promise<void> {
  let left = batch;
  try {
    // Each round answers at least one of them.
    while (left.length > 0) {
      const result = await parts.send(left.map(({ change }) => change));
      if (result.kind === 'written') {
        written();
        left.forEach((one, place) => {
          one.resolve(result.committed[place] ?? { written: false });
        });
        return;
      }
      if (result.kind === 'outdated' && result.places.length > 0) {
        const { places } = result;
        for (const place of places) left[place]?.resolve({ written: false });
        left = left.filter((_one, place) => !places.includes(place));
        continue;
      }
      if (result.kind === 'moved') {
        left = rejectLines(left);
        continue;
      }
      if (left.length > 1) {
        for (const one of left) await settle(parts, [one], () => undefined);
        return;
      }
      const error = result.kind === 'refused' ? result.error : undefined;
      for (const one of left) one.resolve(await parts.judge(one.change, error));
      return;
    }
  } catch (error) {
    for (const one of left) one.reject(error);
  }
}

/** Decisions without a line go on alone. */
function rejectLines(batch: readonly Waiting[]): readonly Waiting[] {
  for (const one of batch) if (one.change.witness !== undefined) one.reject(new WitnessMoved());
  return batch.filter(({ change }) => change.witness === undefined);
}

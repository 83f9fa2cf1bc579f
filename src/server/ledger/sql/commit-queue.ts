/**
 * Decisions that come at the same time are written in one transaction: one flush, and one move of
 * the journal's row, whatever their number. When one of them is refused nothing of the batch is
 * written, and each of them is written by itself: what is wrong with one harms no other.
 */
import { QuancunError } from '../../../errors.js';
import type { Change, Committed } from '../ledger.js';
import { writeAll, Outdated } from './commit.js';
import type { KeptOrders } from './kept-orders.js';
import { read } from './queries.js';
import type { SqlStore } from './store.js';
import { moveJournal } from './witness.js';
import { LEDGER_BUSY, REQUEST_REPLAYED } from '../../../signing/errors.js';
import { PAYMENT_REUSED } from '../../errors.js';
import { INTERNAL } from '../../../core-errors.js';
import type { InTurn } from '../../../turns.js';
import type { JournalThread } from '../../journal/thread.js';

/** Decisions of one transaction, at most. */
const MAX_BATCH = 64;

interface Waiting {
  readonly change: Change;
  readonly resolve: (committed: Committed) => void;
  readonly reject: (error: unknown) => void;
}

/** Commits a decision, together with others that come at the same time. */
export type CommitInQueue = (change: Change) => Promise<Committed>;

/** Makes the queue. `inTurn`: a journal's position has one successor, so its batches follow. */
export function createCommitQueue(
  store: SqlStore,
  kept: KeptOrders,
  inTurn: InTurn,
): CommitInQueue {
  let waiting: Waiting[] = [];
  let draining = false;
  const drain = async (): Promise<void> => {
    // Whoever comes in this turn of the loop shares the flush.
    await new Promise((resolve) => setImmediate(resolve));
    while (waiting.length > 0) {
      const batch = takeBatch(waiting);
      waiting = waiting.filter((one) => !batch.includes(one));
      await inTurn(() => writeBatch(store, kept, batch));
    }
    draining = false;
  };
  return (change) =>
    new Promise((resolve, reject) => {
      waiting.push({ change, resolve, reject });
      if (draining) return;
      draining = true;
      void drain();
    });
}

/** The first of those that wait, one of each card and of one journal: a row moves once. */
function takeBatch(waiting: readonly Waiting[]): readonly Waiting[] {
  const cards = new Set<string>();
  const batch: Waiting[] = [];
  let thread: JournalThread | undefined;
  for (const one of waiting) {
    const { decision, witness } = one.change;
    const { cardNumber } = decision.order;
    const own = witness?.thread;
    const fits = own === undefined || thread === undefined || own === thread;
    if (cards.has(cardNumber) || !fits) continue;
    cards.add(cardNumber);
    thread ??= own;
    if (batch.push(one) === MAX_BATCH) break;
  }
  // Servers that share a database lock its rows in one order.
  return batch.sort((a, b) => (cardOf(a) < cardOf(b) ? -1 : 1));
}

function cardOf({ change }: Waiting): string {
  return change.decision.order.cardNumber;
}

async function writeBatch(
  store: SqlStore,
  kept: KeptOrders,
  batch: readonly Waiting[],
): Promise<void> {
  if (batch.length > 1) {
    try {
      const committed = await commitTogether(
        store,
        kept,
        batch.map(({ change }) => change),
      );
      batch.forEach(({ resolve }, at) => {
        resolve(committed[at] ?? { written: false });
      });
      return;
    } catch {
      // Nothing was written. Who is refused is found by writing each by itself.
    }
  }
  for (const { change, resolve, reject } of batch) {
    await commitAlone(store, kept, change).then(resolve, reject);
  }
}

async function commitAlone(store: SqlStore, kept: KeptOrders, change: Change): Promise<Committed> {
  try {
    const [committed] = await commitTogether(store, kept, [change]);
    return committed ?? { written: false };
  } catch (error) {
    if (error instanceof Outdated) return { written: false };
    const table = store.brokenTable(error);
    if (table === undefined) throw error;
    if (table === 'nonce') throw new QuancunError(REQUEST_REPLAYED, { cause: error });
    // Another request with this key was first: whoever asks again gets its answer.
    if (table === 'reply') throw new QuancunError(LEDGER_BUSY, { cause: error });
    // A constraint can be the first to notice that another decision came before.
    const { orderId } = change.snapshot.situation.order;
    const now = await store.transaction((sql) => read(sql, orderId));
    if (now?.version !== change.snapshot.version) return { written: false };
    if (table === 'attempt') throw new QuancunError(LEDGER_BUSY, { cause: error });
    if (table === 'payment') throw new QuancunError(PAYMENT_REUSED, { cause: error });
    const what = `the ledger refused a decision (${table})`;
    throw new QuancunError(INTERNAL, { details: { what }, cause: error });
  }
}

/** One transaction. What is kept in memory follows the database, and is forgotten on failure. */
async function commitTogether(
  store: SqlStore,
  kept: KeptOrders,
  changes: readonly Change[],
): Promise<readonly Committed[]> {
  const witnessed = changes.flatMap(({ witness }) => (witness === undefined ? [] : [witness]));
  const [first] = witnessed;
  const draft = first?.thread.draft(witnessed.map(({ line }) => line));
  let heads: readonly string[];
  try {
    heads = await store.transaction(async (sql) => {
      if (first !== undefined && draft !== undefined) {
        await moveJournal(sql, store.dialect, first.thread, draft);
      }
      return writeAll(sql, changes);
    });
  } catch (error) {
    for (const change of changes) kept.forget(change.decision.order);
    throw error;
  }
  if (draft !== undefined) first?.thread.confirm(draft);
  changes.forEach((change, index) => {
    kept.follow(change, heads[index] ?? '');
  });
  let at = 0;
  return changes.map(({ witness }) => {
    const entry = witness === undefined ? undefined : draft?.entries[at++];
    return { written: true, ...(entry === undefined ? {} : { entry }) };
  });
}

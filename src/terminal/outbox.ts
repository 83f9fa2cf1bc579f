/**
 * The outbox: TACs that the card gave and the server has not seen. It only speeds things up:
 * without it the next visit of the card proves the same.
 */
import { isQuancunError } from '../errors.js';
import type { Step, VisitReport } from '../load/index.js';
import { createTurns } from '../turns.js';

/** Where reports wait. A host keeps them on its own storage. */
export interface OutboxStore {
  load(): Promise<readonly VisitReport[]>;
  save(reports: readonly VisitReport[]): Promise<void>;
}

/** Reports that wait to be delivered. */
export interface Outbox {
  put(report: VisitReport): Promise<void>;
  /**
   * Delivers what waits, a few at a time. One that the server does not take in waits behind the
   * others; where it cannot be reached, all of them wait.
   */
  flush(send: (report: VisitReport) => Promise<Step>): Promise<void>;
}

/** Nobody that knows anything has been reached: the others would fare no better. */
const NOT_REACHED = ['SERVER_UNREACHABLE', 'ANSWERED_BY_ANOTHER'];
/**
 * What the server says only after it has weighed a report, or of one that can never be weighed.
 * Whatever else it says, known to this version or not, the report is sent again later.
 */
const WEIGHED = [
  ...['ORDER_UNKNOWN', 'MESSAGE_INVALID', 'CARD_MISMATCH', 'ORDER_CLOSED', 'ORDER_FROZEN'],
  ...['ORDER_REFUND_DUE', 'ORDER_VOIDING', 'TAC_INVALID', 'COUNTER_WITHOUT_PROOF', 'LOAD_IN_DOUBT'],
];

/** As many TACs as a terminal keeps: the oldest go first. */
const MAX_WAITING = 100;
/** A customer stands at the counter: no more than this before what was asked. */
const MAX_SENT_AT_ONCE = 8;

/**
 * Makes an outbox over a store.
 * 待投递箱：暂存未送达的 TAC。
 * @example
 * const outbox = createOutbox(memoryOutboxStore()); // in an app: a store over its own storage
 */
export function createOutbox(store: OutboxStore): Outbox {
  // One change of the store at a time: a report that is put in meanwhile is not written over.
  const inTurn = createTurns();
  const change = (next: (waiting: readonly VisitReport[]) => readonly VisitReport[]) =>
    inTurn(async () => {
      try {
        await store.save(next(await waitingIn(store)));
      } catch {
        // It only speeds things up: a full disk at the terminal keeps nobody from a load.
      }
    });
  return {
    put: (report) => change((waiting) => [...waiting, report].slice(-MAX_WAITING)),
    flush: async (send) => {
      const done: string[] = [];
      const kept: VisitReport[] = [];
      for (const report of (await waitingIn(store)).slice(0, MAX_SENT_AT_ONCE)) {
        const fate = await deliver(report, send);
        if (fate === 'not reached') break;
        done.push(JSON.stringify(report));
        if (fate === 'not weighed') kept.push(report);
      }
      if (done.length === 0) return;
      // Another visit may have put one in while these were on their way.
      await change((now) => [...now.filter((one) => !done.includes(JSON.stringify(one))), ...kept]);
    },
  };
}

/** What is no report any more, and a store that cannot be read, hold up nothing. */
async function waitingIn(store: OutboxStore): Promise<readonly VisitReport[]> {
  try {
    const waiting: readonly unknown[] = await store.load();
    return waiting.filter(
      (one): one is VisitReport => typeof one === 'object' && one !== null && 'orderId' in one,
    );
  } catch {
    return [];
  }
}

type Fate = 'weighed' | 'not weighed' | 'not reached';

async function deliver(
  report: VisitReport,
  send: (report: VisitReport) => Promise<Step>,
): Promise<Fate> {
  try {
    await send(report);
    return 'weighed';
  } catch (error) {
    if (!isQuancunError(error) || NOT_REACHED.includes(error.code)) return 'not reached';
    return WEIGHED.includes(error.code) ? 'weighed' : 'not weighed';
  }
}

/**
 * A store in memory, for tests.
 * 内存存储（测试用）。
 * @example
 * const store = memoryOutboxStore();
 * await store.load(); // []
 */
export function memoryOutboxStore(): OutboxStore {
  let kept: readonly VisitReport[] = [];
  return {
    load: () => Promise.resolve(kept),
    save: (reports) => {
      kept = [...reports];
      return Promise.resolve();
    },
  };
}

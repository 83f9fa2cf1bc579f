/**
 * The outbox: TACs that the card gave and the server has not seen. It only speeds things up:
 * without it the next visit of the card proves the same.
 */
import { isQuancunError } from '../errors.js';
import type { Step, VisitReport } from '../load/index.js';

/** Where reports wait. A host keeps them on its own storage. */
export interface OutboxStore {
  load(): Promise<readonly VisitReport[]>;
  save(reports: readonly VisitReport[]): Promise<void>;
}

/** Reports that wait to be delivered. */
export interface Outbox {
  put(report: VisitReport): Promise<void>;
  /** Delivers what waits; stops at the first that cannot be delivered. */
  flush(send: (report: VisitReport) => Promise<Step>): Promise<void>;
}

/** The server has not taken the report in: it is sent again later. */
const NOT_DELIVERED = ['SERVER_UNREACHABLE', 'INTERNAL', 'LEDGER_BUSY'];

/** As many TACs as a terminal keeps: the oldest go first. */
const MAX_WAITING = 100;

/**
 * Makes an outbox over a store.
 * 待投递箱：暂存未送达的 TAC。
 * @example
 * const outbox = createOutbox(memoryOutboxStore()); // in an app: a store over its own storage
 */
export function createOutbox(store: OutboxStore): Outbox {
  return {
    put: async (report) => {
      await store.save([...(await store.load()), report].slice(-MAX_WAITING));
    },
    flush: async (send) => {
      const waiting = await store.load();
      if (waiting.length === 0) return;
      let done = 0;
      for (const report of waiting) {
        try {
          await send(report);
        } catch (error) {
          // A server that answers has seen it, whatever it says; one that does not has not.
          if (!isQuancunError(error) || NOT_DELIVERED.includes(error.code)) break;
        }
        done += 1;
      }
      await store.save(waiting.slice(done));
    },
  };
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
      kept = reports;
      return Promise.resolve();
    },
  };
}

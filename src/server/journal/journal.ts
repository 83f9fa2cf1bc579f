/**
 * The journal: one line for everything that leaves and cannot be taken back, in a second failure
 * domain, durable before it leaves. It is the ledger's witness: both keep how far it has come, so
 * that what one of them forgets shows at the next line.
 */
import { drawId } from './draw-id.js';
import {
  chainLine,
  type JournalEntry,
  type JournalLine,
  type JournalPosition,
  NO_LINES,
} from './lines.js';

/** An append-only journal of one server. */
export interface Journal {
  /** Its name for ever, drawn when it was made. */
  readonly journalId: string;
  /** For people: the file, for example. */
  readonly name: string;
  /** Whether it is forgotten with its process: then no ledger waits for it. */
  readonly ephemeral?: boolean;
  /** After the last line that is durable. */
  position(): JournalPosition;
  /**
   * Writes the next line, chained to the one before. Durable when it resolves. `later`: it may
   * wait for the next line's flush; it resolves when that is done.
   * @throws JOURNAL_UNAVAILABLE when the line is not there, and may be written again
   */
  append(line: object, options?: { readonly later?: boolean }): Promise<JournalEntry>;
  /** The durable lines after a sequence number, in order. */
  entriesAfter(sequence: number): AsyncIterable<JournalEntry>;
  /** All of its lines, for tests and tools: a long journal does not fit into memory. */
  lines(): Promise<readonly JournalLine[]>;
  /** Whether the next line is likely to find room; a journal without this always says yes. */
  healthy?(): boolean;
  close(): Promise<void>;
}

/**
 * A journal in memory, for tests and the demonstration.
 * 内存日志（测试与演示用）。
 * @example
 * const journal = memoryJournal();
 * await journal.lines(); // []
 */
export function memoryJournal(): Journal {
  const written: JournalEntry[] = [];
  const last = (): JournalPosition => written.at(-1) ?? NO_LINES;
  return {
    journalId: drawId(),
    name: 'memory',
    ephemeral: true,
    position: last,
    append: (line) => {
      const entry = chainLine(last(), line);
      written.push(entry);
      return Promise.resolve(entry);
    },
    entriesAfter: async function* (sequence) {
      yield* await Promise.resolve(written.slice(sequence));
    },
    lines: () => Promise.resolve(written.map(({ body }) => JSON.parse(body) as JournalLine)),
    close: () => Promise.resolve(),
  };
}

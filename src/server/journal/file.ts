/**
 * The journal in files of its own, on another disk than the ledger's where there is one: one line
 * of JSON for everything that leaves, chained by hashes, on the disk before it leaves. A start
 * reads the last lines, and nothing of the past stays in memory.
 */
import type { Journal } from './journal.js';
import { unavailable } from './active-segment.js';
import { parseLine } from './lines.js';
import type { JournalEntry, JournalLine } from './lines.js';
import { type OpenSegments, openSegments } from './open-segments.js';
import { readEntries } from './read-journal.js';

/** A journal that is open. */
export interface FileJournal extends Journal {
  /** Whether the next line will find room, as far as the last one, or the last try, tells. */
  healthy(): boolean;
}

/** How a journal is kept. */
export interface FileJournalOptions {
  /** A file that is larger gets a number, and a new one is begun. 64 MiB. */
  readonly segmentBytes?: number;
}

const SEGMENT_BYTES = 64 * 1024 * 1024;
/** Lines that share a flush, at most. */
const MAX_BATCH = 128;
/** A line that may wait for the next one waits no longer. */
const LATER_MS = 1000;
/** How often it is tried whether a full disk has room again. */
const RETRY_MS = 1000;

interface Waiting {
  readonly line: object;
  readonly resolve: (entry: JournalEntry) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Opens a journal for this process alone, and makes it when it is not there. What a crash left
 * unfinished at its end never left, and is cut off. Full files get the number of their first line
 * behind their name.
 * 打开授权日志（单进程独占，逐行落盘，哈希链，自动分段）。
 * @throws JOURNAL_IN_USE while another process writes it
 * @throws JOURNAL_BROKEN when one of its last lines does not fit the chain
 * @example
 * const journal = await fileJournal('issues.journal');
 * journal.position().sequence; // 0
 * await journal.close();
 */
export async function fileJournal(
  path: string,
  { segmentBytes = SEGMENT_BYTES }: FileJournalOptions = {},
): Promise<FileJournal> {
  const segments = await openSegments(path);
  const { append, close } = queue(segments, path, segmentBytes);
  const entriesAfter = (sequence: number): AsyncIterable<JournalEntry> =>
    readEntries(segments.path, sequence, segments.active().position().sequence);
  return {
    journalId: segments.journalId,
    name: path,
    position: () => segments.active().position(),
    healthy: () => segments.active().healthy(),
    append,
    entriesAfter,
    lines: async () => {
      const lines: JournalLine[] = [];
      for await (const entry of entriesAfter(0)) lines.push(parseLine(entry));
      return lines;
    },
    close,
  };
}

/** Lines that wait share a flush, and none is answered before it. */
function queue(segments: OpenSegments, name: string, segmentBytes: number) {
  const waiting: Waiting[] = [];
  let draining: Promise<void> | undefined;
  let later: NodeJS.Timeout | undefined;
  let retry: NodeJS.Timeout | undefined;
  let isClosed = false;
  const drain = async (): Promise<void> => {
    // Whoever comes in this turn of the loop shares the flush.
    await new Promise((resolve) => setImmediate(resolve));
    clearTimeout(later);
    later = undefined;
    while (waiting.length > 0) {
      writeBatch(segments, waiting.splice(0, MAX_BATCH));
      // One that cannot be begun now is tried again behind the next lines.
      if (segments.active().sizeBytes() >= segmentBytes) await segments.rotate().catch(() => null);
    }
    draining = undefined;
    watch();
  };
  const watch = (): void => {
    if (segments.active().healthy() || isClosed) return;
    retry ??= setTimeout(() => {
      retry = undefined;
      if (draining === undefined && !isClosed) segments.active().tryAgain();
      watch();
    }, RETRY_MS).unref();
  };
  const flush = (): Promise<void> => (draining ??= drain());
  const append: Journal['append'] = (line, options) => {
    const appended = new Promise<JournalEntry>((resolve, reject) => {
      if (isClosed) throw unavailable(name, new Error('it was closed'));
      waiting.push({ line, resolve, reject });
    });
    // Whoever writes for later may not wait for it: its failure must not end the process.
    appended.catch(() => null);
    if (options?.later !== true) void flush();
    else later ??= setTimeout(() => void flush(), LATER_MS).unref();
    return appended;
  };
  const close = async (): Promise<void> => {
    isClosed = true;
    clearTimeout(retry);
    await flush();
    await segments.close();
  };
  return { append, close };
}

function writeBatch(segments: OpenSegments, batch: readonly Waiting[]): void {
  try {
    const entries = segments.active().write(batch.map(({ line }) => line));
    batch.forEach(({ resolve }, index) => {
      const entry = entries[index];
      if (entry !== undefined) resolve(entry);
    });
  } catch (error) {
    for (const { reject } of batch) reject(error);
  }
}

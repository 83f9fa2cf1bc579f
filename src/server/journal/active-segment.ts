/**
 * The segment that is being written. What it says of itself is what is on the disk: a write that
 * failed is cut off again, and where even that fails the file is looked at anew before the next.
 */
import {
  closeSync,
  constants,
  fdatasyncSync,
  fstatSync,
  ftruncateSync,
  openSync,
  statSync,
  writeSync,
} from 'node:fs';
import { QuancunError } from '../../errors.js';
import { JOURNAL_UNAVAILABLE } from '../outage/errors.js';
import { encodeLine, journalBroken, MAX_LINE_BYTES } from './format.js';
import {
  chainLine,
  type JournalEntry,
  type JournalPosition,
  NO_LINES,
  samePosition,
} from './lines.js';
import { readEnd } from './read-segment.js';
import { readStart, type SegmentStart } from './segments.js';

/** A segment that is written. */
export interface ActiveSegment {
  readonly start: SegmentStart;
  position(): JournalPosition;
  sizeBytes(): number;
  /** Whether the last write was done, or there was room when last tried. */
  healthy(): boolean;
  /**
   * Writes lines behind the others, in one flush.
   * @throws JOURNAL_UNAVAILABLE: none of them is there
   */
  write(lines: readonly object[]): readonly JournalEntry[];
  /** Tries, after a failure, whether there is room again. */
  tryAgain(): void;
  /** Lets the file go; the next write opens it again. */
  letGo(): void;
}

/** One write that is durable when it returns: half of what a write and a flush take. */
const DURABLE = process.platform === 'linux' ? constants.O_DSYNC : 0;
/** Tried for: more than a batch of lines mostly takes. */
const ROOM = Buffer.alloc(64 * 1024, ' ');

/** Opens a segment that is held and has its header, and cuts off what was never finished. */
export function openActiveSegment(path: string, name: string): ActiveSegment {
  let descriptor: number | undefined = openForWriting(path);
  let isHealthy = true;
  let sizeBytes: number;
  let position: JournalPosition;
  let start: SegmentStart;
  try {
    start = startOf(descriptor, path);
    ({ position, wholeBytes: sizeBytes } = readEnd(descriptor, path, start));
    cutTo(descriptor, sizeBytes);
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
  const letGo = (): void => {
    if (descriptor !== undefined) closeSync(descriptor);
    descriptor = undefined;
  };
  const ready = (): number => {
    descriptor ??= reopen(path, sizeBytes, position);
    expectUnderItsName(descriptor, path);
    expectNotShortened(descriptor, sizeBytes);
    return descriptor;
  };
  const cutBack = (): void => {
    isHealthy = false;
    try {
      if (descriptor !== undefined) cutTo(descriptor, sizeBytes);
    } catch {
      letGo();
    }
  };
  return {
    start,
    position: () => position,
    sizeBytes: () => sizeBytes,
    healthy: () => isHealthy,
    letGo,
    write: (lines) => {
      const entries: JournalEntry[] = [];
      for (const line of lines) entries.push(chainLine(entries.at(-1) ?? position, line));
      const bytes = Buffer.from(entries.map(encodeLine).join(''));
      try {
        expectReadable(entries);
        writeDurably(ready(), bytes, sizeBytes);
      } catch (cause) {
        cutBack();
        throw unavailable(name, cause);
      }
      isHealthy = true;
      sizeBytes += bytes.length;
      const { sequence, head } = entries.at(-1) ?? NO_LINES;
      position = { sequence, head };
      return entries;
    },
    tryAgain: () => {
      try {
        // A crash leaves an unfinished line, which is cut off.
        const open = ready();
        writeDurably(open, ROOM, sizeBytes);
        cutTo(open, sizeBytes);
        isHealthy = true;
      } catch {
        cutBack();
      }
    },
  };
}

/** One that was shortened is not filled up: it is read again, and does not fit. */
function expectNotShortened(descriptor: number, sizeBytes: number): void {
  if (fstatSync(descriptor).size >= sizeBytes) return;
  throw Object.assign(new Error('the journal was shortened'), { code: 'ESHORTENED' });
}

/** That nothing was written, and why. */
export function unavailable(name: string, cause: unknown): QuancunError {
  const { code, message } = cause as NodeJS.ErrnoException;
  return new QuancunError(JOURNAL_UNAVAILABLE, {
    details: { name, problem: code ?? message },
    cause,
  });
}

/** A line that no reader would take is not written. */
function expectReadable(entries: readonly JournalEntry[]): void {
  for (const { body } of entries) {
    if (body.length > MAX_LINE_BYTES / 4) throw new RangeError('the line is too long');
  }
}

function openForWriting(path: string): number {
  return openSync(path, constants.O_RDWR | DURABLE);
}

function startOf(descriptor: number, path: string): SegmentStart {
  const start = readStart(descriptor, path);
  if (start === undefined) throw journalBroken(1, path);
  return start;
}

/** Opens it again, and holds what is there against what was written. */
function reopen(path: string, sizeBytes: number, position: JournalPosition): number {
  const descriptor = openForWriting(path);
  try {
    cutTo(descriptor, sizeBytes);
    const end = readEnd(descriptor, path, startOf(descriptor, path));
    if (!samePosition(end.position, position)) throw journalBroken(position.sequence, path);
    return descriptor;
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
}

/** A journal that was moved away, or copied over, would take lines that nobody finds again. */
function expectUnderItsName(descriptor: number, path: string): void {
  const [open, named] = [fstatSync(descriptor), statSync(path)];
  if (open.ino !== named.ino || open.dev !== named.dev) {
    throw new Error('another file stands under its name');
  }
}

function writeDurably(descriptor: number, bytes: Uint8Array, at: number): void {
  let written = 0;
  while (written < bytes.length) {
    written += writeSync(descriptor, bytes, written, bytes.length - written, at + written);
  }
  if (DURABLE === 0) fdatasyncSync(descriptor);
}

/** Also what a crash left whole is flushed by this: its writer may not have got so far. */
function cutTo(descriptor: number, sizeBytes: number): void {
  expectNotShortened(descriptor, sizeBytes);
  if (fstatSync(descriptor).size !== sizeBytes) ftruncateSync(descriptor, sizeBytes);
  fdatasyncSync(descriptor);
}

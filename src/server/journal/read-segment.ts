/**
 * Reads one segment: line by line with its chain checked, or its end alone. What is read does not
 * grow with the segment where only the end is asked for.
 */
import { closeSync, fstatSync, openSync } from 'node:fs';
import {
  followingEntry,
  journalBroken,
  MAX_LINE_BYTES,
  type RawLine,
  sequenceOf,
  splitLine,
} from './format.js';
import type { JournalEntry, JournalPosition } from './lines.js';
import { readAt, readStart, type SegmentStart } from './segments.js';

/** Read at once; the end of a segment is first looked for in so many bytes. */
export const CHUNK_BYTES = 64 * 1024;

/** The end of a segment. */
export interface SegmentEnd {
  readonly position: JournalPosition;
  /** Behind its last whole line: what follows was never finished. */
  readonly wholeBytes: number;
}

interface PlacedLine {
  readonly at: number;
  readonly next: number;
  readonly line: RawLine | undefined;
}

/**
 * The lines of a segment behind a number, its chain checked on the way; as far as whole lines go.
 * @throws JOURNAL_BROKEN
 */
export function* readSegment(path: string, behind = 0): Generator<JournalEntry> {
  const descriptor = openSync(path, 'r');
  try {
    const start = readStart(descriptor, path);
    if (start === undefined) return;
    const { size } = fstatSync(descriptor);
    const place = start.former
      ? { after: start.after, at: start.bodyAt }
      : findPlace(descriptor, start, size, behind);
    let { after } = place;
    for (const { line } of readLines(descriptor, place.at, size, path)) {
      const entry = followingEntry(after, line);
      if (entry === undefined) throw journalBroken(after.sequence + 1, path);
      if (entry.sequence > behind) yield entry;
      after = entry;
    }
  } finally {
    closeSync(descriptor);
  }
}

/**
 * The end of a segment, from its last lines, which are checked. Of 0.1.0's, which are not
 * numbered, every line is read.
 * @throws JOURNAL_BROKEN when a whole line does not follow the one before
 */
export function readEnd(descriptor: number, path: string, start: SegmentStart): SegmentEnd {
  const { size } = fstatSync(descriptor);
  for (let window = CHUNK_BYTES; ; window *= 2) {
    const from = start.former ? start.bodyAt : Math.max(start.bodyAt, size - window);
    const end = readEndFrom(descriptor, path, start, from, size);
    if (end !== undefined) return end;
  }
}

/** Nothing when too few lines end behind `from`. */
function readEndFrom(
  descriptor: number,
  path: string,
  start: SegmentStart,
  from: number,
  size: number,
): SegmentEnd | undefined {
  const isAll = from === start.bodyAt;
  let position: JournalPosition | undefined = isAll ? start.after : undefined;
  let wholeBytes = from;
  let checked = 0;
  let isFirst = !isAll;
  for (const { line, next } of readLines(descriptor, from, size, path)) {
    // It begins in the middle of a line: the one behind that is where the chain is taken up.
    if (isFirst) isFirst = false;
    else {
      const known = position === undefined ? anchorOf(line) : followingEntry(position, line);
      // The exact line shows when the whole segment is read.
      if (known === undefined) throw findBroken(path, (position?.sequence ?? 0) + 1);
      if (position !== undefined) checked += 1;
      position = known;
    }
    wholeBytes = next;
  }
  if (position === undefined || (checked === 0 && !isAll)) return undefined;
  return { position: { sequence: position.sequence, head: position.head }, wholeBytes };
}

function findBroken(path: string, otherwise: number): unknown {
  try {
    const entries = readSegment(path);
    while (entries.next().done !== true);
  } catch (error) {
    return error;
  }
  return journalBroken(otherwise, path);
}

/** A line's own word for where it stands. */
function anchorOf(line: RawLine | undefined): JournalPosition | undefined {
  const sequence = line === undefined ? undefined : sequenceOf(line);
  return line === undefined || sequence === undefined ? undefined : { sequence, head: line.head };
}

/** Halves its way to a line that is not far before the one behind `behind`. */
function findPlace(
  descriptor: number,
  start: SegmentStart,
  size: number,
  behind: number,
): { after: JournalPosition; at: number } {
  let found = { after: start.after, at: start.bodyAt };
  let [low, high] = [start.bodyAt, size];
  while (high - low > CHUNK_BYTES && behind > start.after.sequence) {
    const middle = low + Math.floor((high - low) / 2);
    const there = firstAnchor(descriptor, middle, high);
    if (there !== undefined && there.after.sequence <= behind) {
      found = there;
      low = middle;
    } else high = middle;
  }
  return found;
}

/** The first whole line behind a place, by its own word; the place behind it. */
function firstAnchor(
  descriptor: number,
  from: number,
  to: number,
): { after: JournalPosition; at: number } | undefined {
  let isFirst = true;
  for (const { line, next } of readLines(descriptor, from, to, '')) {
    if (!isFirst) {
      const after = anchorOf(line);
      return after === undefined ? undefined : { after, at: next };
    }
    isFirst = false;
  }
  return undefined;
}

/** Whole lines between two places; what follows the last line end is none. */
function* readLines(
  descriptor: number,
  from: number,
  to: number,
  path: string,
): Generator<PlacedLine> {
  let kept = Buffer.alloc(0);
  let at = from;
  for (let place = from; place < to;) {
    const chunk = Buffer.alloc(Math.min(CHUNK_BYTES, to - place));
    const read = readAt(descriptor, chunk, place);
    if (read === 0) return;
    place += read;
    kept = Buffer.concat([kept, chunk.subarray(0, read)]);
    let start = 0;
    for (;;) {
      const end = kept.indexOf(10, start);
      if (end === -1) break;
      const next = at + (end + 1 - start);
      yield { at, next, line: splitLine(kept.toString('utf8', start, end)) };
      at = next;
      start = end + 1;
    }
    kept = kept.subarray(start);
    if (kept.length > MAX_LINE_BYTES) throw journalBroken(0, path);
  }
}

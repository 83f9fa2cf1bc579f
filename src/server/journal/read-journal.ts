/** Reads a journal across its files, also one that another process writes. Changes nothing. */
import { closeSync, existsSync, openSync } from 'node:fs';
import { followingEntry, journalBroken } from './format.js';
import { type JournalEntry, type JournalPosition, NO_LINES } from './lines.js';
import { readEnd, readSegment } from './read-segment.js';
import { findSegments, readStart } from './segments.js';

/** How far a journal reaches. */
export interface JournalExtent {
  /** Empty: 0.1.0 wrote it, which gave it none. */
  readonly journalId: string;
  /** Lines up to this one are not here: their files were taken away. */
  readonly behind: number;
  readonly end: JournalPosition;
}

/**
 * How far a journal reaches, from its last lines.
 * @throws JOURNAL_BROKEN
 */
export function readExtent(path: string): JournalExtent {
  const full = findSegments(path);
  for (const file of [path, full.at(-1)?.path]) {
    if (file === undefined || !existsSync(file)) continue;
    const descriptor = openSync(file, 'r');
    try {
      const start = readStart(descriptor, file);
      if (start === undefined) continue;
      const { position: end } = readEnd(descriptor, file, start);
      const behind = full[0] === undefined ? start.after.sequence : full[0].first - 1;
      return { journalId: start.journalId, behind, end };
    } finally {
      closeSync(descriptor);
    }
  }
  return { journalId: '', behind: 0, end: NO_LINES };
}

/**
 * The lines of a journal's files behind one number and up to another, their chain checked.
 * @throws JOURNAL_BROKEN
 */
export async function* readEntries(
  path: string,
  behind: number,
  to: number,
): AsyncGenerator<JournalEntry> {
  let done = behind;
  let last: JournalEntry | undefined;
  while (done < to) {
    // Looked up for each: the one that is written may have got its number meanwhile.
    const segment = findSegment(path, done + 1);
    let isFirst = true;
    for (const entry of readSegment(segment, done)) {
      // Within a segment its reader has looked.
      const follows = isFirst && last !== undefined ? followingEntry(last, entry) : entry;
      if (follows?.sequence !== done + 1) throw journalBroken(done + 1, segment);
      isFirst = false;
      yield await Promise.resolve(entry);
      last = entry;
      done = entry.sequence;
      if (done === to) return;
    }
    if (isFirst) throw journalBroken(done + 1, segment);
  }
}

/** The file that a line stands in. */
function findSegment(path: string, sequence: number): string {
  const descriptor = openSync(path, 'r');
  try {
    const start = readStart(descriptor, path);
    if (start !== undefined && start.after.sequence < sequence) return path;
  } finally {
    closeSync(descriptor);
  }
  const full = findSegments(path).filter(({ first }) => first <= sequence);
  return full.at(-1)?.path ?? path;
}

/**
 * Opens a journal's files, and begins a new one when the last is full. Whenever a process is
 * killed in between, what was written is there, and the next start goes on behind it.
 */
import {
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { JOURNAL_IN_USE } from '../hold/errors.js';
import { type HeldFile, holdJournal } from '../hold/hold-file.js';
import { QuancunError } from '../../errors.js';
import { type ActiveSegment, openActiveSegment } from './active-segment.js';
import { drawId } from './draw-id.js';
import { encodeHeader, journalBroken, type SegmentHeader } from './format.js';
import { NO_LINES } from './lines.js';
import { readEnd } from './read-segment.js';
import { findSegments, keepForOwner, readStart, segmentPath, syncFolder } from './segments.js';

/** The files of a journal that this process writes. */
export interface OpenSegments {
  /** The real path of the segment that is written. */
  readonly path: string;
  readonly journalId: string;
  active(): ActiveSegment;
  /** Begins a new segment. When that fails, the last one is written on. */
  rotate(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens them, or makes the first.
 * @throws JOURNAL_IN_USE, JOURNAL_BROKEN
 */
export async function openSegments(name: string): Promise<OpenSegments> {
  let held = await holdJournal(name);
  const { path } = held;
  try {
    if (!hasStart(path)) await begin(path);
    rmSync(newPath(path), { force: true });
    keepForOwner(path);
    syncFolder(path);
    let active = openActiveSegment(path, name);
    const rotate = async (journalId = active.start.journalId): Promise<void> => {
      const next = await makeNext(path, { journalId, after: active.position() });
      try {
        active.letGo();
        exchange(path, segmentPath(path, active.start.after.sequence + 1));
        active = openActiveSegment(path, name);
      } catch (error) {
        await next.release();
        throw error;
      }
      await held.release();
      held = next;
    };
    // A journal of 0.1.0 becomes the first segment as it stands.
    if (active.start.former) await rotate(drawId());
    return {
      path,
      journalId: active.start.journalId,
      active: () => active,
      rotate: () => rotate(),
      close: async () => {
        active.letGo();
        await held.release();
      },
    };
  } catch (error) {
    await held.release();
    throw error;
  }
}

function newPath(path: string): string {
  return `${path}.new`;
}

function hasStart(path: string): boolean {
  return withOpen(path, 'r', (descriptor) => readStart(descriptor, path) !== undefined);
}

/** Writes the header of a file that has none: of a new journal, or behind the last full segment. */
async function begin(path: string): Promise<void> {
  const last = findSegments(path).at(-1);
  const header =
    last === undefined
      ? { journalId: drawId(), after: NO_LINES }
      : await goOnBehind(path, last.path);
  withOpen(path, 'r+', (descriptor) => {
    writeHeader(descriptor, header);
  });
}

async function goOnBehind(path: string, last: string): Promise<SegmentHeader> {
  const before = statSync(path).ino;
  // Whoever is just beginning a new segment holds the one before it.
  const heldLast = await holdJournal(last);
  try {
    if (statSync(path).ino !== before) {
      throw new QuancunError(JOURNAL_IN_USE, { details: { file: path } });
    }
    return withOpen(last, 'r', (descriptor) => {
      const start = readStart(descriptor, last);
      if (start === undefined) throw journalBroken(1, last);
      const { position: after } = readEnd(descriptor, last, start);
      return { journalId: start.former ? drawId() : start.journalId, after };
    });
  } finally {
    await heldLast.release();
  }
}

/** The next segment under a name of its own, held and on the disk. */
async function makeNext(path: string, header: SegmentHeader): Promise<HeldFile> {
  const next = newPath(path);
  try {
    const held = await holdJournal(next);
    try {
      withOpen(next, 'r+', (descriptor) => {
        writeHeader(descriptor, header);
      });
    } catch (error) {
      await held.release();
      throw error;
    }
    return held;
  } catch (error) {
    rmSync(next, { force: true });
    throw error;
  }
}

/** The full one gets its number, the new one its name. */
function exchange(path: string, full: string): void {
  // A number that is taken is a line that is there twice.
  if (existsSync(full)) throw journalBroken(0, full);
  renameSync(path, full);
  try {
    renameSync(newPath(path), path);
    syncFolder(path);
  } catch (error) {
    if (!existsSync(path)) renameSync(full, path);
    throw error;
  }
}

function writeHeader(descriptor: number, header: SegmentHeader): void {
  const bytes = Buffer.from(encodeHeader(header));
  ftruncateSync(descriptor, 0);
  let written = 0;
  while (written < bytes.length) {
    written += writeSync(descriptor, bytes, written, bytes.length - written, written);
  }
  fsyncSync(descriptor);
  if (fstatSync(descriptor).size !== bytes.length) throw new Error('the header is not whole');
}

function withOpen<T>(path: string, flags: string, work: (descriptor: number) => T): T {
  const descriptor = openSync(path, flags);
  try {
    return work(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/**
 * The files of a journal: PATH is being written, and `PATH.<number of its first line>` are full.
 * All of them name cards, and are for their owner alone.
 */
import {
  chmodSync,
  closeSync,
  fsyncSync,
  openSync,
  readdirSync,
  readSync,
  statSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import {
  isFormerLine,
  journalBroken,
  readHeader,
  type SegmentHeader,
  splitLine,
} from './format.js';
import { NO_LINES } from './lines.js';

/** How a segment begins. */
export interface SegmentStart extends SegmentHeader {
  /** Written by 0.1.0: no header, no numbers. */
  readonly former: boolean;
  /** Where its first line begins. */
  readonly bodyAt: number;
}

/** Digits of a number in a file's name. */
const DIGITS = 12;
/** More than any header is long, and than any line of 0.1.0. */
const START_BYTES = 4096;

/** The name of a segment that is full. */
export function segmentPath(path: string, first: number): string {
  return `${path}.${String(first).padStart(DIGITS, '0')}`;
}

/** The full segments, oldest first, each with the number of its first line. */
export function findSegments(path: string): readonly { path: string; first: number }[] {
  const [folder, name] = [dirname(path), basename(path)];
  return readdirSync(folder)
    .filter(
      (file) => file.startsWith(`${name}.`) && /^\d{12,15}$/.test(file.slice(name.length + 1)),
    )
    .map((file) => ({ path: join(folder, file), first: Number(file.slice(name.length + 1)) }))
    .sort((a, b) => a.first - b.first);
}

/**
 * How a segment begins; nothing when not even its first line was finished.
 * @throws JOURNAL_BROKEN when it begins like no journal
 */
export function readStart(descriptor: number, path: string): SegmentStart | undefined {
  const buffer = Buffer.alloc(START_BYTES);
  const read = readAt(descriptor, buffer, 0);
  const end = buffer.subarray(0, read).indexOf(10);
  const text = buffer.toString('utf8', 0, end === -1 ? read : end);
  if (end === -1) {
    // Only what a start may leave behind may be written over: the file could be another's.
    const isStart = read < START_BYTES && /^([0-9a-f]{0,64}|[0-9a-f]{64} (\{.*)?)$/.test(text);
    if (!isStart) throw journalBroken(1, path);
    return undefined;
  }
  const line = splitLine(text);
  const header = line === undefined ? undefined : readHeader(line);
  if (header !== undefined) return { ...header, former: false, bodyAt: end + 1 };
  if (line === undefined || !isFormerLine(line)) throw journalBroken(1, path);
  return { journalId: '', after: NO_LINES, former: true, bodyAt: 0 };
}

/** Fills a buffer from a place in a file, as far as the file goes. */
export function readAt(descriptor: number, buffer: Uint8Array, at: number): number {
  let read = 0;
  while (read < buffer.length) {
    const count = readSync(descriptor, buffer, read, buffer.length - read, at + read);
    if (count === 0) break;
    read += count;
  }
  return read;
}

/** Takes a journal's files from everybody else: those of 0.1.0 were for all to read. */
export function keepForOwner(path: string): void {
  if (process.platform === 'win32') return;
  for (const file of [path, ...findSegments(path).map((segment) => segment.path)]) {
    if ((statSync(file).mode & 0o077) !== 0) chmodSync(file, 0o600);
  }
}

/** A name is on the disk when its folder is. Windows has no such flush. */
export function syncFolder(path: string): void {
  if (process.platform === 'win32') return;
  const folder = openSync(dirname(path), 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

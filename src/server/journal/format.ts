/**
 * How a journal lies in its file: a line is `head SP body LF`, and the first line of each segment
 * is a header that names the journal and the position it goes on from, so that a segment can be
 * read by itself. A header is hashed like a line and is none: the next line is chained to what the
 * header goes on from.
 */
import { QuancunError } from '../../errors.js';
import { hostHashing } from '../../signing/index.js';
import { JOURNAL_BROKEN } from '../errors.js';
import type { JournalEntry, JournalPosition } from './lines.js';

/** What the header of a segment says. */
export interface SegmentHeader {
  readonly journalId: string;
  /** Its first line follows this one. */
  readonly after: JournalPosition;
}

/** A line as it stands, before anybody looked whether it fits. */
export interface RawLine {
  readonly head: string;
  readonly body: string;
}

const FORMAT = 'quancun-journal-2';
const HEAD = /^[0-9a-f]{64}$/;

/** No line is longer: what is, is none. */
export const MAX_LINE_BYTES = 1024 * 1024;

/** A segment's first line. */
export function encodeHeader({ journalId, after }: SegmentHeader): string {
  const { sequence, head } = after;
  const body = JSON.stringify({ format: FORMAT, journalId, sequence, head });
  return encodeLine({ head: hostHashing().sha256(head + body), body });
}

/** A line with its end. */
export function encodeLine({ head, body }: RawLine): string {
  return `${head} ${body}\n`;
}

/** Takes a line apart; nothing when it is none. */
export function splitLine(text: string): RawLine | undefined {
  const [head, body] = [text.slice(0, 64), text.slice(65)];
  return HEAD.test(head) && text[64] === ' ' ? { head, body } : undefined;
}

/** What a segment's first line says; nothing when it is no header that holds. */
export function readHeader({ head, body }: RawLine): SegmentHeader | undefined {
  const { format, journalId, sequence, head: before } = fieldsOf(body);
  const isWhole =
    format === FORMAT &&
    typeof journalId === 'string' &&
    isSequence(sequence) &&
    typeof before === 'string' &&
    hostHashing().sha256(before + body) === head;
  return isWhole ? { journalId, after: { sequence, head: before } } : undefined;
}

/** The number a line gives itself; those of 0.1.0 have none. */
export function sequenceOf({ body }: RawLine): number | undefined {
  const [, digits] = /^\{"sequence":(\d{1,15})[,}]/.exec(body) ?? [];
  return digits === undefined ? undefined : Number(digits);
}

/** Whether a segment's first line is one of 0.1.0, which wrote no header and no numbers. */
export function isFormerLine({ body }: RawLine): boolean {
  const { orderId, atc, random } = fieldsOf(body);
  return typeof orderId === 'string' && typeof atc === 'number' && typeof random === 'string';
}

/** The entry that a line is behind a position; nothing when it does not follow there. */
export function followingEntry(
  after: JournalPosition,
  line: RawLine | undefined,
): JournalEntry | undefined {
  const sequence = after.sequence + 1;
  if (line === undefined || (sequenceOf(line) ?? sequence) !== sequence) return undefined;
  const { head, body } = line;
  return hostHashing().sha256(after.head + body) === head ? { sequence, head, body } : undefined;
}

/** A line that does not fit, by its number and the file it stands in. */
export function journalBroken(line: number, segment: string): QuancunError {
  return new QuancunError(JOURNAL_BROKEN, { details: { line, segment } });
}

function isSequence(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function fieldsOf(body: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

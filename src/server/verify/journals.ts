/** Holds journals against a ledger: every line in its place, every MAC2 on both sides. */
import { NO_HEAD, type JournalEntry, type JournalPosition } from '../journal/lines.js';
import { followingEntry } from '../journal/format.js';
import { parseLine } from '../journal/lines.js';
import { issueOf } from '../journal/lost-issues.js';
import { type JournalExtent, readEntries } from '../journal/read-journal.js';
import type { JournalRow } from '../ledger/witness-book.js';
import { text } from '../ledger/sql/columns.js';
import type { Tell } from './finding.js';
import type { LedgerReader } from './reader.js';
import type { Seen } from './seen.js';

/** A journal that is verified. */
export interface GivenJournal extends JournalExtent {
  readonly path: string;
}

/** What comes of one journal. */
export interface JournalReport {
  readonly lines: number;
  /** Lines that the ledger does not know: it is older than they are. */
  readonly ahead: number;
  /** Lines that the ledger has and the journal still lacks: the server writes them at its start. */
  readonly waiting: number;
}

/** Issue lines looked up together. */
const BATCH = 200;

/** Which MAC2, in one text. */
export function keyOf(orderId: string, atc: number, random: string): string {
  return `${orderId} ${String(atc)} ${random}`;
}

/** Reads a journal from its first line to its last, and tells what is wrong. */
export async function verifyJournal(
  reader: LedgerReader,
  journal: GivenJournal,
  row: JournalRow | undefined,
  heads: readonly JournalPosition[],
  isCopy: boolean,
  seen: Seen,
  tell: Tell,
): Promise<JournalReport> {
  const { path, behind, end } = journal;
  // A copy from before the journal was made knows none of its lines.
  const known = row?.sequence ?? (isCopy && journal.journalId !== '' ? 0 : end.sequence);
  let batch: { key: string; orderId: string; sequence: number }[] = [];
  const flush = async (): Promise<void> => {
    await lookUpAttempts(reader, batch, path, tell);
    batch = [];
  };
  const expected = [...heads, ...(row === undefined || known > end.sequence ? [] : [row])];
  const check = (at: JournalPosition): void => {
    const other = expected.find(
      ({ sequence, head }) => sequence === at.sequence && head !== at.head,
    );
    if (other !== undefined)
      tell('the head that is known of a journal', { path, line: at.sequence });
  };
  if (behind === 0) check({ sequence: 0, head: NO_HEAD });
  for await (const entry of readEntries(path, behind, end.sequence)) {
    check(entry);
    const line = parseLine(entry);
    if (line.kind !== 'issue' && line.kind !== 'issue-0.1') continue;
    const { orderId, onlineAtc, random } = issueOf(line);
    const key = keyOf(orderId, onlineAtc, random);
    seen.add(key);
    if (entry.sequence <= known) batch.push({ key, orderId, sequence: entry.sequence });
    if (batch.length >= BATCH) await flush();
  }
  await flush();
  const waiting = pendingBehind(journal, row, seen);
  if (waiting === undefined)
    tell('the lines between a journal and its ledger', { path, line: known });
  const ahead = Math.max(0, end.sequence - known);
  return { lines: end.sequence - behind, ahead, waiting: waiting ?? 0 };
}

/** How many lines the ledger keeps for the journal; nothing when they do not reach its row. */
function pendingBehind(
  { end }: GivenJournal,
  row: JournalRow | undefined,
  seen: Seen,
): number | undefined {
  if (row === undefined || row.sequence <= end.sequence) return 0;
  let at: JournalPosition = end;
  for (const entry of row.pending.filter(({ sequence }) => sequence > end.sequence)) {
    const next: JournalEntry | undefined = followingEntry(at, entry);
    if (next === undefined) return undefined;
    const line = parseLine(next);
    if (line.kind === 'issue') {
      const { orderId, onlineAtc, random } = issueOf(line);
      seen.add(keyOf(orderId, onlineAtc, random));
    }
    at = next;
  }
  return at.sequence === row.sequence && at.head === row.head
    ? at.sequence - end.sequence
    : undefined;
}

async function lookUpAttempts(
  reader: LedgerReader,
  batch: readonly { key: string; orderId: string; sequence: number }[],
  path: string,
  tell: Tell,
): Promise<void> {
  if (batch.length === 0) return;
  const ids = [...new Set(batch.map(({ orderId }) => orderId))];
  const places = ids.map((_id, index) => `$${String(index + 1)}`).join(',');
  const rows = await reader.all(
    `SELECT order_id, atc, random FROM attempt WHERE order_id IN (${places})`,
    ids,
  );
  const known = new Set(
    rows.map((row) => keyOf(text(row.order_id), Number(row.atc), text(row.random))),
  );
  for (const { key, orderId, sequence } of batch) {
    if (!known.has(key))
      tell('an attempt for every line of a MAC2', { orderId, path, line: sequence });
  }
}

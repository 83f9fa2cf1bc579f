/**
 * Where a journal stands to the ledger's row of it: the same, the row ahead (a crash between the
 * commit and the line), or the journal ahead, which means that the ledger has lost commits.
 */
import { QuancunError } from '../../errors.js';
import { hostHashing } from '../../signing/index.js';
import { JOURNAL_BEHIND } from './errors.js';
import type { JournalRow } from '../ledger/witness-book.js';
import type { Journal } from './journal.js';
import { type JournalEntry, type JournalPosition, NO_LINES, samePosition } from './lines.js';

/** How the two stand. */
export interface Place {
  /** Lines that the ledger has and the journal has not, in order: they never left. */
  readonly unwritten: readonly JournalEntry[];
  /** Lines behind this number are in the journal and not in the ledger. */
  readonly lostAfter?: number;
}

/**
 * Compares.
 * @throws JOURNAL_BEHIND when lines are gone from the journal that it had for sure
 */
export async function placeOf(journal: Journal, row: JournalRow): Promise<Place> {
  const road = placeRoad(journal, journal.position(), row);
  let at = road.next();
  while (at.done !== true) at = road.next(await positionAt(journal, at.value));
  return at.value;
}

/** Asks for the journal's position behind the line of a number, and is answered. */
type PlaceRoad<T = Place> = Generator<number, T, JournalPosition | undefined>;

/** The same for whoever has lines, and no journal. @throws JOURNAL_BEHIND */
export function* placeRoad(
  { name }: Pick<Journal, 'name'>,
  position: JournalPosition,
  row: Pick<JournalRow, 'sequence' | 'head' | 'pending'>,
): PlaceRoad {
  const { sequence, pending } = row;
  if (samePosition(position, row)) return { unwritten: [] };
  if (position.sequence < sequence) {
    const missing = pending.filter((entry) => entry.sequence > position.sequence);
    if (missing[0]?.sequence !== position.sequence + 1) {
      const details = { name, sequence: position.sequence, known: sequence };
      throw new QuancunError(JOURNAL_BEHIND, { details });
    }
    if (follows(position, missing[0])) return { unwritten: missing };
  } else if ((yield sequence)?.head === row.head) {
    return { unwritten: [], lostAfter: sequence };
  }
  return yield* forked(pending);
}

/** Both have lines that the other has not. The last common one is found, or all is compared. */
function* forked(pending: readonly JournalEntry[]): PlaceRoad {
  const [first] = pending;
  if (first === undefined) return { unwritten: [], lostAfter: 0 };
  const common = yield first.sequence - 1;
  const isCommon = common !== undefined && follows(common, first);
  if (!isCommon) return { unwritten: pending, lostAfter: 0 };
  let last: JournalPosition = common;
  const unwritten: JournalEntry[] = [];
  for (const entry of pending) {
    const there = yield entry.sequence;
    if (unwritten.length === 0 && there?.head === entry.head) last = entry;
    else unwritten.push(entry);
  }
  return { unwritten, lostAfter: last.sequence };
}

async function positionAt(
  journal: Journal,
  sequence: number,
): Promise<JournalPosition | undefined> {
  if (sequence === 0) return NO_LINES;
  if (sequence < 0 || sequence > journal.position().sequence) return undefined;
  for await (const entry of journal.entriesAfter(sequence - 1)) return entry;
  return undefined;
}

function follows({ head }: JournalPosition, entry: JournalEntry): boolean {
  return hostHashing().sha256(head + entry.body) === entry.head;
}

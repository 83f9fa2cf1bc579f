/** The memory ledger's rows of journals. */
import { drawId } from '../journal/draw-id.js';
import { promiseTry } from '../../turns.js';
import { type JournalLine, samePosition } from '../journal/lines.js';
import { type JournalThread, type ThreadDraft, WitnessMoved } from '../journal/thread.js';
import { createHolds, type JournalHolds } from './journal-holds.js';
import { type JournalRow, type LedgerWitness, sameRow, type WitnessBook } from './witness-book.js';

/** The rows, and how a commit moves one of them. */
export interface MemoryWitnesses {
  readonly book: WitnessBook;
  /** @throws WitnessMoved */
  move(thread: JournalThread, lines: readonly JournalLine[]): ThreadDraft;
}

/** What a memory ledger remembers of its journals. */
export interface WitnessTables {
  rows: Map<string, JournalRow>;
  ledgerId: string;
  state: Pick<LedgerWitness, 'epoch' | 'epochAtMs' | 'identity'>;
}

/** What runs over the tables: another engine looks like another database. */
export interface MemoryEngine {
  identity: string;
  /** How far it has written: what goes back was put back. */
  reached?: number;
  readonly holds: JournalHolds;
}

/** Makes an engine. */
export function createMemoryEngine(): MemoryEngine {
  return { identity: 'memory', holds: createHolds() };
}

/** Tables without a row. */
export function emptyWitness(): WitnessTables {
  const [ledgerId, epoch] = [drawId(), drawId()];
  return { rows: new Map(), ledgerId, state: { epoch, epochAtMs: 0, identity: 'memory' } };
}

/** Makes the book. */
export function memoryWitnesses(
  tables: WitnessTables,
  engine: MemoryEngine,
  forgetCounters: () => void,
): MemoryWitnesses {
  const move = (thread: JournalThread, lines: readonly JournalLine[]): ThreadDraft => {
    const { rows, state } = tables;
    const row = rows.get(thread.journalId);
    const stands =
      row?.state === 'open' &&
      samePosition(row, thread.position) &&
      row.epoch === state.epoch &&
      thread.epoch === state.epoch &&
      thread.identity === engine.identity;
    if (!stands) throw new WitnessMoved();
    const draft = thread.draft(lines);
    const { pending, peersAt = row.peersAt } = draft;
    rows.set(thread.journalId, { ...row, ...draft.to, pending, peersAt });
    thread.confirm(draft);
    return draft;
  };
  return {
    move,
    book: {
      readWitness: () =>
        Promise.resolve({
          ...tables.state,
          ledgerId: tables.ledgerId,
          identityNow: engine.identity,
          ...(engine.reached === undefined ? {} : { reached: engine.reached }),
          journals: [...tables.rows.values()],
          live: engine.holds.held(),
        }),
      beginEpoch: (from, next, identity, atMs) =>
        promiseTry(() => beginEpoch(tables, from, { epoch: next, identity, epochAtMs: atMs })),
      writeJournal: (row, was) => {
        const { rows } = tables;
        const now = rows.get(row.journalId);
        const stands =
          was === undefined ? now === undefined : now !== undefined && sameRow(now, was);
        if (stands) rows.set(row.journalId, row);
        if (stands && row.state === 'given-up') forgetCounters();
        return Promise.resolve(stands);
      },
      holdJournal: (journalId, name) => promiseTry(() => engine.holds.hold(journalId, name)),
      writeLine: (thread, line) =>
        promiseTry(() => {
          const [entry] = move(thread, [line]).entries;
          if (entry === undefined) throw new WitnessMoved();
          return entry;
        }),
    },
  };
}

/** A first person's word was about the ledger of before: it is gone. */
function beginEpoch(tables: WitnessTables, from: string, next: WitnessTables['state']): boolean {
  if (tables.state.epoch !== from) return false;
  tables.state = next;
  for (const { givenUpBy, ...row } of tables.rows.values()) {
    if (givenUpBy !== undefined && row.state !== 'given-up') tables.rows.set(row.journalId, row);
  }
  return true;
}

/** The memory ledger's rows of journals. */
import { randomBytes } from 'node:crypto';
import { QuancunError } from '../../errors.js';
import { promiseTry } from '../../turns.js';
import { JOURNAL_IN_USE } from '../errors.js';
import { type JournalLine, samePosition } from '../journal/lines.js';
import { type JournalThread, type ThreadDraft, WitnessMoved } from '../journal/thread.js';
import { type JournalRow, type LedgerWitness, sameRow, type WitnessBook } from './witness-book.js';

/** The rows, and how a commit moves one of them. */
export interface MemoryWitnesses {
  readonly book: WitnessBook;
  /** @throws WitnessMoved */
  move(thread: JournalThread, lines: readonly JournalLine[]): ThreadDraft;
}

/** Makes an empty book of journals. */
export function memoryWitnesses(): MemoryWitnesses {
  const rows = new Map<string, JournalRow>();
  const held = new Set<string>();
  const ledgerId = randomBytes(16).toString('hex');
  let epoch: Pick<LedgerWitness, 'epoch' | 'epochAtMs' | 'identity'> = {
    epoch: randomBytes(16).toString('hex'),
    epochAtMs: 0,
    identity: 'memory',
  };
  const move = (thread: JournalThread, lines: readonly JournalLine[]): ThreadDraft => {
    const row = rows.get(thread.journalId);
    const stands =
      row?.state === 'open' &&
      samePosition(row, thread.position) &&
      row.epoch === epoch.epoch &&
      thread.epoch === epoch.epoch;
    if (!stands) throw new WitnessMoved();
    const draft = thread.draft(lines);
    rows.set(thread.journalId, { ...row, ...draft.to, pending: draft.pending });
    thread.confirm(draft);
    return draft;
  };
  return {
    move,
    book: {
      readWitness: () =>
        Promise.resolve({
          ...epoch,
          ledgerId,
          identityNow: 'memory',
          journals: [...rows.values()],
          live: [...held],
        }),
      beginEpoch: (from, next, identity, atMs) => {
        const stands = epoch.epoch === from;
        if (stands) epoch = { epoch: next, identity, epochAtMs: atMs };
        return Promise.resolve(stands);
      },
      writeJournal: (row, was) => {
        const now = rows.get(row.journalId);
        const stands =
          was === undefined ? now === undefined : now !== undefined && sameRow(now, was);
        if (stands) rows.set(row.journalId, row);
        return Promise.resolve(stands);
      },
      holdJournal: (journalId) => {
        if (held.has(journalId)) {
          const name = rows.get(journalId)?.name ?? journalId;
          return Promise.reject(new QuancunError(JOURNAL_IN_USE, { details: { name } }));
        }
        held.add(journalId);
        return Promise.resolve(() => {
          held.delete(journalId);
          return Promise.resolve();
        });
      },
      writeLine: (thread, line) =>
        promiseTry(() => {
          const [entry] = move(thread, [line]).entries;
          if (entry === undefined) throw new WitnessMoved();
          return entry;
        }),
    },
  };
}

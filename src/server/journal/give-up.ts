/** People and journals: what there is, and giving one up that will never come back. */
import { QuancunError } from '../../errors.js';
import { LEDGER_BUSY } from '../../signing/errors.js';
import { JOURNAL_IN_USE, JOURNAL_UNKNOWN } from '../errors.js';
import type { Ledger } from '../ledger/ledger.js';
import type { JournalState } from './lines.js';

/**
 * A journal as people see it.
 * 日志概况。
 */
export interface JournalView {
  readonly journalId: string;
  readonly name: string;
  readonly state: JournalState;
  /** Lines of it that the ledger knows. */
  readonly sequence: number;
  /** Whether a living server holds it. */
  readonly isLive: boolean;
  /** Whether it was compared with this database as it is now. */
  readonly isCompared: boolean;
  /** Whether older orders wait until it is compared, or given up. */
  readonly isAwaited: boolean;
  /** The first of two people who give it up. */
  readonly givenUpBy?: string;
}

const MAX_TRIES = 8;

/** Every journal of a ledger. */
export async function listJournals(ledger: Ledger): Promise<readonly JournalView[]> {
  const { epoch, journals, live } = await ledger.readWitness();
  return journals
    .filter(({ ephemeral }) => !ephemeral)
    .map(({ journalId, name, state, sequence, epoch: compared, givenUpBy }) => {
      const isCompared = compared === epoch;
      return {
        ...{ journalId, name, state, sequence, isCompared },
        isLive: live.includes(journalId),
        isAwaited: state === 'open' && !isCompared,
        ...(givenUpBy === undefined ? {} : { givenUpBy }),
      };
    });
}

/**
 * One of the two people who give a journal up says so; done when another one says the same.
 * @throws JOURNAL_UNKNOWN; JOURNAL_IN_USE while a server writes it
 */
export async function giveUpJournal(
  ledger: Ledger,
  journalId: string,
  by: string,
): Promise<JournalView> {
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const { journals, live } = await ledger.readWitness();
    const row = journals.find((one) => one.journalId === journalId && !one.ephemeral);
    if (row === undefined) throw new QuancunError(JOURNAL_UNKNOWN);
    if (live.includes(journalId)) {
      throw new QuancunError(JOURNAL_IN_USE, { details: { name: row.name } });
    }
    const { givenUpBy } = row;
    const isDone = givenUpBy !== undefined && givenUpBy !== by;
    const next = isDone ? ({ ...row, state: 'given-up' } as const) : { ...row, givenUpBy: by };
    if (row.state === 'given-up' || (await ledger.writeJournal(next, row))) {
      const view = (await listJournals(ledger)).find((one) => one.journalId === journalId);
      if (view !== undefined) return view;
    }
  }
  throw new QuancunError(LEDGER_BUSY);
}

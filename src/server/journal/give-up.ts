/** People and journals: what there is, and giving one up that will never come back. */
import { QuancunError } from '../../errors.js';
import { LEDGER_BUSY } from '../../signing/errors.js';
import { JOURNAL_IN_USE } from '../hold/errors.js';
import { JOURNAL_UNKNOWN } from './errors.js';
import { expectOptions, objectOf, textOf } from '../../json/index.js';
import type { ReleaseRequest } from '../../load/index.js';
import type { Ledger } from '../ledger/ledger.js';
import type { JournalView } from '../../messages/index.js';

const MAX_TRIES = 8;
/** A person has a name, and blanks around it are none. */
const GIVING_UP = objectOf({ journalId: textOf(64), by: textOf(256, /^\S(.*\S)?$/) });

/**
 * Every journal of a ledger, also while no server of it can start.
 * 列出账本的全部日志。
 * @example
 * import { memoryLedger } from 'quancun/server';
 * await listJournals(memoryLedger()); // []
 */
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
 * One of the two people who give a journal up says so; done when another one says the same. Who
 * they are is the caller's to know, and whose first word counts no more (`discounts`).
 * 放弃日志（须两人确认）。
 * @throws JOURNAL_UNKNOWN; JOURNAL_IN_USE while a server writes it
 * @example
 * import type { Ledger } from 'quancun/server';
 * declare const ledger: Ledger, journalId: string;
 * await giveUpJournal(ledger, journalId, 'manager-1');
 */
export async function giveUpJournal(
  ledger: Ledger,
  journalId: string,
  by: string,
  { discounts }: Pick<ReleaseRequest, 'discounts'> = {},
): Promise<JournalView> {
  const { by: person } = expectOptions(GIVING_UP, { journalId, by }, 'giveUpJournal');
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const { journals, live } = await ledger.readWitness();
    const row = journals.find((one) => one.journalId === journalId && !one.ephemeral);
    if (row === undefined) throw new QuancunError(JOURNAL_UNKNOWN);
    if (live.includes(journalId)) {
      throw new QuancunError(JOURNAL_IN_USE, { details: { file: row.name } });
    }
    const { givenUpBy } = row;
    const isDone = givenUpBy !== undefined && givenUpBy !== person && givenUpBy !== discounts;
    const next = isDone ? ({ ...row, state: 'given-up' } as const) : { ...row, givenUpBy: person };
    if (row.state === 'given-up' || (await ledger.writeJournal(next, row))) {
      const view = (await listJournals(ledger)).find((one) => one.journalId === journalId);
      if (view !== undefined) return view;
    }
  }
  throw new QuancunError(LEDGER_BUSY);
}

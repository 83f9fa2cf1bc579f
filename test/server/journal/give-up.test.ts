/** What people are told of journals, and what two of them can do. */
import { describe, expect, test } from 'vitest';
import { memoryLedger } from '../../../src/server/index.js';
import type { Ledger } from '../../../src/server/index.js';
import { giveUpJournal, listJournals } from '../../../src/server/journal/give-up.js';
import { findLostIssues, issueOf } from '../../../src/server/journal/lost-issues.js';
import type { JournalRow } from '../../../src/server/ledger/witness-book.js';
import { attempt, ORDER } from '../../load/situations.js';
import { lastingJournal } from '../../support/lost-world.js';

async function ledgerWith(...rows: readonly Partial<JournalRow>[]): Promise<Ledger> {
  const ledger = memoryLedger();
  const { epoch } = await ledger.readWitness();
  for (const row of rows) {
    await ledger.writeJournal({
      ...{ journalId: 'B', name: 'at B', state: 'open', sequence: 3, head: '1', epoch },
      ...{ pending: [], ephemeral: false, peersAt: 0, ...row },
    });
  }
  return ledger;
}

describe('the list of journals', () => {
  test('tells of each whether it is compared, alive and waited for', async () => {
    const ledger = await ledgerWith(
      {},
      { journalId: 'C', epoch: 'old', givenUpBy: 'li' },
      { journalId: 'D', epoch: 'old', state: 'sealed' },
      { journalId: 'E', ephemeral: true },
    );
    await ledger.holdJournal('B', 'at B');
    const about = { name: 'at B', sequence: 3 };
    expect(await listJournals(ledger)).toStrictEqual([
      {
        ...{ journalId: 'B', ...about, state: 'open' },
        ...{ isCompared: true, isLive: true, isAwaited: false },
      },
      {
        ...{ journalId: 'C', ...about, state: 'open' },
        ...{ isCompared: false, isLive: false, isAwaited: true, givenUpBy: 'li' },
      },
      {
        ...{ journalId: 'D', ...about, state: 'sealed' },
        ...{ isCompared: false, isLive: false, isAwaited: false },
      },
    ]);
  });
});

describe('giving a journal up', () => {
  test('takes two people, and tells of that journal', async () => {
    const ledger = await ledgerWith({ journalId: 'A' }, {});
    expect(await giveUpJournal(ledger, 'B', 'li')).toMatchObject({ journalId: 'B', state: 'open' });
    expect(await giveUpJournal(ledger, 'B', 'li')).toMatchObject({ state: 'open' });
    expect(await giveUpJournal(ledger, 'B', 'wang')).toMatchObject({
      ...{ journalId: 'B', state: 'given-up', givenUpBy: 'li' },
    });
    expect((await listJournals(ledger))[0]).toMatchObject({ journalId: 'A', state: 'open' });
  });

  test('a first word that counts no more is replaced, not seconded', async () => {
    const ledger = await ledgerWith({ givenUpBy: 'hr' });
    const gone = { discounts: 'hr' };
    expect(await giveUpJournal(ledger, 'B', 'li', gone)).toMatchObject({
      ...{ state: 'open', givenUpBy: 'li' },
    });
    // Whoever else was meant, it is by name.
    expect(await giveUpJournal(ledger, 'B', 'wang', gone)).toMatchObject({ state: 'given-up' });
  });

  test('is done once: a third word changes nothing', async () => {
    const inner = await ledgerWith({ state: 'given-up', givenUpBy: 'li' });
    let writes = 0;
    const writeJournal: Ledger['writeJournal'] = () => {
      writes += 1;
      return Promise.resolve(true);
    };
    const view = await giveUpJournal({ ...inner, writeJournal }, 'B', 'zhao');
    expect([view.state, view.givenUpBy, writes]).toEqual(['given-up', 'li', 0]);
  });

  test('is tried again when the row moves, not for ever', async () => {
    const inner = await ledgerWith({});
    const moved = (times: number) => {
      let tries = 0;
      const writeJournal: Ledger['writeJournal'] = (row, was) => {
        tries += 1;
        return tries <= times ? Promise.resolve(false) : inner.writeJournal(row, was);
      };
      return { ledger: { ...inner, writeJournal }, tries: () => tries };
    };
    const busy = moved(Infinity);
    await expect(giveUpJournal(busy.ledger, 'B', 'li')).rejects.toMatchObject({
      code: 'LEDGER_BUSY',
    });
    expect(busy.tries()).toBe(8);
    expect(await giveUpJournal(moved(7).ledger, 'B', 'li')).toMatchObject({ givenUpBy: 'li' });
  });

  test('is refused for one that lives, or that nobody knows', async () => {
    const ledger = await ledgerWith({}, { journalId: 'E', ephemeral: true });
    for (const journalId of ['X', 'E']) {
      await expect(giveUpJournal(ledger, journalId, 'li')).rejects.toMatchObject({
        code: 'JOURNAL_UNKNOWN',
      });
    }
    await ledger.holdJournal('B', 'at B');
    await expect(giveUpJournal(ledger, 'B', 'li')).rejects.toMatchObject({
      code: 'JOURNAL_IN_USE',
    });
  });
});

describe('lost issues', () => {
  const issue = (onlineAtc: number, random: string) => ({
    ...({ kind: 'issue', atMs: 1, order: ORDER, idempotencyKey: 'k', request: 'r' } as const),
    ...{ payments: [], attempt: attempt(onlineAtc, { random }) },
  });
  const former = (orderId: string, atc: number, random: string) => ({
    ...{ orderId, cardNumber: ORDER.cardNumber, atc, random, atMs: 1 },
  });

  test('are those whose attempt the ledger does not have, of both kinds', async () => {
    const inner = memoryLedger();
    const known = attempt(7, { random: 'AA' });
    const ledger: Ledger = {
      ...inner,
      read: (orderId) =>
        Promise.resolve(
          orderId !== ORDER.orderId
            ? undefined
            : {
                ...{ version: '1', idempotencyKey: 'k', request: 'r' },
                situation: {
                  ...{ order: ORDER, card: { cardNumber: ORDER.cardNumber, frozen: false } },
                  ...{ payments: [], attempts: [known] },
                },
              },
        ),
    };
    const journal = lastingJournal('A');
    const lines = [
      ...[issue(7, 'AA'), issue(8, 'AA'), issue(7, 'BB'), { kind: 'seal', atMs: 1 }],
      ...[former('ORDER1', 7, 'AA'), former('ORDER1', 8, 'AA'), former('NONE', 7, 'AA')],
    ];
    for (const line of lines) await journal.append(line);
    const lost = (await findLostIssues(journal, ledger)).map(issueOf);
    expect(lost).toEqual([
      { orderId: 'ORDER1', onlineAtc: 8, random: 'AA' },
      { orderId: 'ORDER1', onlineAtc: 7, random: 'BB' },
      { orderId: 'ORDER1', onlineAtc: 8, random: 'AA' },
      { orderId: 'NONE', onlineAtc: 7, random: 'AA' },
    ]);
  });
});

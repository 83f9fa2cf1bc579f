/** Where a journal stands to the ledger's row of it, in every way there is. */
import { describe, expect, test } from 'vitest';
import type { JournalRow } from '../../../src/server/ledger/witness-book.js';
import {
  chainLine,
  type JournalEntry,
  type JournalPosition,
  NO_LINES,
  positionOf,
} from '../../../src/server/journal/lines.js';
import { placeOf } from '../../../src/server/journal/place.js';
import { lastingJournal } from '../../support/lost-world.js';

/** Entries behind a position, told apart by a word. */
function chain(from: JournalPosition, ...words: readonly string[]): JournalEntry[] {
  const entries: JournalEntry[] = [];
  for (const word of words) entries.push(chainLine(entries.at(-1) ?? from, { word }));
  return entries;
}

async function journalWith(...words: readonly string[]) {
  const journal = lastingJournal('A');
  for (const word of words) await journal.append({ word });
  return journal;
}

/** The row behind these entries, of which the last ones are still kept. */
function rowAt(entries: readonly JournalEntry[], kept: number): JournalRow {
  return {
    ...{ journalId: 'J', name: 'A', state: 'open', epoch: 'E', ephemeral: false, peersAt: 0 },
    ...positionOf(entries.at(-1) ?? NO_LINES),
    pending: kept === 0 ? [] : entries.slice(-kept),
  };
}

const abc = chain(NO_LINES, 'a', 'b', 'c');
const [a, b, c] = abc as [JournalEntry, JournalEntry, JournalEntry];

describe('a journal and its row', () => {
  test('that stand at one place have nothing to bring over', async () => {
    expect(await placeOf(await journalWith('a', 'b', 'c'), rowAt(abc, 2))).toEqual({
      unwritten: [],
    });
    expect(await placeOf(await journalWith(), rowAt([], 0))).toEqual({ unwritten: [] });
  });

  test.each([
    [['a', 'b'], 1, [c]],
    [['a', 'b'], 3, [c]],
    [['a'], 2, [b, c]],
    [[], 3, abc],
  ])('with the row ahead of %o: the missing lines are written', async (words, kept, unwritten) => {
    expect(await placeOf(await journalWith(...words), rowAt(abc, kept))).toEqual({ unwritten });
  });

  test.each([
    [['a'], 1],
    [['a'], 0],
    [[], 2],
  ])('with %o and lines that nobody keeps: the journal is an old copy', async (words, kept) => {
    await expect(placeOf(await journalWith(...words), rowAt(abc, kept))).rejects.toMatchObject({
      code: 'JOURNAL_BEHIND',
      details: { name: 'A', sequence: words.length, known: 3 },
    });
  });

  test.each([
    [[], 0],
    [[a], 1],
    [[a, b], 2],
  ])('with the journal ahead: what is behind the row is lost', async (entries, lostAfter) => {
    for (const kept of [0, entries.length]) {
      const place = await placeOf(await journalWith('a', 'b', 'c'), rowAt(entries, kept));
      expect(place).toEqual({ unwritten: [], lostAfter });
    }
  });
});

describe('a journal and a row that went different ways', () => {
  test('without a kept line all of the journal is compared', async () => {
    const place = await placeOf(await journalWith('x', 'y', 'z'), rowAt(abc, 0));
    expect(place).toEqual({ unwritten: [], lostAfter: 0 });
  });

  test.each([
    [['a', 'b', 'x'], 3, 2, [c]],
    [['a', 'x', 'y'], 3, 1, [b, c]],
    [['a', 'x', 'y', 'z'], 2, 1, [b, c]],
    [['a', 'x', 'c'], 3, 1, [b, c]],
    [['x', 'y', 'z'], 3, 0, abc],
    [['a', 'x'], 3, 1, [b, c]],
    [['a', 'b', 'x', 'y'], 1, 2, [c]],
  ])('%o: they part behind the last common line', async (words, kept, lostAfter, unwritten) => {
    const place = await placeOf(await journalWith(...words), rowAt(abc, kept));
    expect(place).toEqual({ unwritten, lostAfter });
  });

  test.each([
    [['x', 'y', 'z'], 2, [b, c]],
    [['x', 'y', 'z', 'u'], 1, [c]],
    [['a', 'x', 'y', 'u'], 1, [c]],
    [['x', 'y'], 1, [c]],
  ])('%o: no kept line follows upon it: all is compared', async (words, kept, unwritten) => {
    const place = await placeOf(await journalWith(...words), rowAt(abc, kept));
    expect(place).toEqual({ unwritten, lostAfter: 0 });
  });
});

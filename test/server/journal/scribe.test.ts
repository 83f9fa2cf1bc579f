/** Bringing committed lines into the journal: each once, in order, and again after a failure. */
import { describe, expect, test } from 'vitest';
import { QuancunError } from '../../../src/errors.js';
import type { Journal } from '../../../src/server/index.js';
import { type JournalLine, NO_LINES, positionOf } from '../../../src/server/journal/lines.js';
import { createScribe, lineOf } from '../../../src/server/journal/scribe.js';
import { createThread, WitnessMoved } from '../../../src/server/journal/thread.js';
import { lastingJournal } from '../../support/lost-world.js';

const seal = (atMs: number): JournalLine => ({ kind: 'seal', atMs });
const tac = (atMs: number): JournalLine => ({
  ...({ kind: 'tac', orderId: 'O', cardNumber: 'C', onlineAtc: 7, random: 'R' } as const),
  atMs,
});
const peers = (atMs: number): JournalLine => ({
  ...({ kind: 'peers', ledgerId: 'L', epoch: 'E', identity: 'I', peers: [] } as const),
  atMs,
});

/** A thread over a journal whose disk can be full, and which tells what it was given. */
function desk(changes: (inner: Journal) => Partial<Journal> = () => ({})) {
  const inner = lastingJournal('A');
  const given: [unknown, unknown][] = [];
  const disk = { isFull: false };
  const journal: Journal = {
    ...inner,
    append: async (line, options) => {
      given.push([(line as { atMs: number }).atMs, options?.later]);
      if (disk.isFull) throw new QuancunError('JOURNAL_UNAVAILABLE');
      return inner.append(line, options);
    },
    ...changes(inner),
  };
  const at = { journalId: 'J', epoch: 'E', identity: 'I', position: positionOf(NO_LINES) };
  const thread = createThread(at, () => journal.position());
  const scribe = createScribe(journal);
  const commit = (...lines: readonly JournalLine[]) => {
    const draft = thread.draft(lines);
    thread.confirm(draft);
    return draft.entries;
  };
  const write = async (...lines: readonly JournalLine[]) => {
    const entry = commit(...lines).at(-1);
    if (entry === undefined) throw new Error('no line');
    await scribe.write(thread, entry);
  };
  const times = async () => (await inner.lines()).map((line) => (line as { atMs: number }).atMs);
  return { inner, journal, given, disk, thread, scribe, commit, write, times };
}

describe('a thread', () => {
  test('drafts entries that follow each other, and keeps what is not flushed', async () => {
    const { thread, inner } = desk();
    expect(thread.unflushed()).toEqual([]);
    const draft = thread.draft([seal(1), peers(2), seal(3)]);
    expect(draft.from).toEqual(NO_LINES);
    expect(draft.entries.map(({ sequence }) => sequence)).toEqual([1, 2, 3]);
    expect(draft.to).toEqual(positionOf(draft.entries[2] ?? NO_LINES));
    expect(draft.pending).toEqual(draft.entries);
    expect(draft.peersAt).toBe(2);
    expect(thread.position).toEqual(NO_LINES);
    thread.confirm(draft);
    expect(thread.position).toEqual(draft.to);
    await inner.append(lineOf(draft.entries[0] ?? { sequence: 0, head: '', body: '{}' }));
    expect(thread.unflushed()).toEqual(draft.entries.slice(1));
    const next = thread.draft([seal(4)]);
    expect(next.pending.map(({ sequence }) => sequence)).toEqual([2, 3, 4]);
    expect(next).not.toHaveProperty('peersAt');
    expect(thread.draft([])).toMatchObject({ to: draft.to, entries: [] });
  });
});

describe('a scribe', () => {
  test('writes each line once and in order; TACs may wait', async () => {
    const { commit, write, given, times } = desk();
    commit(tac(1));
    await write(seal(2));
    await write(seal(3));
    expect(given).toEqual([
      [1, true],
      [2, false],
      [3, false],
    ]);
    expect(await times()).toEqual([1, 2, 3]);
  });

  test('has nothing to do for a line that is there', async () => {
    const { commit, scribe, thread, given } = desk();
    const [first] = commit(seal(1), seal(2));
    if (first === undefined) throw new Error('no line');
    await Promise.all([scribe.write(thread, first), scribe.write(thread, first)]);
    await scribe.write(thread, first);
    await scribe.catchUp(thread);
    expect(given).toHaveLength(2);
  });

  test('refuses while the disk is full, and begins with what is left', async () => {
    const { disk, write, scribe, thread, times, given } = desk();
    await write(seal(1));
    disk.isFull = true;
    await expect(write(seal(2))).rejects.toMatchObject({ code: 'JOURNAL_UNAVAILABLE' });
    await expect(scribe.catchUp(thread)).rejects.toMatchObject({ code: 'JOURNAL_UNAVAILABLE' });
    disk.isFull = false;
    await scribe.catchUp(thread);
    expect(await times()).toEqual([1, 2]);
    const before = given.length;
    await scribe.catchUp(thread);
    await write(seal(3));
    expect(given).toHaveLength(before + 1);
    expect(await times()).toEqual([1, 2, 3]);
  });

  test('waits for no TAC, and leaves it for the next line when it failed', async () => {
    const { disk, commit, scribe, thread, write, times } = desk();
    disk.isFull = true;
    commit(tac(1));
    scribe.writeLater(thread);
    await new Promise((resolve) => setImmediate(resolve));
    disk.isFull = false;
    await write(seal(2));
    expect(await times()).toEqual([1, 2]);
  });

  test('hears that the journal holds something else in its place', async () => {
    const { inner, write, commit, scribe, thread } = desk();
    await write(seal(1));
    const entries = commit(seal(2), seal(3));
    await inner.append(seal(9));
    await expect(
      scribe.write(thread, entries[1] ?? { sequence: 3, head: '', body: '' }),
    ).rejects.toBeInstanceOf(WitnessMoved);
  });

  test('does not wait for ever for a journal that takes nothing', async () => {
    const { write } = desk(() => ({
      append: () => Promise.resolve({ sequence: 1, head: '', body: '' }),
    }));
    await expect(write(seal(1))).rejects.toBeInstanceOf(WitnessMoved);
    const { commit, scribe, thread, given, disk } = desk(() => ({ position: () => NO_LINES }));
    const [first] = commit(seal(1));
    if (first === undefined) throw new Error('no line');
    await expect(scribe.write(thread, first)).rejects.toBeInstanceOf(WitnessMoved);
    expect([given.length, disk.isFull]).toEqual([1, false]);
  });

  test('begins behind what the journal had before', async () => {
    const inner = lastingJournal('A');
    await inner.append(seal(1));
    const at = { journalId: 'J', epoch: 'E', identity: 'I', position: inner.position() };
    const thread = createThread(at, () => inner.position());
    const scribe = createScribe(inner);
    const draft = thread.draft([seal(2)]);
    thread.confirm(draft);
    for (const entry of draft.entries) await scribe.write(thread, entry);
    expect(await inner.lines()).toMatchObject([{ atMs: 1 }, { atMs: 2 }]);
  });
});

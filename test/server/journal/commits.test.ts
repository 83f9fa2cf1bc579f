/** A commit with its line, and the orderly end. */
import { describe, expect, test } from 'vitest';
import { type Evidence } from '../../../src/load/index.js';
import { type Journal } from '../../../src/server/index.js';
import { openWitness } from '../../../src/server/journal/witness.js';
import type { JournalLine } from '../../../src/server/journal/lines.js';
import { ORDER } from '../../load/situations.js';
import { lastingJournal } from '../../support/lost-world.js';
import { watch } from './watch.js';

describe('a commit', () => {
  const tac: JournalLine = {
    ...({ kind: 'tac', atMs: 1, orderId: 'ORDER1', cardNumber: 'C' } as const),
    ...{ onlineAtc: 7, random: 'R' },
  };
  const pays = (transactionId: string): Evidence => ({
    ...{ kind: 'payment', transactionId, amountFen: 1 },
  });

  test('without a line leaves the journal alone; a TAC goes with the next', async () => {
    const { witness, act, inner, journal } = watch();
    await witness.open();
    await inner.createOrder({ ...ORDER, state: 'CREATED' }, 'key', 'request');
    expect(await act(pays('1'))).toBe(true);
    expect(await journal.lines()).toHaveLength(1);
    expect(await act(pays('2'), tac)).toBe(true);
    expect(await act(pays('3'), { kind: 'seal', atMs: 1 })).toBe(true);
    const kinds = (await journal.lines()).map(({ kind }) => kind);
    expect(kinds).toEqual(['peers', 'tac', 'seal']);
  });

  test('that another one was faster than writes no line', async () => {
    const { witness, act, inner, journal, ledger } = watch();
    await witness.open();
    await inner.createOrder({ ...ORDER, state: 'CREATED' }, 'key', 'request');
    ledger.commit = () => Promise.resolve({ written: false });
    expect(await act(pays('1'), { kind: 'seal', atMs: 1 })).toBe(false);
    expect(await act(pays('1'))).toBe(false);
    expect(await journal.lines()).toHaveLength(1);
  });

  test('over a row that moved is to be decided again, and compared before', async () => {
    const { witness, act, inner, journal, put } = watch();
    await witness.open();
    await inner.createOrder({ ...ORDER, state: 'CREATED' }, 'key', 'request');
    await put(journal.journalId, { epoch: '' });
    expect(await act(pays('1'), tac)).toBe(false);
    expect((await inner.read(ORDER.orderId))?.situation.payments).toEqual([]);
    expect(await act(pays('1'), tac)).toBe(true);
  });

  test('of what was decided beside another standing is to be decided again', async () => {
    const { witness, act, read, actFrom, inner, journal, put, env } = watch();
    await witness.open();
    await inner.createOrder({ ...ORDER, state: 'CREATED' }, 'key', 'request');
    const before = await read();
    // Compared anew for another order, while this one was being weighed: it may look the same.
    await put(journal.journalId, { epoch: '' });
    expect(await act(pays('1'), tac)).toBe(false);
    await witness.open();
    expect(await actFrom(before, pays('2'), tac)).toBe(false);
    expect(await actFrom(before, pays('2'))).toBe(false);
    const sure = await read();
    await put('B', { epoch: 'old' });
    env.advance(1000);
    const doubtful = await read();
    expect(doubtful.situation.doubtSinceMs).toBeDefined();
    expect(await actFrom(sure, pays('3'))).toBe(false);
    // A doubt that has ended takes nothing from what was decided in it.
    await put('B', { state: 'given-up' });
    expect((await read()).situation.doubtSinceMs).toBeUndefined();
    expect(await actFrom(doubtful, pays('4'))).toBe(true);
  });

  test('that fails for another reason says so', async () => {
    const { witness, act, inner, ledger } = watch();
    await witness.open();
    await inner.createOrder({ ...ORDER, state: 'CREATED' }, 'key', 'request');
    ledger.commit = () => Promise.reject(new Error('away'));
    await expect(act(pays('1'), tac)).rejects.toThrow('away');
  });

  test('lets so many TACs wait for a journal that takes none', async () => {
    const inner = lastingJournal('A');
    let isStuck = false;
    const stuck: Journal = {
      ...inner,
      append: (line, how) =>
        isStuck ? Promise.reject(new Error('full')) : inner.append(line, how),
    };
    const { witness, act, inner: books } = watch(stuck);
    await witness.open();
    await books.createOrder({ ...ORDER, state: 'CREATED' }, 'key', 'request');
    isStuck = true;
    for (let count = 1; count <= 66; count += 1) {
      expect(await act(pays(String(count)), tac)).toBe(true);
    }
    const [row] = (await books.readWitness()).journals;
    expect(row?.pending).toHaveLength(64);
  });
});

describe('an orderly end', () => {
  test('seals the row, frees the journal, and is begun anew', async () => {
    const { witness, inner, journal, asked } = watch();
    await witness.open();
    await witness.seal();
    const { journals, live } = await inner.readWitness();
    expect(journals).toMatchObject([{ state: 'sealed', sequence: 2, pending: [] }]);
    expect([live, asked.releases]).toEqual([[], 1]);
    await witness.seal();
    expect([asked.lines, asked.releases]).toEqual([2, 1]);
    expect(await witness.open()).toMatchObject({ isNew: false, lost: 0, written: 0 });
    expect((await inner.readWitness()).live).toEqual([journal.journalId]);
  });

  test('of what was never opened writes nothing', async () => {
    const { witness, asked } = watch();
    await witness.seal();
    expect(asked).toEqual({ looks: 0, rows: 0, lines: 0, releases: 0 });
  });

  test('two witnesses of the same two are one', () => {
    const { witness, parts } = watch();
    expect(openWitness(parts)).toBe(witness);
    expect(openWitness({ ...parts, journal: lastingJournal('B') })).not.toBe(witness);
  });
});

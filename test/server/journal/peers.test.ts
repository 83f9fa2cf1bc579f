/** What a journal knows of the others, and what the ledger has forgotten of them. */
import { describe, expect, test } from 'vitest';
import { memoryLedger } from '../../../src/server/index.js';
import { type KnownJournal, NO_LINES } from '../../../src/server/journal/lines.js';
import {
  findForgotten,
  lastPeersLine,
  peersOf,
  putBack,
  samePeers,
} from '../../../src/server/journal/peers.js';
import { findAwaited } from '../../../src/server/journal/epochs.js';
import { hasGoneBack, remember, waitingOf } from '../../../src/server/journal/compare.js';
import {
  expectNoneMissing,
  expectOwnLedger,
  nameOf,
} from '../../../src/server/journal/register.js';
import type { JournalRow, LedgerWitness } from '../../../src/server/ledger/witness-book.js';
import { lastingJournal } from '../../support/lost-world.js';

const head = (digit: string): string => digit.repeat(64);
const known = (journalId: string, sequence = 5, changes: Partial<KnownJournal> = {}) =>
  ({
    journalId,
    name: `at ${journalId}`,
    state: 'open',
    sequence,
    head: head('1'),
    ...changes,
  }) as const;
const row = (journalId: string, changes: Partial<JournalRow> = {}): JournalRow => ({
  ...known(journalId),
  ...{ pending: [], epoch: 'E', ephemeral: false, peersAt: 0 },
  ...changes,
});
const witnessOf = (journals: readonly JournalRow[], changes: Partial<LedgerWitness> = {}) => ({
  ...{ ledgerId: 'L', epoch: 'E', epochAtMs: 7, identity: 'I', identityNow: 'I', live: [] },
  journals,
  ...changes,
});

describe('the last line about the others', () => {
  const peers = (epoch: string) =>
    ({ kind: 'peers', atMs: 1, ledgerId: 'L', epoch, identity: 'I', peers: [] }) as const;
  const written = async () => {
    const journal = lastingJournal('A');
    const lines = [
      peers('1'),
      { kind: 'seal', atMs: 1 },
      peers('3'),
      peers('4'),
      { kind: 'seal', atMs: 2 },
    ];
    for (const line of lines) await journal.append(line);
    return journal;
  };

  test.each([
    [0, undefined, undefined],
    [1, undefined, 1],
    [2, undefined, undefined],
    [3, undefined, 3],
    [6, undefined, undefined],
    [0, 0, 4],
    [1, 3, 4],
    [1, 4, 1],
    [3, 5, 3],
    [0, 4, undefined],
  ])('looked for at %i, and behind %o', async (peersAt, lostAfter, sequence) => {
    const line = await lastPeersLine(await written(), peersAt, lostAfter);
    expect(line?.sequence).toBe(sequence);
    expect(line?.epoch).toBe(sequence === undefined ? undefined : String(sequence));
  });
});

test('the last line about the others may be the last of all, if it is said where', async () => {
  const journal = lastingJournal('A');
  await journal.append({ kind: 'seal', atMs: 1 });
  await journal.append({ kind: 'peers', atMs: 2, peers: [] });
  expect(await lastPeersLine(journal, 0, undefined)).toBeUndefined();
  expect(await lastPeersLine(journal, 2, undefined)).toMatchObject({ sequence: 2 });
});

describe('a row that the ledger has forgotten', () => {
  const find = (journals: readonly JournalRow[], ...peers: readonly KnownJournal[]) =>
    findForgotten(witnessOf(journals), peers, 'own');

  test('is put back without a line, to be compared', () => {
    const made = {
      ...{ journalId: 'B', name: 'at B', ...NO_LINES, pending: [], epoch: '' },
      ...{ ephemeral: false, peersAt: 0 },
    };
    expect(find([], known('B'))).toEqual([{ row: { ...made, state: 'open' } }]);
    expect(find([], known('B', 5, { state: 'sealed' }))).toMatchObject([
      { row: { state: 'open' } },
    ]);
    expect(find([], known('B', 5, { state: 'given-up' }))).toEqual([
      { row: { ...made, state: 'given-up' } },
    ]);
  });

  test('or has from before is marked, once', () => {
    const was = row('B', { sequence: 4, state: 'sealed' });
    expect(find([row('C'), was], known('B'))).toEqual([
      { row: { ...was, state: 'open', epoch: '' }, was },
    ]);
    const open = row('B', { sequence: 4 });
    expect(find([open], known('B'))).toEqual([{ row: { ...open, epoch: '' }, was: open }]);
    expect(find([{ ...open, epoch: '' }], known('B'))).toEqual([]);
    const sealed = row('B', { sequence: 4, epoch: '', state: 'sealed' });
    expect(find([sealed], known('B'))).toHaveLength(1);
  });

  test.each([
    ['stands where it stood', row('B')],
    ['has gone on', row('B', { sequence: 6 })],
    ['was given up', row('B', { sequence: 4, state: 'given-up' })],
  ])('is none that %s', (_why, one) => {
    expect(find([one], known('B'))).toEqual([]);
  });

  test('is none of its own', () => {
    expect(find([], known('own'))).toEqual([]);
  });

  test('is written, unless it moved meanwhile', async () => {
    const ledger = memoryLedger();
    const [made] = find([], known('B'));
    await putBack(ledger, made === undefined ? [] : [made]);
    const [stored] = (await ledger.readWitness()).journals;
    expect(stored).toEqual(made?.row);
    await putBack(ledger, find([row('B', { sequence: 3 })], known('B')));
    expect((await ledger.readWitness()).journals).toEqual([stored]);
  });
});

describe('the others', () => {
  test('are told as the ledger or the memory knows them better', () => {
    const journals = [
      row('own'),
      row('B'),
      row('C', { ephemeral: true }),
      row('D', { sequence: 9 }),
    ];
    const memory = new Map([
      ['B', known('B', 8, { head: head('2'), state: 'sealed' })],
      ['D', known('D', 9, { head: head('3') })],
    ]);
    expect(peersOf(witnessOf(journals), 'own', memory)).toEqual([
      { ...known('B', 8), head: head('2') },
      known('D', 9),
    ]);
  });

  test('are the same while nobody comes, goes or ends', () => {
    const [B, C] = [known('B'), known('C')];
    expect(samePeers([B, C], [C, known('B', 99)])).toBe(true);
    expect(samePeers([B], [B, C])).toBe(false);
    expect(samePeers([B], [C])).toBe(false);
    expect(samePeers([B], [{ ...B, state: 'sealed' }])).toBe(false);
    expect(samePeers([], [])).toBe(true);
  });

  test('are remembered from rows and lines, the further one of two', () => {
    const memory = { known: new Map<string, KnownJournal>() };
    remember(memory, witnessOf([row('B'), row('C', { ephemeral: true })]));
    expect([...memory.known.values()]).toEqual([known('B')]);
    const line = {
      ...({ kind: 'peers', atMs: 1, ledgerId: 'L' } as const),
      epoch: 'E',
      identity: 'I',
    };
    remember(memory, witnessOf([row('B', { sequence: 4 })]), { ...line, peers: [known('D', 2)] });
    expect(memory.known.get('B')).toEqual(known('B'));
    expect(memory.known.get('D')).toEqual(known('D', 2));
    remember(memory, witnessOf([row('B', { state: 'sealed' })]));
    expect(memory.known.get('B')).toEqual(known('B', 5, { state: 'sealed' }));
  });

  test('are waited for while they are open and not compared', () => {
    const rows = [
      row('own', { epoch: 'old' }),
      row('B', { epoch: 'old' }),
      row('C', { epoch: 'old', state: 'sealed' }),
      row('D', { epoch: 'old', ephemeral: true }),
      row('E'),
    ];
    expect(findAwaited(witnessOf(rows), 'own').map(({ journalId }) => journalId)).toEqual(['B']);
    expect(waitingOf(witnessOf(rows), 'own')).toEqual({
      waitsFor: ['at B (B)'],
      doubtSinceMs: 7,
    });
    expect(waitingOf(witnessOf([row('E')]), 'own')).toStrictEqual({ waitsFor: [] });
  });
});

describe('a database that has gone back', () => {
  test.each([
    [undefined, 5, false],
    [{ identity: 'I' }, 5, false],
    [{ identity: 'I', reached: 6 }, undefined, false],
    [{ identity: 'I', reached: 5 }, 5, false],
    [{ identity: 'I', reached: undefined }, undefined, false],
    [{ identity: 'I', reached: 6 }, 5, true],
    [{ identity: 'J', reached: 6 }, 5, false],
  ])('seen %o, now at %o: %o', (seen, reached, isBack) => {
    const now = witnessOf([], reached === undefined ? {} : { reached });
    expect(hasGoneBack(seen, now)).toBe(isBack);
  });
});

describe('who may register', () => {
  const refused = (journals: readonly JournalRow[], live: readonly string[], isNew: boolean) => {
    try {
      expectNoneMissing(witnessOf(journals, { live }), isNew);
      return undefined;
    } catch (error) {
      return (error as { details: { journals: string } }).details.journals;
    }
  };

  test('nobody while an open one is away, named; a sealed one only when nobody runs', () => {
    const [B, C] = [row('B'), row('C', { state: 'sealed' })];
    expect(refused([], [], false)).toBeUndefined();
    expect(refused([B], [], false)).toBe(nameOf(B));
    expect(refused([B], [], true)).toBe(nameOf(B));
    expect(refused([B], ['B'], false)).toBeUndefined();
    expect(refused([B, C], ['B'], false)).toBeUndefined();
    expect(refused([B, C], ['C'], false)).toBe(nameOf(B));
    expect(refused([C], [], false)).toBe(nameOf(C));
    expect(refused([C], [], true)).toBeUndefined();
    expect(refused([row('D', { state: 'given-up' })], [], false)).toBeUndefined();
    expect(refused([row('D', { ephemeral: true })], [], false)).toBeUndefined();
    expect(refused([C, row('D', { state: 'given-up' })], ['D'], false)).toBe(nameOf(C));
  });

  test('a journal of this ledger, as far as it says', () => {
    const line = { kind: 'peers', atMs: 1, epoch: 'E', identity: 'I', peers: [] } as const;
    const journal = lastingJournal('A');
    expectOwnLedger(witnessOf([]), journal, undefined);
    expectOwnLedger(witnessOf([]), journal, { ...line, ledgerId: 'L' });
    expect(() => {
      expectOwnLedger(witnessOf([]), journal, { ...line, ledgerId: 'M' });
    }).toThrow(expect.objectContaining({ code: 'JOURNAL_FOREIGN' }));
  });
});

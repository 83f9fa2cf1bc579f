/** The ledger's rows of journals on SQLite: written when nothing has moved, and only then. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sqlite from 'node-sqlite3-wasm';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  change,
  created,
  issued,
  orderOf,
  snapshotOf,
} from '../../../src/conformance/ledger-steps.js';
import type { Ledger } from '../../../src/server/index.js';
import { NO_LINES } from '../../../src/server/journal/lines.js';
import { createThread, WitnessMoved } from '../../../src/server/journal/thread.js';
import { sqliteStores } from '../../../src/server/ledger/sqlite.js';
import type { JournalRow } from '../../../src/server/ledger/witness-book.js';

let folder = '';
let ledger: Ledger;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'quancun-journals-'));
  ({ ledger } = await sqliteStores(new sqlite.Database(join(folder, 'orders.db'))));
});
afterEach(async () => {
  await ledger.close();
  rmSync(folder, { recursive: true });
});

async function rowOf(journalId: string, changes: Partial<JournalRow> = {}): Promise<JournalRow> {
  const { epoch } = await ledger.readWitness();
  return {
    ...{ journalId, name: `name of ${journalId}`, ...NO_LINES, pending: [], state: 'open', epoch },
    ...{ ephemeral: false, peersAt: 0, ...changes },
  };
}
async function threadOf(journalId: string) {
  const { epoch, identityNow: identity } = await ledger.readWitness();
  return createThread({ journalId, epoch, identity, position: NO_LINES }, () => NO_LINES);
}
const journals = async () => (await ledger.readWitness()).journals;

describe('a ledger', () => {
  test('draws its name and its first epoch once, and counts no writing', async () => {
    const first = await ledger.readWitness();
    expect([first.ledgerId.length > 8, first.epoch.length > 8]).toEqual([true, true]);
    expect(first).toMatchObject({ epochAtMs: 0, identity: 'sqlite', identityNow: 'sqlite' });
    expect('reached' in first).toBe(false);
    expect(await ledger.readWitness()).toEqual(first);
  });

  test('begins an epoch for one who knows the one before, and forgets a first word', async () => {
    const { epoch } = await ledger.readWitness();
    await ledger.writeJournal(await rowOf('A', { givenUpBy: 'M1' }));
    await ledger.writeJournal(await rowOf('B', { givenUpBy: 'M1', state: 'given-up' }));
    expect(await ledger.beginEpoch('other', 'new', 'there', 7)).toBe(false);
    expect(await ledger.readWitness()).toMatchObject({ epoch, identity: 'sqlite' });
    expect((await journals()).map(({ givenUpBy }) => givenUpBy)).toEqual(['M1', 'M1']);
    expect(await ledger.beginEpoch(epoch, 'new', 'there', 7)).toBe(true);
    expect(await ledger.readWitness()).toMatchObject({
      ...{ epoch: 'new', identity: 'there', identityNow: 'sqlite', epochAtMs: 7 },
    });
    expect((await journals()).map(({ givenUpBy }) => givenUpBy)).toEqual([undefined, 'M1']);
    expect('givenUpBy' in ((await journals())[0] ?? {})).toBe(false);
  });

  test('holds a journal for its process until it is let go', async () => {
    const release = await ledger.holdJournal('J', 'name');
    expect((await ledger.readWitness()).live).toEqual(['J']);
    await expect(ledger.holdJournal('J', 'name')).rejects.toMatchObject({ code: 'JOURNAL_IN_USE' });
    await release();
    expect((await ledger.readWitness()).live).toEqual([]);
    await (
      await ledger.holdJournal('J', 'name')
    )();
  });
});

describe('a row', () => {
  test('is made once, and changed by who knows it as it stands', async () => {
    const row = await rowOf('A', { ephemeral: true, peersAt: 3 });
    expect(await ledger.writeJournal(row)).toBe(true);
    expect(await ledger.writeJournal({ ...row, name: 'other' })).toBe(false);
    expect(await journals()).toEqual([row]);
    const next = { ...row, sequence: 1, head: 'h', ephemeral: false, state: 'sealed' } as const;
    for (const stale of [{ sequence: 9 }, { head: 'x' }, { state: 'sealed' }, { epoch: 'x' }]) {
      expect(await ledger.writeJournal(next, { ...row, ...stale } as JournalRow)).toBe(false);
    }
    expect(await ledger.writeJournal(next, row)).toBe(true);
    expect(await journals()).toEqual([next]);
  });

  test('that is given up takes the counters’ vouching from all cards; others take none', async () => {
    await issued(ledger, 'A1', 7);
    const expected = async () => (await snapshotOf(ledger, 'A1')).situation.card.expectedAtc;
    const row = await rowOf('A');
    await ledger.writeJournal(row);
    expect(await expected()).toBe(7);
    const givenUp = { ...row, state: 'given-up', givenUpBy: 'M2' } as const;
    expect(await ledger.writeJournal(givenUp, { ...row, sequence: 9 })).toBe(false);
    expect(await expected()).toBe(7);
    const before = await snapshotOf(ledger, 'A1');
    expect(await ledger.writeJournal(givenUp, row)).toBe(true);
    expect(await expected()).toBeUndefined();
    // What was decided before that is decided again.
    expect(await change(ledger, before, { order: { state: 'HELD' } })).toBe(false);
  });
});

describe('a line', () => {
  test('moves its row, with what the journal may not hold yet', async () => {
    await ledger.writeJournal(await rowOf('A'));
    const thread = await threadOf('A');
    const entry = await ledger.writeLine(thread, { kind: 'seal', atMs: 1 });
    expect(entry).toMatchObject({ sequence: 1, body: '{"sequence":1,"kind":"seal","atMs":1}' });
    expect(thread.position).toEqual({ sequence: 1, head: entry.head });
    expect(await journals()).toMatchObject([{ sequence: 1, head: entry.head, peersAt: 0 }]);
    const { epoch } = await ledger.readWitness();
    const peers = {
      kind: 'peers',
      atMs: 1,
      ledgerId: 'L',
      epoch,
      identity: 'I',
      peers: [],
    } as const;
    const second = await ledger.writeLine(thread, peers);
    expect(await journals()).toMatchObject([{ sequence: 2, pending: [entry, second], peersAt: 2 }]);
  });

  test.each([
    ['another position', { sequence: 3 }],
    ['another head', { head: 'x' }],
    ['another state', { state: 'sealed' }],
    ['another epoch', { epoch: 'x' }],
  ] as const)('is not written over a row of %s', async (_what, changes) => {
    await ledger.writeJournal(await rowOf('A', changes));
    const thread = await threadOf('A');
    const line = { kind: 'seal', atMs: 1 } as const;
    await expect(ledger.writeLine(thread, line)).rejects.toBeInstanceOf(WitnessMoved);
    expect(thread.position).toEqual(NO_LINES);
  });

  test('is not written in another epoch or database than the one that was compared', async () => {
    await ledger.writeJournal(await rowOf('A'));
    const thread = await threadOf('A');
    const { epoch } = await ledger.readWitness();
    const line = { kind: 'seal', atMs: 1 } as const;
    const elsewhere = createThread(
      { journalId: 'A', epoch, identity: 'other', position: NO_LINES },
      () => NO_LINES,
    );
    await expect(ledger.writeLine(elsewhere, line)).rejects.toBeInstanceOf(WitnessMoved);
    await ledger.beginEpoch(epoch, 'new', 'sqlite', 7);
    await expect(ledger.writeLine(thread, line)).rejects.toBeInstanceOf(WitnessMoved);
  });

  test('and a decision of another one follow each other', async () => {
    await ledger.writeJournal(await rowOf('A'));
    const thread = await threadOf('A');
    const lines = [1, 2, 3].map((atMs) => ledger.writeLine(thread, { kind: 'seal', atMs }));
    expect((await Promise.all(lines)).map(({ sequence }) => sequence)).toEqual([1, 2, 3]);
  });
});

test('orders of several states are one list, newest first', async () => {
  const states = ['PAID', 'CREATED', 'PAID', 'EXPIRED'] as const;
  for (const [n, state] of states.entries()) {
    const cardNumber = `620122000000000${String(n)}`;
    await created(ledger, `A${String(n)}`, { cardNumber, createdAtMs: 100 + (n >> 1) });
    await change(ledger, await snapshotOf(ledger, `A${String(n)}`), { order: { state } });
  }
  const time = { fromMs: 0, toMs: 1000 };
  const find = async (states: readonly ('PAID' | 'CREATED' | 'EXPIRED')[], limit = 10) =>
    (await ledger.findOrders({ ...time, states, limit })).map(({ orderId }) => orderId);
  expect(await find(['PAID', 'CREATED', 'EXPIRED'])).toEqual(['A3', 'A2', 'A1', 'A0']);
  expect(await find(['PAID', 'EXPIRED'])).toEqual(['A3', 'A2', 'A0']);
  expect(await find(['PAID', 'EXPIRED'], 2)).toEqual(['A3', 'A2']);
  expect(await find(['PAID'])).toEqual(['A2', 'A0']);
  const own = { ...time, cardNumber: '6201220000000002', states: ['PAID', 'CREATED'] as const };
  expect(await ledger.findOrders({ ...own, limit: 5 })).toMatchObject([{ orderId: 'A2' }]);
  expect(orderOf('A0').state).toBe('CREATED');
});

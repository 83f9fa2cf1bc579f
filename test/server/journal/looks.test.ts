/** When ledger and journal are compared, and when a look at the ledger is enough. */
import { describe, expect, test } from 'vitest';
import { memoryJournal } from '../../../src/server/index.js';
import { ORDER } from '../../load/situations.js';
import { plainJournal, watch } from './watch.js';

const LOOK = [1, 0, 0];
const NOTHING = [0, 0, 0];

describe('reading an order', () => {
  test('looks at the journals once a second, no oftener', async () => {
    const { witness, env, costOf } = watch();
    const read = () => witness.read('NONE');
    expect(await costOf(read)).toEqual([2 + 0, 1, 1]);
    expect(await costOf(read)).toEqual(NOTHING);
    env.advance(999);
    expect(await costOf(read)).toEqual(NOTHING);
    env.advance(1);
    expect(await costOf(read)).toEqual(LOOK);
    expect(await costOf(() => witness.recall('NONE'))).toEqual(NOTHING);
    // A clock that was put back says nothing of how old a look is.
    env.advance(-5);
    expect(await costOf(read)).toEqual(LOOK);
  });

  test('looks each time while somebody is waited for, and says since when', async () => {
    const { witness, put, inner, costOf, env } = watch();
    await witness.open();
    await inner.createOrder({ ...ORDER, state: 'CREATED' }, 'key', 'request');
    expect((await witness.read(ORDER.orderId))?.situation.doubtSinceMs).toBeUndefined();
    expect(await witness.read('NONE')).toBeUndefined();
    await put('B', { epoch: 'old' });
    env.advance(1000);
    const { epochAtMs } = await inner.readWitness();
    const doubtful = await witness.read(ORDER.orderId);
    expect(doubtful?.situation.doubtSinceMs).toBe(epochAtMs);
    expect(doubtful?.situation.order.orderId).toBe(ORDER.orderId);
    expect(await witness.read('NONE')).toBeUndefined();
    expect(await costOf(() => witness.read('NONE'))).toEqual(LOOK);
    expect((await witness.open()).waitsFor).toEqual(['at B (B)']);
  });

  test('takes what the ledger keeps, but not while somebody is waited for', async () => {
    const kept = { recall: () => ({ version: 'kept' }) as never };
    const { witness, put, env } = watch(plainJournal(), kept);
    await witness.open();
    expect(await witness.recall('ANY')).toMatchObject({ version: 'kept' });
    await put('B', { epoch: 'old' });
    env.advance(1000);
    expect(await witness.recall('ANY')).toBeUndefined();
    expect(await watch().witness.recall('ANY')).toBeUndefined();
  });
});

describe('a look', () => {
  test('is what opening again costs, and tells nothing twice', async () => {
    const { witness, costOf, journal } = watch();
    expect(await witness.open()).toMatchObject({ isNew: true });
    expect(await costOf(() => witness.open())).toEqual(LOOK);
    expect(await witness.open()).toStrictEqual({
      ...{ journalId: journal.journalId, name: 'A', isNew: false, written: 0, lost: 0 },
      ...{ repaired: 0, frozen: 0, orders: [], waitsFor: [] },
    });
  });

  test('notes in the journal who came and who ended', async () => {
    const { witness, put, costOf, journal } = watch();
    await witness.open();
    await put('B');
    expect(await costOf(() => witness.open())).toEqual([1, 0, 1]);
    expect(await costOf(() => witness.open())).toEqual(LOOK);
    await put('B', { state: 'sealed' });
    expect(await costOf(() => witness.open())).toEqual([1, 0, 1]);
    const noted = (await journal.lines()).at(-1);
    expect(noted).toMatchObject({ kind: 'peers', peers: [{ journalId: 'B', state: 'sealed' }] });
  });

  test('of a journal that is forgotten with its process notes nothing', async () => {
    const { witness, put, costOf, asked } = watch(memoryJournal());
    await witness.open();
    await put('B');
    expect(await costOf(() => witness.open())).toEqual(LOOK);
    await witness.seal();
    // Nobody else can have it: no lock was taken, and none is given back.
    expect([asked.lines, asked.releases]).toEqual([0, 0]);
  });

  test.each([
    ['is sealed by another', { state: 'sealed' } as const],
    ['is marked', { epoch: '' }],
    ['was put back', { sequence: 0, head: '0'.repeat(64) }],
  ])('finds that its own row %s: compared anew', async (_what, row) => {
    const { witness, put, journal, costOf, inner } = watch();
    // Another one stands before it, and is as it was.
    await put('B', { sequence: 9 });
    await inner.holdJournal('B', 'at B');
    await witness.open();
    await put(journal.journalId, row);
    const [, rows = 0] = await costOf(() => witness.open());
    expect(rows).toBeGreaterThan(0);
    expect(await costOf(() => witness.open())).toEqual(LOOK);
  });

  test('finds another database, and one that has gone back', async () => {
    const { witness, engine, inner } = watch();
    engine.reached = 10;
    await witness.open();
    const first = (await inner.readWitness()).epoch;
    engine.reached = 11;
    await witness.open();
    expect((await inner.readWitness()).epoch).toBe(first);
    engine.reached = 10;
    await witness.open();
    const second = (await inner.readWitness()).epoch;
    expect(second).not.toBe(first);
    engine.identity = 'restored';
    await witness.open();
    expect((await inner.readWitness()).epoch).not.toBe(second);
  });

  test.each([
    ['was put back', { sequence: 4 }, true],
    ['goes on', { sequence: 6 }, false],
    ['was put back and given up', { sequence: 4, state: 'given-up' } as const, false],
    ['was put back and is marked', { sequence: 4, epoch: '' }, false],
  ])('finds a row of another one that %s', async (_what, row, isNew) => {
    const { witness, put, inner, env, costOf } = watch();
    await put('B', { sequence: 5, ephemeral: false });
    await put('C', { sequence: 1 });
    await inner.holdJournal('B', 'at B');
    await inner.holdJournal('C', 'at C');
    await witness.open();
    const { epoch } = await inner.readWitness();
    await put('B', row);
    env.advance(1000);
    const [, written = 0] = await costOf(() => witness.read('NONE'));
    expect(written > 0).toBe(isNew);
    expect((await inner.readWitness()).epoch !== epoch).toBe(isNew);
  });
});

describe('another server', () => {
  const two = async () => {
    const world = watch();
    await world.put('B', { sequence: 0 });
    await world.put('C', { sequence: 2 });
    for (const name of ['B', 'C']) await world.inner.holdJournal(name, name);
    await world.witness.open();
    return { ...world, before: (await world.inner.readWitness()).epoch };
  };
  const isNew = async ({ witness, inner, before }: Awaited<ReturnType<typeof two>>) => {
    await witness.open();
    return (await inner.readWitness()).epoch !== before;
  };

  test('that was put back is found behind one that was not', async () => {
    const world = await two();
    await world.put('C', { sequence: 1 });
    expect(await isNew(world)).toBe(true);
  });

  test('that is forgotten is found, though it had no line yet', async () => {
    const world = await two();
    expect(await isNew(world)).toBe(false);
    world.rows.rows.delete('B');
    expect(await isNew(world)).toBe(true);
    expect(world.rows.rows.get('B')).toMatchObject({ state: 'open', epoch: '' });
  });

  test('that begins an epoch has this one compared anew', async () => {
    const { witness, inner, before, costOf } = await two();
    await inner.beginEpoch(before, 'new', 'memory', 1);
    const [, rows = 0] = await costOf(() => witness.open());
    expect(rows).toBe(1);
  });
});

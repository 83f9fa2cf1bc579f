/** Comparing a ledger with its journals: who may register, what is repaired, who waits for whom. */
import { describe, expect, test } from 'vitest';
import type { Journal } from '../../../src/server/index.js';
import { QuancunError } from '../../../src/errors.js';
import type { JournalEntry } from '../../../src/server/journal/lines.js';
import { forgetfulDatabase } from '../../support/forgetful-database.js';
import { lastingJournal, lostWorld } from '../../support/lost-world.js';

const CARD = '6201220000001234';
const OTHER = '6201220000005678';

function openWorld(newJournal = false) {
  const database = forgetfulDatabase();
  const journals = new Map<string, Journal>();
  const world = lostWorld(
    {
      connect: () => database.connect(),
      journal: (name) => {
        const one = journals.get(name) ?? lastingJournal(name);
        journals.set(name, one);
        return one;
      },
    },
    { policy: { issuer: 'shared' }, newJournal },
  );
  const kill = (name: string): void => world.kill(name, (id) => database.engine.holds.drop(id));
  return { ...world, database, kill };
}

const open = (world: ReturnType<typeof openWorld>, name: string) =>
  world.server(name).authority.open();

describe('a journal that the ledger does not know', () => {
  test('is the first one', async () => {
    const world = openWorld();
    expect(await open(world, 'A')).toMatchObject({ isNew: true, lost: 0, waitsFor: [] });
    expect(await open(world, 'A')).toMatchObject({ name: 'A', lost: 0 });
  });

  test('is one more beside a server that runs', async () => {
    const world = openWorld();
    await open(world, 'A');
    expect(await open(world, 'B')).toMatchObject({ isNew: true });
  });

  test('is refused while an open one is away, naming it', async () => {
    const world = openWorld();
    await open(world, 'A');
    world.kill('A');
    await expect(open(world, 'B')).rejects.toMatchObject({ code: 'JOURNAL_MISSING' });
    await expect(open(world, 'B')).rejects.toThrow(world.server('A').journal.journalId);
    await open(world, 'A').catch(() => undefined);
    world.restart('A');
    await open(world, 'A');
    expect(await open(world, 'B')).toMatchObject({ isNew: true });
  });

  test('is refused when nobody runs and the ledger has one, sealed or not', async () => {
    const world = openWorld();
    await open(world, 'A');
    await world.server('A').authority.close();
    await expect(open(world, 'B')).rejects.toMatchObject({ code: 'JOURNAL_MISSING' });
  });

  test('is taken then when it is meant to be new', async () => {
    const world = openWorld(true);
    await open(world, 'A');
    await world.server('A').authority.close();
    expect(await open(world, 'B')).toMatchObject({ isNew: true });
    world.kill('B');
    await expect(open(world, 'C')).rejects.toMatchObject({ code: 'JOURNAL_MISSING' });
  });

  test('is taken when two people gave the missing one up; one of them twice is not two', async () => {
    const world = openWorld();
    await open(world, 'A');
    const { journalId } = world.server('A').journal;
    const office = world.server('B').authority;
    await expect(office.giveUpJournal(journalId, 'M1')).rejects.toMatchObject({
      code: 'JOURNAL_IN_USE',
    });
    await expect(office.giveUpJournal('00', 'M1')).rejects.toMatchObject({
      code: 'JOURNAL_UNKNOWN',
    });
    world.kill('A');
    expect(await office.giveUpJournal(journalId, 'M1')).toMatchObject({ state: 'open' });
    expect(await office.giveUpJournal(journalId, 'M1')).toMatchObject({ state: 'open' });
    await expect(open(world, 'B')).rejects.toMatchObject({ code: 'JOURNAL_MISSING' });
    expect(await office.giveUpJournal(journalId, 'M2')).toMatchObject({ state: 'given-up' });
    expect(await open(world, 'B')).toMatchObject({ isNew: true, waitsFor: [] });
  });

  test('of another ledger is refused', async () => {
    const [one, two] = [openWorld(), openWorld()];
    await open(one, 'A');
    const stray = one.server('A').journal;
    await two.server('A').authority.open();
    const world = lostWorld({ connect: () => two.database.connect(), journal: () => stray });
    await expect(world.server('A').authority.open()).rejects.toMatchObject({
      code: 'JOURNAL_FOREIGN',
    });
  });
});

describe('a journal that the ledger knows', () => {
  test('an old copy of it is refused', async () => {
    const world = openWorld();
    await open(world, 'A');
    const customer = world.customer(CARD);
    const { journal } = world.server('A');
    const old = copyOf(journal, journal.position().sequence);
    await customer.recharge(world.server('A'), 'R1');
    await customer.recharge(world.server('A'), 'R2');
    world.kill('A');
    const late = lostWorld({ connect: () => world.database.connect(), journal: () => old });
    await expect(late.server('A').authority.open()).rejects.toMatchObject({
      code: 'JOURNAL_BEHIND',
    });
    expect(await late.server('A').authority.journals()).toMatchObject([{ state: 'open' }]);
  });

  test('lines that the ledger has alone are written before the next one', async () => {
    const world = openWorld();
    await open(world, 'A');
    const { journal } = world.server('A');
    const before = journal.position().sequence;
    const customer = world.customer(CARD);
    world.server('A').tearsNextLine = true;
    await customer.recharge(world.server('A'), 'R1').catch(() => undefined);
    expect(journal.position().sequence).toBe(before);
    world.kill('A');
    world.restart('A');
    expect(await open(world, 'A')).toMatchObject({ written: 1, lost: 0 });
    expect(await customer.recharge(world.server('A'), 'R1')).toMatchObject({ outcome: 'credited' });
    expect(customer.credits()).toBe(1);
  });

  test('a disk without room: nothing leaves, and the line goes first when there is room', async () => {
    const world = openWorld();
    const full = { is: false };
    const inner = lastingJournal('A');
    const journal: Journal = {
      ...inner,
      append: (line, how) =>
        full.is
          ? Promise.reject(new QuancunError('JOURNAL_UNAVAILABLE', { details: { name: 'A' } }))
          : inner.append(line, how),
    };
    const late = lostWorld({ connect: () => world.database.connect(), journal: () => journal });
    const A = late.server('A');
    await A.authority.open();
    full.is = true;
    const customer = late.customer(CARD);
    await customer.recharge(A, 'R1').catch(() => undefined);
    await customer.recharge(A, 'R1').catch(() => undefined);
    expect([customer.credits(), inner.position().sequence]).toEqual([0, 1]);
    full.is = false;
    expect(await customer.recharge(A, 'R1')).toMatchObject({ outcome: 'credited' });
    const kinds = (await inner.lines()).map(({ kind }) => kind);
    expect(kinds).toEqual(['peers', 'issue', 'issue', 'tac']);
  });

  test('an orderly end is sealed, and nobody waits for it in a new epoch', async () => {
    const world = openWorld();
    await open(world, 'A');
    await open(world, 'B');
    await world.server('B').authority.close();
    expect((await world.server('B').journal.lines()).at(-1)).toMatchObject({ kind: 'seal' });
    world.database.engine.identity = 'restarted';
    expect(await open(world, 'A')).toMatchObject({ waitsFor: [] });
    expect(await open(world, 'B')).toMatchObject({ lost: 0, waitsFor: [] });
  });

  test('a server that is not there is waited for, until it comes or is given up', async () => {
    const world = openWorld();
    for (const name of ['A', 'B', 'A']) await open(world, name);
    const old = world.customer(CARD);
    await old.recharge(world.server('B'), 'R1', 'answer-lost').catch(() => undefined);
    world.kill('B');
    world.database.engine.identity = 'restored';
    const { waitsFor, doubtSinceMs } = await open(world, 'A');
    expect([waitsFor.length, doubtSinceMs]).toEqual([1, expect.any(Number)]);
    world.restart('B');
    await open(world, 'B');
    expect(await open(world, 'A')).toMatchObject({ waitsFor: [] });
  });
});

describe('a ledger that has forgotten a server', () => {
  test('waits for it, because the other journal has not', async () => {
    const world = openWorld();
    await open(world, 'A');
    const writes = world.database.writes();
    await open(world, 'B');
    await open(world, 'A');
    const old = world.customer(CARD);
    await old.recharge(world.server('B'), 'R1', 'answer-lost').catch(() => undefined);
    world.kill('B');
    world.database.forget(world.database.writes() - writes, true);
    expect((await open(world, 'A')).waitsFor).toHaveLength(1);
    const fresh = world.customer(OTHER);
    world.env.advance(1000);
    expect(await fresh.recharge(world.server('A'), 'R2')).toMatchObject({ outcome: 'credited' });
    await old.recharge(world.server('A'), 'R1').catch(() => undefined);
    expect(old.credits()).toBe(1);
    world.restart('B');
    expect(await open(world, 'B')).toMatchObject({ repaired: 1, frozen: 0 });
    expect(await old.recharge(world.server('A'), 'R1')).toMatchObject({ outcome: 'credited' });
    expect(old.credits()).toBe(1);
  });

  test('a database that has written less than it had begins anew', async () => {
    const world = openWorld();
    world.database.engine.reached = 100;
    await open(world, 'A');
    const before = (await world.server('A').ledger.readWitness()).epoch;
    world.database.engine.reached = 90;
    await open(world, 'A');
    const after = (await world.server('A').ledger.readWitness()).epoch;
    expect(after).not.toBe(before);
    await open(world, 'A');
    expect((await world.server('A').ledger.readWitness()).epoch).toBe(after);
  });
});

describe('what was lost', () => {
  test('a payment that was given to another order meanwhile stops this card alone', async () => {
    const world = openWorld();
    await open(world, 'A');
    const customer = world.customer(CARD);
    const writes = world.database.writes();
    await customer.recharge(world.server('A'), 'R1', 'answer-lost').catch(() => undefined);
    world.database.forget(world.database.writes() - writes, false);
    // Somebody types the receipt in again, for another card, before the loss is noticed.
    const { ledger } = world.server('A');
    const stray = world.customer(OTHER);
    await stray.typeIn(world.server('A'), `${CARD} R1`);
    await open(world, 'A');
    const frozen = await ledger.findUnsettled(CARD);
    expect(frozen).toMatchObject([{ state: 'FROZEN' }]);
    expect(customer.credits()).toBe(1);
  });

  test('a repair that is cut off at any place goes on', async () => {
    for (let at = 1; at < 12; at += 1) {
      const world = openWorld();
      await open(world, 'A');
      const customer = world.customer(CARD);
      const writes = world.database.writes();
      await customer.recharge(world.server('A'), 'R1', 'answer-lost').catch(() => undefined);
      world.database.forget(world.database.writes() - writes, true);
      world.database.breakAt(at);
      await open(world, 'A').catch(() => undefined);
      world.database.breakAt(undefined);
      world.kill('A');
      world.restart('A');
      await open(world, 'A');
      expect(await customer.recharge(world.server('A'), 'R1')).toMatchObject({
        outcome: 'credited',
      });
      expect(customer.credits()).toBe(1);
    }
  });
});

/** The journal's file as it was after so many lines. */
function copyOf(journal: Journal, sequence: number): Journal {
  const copy = lastingJournal(journal.name);
  const entries: JournalEntry[] = [];
  void (async () => {
    for await (const entry of journal.entriesAfter(0)) {
      if (entry.sequence <= sequence) entries.push(entry);
    }
  })();
  const { sequence: at, head } = journal.position();
  return {
    ...copy,
    journalId: journal.journalId,
    position: () => ({ sequence: at, head }),
    entriesAfter: async function* (after) {
      yield* await Promise.resolve(entries.slice(after));
    },
  };
}

/** What comparing finds, counts and tells; and when it is begun again. */
import { describe, expect, test } from 'vitest';
import { decide, DEFAULT_POLICY, type Order } from '../../../src/load/index.js';
import { type Journal, type Ledger, memoryLedger } from '../../../src/server/index.js';
import { compare } from '../../../src/server/journal/compare.js';
import { WitnessMoved } from '../../../src/server/journal/thread.js';
import { attempt, ORDER, payment } from '../../load/situations.js';
import { lastingJournal } from '../../support/lost-world.js';
import { manualEnv } from '../../support/manual-env.js';

const env = manualEnv();

function parts(journal: Journal, ledger: Ledger = memoryLedger()) {
  const rules = { env, decide, policy: DEFAULT_POLICY, newJournal: false };
  return { ledger, journal, memory: { known: new Map() }, ...rules };
}

/** The line of an issue for the card of that number. */
const issue = (number: number, atMs = 1) => {
  const orderId = `ORDER${String(number)}`;
  const cardNumber = String(number).padStart(16, '0');
  const order: Order = { ...ORDER, orderId, cardNumber, state: 'ISSUED', boundAtc: 7 };
  return {
    ...{ kind: 'issue', atMs, order, idempotencyKey: `key ${orderId}`, request: 'request' },
    payments: [payment(`pos:${String(number)}`, { orderId })],
    attempt: attempt(7, { orderId, cardNumber }),
  };
};
const former = (orderId: string) => ({
  ...{ orderId, cardNumber: ORDER.cardNumber, atc: 7, random: '11223344', atMs: 1 },
});
async function journalWith(...lines: readonly object[]): Promise<Journal> {
  const journal = lastingJournal('A');
  for (const line of lines) await journal.append(line);
  return journal;
}

describe('lines that the ledger does not have', () => {
  test('are taken in and counted; a known one is not named', async () => {
    const again = issue(1);
    const known = await journalWith(issue(1), again, { kind: 'seal', atMs: 1 }, issue(2));
    const { report } = await compare(parts(known));
    expect(report).toMatchObject({
      ...{ isNew: true, lost: 4, repaired: 2, frozen: 0, written: 0 },
      orders: ['ORDER1', 'ORDER2'],
    });
  });

  test('name a hundred orders, each once', async () => {
    const lines = Array.from({ length: 102 }, (_, index) => issue(index + 1));
    const tac = {
      ...{ kind: 'tac', atMs: 1, orderId: 'ORDER1', cardNumber: '0'.repeat(15) + '1' },
      ...{ onlineAtc: 7, random: '11223344' },
    };
    const { report } = await compare(parts(await journalWith(...lines, tac)));
    expect(report).toMatchObject({ lost: 103, repaired: 103 });
    expect(report.orders).toHaveLength(100);
    expect(new Set(report.orders).size).toBe(100);
  });

  test('that stop a card are counted as such', async () => {
    const stray = { ...issue(2), payments: issue(1).payments };
    const { report } = await compare(parts(await journalWith(issue(1), stray)));
    expect(report).toMatchObject({ repaired: 1, frozen: 1, orders: ['ORDER1', 'ORDER2'] });
  });

  test('begin an epoch, so that all others are compared anew', async () => {
    const ledger = memoryLedger();
    const before = await ledger.readWitness();
    await compare(parts(await journalWith(issue(1)), ledger));
    const { epoch, journals } = await ledger.readWitness();
    expect(epoch).not.toBe(before.epoch);
    expect(journals).toMatchObject([
      { state: 'open', epoch, pending: [{ sequence: 2 }], sequence: 2 },
    ]);
  });
});

describe('a journal of 0.1.0', () => {
  test('begins none: no ledger of its time knew it', async () => {
    const ledger = memoryLedger();
    const before = await ledger.readWitness();
    const order: Order = { ...ORDER, state: 'CREATED' };
    await ledger.createOrder(order, 'key', 'request');
    const { report } = await compare(parts(await journalWith(former('ORDER1')), ledger));
    expect(report).toMatchObject({ lost: 1, frozen: 1 });
    expect((await ledger.readWitness()).epoch).toBe(before.epoch);
  });

  test('an unknown TAC alone refuses nothing', async () => {
    const tac = {
      ...{ kind: 'tac', atMs: 1, orderId: 'GONE', cardNumber: ORDER.cardNumber },
      ...{ onlineAtc: 7, random: '11223344' },
    };
    const { report } = await compare(parts(await journalWith(tac)));
    expect(report).toMatchObject({ lost: 1, repaired: 0, orders: ['GONE'] });
  });
});

describe('the line about the others', () => {
  test('says how far the database had written, where it counts that', async () => {
    for (const reached of [undefined, 7]) {
      const inner = memoryLedger();
      const ledger: Ledger = {
        ...inner,
        readWitness: async () => ({
          ...(await inner.readWitness()),
          ...(reached === undefined ? {} : { reached }),
        }),
      };
      const journal = await journalWith();
      await compare(parts(journal, ledger));
      const [line] = await journal.lines();
      if (reached === undefined) expect(line).not.toHaveProperty('reached');
      else expect(line).toMatchObject({ kind: 'peers', reached, identity: 'memory' });
    }
  });

  test('is written once, and its place is kept', async () => {
    const [ledger, journal] = [memoryLedger(), await journalWith()];
    await compare(parts(journal, ledger));
    const again = await compare(parts(journal, ledger));
    expect(again.report).toMatchObject({ isNew: false, lost: 0 });
    expect(await journal.lines()).toHaveLength(1);
    expect((await ledger.readWitness()).journals).toMatchObject([{ peersAt: 1 }]);
  });

  test('is tried again when the row moved, and not for another reason', async () => {
    const inner = memoryLedger();
    let moves = 2;
    const ledger: Ledger = {
      ...inner,
      writeLine: (thread, line) => {
        moves -= 1;
        return moves >= 0 ? Promise.reject(new WitnessMoved()) : inner.writeLine(thread, line);
      },
    };
    const journal = await journalWith();
    await compare(parts(journal, ledger));
    expect(await journal.lines()).toHaveLength(1);
    const away = { ...inner, writeLine: () => Promise.reject(new Error('away')) };
    await expect(compare(parts(lastingJournal('B'), away))).rejects.toThrow(/away|journal/);
  });
});

test('a ledger that moves each time is not compared for ever', async () => {
  let tries = 0;
  const writeJournal: Ledger['writeJournal'] = () => {
    tries += 1;
    return Promise.resolve(false);
  };
  const ledger = { ...memoryLedger(), writeJournal };
  await expect(compare(parts(await journalWith(), ledger))).rejects.toMatchObject({
    code: 'LEDGER_BUSY',
  });
  expect(tries).toBe(32);
});

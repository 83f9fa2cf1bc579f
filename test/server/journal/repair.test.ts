/** Taking a forgotten line in, into a ledger that has all of it, some of it, or something else. */
import { describe, expect, test } from 'vitest';
import type { Order } from '../../../src/load/index.js';
import type { JournalLine } from '../../../src/server/journal/lines.js';
import { attempt, ORDER } from '../../load/situations.js';
import {
  books,
  CREATED,
  env,
  issue,
  journalled,
  OTHER,
  PAID_ONCE,
  pays,
  SURPLUS,
} from './repair-books.js';

const refund = (refundsSent: number, ...args: Parameters<typeof journalled>): JournalLine => ({
  ...{ kind: 'refund', ...journalled(...args), transactionId: 'pos:1', refundsSent },
});

describe('a forgotten issue', () => {
  test('of a forgotten order makes it again as it was made, pays it and holds it', async () => {
    const { repair, read } = books();
    const marks: Partial<Order> = {
      ...({ state: 'FROZEN', frozenFrom: 'ISSUED', tacOnly: true } as const),
      probeTerminal: 'FF',
      ...({ creditedBy: 'tac', release: { by: 'li', release: 'refund' } } as const),
      updatedAtMs: 5,
      ...{ badTacs: 2, refusedCredits: 2, probesPassed: 1, createdAtMs: 3 },
    };
    const line = issue(marks, [SURPLUS, PAID_ONCE]);
    expect(await repair(line)).toBe('repaired');
    const situation = await read();
    expect(situation?.order).toEqual({
      ...{ ...CREATED, state: 'HELD', boundAtc: 7, tacOnly: true, createdAtMs: 3 },
      updatedAtMs: env.now(),
    });
    expect(situation?.payments).toEqual([PAID_ONCE, SURPLUS]);
    expect(situation?.attempts).toEqual([attempt(7)]);
    expect(await repair(line)).toBe('known');
  });

  test('of an order that was made again has its new number', async () => {
    const { repair, read, make } = books();
    await make({ ...CREATED, orderId: 'AGAIN' });
    expect(await repair(issue())).toBe('repaired');
    expect(await read()).toBeUndefined();
    expect(await read('AGAIN')).toMatchObject({
      order: { state: 'HELD' },
      payments: [{ orderId: 'AGAIN' }],
      attempts: [{ orderId: 'AGAIN', onlineAtc: 7 }],
    });
  });

  test('whose payment is another order’s stops its card alone', async () => {
    const { repair, read, make, tell } = books();
    await make(OTHER, 'other');
    await tell(pays('pos:1'), OTHER.orderId);
    expect(await repair(issue())).toBe('frozen');
    expect(await read()).toMatchObject({ order: { state: 'FROZEN' }, card: { frozen: true } });
    expect(await read(OTHER.orderId)).toMatchObject({
      order: { state: 'PAID' },
      card: { frozen: false },
    });
  });

  test('stops an order of the same card that has its payment, and no stranger to it', async () => {
    const { repair, read, make, tell } = books();
    await make({ ...CREATED, orderId: 'FIRST' }, 'first');
    await tell(pays('pos:1'), 'FIRST');
    await tell({ kind: 'cancel' }, 'FIRST');
    await make({ ...CREATED, orderId: 'SECOND' }, 'second');
    await tell({ kind: 'cancel' }, 'SECOND');
    expect(await repair(issue())).toBe('frozen');
    expect((await read('FIRST'))?.order.state).toBe('FROZEN');
    expect((await read('SECOND'))?.order.state).toBe('EXPIRED');
    expect((await read())?.order.state).toBe('FROZEN');
  });

  test('with a payment of another card stops the order that has its ATC too', async () => {
    const { repair, read, make, tell } = books();
    await make(OTHER, 'other');
    await tell(pays('pos:1'), OTHER.orderId);
    await make({ ...CREATED, orderId: 'FIRST' }, 'first');
    await tell(pays('pos:9'), 'FIRST');
    const theirs = attempt(7, { orderId: 'FIRST', random: 'AABBCCDD', time: '090000' });
    await tell({ kind: 'repair-issue', attempt: theirs }, 'FIRST');
    expect(await repair(issue())).toBe('frozen');
    expect((await read('FIRST'))?.order.state).toBe('FROZEN');
    expect((await read())?.order.state).toBe('FROZEN');
  });

  test('at an ATC that another order has spent stops its own', async () => {
    const { repair, read, make, tell } = books();
    await make({ ...CREATED, orderId: 'FIRST' }, 'first');
    await tell(pays('pos:9'), 'FIRST');
    const theirs = attempt(7, { orderId: 'FIRST', random: 'AABBCCDD', time: '090000' });
    await tell({ kind: 'repair-issue', attempt: theirs }, 'FIRST');
    await tell({ kind: 'tac', attempt: theirs }, 'FIRST');
    expect(await repair(issue())).toBe('frozen');
    expect((await read())?.order.state).toBe('FROZEN');
    expect((await read('FIRST'))?.order.state).toBe('CREDITED');
  });

  test('of an order that was given back since stops it', async () => {
    const { repair, read, make, tell } = books();
    await make();
    await tell(pays('pos:1'));
    await tell({ kind: 'cancel' });
    expect(await repair(issue())).toBe('frozen');
    expect((await read())?.order).toMatchObject({ state: 'FROZEN', frozenFrom: 'REFUND_DUE' });
  });

  test('goes on when another one was first, and gives up in the end', async () => {
    const busy = (times: number) => {
      let tries = 0;
      return books((inner) => ({
        commit: (change) => {
          tries += 1;
          return tries <= times ? Promise.resolve({ written: false }) : inner.commit(change);
        },
      }));
    };
    expect(await busy(5).repair(issue())).toBe('repaired');
    expect(await busy(23).repair(issue())).toBe('repaired');
    expect(await busy(24).repair(issue())).toBe('frozen');
  });

  test('is not taken for a clash when the database is away', async () => {
    const { repair } = books(() => ({ commit: () => Promise.reject(new Error('away')) }));
    await expect(repair(issue())).rejects.toThrow('away');
  });
});

describe('a forgotten refund', () => {
  test.each([0, 1, 2])('handed out %i times is owed, under its number', async (refundsSent) => {
    const { repair, read } = books();
    const line = refund(refundsSent, { state: 'REFUND_DUE' });
    expect(await repair(line)).toBe('repaired');
    const situation = await read();
    expect(situation?.order.state).toBe('REFUND_DUE');
    expect(situation?.payments[0]?.refundsSent).toBe(refundsSent === 0 ? undefined : refundsSent);
    expect(await repair(line)).toBe('known');
  });

  test('that the line’s payment tells is known with it', async () => {
    const { repair, read } = books();
    const sent = { ...SURPLUS, refundsSent: 3 };
    expect(await repair(issue({}, [PAID_ONCE, sent]))).toBe('repaired');
    expect((await read())?.payments).toEqual([PAID_ONCE, sent]);
  });

  test('of a payment that is known is taken in with a later line', async () => {
    const { repair, read } = books();
    await repair(issue({}, [PAID_ONCE, SURPLUS]));
    const sent = { ...SURPLUS, refundsSent: 2 };
    await repair(issue({}, [PAID_ONCE, sent]));
    expect((await read())?.payments).toEqual([PAID_ONCE, sent]);
  });

  test('of a payment that another order of the card has stops both', async () => {
    const { repair, read, make, tell } = books();
    await make({ ...CREATED, orderId: 'FIRST' }, 'first');
    await tell(pays('pos:1'), 'FIRST');
    await tell({ kind: 'cancel' }, 'FIRST');
    expect(await repair(refund(1, { state: 'REFUND_DUE' }))).toBe('frozen');
    expect((await read('FIRST'))?.order.state).toBe('FROZEN');
    expect((await read())?.order.state).toBe('FROZEN');
  });

  test('that the ledger will not take is told as frozen', async () => {
    let isBusy = false;
    const { repair } = books((inner) => ({
      commit: (change) => (isBusy ? Promise.resolve({ written: false }) : inner.commit(change)),
    }));
    await repair(issue());
    isBusy = true;
    expect(await repair(refund(1))).toBe('frozen');
    expect(await repair(issue({}, [PAID_ONCE, { ...SURPLUS, refundsSent: 1 }]))).toBe('frozen');
  });

  test('stops no order of the card that has nothing to do with it', async () => {
    const { repair, read, make, tell } = books();
    await make(OTHER, 'other');
    await tell(pays('pos:1'), OTHER.orderId);
    await make({ ...CREATED, orderId: 'FIRST' }, 'first');
    await tell({ kind: 'cancel' }, 'FIRST');
    await make({ ...CREATED, orderId: 'SECOND' }, 'second');
    await tell(pays('pos:9'), 'SECOND');
    const theirs = attempt(1, { orderId: 'SECOND' });
    await tell({ kind: 'repair-issue', attempt: theirs }, 'SECOND');
    await tell({ kind: 'tac', attempt: theirs }, 'SECOND');
    expect(await repair(refund(1, { state: 'REFUND_DUE' }))).toBe('frozen');
    expect((await read('FIRST'))?.order.state).toBe('EXPIRED');
    expect((await read('SECOND'))?.attempts).toEqual([theirs]);
  });

  test('of a payment that is another order’s stops the card', async () => {
    const { repair, read, make, tell } = books();
    await make(OTHER, 'other');
    await tell(pays('pos:1'), OTHER.orderId);
    expect(await repair(refund(1, { state: 'REFUND_DUE' }))).toBe('frozen');
    expect((await read())?.order.state).toBe('FROZEN');
    expect((await read())?.attempts).toEqual([]);
  });
});

describe('a forgotten TAC', () => {
  const tac = (changes = {}): JournalLine => ({
    ...({ kind: 'tac', atMs: 1, orderId: 'ORDER1', cardNumber: ORDER.cardNumber } as const),
    ...{ onlineAtc: 7, random: '11223344', ...changes },
  });

  test('credits the order whose attempt it is of, once', async () => {
    const { repair, read } = books();
    expect(await repair(tac())).toBe('unknown');
    await repair(issue());
    for (const other of [{ onlineAtc: 8 }, { random: 'AA' }, { orderId: 'NONE' }]) {
      expect(await repair(tac(other))).toBe('unknown');
    }
    expect(await repair(tac())).toBe('repaired');
    expect((await read())?.order).toMatchObject({ state: 'CREDITED', creditedBy: 'tac' });
    expect(await repair(tac())).toBe('known');
  });

  test('that the ledger will not take is told as frozen', async () => {
    let isBusy = false;
    const { repair } = books((inner) => ({
      commit: (change) => (isBusy ? Promise.resolve({ written: false }) : inner.commit(change)),
    }));
    await repair(issue());
    isBusy = true;
    expect(await repair(tac())).toBe('frozen');
  });
});

describe('a line of 0.1.0', () => {
  const former = (changes = {}): JournalLine => ({
    ...({ kind: 'issue-0.1', orderId: 'ORDER1', cardNumber: ORDER.cardNumber, atMs: 1 } as const),
    ...{ atc: 7, random: '11223344', ...changes },
  });

  test('of an order that is nowhere stops its card', async () => {
    const { repair, read } = books();
    expect(await repair(former())).toBe('frozen');
    expect(await read()).toMatchObject({
      order: { state: 'FROZEN', cardNumber: ORDER.cardNumber, createdAtMs: 1, badTacs: 0 },
      card: { cardNumber: ORDER.cardNumber, frozen: true },
    });
  });

  test('says nothing new of a known attempt', async () => {
    const { repair } = books();
    await repair(issue());
    expect(await repair(former())).toBe('known');
  });

  test.each([{ atc: 8 }, { random: 'AA' }])('of another attempt (%o) stops it', async (other) => {
    const { repair, read } = books();
    await repair(issue());
    expect(await repair(former(other))).toBe('frozen');
    expect(await read()).toMatchObject({
      order: { state: 'FROZEN' },
      card: { frozen: true },
      attempts: [{ onlineAtc: 7 }],
    });
  });
});

test.each(['peers', 'seal'] as const)('a line “%s” is about no order', async (kind) => {
  expect(await books().repair({ kind, atMs: 1 } as JournalLine)).toBe('known');
});

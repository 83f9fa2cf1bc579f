/** Taking in what a card answered: also before, or without, the journal that holds the issue. */
import { describe, expect, test } from 'vitest';
import type { JournalLine } from '../../../src/server/journal/lines.js';
import { attempt, ORDER } from '../../load/situations.js';
import { books, CREATED, issue, journalled, OTHER, PAID_ONCE, pays } from './repair-books.js';

describe('a card’s answer, in a journal that does not hold the issue', () => {
  const told = (attempts = [attempt(7)], payments = [PAID_ONCE]) => {
    const { atMs: _when, ...order } = journalled({ state: 'HELD' }, payments);
    return { ...order, attempts };
  };
  const tac = (...args: Parameters<typeof told>): JournalLine => ({
    ...({ kind: 'tac', atMs: 1, orderId: 'ORDER1', cardNumber: ORDER.cardNumber } as const),
    ...{ onlineAtc: 7, random: '11223344', issued: told(...args) },
  });
  const counter = (...args: Parameters<typeof told>): JournalLine => ({
    ...{ kind: 'counter', atMs: 1, orderId: 'ORDER1', issued: told(...args) },
  });

  test('a TAC makes the order again and credits it, whoever is compared first', async () => {
    const first = books();
    expect(await first.repair(tac())).toBe('repaired');
    const { order, payments, attempts } = (await first.read()) ?? {};
    expect([order, payments]).toMatchObject([{ state: 'CREDITED', boundAtc: 7 }, [PAID_ONCE]]);
    expect(attempts).toEqual([attempt(7)]);
    for (const line of [tac(), issue(), counter()]) expect(await first.repair(line)).toBe('known');
    const second = books();
    await second.repair(issue());
    expect(await second.repair(tac())).toBe('repaired');
    expect((await second.read())?.order.state).toBe('CREDITED');
  });

  test('a TAC whose order was made again credits the new number', async () => {
    const { repair, read, make } = books();
    await make({ ...CREATED, orderId: 'AGAIN' });
    expect(await repair(tac())).toBe('repaired');
    expect((await read('AGAIN'))?.order.state).toBe('CREDITED');
    expect(await read()).toBeUndefined();
  });

  test('a TAC of an order that cannot be made again stops the card', async () => {
    const { repair, read, make, tell } = books();
    await make(OTHER, 'other');
    await tell(pays('pos:1'), OTHER.orderId);
    expect(await repair(tac())).toBe('frozen');
    expect((await read())?.order.state).toBe('FROZEN');
  });

  test('a TAC of an order that was given back stops it, and is remembered', async () => {
    const { repair, read, make, tell } = books();
    await make();
    await tell(pays('pos:1'));
    await tell({ kind: 'cancel' });
    expect(await repair(tac())).toBe('frozen');
    expect(await read()).toMatchObject({ order: { state: 'FROZEN' }, attempts: [attempt(7)] });
  });

  test('the counter makes it again, and the card waits for a TAC of any authorisation', async () => {
    const second = attempt(7, { random: 'AABBCCDD', time: '090000' });
    const { repair, read, tell } = books();
    expect(await repair(counter([attempt(7), second]))).toBe('repaired');
    expect(await read()).toMatchObject({
      order: { state: 'HELD', tacOnly: true, boundAtc: 7 },
      attempts: [attempt(7), second],
    });
    expect(await repair(counter([attempt(7), second]))).toBe('known');
    await tell({ kind: 'tac', attempt: attempt(7) });
    expect((await read())?.order.state).toBe('CREDITED');
  });

  test('a card that was stopped by one of them stays so', async () => {
    const { repair, read, make, tell } = books();
    await make();
    await tell(pays('pos:1'));
    await tell({ kind: 'repair-issue', attempt: attempt(9) });
    // One below the bound counter cannot have been; the other one is known.
    expect(await repair(counter([attempt(7), attempt(9)]))).toBe('frozen');
    expect(await read()).toMatchObject({ order: { state: 'FROZEN' } });
  });

  test('the counter of an order whose issues this journal holds says nothing', async () => {
    const { repair, read } = books();
    expect(await repair({ kind: 'counter', atMs: 1, orderId: 'ORDER1' })).toBe('known');
    expect(await read()).toBeUndefined();
  });
});

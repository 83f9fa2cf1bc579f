/** Numbers as people type them and apps hand them in: one payment has one number, and one owner. */
import { describe, expect, test } from 'vitest';
import {
  declareNotTaken,
  loadRecord,
  submitPayment,
  type TakenPayment,
} from '../../src/terminal/index.js';
import { openShop } from '../support/shop.js';
import { broken, cut, tillOf } from '../support/till-of.js';

const CARD = { kind: '3des-4x', balanceFen: 5000 } as const;
const ON_PAPER: TakenPayment = { provider: 'pos', transactionId: 'a1', amountFen: 10_000 };

/** An order whose payment was taken, and may have been booked. */
async function unconfirmed(payment: TakenPayment = ON_PAPER, isBooked = true) {
  const shop = openShop({ card: CARD });
  const till = tillOf(shop);
  const confirmPayment: typeof shop.authority.confirmPayment = async (said) => {
    if (isBooked) await shop.authority.confirmPayment(said);
    return cut();
  };
  const authority = broken(shop, { confirmPayment });
  const takePayment = () => Promise.resolve(payment);
  const { result } = await shop.recharge({ options: { ...till.options, takePayment, authority } });
  expect(result).toMatchObject({ outcome: 'held', next: 'submit' });
  return { shop, till, orderId: result.orderId ?? '' };
}

describe('the same payment', () => {
  test.each([
    ['in capitals', { provider: 'POS' }],
    ['with blanks', { provider: ' pos ', transactionId: ' a1\t' }],
    ['with a line feed', { transactionId: 'a1\r\n' }],
    ['with half a character', { transactionId: 'a1\ud83d' }],
    ['with the other half', { transactionId: '\udf0aa1' }],
  ])('%s is booked once', async (_how, changes) => {
    const { shop, till, orderId } = await unconfirmed();
    await till.intents.remove(orderId);
    const told = await submitPayment(till.desk, orderId, { ...ON_PAPER, ...changes });
    expect(told).toMatchObject({ outcome: 'booked', payment: ON_PAPER });
    expect(await shop.totals()).toMatchObject({ cash: 10_000, 'refunds-due': 0 });
  });

  test.each([
    [{ provider: 'Cash' }, { provider: 'cash' }],
    [{ transactionId: 'a\n1 ' }, { transactionId: 'a1' }],
    [{ transactionId: 'a😀1' }, { transactionId: 'a😀1' }],
  ])('taken as %o it is kept as %o', async (changes, kept) => {
    const { till } = await unconfirmed({ ...ON_PAPER, ...changes });
    expect(await till.kept()).toMatchObject([{ payment: kept }]);
  });

  test('named before it is taken, it is the one that is taken', async () => {
    const shop = openShop({ card: CARD });
    const takePayment = () => Promise.resolve(ON_PAPER);
    const expectedPayment = { provider: 'POS', transactionId: ' a1' };
    const { result } = await shop.recharge({ options: { takePayment, expectedPayment } });
    expect(result).toMatchObject({ outcome: 'credited' });
    expect(result).not.toHaveProperty('surplus');
  });
});

test.each([
  ['a provider that no server takes', { provider: '现金' }],
  ['a number of blanks', { transactionId: ' \n' }],
  ['more than a book can take', { amountFen: 2 ** 40 }],
])('%s: what was taken is looked up, and nothing is stopped', async (_name, changes) => {
  const shop = openShop({ card: CARD });
  const takePayment = () => Promise.resolve({ ...ON_PAPER, ...changes });
  const { result } = await shop.recharge({ options: { takePayment } });
  expect(result).toMatchObject({
    ...{ outcome: 'held', paid: 'unknown', next: 'look-up' },
    error: { code: 'PAYMENT_IN_DOUBT', stop: false },
  });
});

test('what this till has taken for the order is what it submits, whatever is typed', async () => {
  const { shop, till, orderId } = await unconfirmed(ON_PAPER, false);
  const typed = { provider: 'bank', transactionId: 'al', amountFen: 10_000 };
  const told = await submitPayment(till.desk, orderId, typed);
  expect(told).toMatchObject({ outcome: 'booked', payment: ON_PAPER, order: { state: 'PAID' } });
  expect(await till.kept()).toEqual([]);
  expect((await shop.load()).result.outcome).toBe('credited');
  expect(await shop.totals()).toMatchObject({ cash: 10_000, 'refunds-due': 0 });
});

test('a store that fails keeps nobody from submitting', async () => {
  const { till, orderId } = await unconfirmed();
  const find = () => Promise.reject(new Error('the disk is gone'));
  const desk = { ...till.desk, intents: { ...till.intents, find } };
  expect(await submitPayment(desk, orderId, ON_PAPER)).toMatchObject({ outcome: 'booked' });
});

test("an order's number in small letters is that order's", async () => {
  const { shop, till, orderId } = await unconfirmed();
  const typed = ` ${orderId.toLowerCase()}`;
  const told = await submitPayment(till.desk, typed, ON_PAPER);
  expect(told).toMatchObject({ outcome: 'booked', order: { orderId } });
  const { transport } = shop.insert();
  const visit = { ...till.desk, transport, pin: '123456', terminal: '000440101001' };
  expect(await loadRecord(visit, typed)).toMatchObject({ outcome: 'credited', orderId });
});

describe.each([
  ['that no order has', '0123456789ABCDEFGHJK'],
  ['that no order can have', '0123-4567 89'],
  ['that is empty', ' '],
  ['that leads elsewhere', '../taking'],
])('a number %s', (_name, typed) => {
  const slip = { code: 'ORDER_UNKNOWN', actor: 'operator', stop: false };

  test('is a slip of the hand: it is checked, and nobody stops', async () => {
    const { shop, till } = await unconfirmed();
    const { transport } = shop.insert();
    const visit = { ...till.desk, transport, pin: '123456', terminal: '000440101001' };
    const told = [
      await submitPayment({ ...till.desk }, typed, ON_PAPER),
      await declareNotTaken(till.desk, typed),
    ];
    for (const one of told) expect(one).toMatchObject({ outcome: 'refused', error: slip });
    expect(JSON.stringify(told)).not.toContain('未收款');
    await till.intents.remove((await till.kept())[0]?.orderId ?? '');
    const loaded = await loadRecord(visit, typed);
    expect(loaded).toMatchObject({ outcome: 'refused', paid: 'unknown' });
    expect('error' in loaded && loaded.error.stop).toBe(false);
  });
});

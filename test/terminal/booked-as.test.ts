/**
 * What a payment was booked as is what is said of it; and who says that nothing was taken is told
 * what the books have.
 */
import { describe, expect, test } from 'vitest';
import type { OrderView } from '../../src/load/index.js';
import { createVirtualCard, personalise } from '../../src/simulator/index.js';
import {
  declareNotTaken,
  type IntentStore,
  loadRecord,
  memoryIntentStore,
  type PaymentIntent,
  submitPayment,
} from '../../src/terminal/index.js';
import { simulatorTransport } from '../../src/transport/drivers/simulator.js';
import { openShop, type Shop } from '../support/shop.js';
import { broken, cut, tillOf } from '../support/till-of.js';

const CARD = { kind: '3des-4x', balanceFen: 5000 } as const;
const NUMBER = '6201220000001234';
const OTHER = { provider: 'pos', transactionId: 'of another', amountFen: 10_000 };
const SURPLUS = { code: 'PAYMENT_SURPLUS' };

/** A server that says what it booked a payment as: only the order's first one pays for it. */
function saying(shop: Shop, first: string) {
  const confirmPayment: typeof shop.authority.confirmPayment = async (request) => {
    const order = await shop.authority.confirmPayment(request);
    return { ...order, booked: request.transactionId === first ? 'payment' : 'surplus' };
  };
  return broken(shop, { confirmPayment });
}

/** A till whose order is paid, and could not be loaded. */
async function paid() {
  const shop = openShop({ card: CARD });
  const till = tillOf(shop);
  const authority = broken(shop, { next: cut });
  const { result } = await shop.recharge({ options: { ...till.options, authority } });
  expect(result).toMatchObject({ outcome: 'refused', paid: 'yes', next: 'load' });
  return { shop, till, orderId: result.orderId ?? '' };
}

describe('a payment that the order did not need', () => {
  test.each([
    ['waits for its card', false, 'load'],
    ['is on its card', true, 'as-told'],
  ])('of an order that %s is owed back, and told so', async (_name, isLoaded, next) => {
    const { shop, till, orderId } = await paid();
    if (isLoaded) await shop.load({ options: till.options });
    const desk = { ...till.desk, authority: saying(shop, 'slip-1') };
    const told = await submitPayment(desk, orderId, OTHER);
    expect(told).toMatchObject({ outcome: 'refused', paid: 'yes', next, error: SURPLUS, orderId });
    // Where 圈存 leads on, its button is shown and the advice says so.
    expect(told).toMatchObject({ error: { retry: isLoaded ? 'never' : 'safe' } });
    expect('error' in told && told.error.hint.zh.includes('【圈存】')).toBe(!isLoaded);
    const again = await submitPayment(desk, orderId, { ...OTHER, transactionId: 'slip-1' });
    expect(again).toMatchObject({ outcome: 'booked' });
  });

  test('another till was first: credited, and this slip is owed back', async () => {
    const shop = openShop({ card: CARD });
    const till = tillOf(shop);
    const takePayment = async ({ orderId }: OrderView) => {
      await shop.authority.confirmPayment({ protocol: 1, orderId, ...OTHER });
      return till.options.takePayment();
    };
    const authority = saying(shop, OTHER.transactionId);
    const { result } = await shop.recharge({
      options: { ...till.options, takePayment, authority },
    });
    expect(result).toMatchObject({ outcome: 'credited', surplus: SURPLUS });
    expect(await shop.totals()).toMatchObject({ cash: 20_000, 'refunds-due': -10_000 });
  });

  test.each(['load', 'recharge'] as const)('%s tells of one that was kept', async (act) => {
    const shop = openShop({ card: CARD });
    const till = tillOf(shop);
    const authority = broken(shop, { confirmPayment: cut });
    const { result } = await shop.recharge({ options: { ...till.options, authority } });
    const orderId = result.orderId ?? '';
    await shop.authority.confirmPayment({ protocol: 1, orderId, ...OTHER });
    await shop.load();
    const options = { ...till.options, authority: saying(shop, OTHER.transactionId) };
    const { result: told } = await shop[act]({ options });
    expect(told).toMatchObject({ outcome: 'refused', paid: 'yes', error: SURPLUS, orderId });
    expect([till.slips.length, await till.kept()]).toEqual([1, []]);
  });

  test('the till took another number than it had named: the taking ends with it', async () => {
    const shop = openShop({ card: CARD });
    const till = tillOf(shop);
    const expectedPayment = { provider: 'pos', transactionId: 'named' };
    const { result } = await shop.recharge({ options: { ...till.options, expectedPayment } });
    expect(result).toMatchObject({ outcome: 'refused', paid: 'yes', error: SURPLUS });
    expect((await shop.authority.getOrder(result.orderId ?? ''))?.state).toBe('CREATED');
    expect(await till.kept()).toEqual([]);
    expect((await shop.recharge()).result).toMatchObject({ outcome: 'credited' });
  });

  test('and the line is cut then: the next recharge ends it', async () => {
    const shop = openShop({ card: CARD });
    const till = tillOf(shop);
    const expectedPayment = { provider: 'pos', transactionId: 'named' };
    const authority = broken(shop, { endPayment: cut });
    const options = { ...till.options, expectedPayment, authority };
    expect((await shop.recharge({ options })).result).toMatchObject({ error: SURPLUS });
    expect(await till.kept()).toMatchObject([{ stage: 'not-taken' }]);
    const { result } = await shop.recharge({ options: till.options });
    expect(result).toMatchObject({ outcome: 'credited' });
  });
});

describe('a number that is booked on another order', () => {
  async function reused() {
    const shop = openShop({ card: CARD });
    const till = tillOf(shop);
    await shop.recharge({ options: till.options });
    const takePayment = () => Promise.resolve({ ...OTHER, transactionId: 'slip-1' });
    const { result } = await shop.recharge({ options: { ...till.options, takePayment } });
    return { shop, till, result, orderId: result.orderId ?? '' };
  }

  test('is no matter of the line: the slip is checked, nothing is submitted again', async () => {
    const { shop, till, result, orderId } = await reused();
    expect(result).toMatchObject({
      ...{ outcome: 'refused', paid: 'yes', next: 'as-told' },
      error: { code: 'PAYMENT_REUSED' },
    });
    expect('error' in result && result.error.hint.zh).toContain('核对小票');
    expect(await till.kept()).toMatchObject([{ orderId, stage: 'taking' }]);
    const told = await submitPayment(till.desk, orderId, OTHER);
    expect(told).toMatchObject({ outcome: 'booked' });
    expect((await shop.load({ options: till.options })).result.outcome).toBe('credited');
  });

  test('and no other slip is found: it is declared not taken', async () => {
    const { till, orderId } = await reused();
    const told = await declareNotTaken(till.desk, orderId);
    expect(told).toMatchObject({ paid: 'no', next: 'recharge', error: { code: 'ORDER_UNPAID' } });
    expect(await till.kept()).toEqual([]);
  });
});

describe('who says that nothing was taken hears how the order stands', () => {
  async function ordered() {
    const shop = openShop({ card: CARD });
    const till = tillOf(shop);
    const options = { ...till.options, takePayment: () => Promise.resolve(undefined) };
    const { result } = await shop.recharge({ options });
    return { shop, till, orderId: result.orderId ?? '' };
  }

  test('it expired, and nobody has paid', async () => {
    const { shop, till, orderId } = await ordered();
    await shop.authority.cancel(orderId);
    const told = await declareNotTaken(till.desk, orderId);
    expect(told).toMatchObject({ paid: 'no', next: 'recharge', error: { code: 'ORDER_CLOSED' } });
  });

  test('another till takes its money', async () => {
    const { shop, till, orderId } = await ordered();
    const order = await shop.authority.getOrder(orderId);
    const taking = { sinceMs: 1, terminal: 'FF0000000001' };
    const endPayment = () => Promise.resolve({ ...order, state: 'TAKING', taking } as OrderView);
    const getOrder = endPayment;
    const desk = { ...till.desk, authority: broken(shop, { endPayment, getOrder }) };
    expect(await declareNotTaken(desk, orderId)).toMatchObject({
      ...{ outcome: 'refused', paid: 'unknown', next: 'look-up' },
      error: { code: 'PAYMENT_BEING_TAKEN' },
    });
  });

  test('it was given back', async () => {
    const { shop, till, orderId } = await paid();
    await shop.authority.cancel(orderId);
    const told = await declareNotTaken(till.desk, orderId);
    expect(told).toMatchObject({ paid: 'yes', error: { code: 'ORDER_REFUND_DUE' } });
  });

  test('no server knows it: the card waits for the administrator, who clears it', async () => {
    const shop = openShop({ card: CARD });
    const till = tillOf(shop);
    const kept = { orderId: 'NOSUCHORDER', cardNumber: NUMBER, amountFen: 10_000, sinceMs: 0 };
    await till.intents.save({ ...kept, terminal: '', stage: 'taken', payment: OTHER });
    const { result } = await shop.recharge({ options: till.options });
    expect(result).toMatchObject({
      ...{ outcome: 'refused', paid: 'yes', next: 'as-told', orderId: 'NOSUCHORDER' },
      error: { code: 'ORDER_UNKNOWN', stop: true, actor: 'administrator' },
    });
    const typed = await submitPayment(till.desk, 'NOSUCHORDER', OTHER);
    expect(typed).toMatchObject({ paid: 'yes', error: { code: 'ORDER_UNKNOWN', stop: false } });
    expect(await declareNotTaken(till.desk, 'NOSUCHORDER')).toMatchObject({
      ...{ outcome: 'refused', paid: 'unknown', next: 'as-told' },
      error: { code: 'ORDER_UNKNOWN' },
    });
    expect((await shop.recharge({ options: till.options })).result.outcome).toBe('credited');
  });
});

describe('stores of others', () => {
  test.each([undefined, null, 'nothing', {}])('find answers %o: nothing is taken', async (odd) => {
    const shop = openShop({ card: CARD });
    const find = () => Promise.resolve(odd as never);
    const { result } = await shop.recharge({
      options: { intents: { ...memoryIntentStore(), find } },
    });
    expect(result).toMatchObject({ paid: 'no', error: { code: 'INTENT_NOT_KEPT' } });
    expect(shop.payments()).toBe(0);
  });

  test("find answers all it has: another card's payment is not submitted", async () => {
    const shop = openShop({ card: CARD });
    const all = new Map<string, PaymentIntent>();
    const kept = { orderId: 'A', cardNumber: '6201220000009999', amountFen: 1, sinceMs: 0 };
    all.set('A', { ...kept, terminal: '', stage: 'taken', payment: OTHER });
    const intents: IntentStore = {
      find: () => Promise.resolve([undefined as never, ...all.values()]),
      save: (intent) => Promise.resolve(void all.set(intent.orderId, intent)),
      remove: (orderId) => Promise.resolve(void all.delete(orderId)),
    };
    expect((await shop.recharge({ options: { intents } })).result.outcome).toBe('credited');
    expect([...all.keys()]).toEqual(['A']);
  });
});

test('the record of another card keeps its number, its payment and its way', async () => {
  const { shop, till, orderId } = await paid();
  const stranger = personalise({ kind: '3des-4x', cardNumber: '6201220000009999' });
  const { authority, env } = shop;
  const visit = { ...{ authority, env, intents: till.intents }, pin: '123456' };
  const transport = simulatorTransport(createVirtualCard(stranger));
  const result = await loadRecord({ ...visit, transport, terminal: '000440101001' }, orderId);
  expect(result).toMatchObject({
    ...{ outcome: 'refused', paid: 'yes', next: 'load', orderId },
    error: { code: 'CARD_MISMATCH' },
  });
});

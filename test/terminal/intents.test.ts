/** Money that was taken is never taken again: lines that are cut, tills that die, other tills. */
import { describe, expect, test } from 'vitest';
import { ERROR_TABLE } from '../../src/error-table.js';
import { QuancunError } from '../../src/errors.js';
import { declareNotTaken, memoryIntentStore, submitPayment } from '../../src/terminal/index.js';
import { manualEnv } from '../support/manual-env.js';
import { openShop } from '../support/shop.js';
import { broken, cut, tillOf } from '../support/till-of.js';

const CARD = { kind: '3des-4x', balanceFen: 5000 } as const;
const crashed = (): Promise<never> => Promise.reject(new Error('the till is gone'));

/** A line that is cut as the payment is submitted. */
async function cutAtConfirm() {
  const shop = openShop({ card: CARD });
  const till = tillOf(shop);
  const authority = broken(shop, { confirmPayment: cut });
  const { result } = await shop.recharge({ options: { ...till.options, authority } });
  return { shop, till, result };
}

describe('a line that is cut when the money was taken', () => {
  test('says so: taken, not booked, submit the same', async () => {
    const { result, till } = await cutAtConfirm();
    expect(result).toMatchObject({
      ...{ outcome: 'held', paid: 'yes', next: 'submit' },
      error: { code: 'PAYMENT_UNCONFIRMED', details: { why: 'SERVER_UNREACHABLE' } },
      unconfirmedPayment: till.slips[0],
    });
    expect(await till.kept()).toMatchObject([{ stage: 'taken', payment: till.slips[0] }]);
  });

  test.each(['load', 'recharge'] as const)('%s finishes it with one slip', async (act) => {
    const { shop, till } = await cutAtConfirm();
    const { result } = await shop[act]({ options: till.options });
    expect(result).toMatchObject({ outcome: 'credited', paid: 'yes', written: 'now' });
    expect('resumed' in result).toBe(act === 'recharge');
    expect(till.slips).toHaveLength(1);
    expect(await shop.totals()).toMatchObject({ cash: 10_000, liability: 0, 'refunds-due': 0 });
    expect(await till.kept()).toEqual([]);
  });

  test('without a store of its own the device remembers as long as its program runs', async () => {
    const shop = openShop({ card: CARD });
    const authority = broken(shop, { confirmPayment: cut });
    await shop.recharge({ options: { authority } });
    expect((await shop.load()).result).toMatchObject({ outcome: 'credited' });
    expect(shop.payments()).toBe(1);
  });

  test('another till takes no second payment, and may submit the first', async () => {
    const { shop, till, result } = await cutAtConfirm();
    const other = { intents: memoryIntentStore(), env: manualEnv(3) };
    for (const act of ['load', 'recharge'] as const) {
      const { result: there } = await shop[act]({ options: { ...till.options, ...other } });
      expect(there).toMatchObject({
        ...{ outcome: 'refused', paid: 'unknown', next: 'look-up' },
        error: { code: 'PAYMENT_BEING_TAKEN' },
      });
    }
    expect(till.slips).toHaveLength(1);
    if (result.outcome !== 'held' || result.unconfirmedPayment === undefined) return;
    const desk = { ...till.desk, ...other };
    const submitted = await submitPayment(desk, result.orderId, result.unconfirmedPayment);
    expect(submitted).toMatchObject({ outcome: 'booked', order: { state: 'PAID' } });
    const { result: loaded } = await shop.load({ options: other });
    expect(loaded).toMatchObject({ outcome: 'credited' });
    // The first till still has its intent: it books nothing twice, and says where the money is.
    expect((await shop.load({ options: till.options })).result).toMatchObject({
      ...{ outcome: 'credited', written: 'earlier', orderId: result.orderId },
    });
    expect((await shop.load({ options: till.options })).result).toMatchObject({
      error: { code: 'NOTHING_TO_LOAD' },
    });
    expect(await shop.totals()).toMatchObject({ cash: 10_000, liability: 0, 'refunds-due': 0 });
  });

  test('as long as the line is cut nothing else is begun for this card', async () => {
    const { shop, till } = await cutAtConfirm();
    const authority = broken(shop, { confirmPayment: cut });
    const { result } = await shop.recharge({ options: { ...till.options, authority } });
    expect(result).toMatchObject({ next: 'submit', error: { code: 'PAYMENT_UNCONFIRMED' } });
    expect(till.slips).toHaveLength(1);
  });
});

describe('a till that dies while the customer pays', () => {
  async function dead() {
    const shop = openShop({ card: CARD });
    const till = tillOf(shop);
    const takePayment = async () => {
      await till.options.takePayment();
      return crashed();
    };
    const { result } = await shop.recharge({ options: { ...till.options, takePayment } });
    expect(result).toMatchObject({ outcome: 'held', paid: 'unknown', next: 'look-up' });
    return { shop, till, orderId: result.orderId ?? '' };
  }

  test.each(['load', 'recharge'] as const)(
    '%s: nothing is taken while nobody knows',
    async (act) => {
      const { shop, till } = await dead();
      const { result } = await shop[act]({ options: till.options });
      expect(result).toMatchObject({
        ...{ outcome: 'held', paid: 'unknown', next: 'look-up' },
        error: { code: 'PAYMENT_IN_DOUBT' },
      });
      expect(till.slips).toHaveLength(1);
    },
  );

  test.each(['load', 'recharge'] as const)('%s: the app finds the payment', async (act) => {
    const { shop, till } = await dead();
    const findPayment = () => Promise.resolve(till.slips[0]);
    const { result } = await shop[act]({ options: { ...till.options, findPayment } });
    expect(result).toMatchObject({ outcome: 'credited' });
    expect(till.slips).toHaveLength(1);
  });

  test.each([
    ['throws', crashed],
    ['answers what no book can take', () => Promise.resolve({ provider: 'a:b' } as never)],
    ['does not know', () => Promise.resolve(undefined)],
  ])('an app that %s has found nothing out', async (_name, findPayment) => {
    const { shop, till } = await dead();
    const { result } = await shop.recharge({ options: { ...till.options, findPayment } });
    expect(result).toMatchObject({ error: { code: 'PAYMENT_IN_DOUBT' } });
    expect(till.slips).toHaveLength(1);
  });

  test('the app says that nothing was taken: then, and only then, money is taken', async () => {
    const { shop, till } = await dead();
    const findPayment = () => Promise.resolve('none' as const);
    const { result: loaded } = await shop.load({ options: { ...till.options, findPayment } });
    expect(loaded).toMatchObject({ paid: 'no', next: 'recharge', error: { code: 'ORDER_UNPAID' } });
    expect(till.slips).toHaveLength(1);
    const { result } = await shop.recharge({ options: till.options });
    expect(result).toMatchObject({ outcome: 'credited' });
  });

  test('a person finds the slip and submits it, or says that there is none', async () => {
    const { shop, till, orderId } = await dead();
    const [slip] = till.slips;
    if (slip === undefined) return;
    expect(await submitPayment(till.desk, orderId, slip)).toMatchObject({ outcome: 'booked' });
    expect(await till.kept()).toEqual([]);
    const told = await declareNotTaken(till.desk, orderId);
    expect(told).toMatchObject({ outcome: 'booked', order: { state: 'PAID' } });
    expect((await shop.load({ options: till.options })).result.outcome).toBe('credited');
  });

  test('who says that there is none is not believed where this device has it', async () => {
    const { till, result } = await cutAtConfirm();
    const told = await declareNotTaken(till.desk, result.orderId ?? '');
    expect(told).toMatchObject({ outcome: 'booked', order: { state: 'PAID' } });
  });
});

describe('a store that fails', () => {
  const full = () => Promise.reject(new Error('the disk is full'));

  test.each(['find', 'save'] as const)('%s, before money: nobody pays', async (method) => {
    const shop = openShop({ card: CARD });
    const intents = { ...memoryIntentStore(), [method]: full };
    const { result } = await shop.recharge({ options: { intents } });
    expect(result).toMatchObject({
      paid: 'no',
      next: 'recharge',
      error: { code: 'INTENT_NOT_KEPT' },
    });
    expect(shop.payments()).toBe(0);
    expect((await shop.recharge()).result.outcome).toBe('credited');
  });

  test('when the customer has paid: the recharge goes on', async () => {
    const shop = openShop({ card: CARD });
    let saves = 0;
    const memory = memoryIntentStore();
    const intents = {
      ...memory,
      save: (intent: Parameters<typeof memory.save>[0]) =>
        (saves += 1) > 2 ? full() : memory.save(intent),
      remove: full,
    };
    const { result } = await shop.recharge({ options: { intents } });
    expect(result).toMatchObject({ outcome: 'credited' });
    // What it would not remove it was asked to mark as over.
    expect(saves).toBe(4);
  });
});

describe('what becomes of the payment', () => {
  test('another amount: booked to be given back, and said', async () => {
    const shop = openShop({ card: CARD });
    const payment = { provider: 'pos', transactionId: 'x', amountFen: 100 };
    const takePayment = () => Promise.resolve(payment);
    const { result } = await shop.recharge({ options: { takePayment } });
    expect(result).toMatchObject({
      ...{ outcome: 'refused', paid: 'yes' },
      error: { code: 'PAYMENT_SURPLUS', details: { paidFen: 100, orderFen: 10_000 } },
    });
    expect(await shop.totals()).toMatchObject({ cash: 100, 'refunds-due': -100 });
    expect((await shop.recharge()).result).toMatchObject({ outcome: 'credited' });
  });

  test.each([
    ['undefined', () => Promise.resolve(undefined)],
    ['cancelled', () => Promise.reject(new QuancunError(ERROR_TABLE.RECHARGE_CANCELLED))],
    ['a lost POS', crashed],
    ['confirmed', () => Promise.resolve('confirmed' as const)],
  ])('%s, though its provider told the server: it is loaded', async (_name, answer) => {
    const shop = openShop({ card: CARD });
    const takePayment = async ({ orderId, amountFen }: { orderId: string; amountFen: number }) => {
      const paid = { provider: 'qr', transactionId: 'q', amountFen };
      await shop.authority.confirmPayment({ protocol: 1, orderId, ...paid });
      return answer();
    };
    const { result } = await shop.recharge({ options: { takePayment } });
    expect(result).toMatchObject({ outcome: 'credited', paid: 'yes' });
    expect(await shop.totals()).toMatchObject({ cash: 10_000, 'refunds-due': 0 });
  });

  test('confirmed, and the server never hears of it: in doubt, nothing is taken', async () => {
    const shop = openShop({ card: CARD });
    const takePayment = () => Promise.resolve('confirmed' as const);
    const stages: unknown[] = [];
    const onStage = (...told: unknown[]) => stages.push(told);
    const { result } = await shop.recharge({ options: { takePayment, onStage } });
    expect(result).toMatchObject({ paid: 'unknown', error: { code: 'PAYMENT_IN_DOUBT' } });
    expect(JSON.stringify(stages)).toContain('"tries":5,"waitMs":8000');
  });

  test('a payment that no book can take is no payment that was not taken', async () => {
    const shop = openShop({ card: CARD });
    const takePayment = () => Promise.resolve({ provider: 'pos', amountFen: 10_000 } as never);
    const { result } = await shop.recharge({ options: { takePayment } });
    expect(result).toMatchObject({ paid: 'unknown', error: { code: 'PAYMENT_IN_DOUBT' } });
  });

  test('the customer goes, and the server cannot be told: the next recharge tells it', async () => {
    const shop = openShop({ card: CARD });
    const till = tillOf(shop);
    const authority = broken(shop, { endPayment: cut });
    const takePayment = () => Promise.resolve(undefined);
    const options = { ...till.options, takePayment, authority };
    const { result } = await shop.recharge({ options });
    expect(result).toMatchObject({
      ...{ paid: 'no', next: 'recharge', error: { code: 'ORDER_UNPAID' } },
    });
    expect((await shop.recharge({ options: till.options })).result.outcome).toBe('credited');
    expect(till.slips).toHaveLength(1);
  });

  test('the answer to the intent is lost: the next recharge ends it and takes money once', async () => {
    const shop = openShop({ card: CARD });
    const till = tillOf(shop);
    const beginPayment: typeof shop.authority.beginPayment = async (request) => {
      await shop.authority.beginPayment(request);
      return cut();
    };
    const authority = broken(shop, { beginPayment });
    const { result } = await shop.recharge({ options: { ...till.options, authority } });
    expect(result).toMatchObject({ paid: 'no', next: 'recharge' });
    expect((await shop.recharge({ options: till.options })).result.outcome).toBe('credited');
    expect(till.slips).toHaveLength(1);
  });
});

/**
 * What comes late, or is never said: a provider's word, a till's that died before it could tell,
 * and a payment whose dialog outlived its visit.
 */
import { describe, expect, test } from 'vitest';
import { envFrom } from '../../src/env.js';
import { ERROR_TABLE } from '../../src/error-table.js';
import { QuancunError } from '../../src/errors.js';
import type { OrderView } from '../../src/load/index.js';
import {
  declareNotTaken,
  type IntentStore,
  memoryIntentStore,
  submitPayment,
  type TakenPayment,
} from '../../src/terminal/index.js';
import { openShop, type Shop } from '../support/shop.js';
import { broken, cut, tillOf } from '../support/till-of.js';

const CARD = { kind: '3des-4x', balanceFen: 5000 } as const;
const QR: TakenPayment = { provider: 'qr', transactionId: 'q-1', amountFen: 10_000 };
const POS: TakenPayment = { provider: 'pos', transactionId: 'p-1', amountFen: 10_000 };
const SURPLUS = { code: 'PAYMENT_SURPLUS' };
const full = (): Promise<never> => Promise.reject(new Error('the disk is full'));

/** A server that asks the provider, which does not show the payment yet. */
function lagging(shop: Shop, how: 'says nothing' | 'refuses') {
  const refuse = () =>
    Promise.reject(
      QuancunError.fromJSON({
        ...{ name: 'QuancunError', code: 'PAYMENT_NOT_SEEN', money: 'in-doubt' },
        ...{ message: 'The payment provider does not show this payment (yet)' },
        ...{ messageZh: '支付渠道尚未查到该笔付款', hint: { en: 'Ask again.', zh: '再查。' } },
        ...{ actor: 'operator', stop: false, retry: 'safe' },
      }),
    );
  const confirmPayment: typeof shop.authority.confirmPayment = async ({ orderId }) =>
    how === 'refuses' ? refuse() : ((await shop.authority.getOrder(orderId)) as OrderView);
  return broken(shop, { confirmPayment });
}

describe.each(['says nothing', 'refuses'] as const)('a provider that is late: it %s', (how) => {
  test.each([undefined, { provider: 'qr' }, { provider: 'qr', transactionId: 'q-1' }])(
    'expected %o: the payment is kept, the taking goes on, no cash is taken',
    async (expectedPayment) => {
      const shop = openShop({ card: CARD });
      const till = tillOf(shop);
      const asked = expectedPayment === undefined ? {} : { expectedPayment };
      const options = { ...till.options, ...asked, takePayment: () => Promise.resolve(QR) };
      const authority = lagging(shop, how);
      const { result } = await shop.recharge({ options: { ...options, authority } });
      expect(result).toMatchObject({
        ...{ outcome: 'held', paid: 'yes', next: 'submit', unconfirmedPayment: QR },
        error: { code: how === 'refuses' ? 'PAYMENT_NOT_SEEN' : 'PAYMENT_UNCONFIRMED' },
      });
      const orderId = result.orderId ?? '';
      expect((await shop.authority.getOrder(orderId))?.state).toBe('TAKING');
      expect(await till.kept()).toMatchObject([{ stage: 'taken', payment: QR }]);
      const desk = { ...till.desk, authority };
      const again = { outcome: 'held', paid: 'yes', next: 'submit' };
      expect(await submitPayment(desk, orderId, QR)).toMatchObject(again);
      expect(
        (await shop.recharge({ options: { ...till.options, authority } })).result,
      ).toMatchObject(again);
      expect(till.slips).toEqual([]);
      expect((await shop.recharge({ options: till.options })).result).toMatchObject({
        ...{ outcome: 'credited', resumed: true, orderId },
      });
      expect(await shop.totals()).toMatchObject({ cash: 10_000, 'refunds-due': 0 });
    },
  );

  test('found by the app, it is submitted again, and never ended', async () => {
    const shop = openShop({ card: CARD });
    const till = tillOf(shop);
    const found = {
      ...{ expectedPayment: { provider: 'qr' }, findPayment: () => Promise.resolve(QR) },
      takePayment: () => Promise.resolve(undefined),
    };
    const options = { ...till.options, ...found, authority: lagging(shop, how) };
    const { result } = await shop.recharge({ options });
    expect(result).toMatchObject({ outcome: 'held', paid: 'yes', next: 'submit' });
    expect((await shop.load({ options: till.options })).result.outcome).toBe('credited');
  });

  test('a number that a person typed on a credited order is not called booked', async () => {
    const shop = openShop({ card: CARD });
    const till = tillOf(shop);
    const { result } = await shop.recharge({ options: till.options });
    const desk = { ...till.desk, authority: lagging(shop, how) };
    const told = await submitPayment(desk, result.orderId ?? '', QR);
    expect(told).toMatchObject({ outcome: 'held', paid: 'unknown', next: 'look-up' });
  });
});

test.each(['PAYMENT_NOT_REPORTABLE', 'REPORT_OVER_LIMIT'])(
  '%s: another tells the server; this till keeps no number that holds up the card',
  async (code) => {
    const shop = openShop({ card: CARD });
    const till = tillOf(shop);
    const confirmPayment = () =>
      Promise.reject(new QuancunError({ ...ERROR_TABLE.OUTLET_REFUSED, code }));
    const authority = broken(shop, { confirmPayment });
    const { result } = await shop.recharge({ options: { ...till.options, authority } });
    expect(result).toMatchObject({
      ...{ outcome: 'held', paid: 'yes', next: 'as-told', unconfirmedPayment: till.slips[0] },
      error: { code },
    });
    expect('error' in result && result.error.hint.zh).toContain('勿再收款');
    const said = { protocol: 1, orderId: result.orderId ?? '', ...(till.slips[0] as TakenPayment) };
    await shop.authority.confirmPayment(said);
    expect((await shop.load({ options: { ...till.options, authority } })).result.outcome).toBe(
      'credited',
    );
  },
);

test('QR_OPEN in front of the money: whether it was paid is not known, and none is taken', async () => {
  const shop = openShop({ card: CARD });
  const till = tillOf(shop);
  const beginPayment = () =>
    Promise.reject(new QuancunError({ ...ERROR_TABLE.ORDER_OPEN, code: 'QR_OPEN' }));
  const authority = broken(shop, { beginPayment });
  const { result } = await shop.recharge({ options: { ...till.options, authority } });
  expect(result).toMatchObject({ paid: 'unknown', next: 'look-up', error: { code: 'QR_OPEN' } });
  expect('error' in result && result.error.hint.zh).toContain('不再收款');
  expect(till.slips).toEqual([]);
});

describe('a till that dies behind CREDIT, before it has told anybody', () => {
  /** The last answer of the server never reaches a screen: its intents are as they were then. */
  async function died() {
    const shop = openShop({ card: CARD });
    const till = tillOf(shop);
    const intents: IntentStore = { ...till.intents, remove: () => new Promise(() => undefined) };
    const env = { ...shop.env };
    void shop.recharge({ options: { ...till.options, intents, env } });
    await expect.poll(() => shop.credits().accepted).toBe(1);
    await expect.poll(async () => (await till.kept())[0]?.stage).toBe('taken');
    const orderId = (await till.kept())[0]?.orderId ?? '';
    await expect.poll(async () => (await shop.authority.getOrder(orderId))?.state).toBe('CREDITED');
    return { shop, till, orderId };
  }

  test.each(['recharge', 'load'] as const)('%s says that it is on the card', async (act) => {
    const { shop, till, orderId } = await died();
    const { result } = await shop[act]({ options: till.options });
    expect(result).toMatchObject({ outcome: 'credited', written: 'earlier', orderId });
    expect(till.slips).toHaveLength(1);
    expect(await till.kept()).toEqual([]);
    const { result: next } = await shop.recharge({ options: till.options });
    expect(next).toMatchObject({ outcome: 'credited', written: 'now' });
  });

  test('told unconfirmed, and loaded at another till: it is not charged again', async () => {
    const shop = openShop({ card: CARD });
    const till = tillOf(shop);
    const confirmPayment: typeof shop.authority.confirmPayment = async (said) => {
      await shop.authority.confirmPayment(said);
      return cut();
    };
    const authority = broken(shop, { confirmPayment });
    await shop.recharge({ options: { ...till.options, authority } });
    const other = { intents: memoryIntentStore(), env: { ...shop.env } };
    expect((await shop.load({ options: other })).result.outcome).toBe('credited');
    expect((await shop.recharge({ options: till.options })).result).toMatchObject({
      ...{ outcome: 'credited', written: 'earlier', resumed: true },
    });
    expect(till.slips).toHaveLength(1);
  });

  test('who was in the dialog as it died, and was paid for elsewhere, is told as well', async () => {
    const shop = openShop({ card: CARD });
    const till = tillOf(shop);
    const takePayment = full;
    const { result } = await shop.recharge({ options: { ...till.options, takePayment } });
    const orderId = result.orderId ?? '';
    await shop.authority.confirmPayment({ protocol: 1, orderId, ...POS });
    await shop.load();
    expect((await shop.recharge({ options: till.options })).result).toMatchObject({
      ...{ outcome: 'credited', written: 'earlier', orderId },
    });
    expect(till.slips).toEqual([]);
  });
});

describe('a payment dialog that outlives its time', () => {
  /** Over its time, with the dialog still open; it is closed by `pay`. */
  async function open(key?: string) {
    const shop = openShop({ card: CARD });
    const till = tillOf(shop);
    let pay = (_payment: TakenPayment): void => undefined;
    const takePayment = () => new Promise<TakenPayment>((resolve) => (pay = resolve));
    const keyed = key === undefined ? {} : { idempotencyKey: key };
    const options = { ...till.options, ...keyed, takePayment, paymentTimeoutMs: 40 };
    const env = envFrom(globalThis);
    const { result } = await shop.recharge({ options: { ...options, env } });
    expect(result).toMatchObject({ outcome: 'held', paid: 'unknown', next: 'look-up' });
    return { shop, till, orderId: result.orderId ?? '', pay: () => pay(POS), keyed };
  }
  const BEING_TAKEN = { paid: 'unknown', error: { code: 'PAYMENT_BEING_TAKEN' } };

  test('is still taking money: nobody may say that none was, none is taken beside it', async () => {
    const { shop, till, orderId, pay } = await open();
    const findPayment = () => Promise.resolve('none' as const);
    const options = { ...till.options, findPayment };
    expect(await declareNotTaken(till.desk, orderId)).toMatchObject(BEING_TAKEN);
    expect((await shop.recharge({ options })).result).toMatchObject(BEING_TAKEN);
    pay();
    await expect.poll(async () => (await till.kept())[0]?.payment).toEqual(POS);
    expect((await shop.recharge({ options })).result).toMatchObject({
      outcome: 'credited',
      orderId,
    });
    expect(till.slips).toEqual([]);
    expect(await shop.totals()).toMatchObject({ cash: 10_000, 'refunds-due': 0 });
  });

  test("its late answer stands beside another visit's payment, and both are submitted", async () => {
    const { shop, till, orderId, pay, keyed } = await open('key');
    // Another program of this till, whose store it shares: it knows nothing of the dialog.
    const program = { authority: { ...shop.authority }, env: { ...shop.env } };
    const intents = { ...till.intents };
    await declareNotTaken({ ...program, intents }, orderId);
    const authority = { ...program.authority, confirmPayment: cut };
    const options = { ...till.options, ...keyed, ...program, intents, authority };
    const { result } = await shop.recharge({ options });
    expect(result).toMatchObject({ orderId, next: 'submit' });
    pay();
    await expect.poll(async () => (await till.kept())[0]?.others).toEqual([POS]);
    expect(await till.kept()).toMatchObject([{ payment: till.slips[0], others: [POS] }]);
    const { result: loaded } = await shop.load({ options: till.options });
    expect(loaded).toMatchObject({ outcome: 'credited', orderId, surplus: SURPLUS });
    expect(await till.kept()).toEqual([]);
    expect(await shop.totals()).toMatchObject({ cash: 20_000, 'refunds-due': -10_000 });
  });
});

describe('what is owed back', () => {
  test('of what this till had kept is told with the load', async () => {
    const shop = openShop({ card: CARD });
    const till = tillOf(shop);
    const authority = broken(shop, { confirmPayment: cut });
    const { result } = await shop.recharge({ options: { ...till.options, authority } });
    const orderId = result.orderId ?? '';
    await shop.authority.confirmPayment({ protocol: 1, orderId, ...POS });
    const { result: loaded } = await shop.load({ options: till.options });
    expect(loaded).toMatchObject({ outcome: 'credited', surplus: SURPLUS });
  });

  test('is told once by a till whose store removes nothing', async () => {
    const shop = openShop({ card: CARD });
    const till = tillOf(shop);
    const intents = { ...till.intents, remove: full };
    const takePayment = () => Promise.resolve({ ...POS, amountFen: 1 });
    const options = { ...till.options, intents };
    const { result } = await shop.recharge({ options: { ...options, takePayment } });
    expect(result).toMatchObject({ error: SURPLUS });
    expect((await shop.recharge({ options })).result).toMatchObject({ outcome: 'credited' });
    expect((await shop.recharge({ options })).result).toMatchObject({ written: 'now' });
  });

  test('a number with another amount than it is booked with says so', async () => {
    const shop = openShop({ card: CARD });
    const till = tillOf(shop);
    const { result } = await shop.recharge({ options: till.options });
    const orderId = result.orderId ?? '';
    const slip = { provider: 'pos', transactionId: 'slip-1' };
    const told = await submitPayment(till.desk, orderId, { ...slip, amountFen: 9000 });
    expect(told).toMatchObject({ outcome: 'booked', amountDiffers: true });
    const right = await submitPayment(till.desk, orderId, { ...slip, amountFen: 10_000 });
    expect(right).not.toHaveProperty('amountDiffers');
  });
});

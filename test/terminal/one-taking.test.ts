/** One taking per order: two taps, two tabs, and a word that comes while the customer pays. */
import { describe, expect, test } from 'vitest';
import { ERROR_TABLE } from '../../src/error-table.js';
import { QuancunError } from '../../src/errors.js';
import { createVirtualCard, personalise } from '../../src/simulator/index.js';
import { declareNotTaken, recharge, type TakenPayment } from '../../src/terminal/index.js';
import { simulatorTransport } from '../../src/transport/drivers/simulator.js';
import { openShop } from '../support/shop.js';
import { broken, tillOf } from '../support/till-of.js';

const CARD = { kind: '3des-4x', balanceFen: 5000 } as const;
const BEING_TAKEN = {
  ...{ outcome: 'refused', paid: 'unknown', next: 'look-up' },
  error: { code: 'PAYMENT_BEING_TAKEN' },
};

/** A recharge that stands at the POS until it is let go. */
function atThePos(key?: string) {
  const shop = openShop({ card: CARD });
  const till = tillOf(shop);
  let letGo = (): void => undefined;
  let reached = (_orderId: string): void => undefined;
  const gate = new Promise<void>((resolve) => (letGo = resolve));
  const orderId = new Promise<string>((resolve) => (reached = resolve));
  const takePayment = async (order: { readonly orderId: string }): Promise<TakenPayment> => {
    reached(order.orderId);
    await gate;
    return till.options.takePayment();
  };
  const options = { ...till.options, takePayment };
  const keyed = key === undefined ? options : { ...options, idempotencyKey: key };
  const first = shop.recharge({ options: keyed });
  return { shop, till, first, orderId, letGo, keyed };
}

describe('two taps', () => {
  test('with one key, each on a transport of its own, are one recharge', async () => {
    const { shop, till, first, orderId, letGo, keyed } = atThePos('key');
    await orderId;
    const second = shop.recharge({ options: keyed });
    letGo();
    const [one, two] = await Promise.all([first, second]);
    expect(one.result).toMatchObject({ outcome: 'credited' });
    expect(two.result).toBe(one.result);
    expect(till.slips).toHaveLength(1);
  });

  test.each([
    ['another card', '6201220000009999', { paid: 'no', error: { code: 'IDEMPOTENCY_CONFLICT' } }],
    ['no card', undefined, { paid: 'unknown', error: { code: 'NOT_AN_ETC_CARD' } }],
  ])('with one key and %s in the other reader are two customers', async (_what, number, end) => {
    const { shop, till, first, orderId, letGo, keyed } = atThePos('key');
    await orderId;
    const { authority, env } = shop;
    const card = createVirtualCard(
      personalise({ ...CARD, cardNumber: number ?? '6201220000009999' }),
    );
    const reader = simulatorTransport(card);
    const empty = { ...reader, transmit: () => Promise.resolve(Uint8Array.of(0x6a, 0x82)) };
    const transport = number === undefined ? empty : reader;
    const visit = { authority, env, terminal: '000440101001', pin: '123456', outlet: 'self' };
    const second = recharge({ ...visit, ...keyed, transport, amountFen: 10_000 });
    letGo();
    expect((await first).result).toMatchObject({ outcome: 'credited' });
    expect(await second).toMatchObject({ outcome: 'refused', ...end });
    expect(card.state.ep.balanceFen).toBe(5000);
    expect(till.slips).toHaveLength(1);
  });

  test('with one key, and a client of its own for each, take money once', async () => {
    const { shop, till, first, orderId, letGo, keyed } = atThePos('key');
    await orderId;
    const authority = { ...shop.authority };
    const { result } = await shop.recharge({ options: { ...keyed, authority } });
    expect(result).toMatchObject({ ...BEING_TAKEN, orderId: await orderId });
    letGo();
    expect((await first).result).toMatchObject({ outcome: 'credited' });
    expect(till.slips).toHaveLength(1);
  });

  test('every visit begins with a number of its own', async () => {
    const shop = openShop({ card: CARD });
    const visits: (string | undefined)[] = [];
    const beginPayment: typeof shop.authority.beginPayment = (request) => {
      visits.push(request.visit);
      return shop.authority.beginPayment(request);
    };
    const authority = broken(shop, { beginPayment });
    await shop.recharge({ options: { authority } });
    await shop.recharge({ options: { authority } });
    expect(visits).toEqual([expect.stringMatching(/^[\dA-F]{32}$/i), expect.any(String)]);
    expect(new Set(visits).size).toBe(2);
  });

  test('of two programs: whom the server refuses takes nothing and keeps nothing', async () => {
    const shop = openShop({ card: CARD });
    const till = tillOf(shop);
    const refuse = () => Promise.reject(new QuancunError(ERROR_TABLE.PAYMENT_BEING_TAKEN));
    const authority = broken(shop, { beginPayment: refuse });
    const { result } = await shop.recharge({ options: { ...till.options, authority } });
    expect(result).toMatchObject(BEING_TAKEN);
    expect(till.slips).toEqual([]);
    expect(await till.kept()).toEqual([]);
  });

  test('of two tabs: what the other one has noted is not written over', async () => {
    const shop = openShop({ card: CARD });
    const till = tillOf(shop);
    const createOrder: typeof shop.authority.createOrder = async (request) => {
      const order = await shop.authority.createOrder(request);
      const { orderId, cardNumber, amountFen } = order;
      const kept = { orderId, cardNumber, amountFen, terminal: '', sinceMs: 0, visit: 'other' };
      await till.intents.save({ ...kept, stage: 'taking' });
      return order;
    };
    const authority = broken(shop, { createOrder });
    const { result } = await shop.recharge({ options: { ...till.options, authority } });
    expect(result).toMatchObject(BEING_TAKEN);
    expect(till.slips).toEqual([]);
    expect(await till.kept()).toMatchObject([{ stage: 'taking', visit: 'other' }]);
  });
});

describe('while the customer pays', () => {
  test.each(['recharge', 'load'] as const)('%s does not ask whether he has', async (act) => {
    const { shop, till, first, orderId, letGo } = atThePos();
    let asked = 0;
    const findPayment = () => {
      asked += 1;
      return Promise.resolve('none' as const);
    };
    await orderId;
    const { result } = await shop[act]({ options: { ...till.options, findPayment } });
    expect(result).toMatchObject(BEING_TAKEN);
    expect(asked).toBe(0);
    letGo();
    expect((await first).result).toMatchObject({ outcome: 'credited' });
    expect(till.slips).toHaveLength(1);
  });

  test('nobody is believed who says that nothing was taken', async () => {
    const { shop, till, first, orderId, letGo } = atThePos();
    const told = await declareNotTaken(till.desk, await orderId);
    expect(told).toMatchObject(BEING_TAKEN);
    // Sent to the till that has begun he would be sent round in a ring: it is this one.
    const advice = 'error' in told ? told.error.hint : { en: '', zh: '' };
    expect(advice.zh).toMatch(/^切勿再次收款。本机正在收款.*关闭收款界面.*重启应用/);
    expect(advice.en).toMatch(/close its dialog.*restart the app/);
    expect((await shop.authority.getOrder(await orderId))?.state).toBe('TAKING');
    letGo();
    expect((await first).result).toMatchObject({ outcome: 'credited' });
  });
});

describe('a provider takes the money, and the cashier taps cancel', () => {
  const cancelled = () => Promise.reject(new QuancunError(ERROR_TABLE.RECHARGE_CANCELLED));
  const closed = () => Promise.resolve(undefined);
  const byQr = { expectedPayment: { provider: 'qr' } };

  test.each([
    ['cancelled', cancelled],
    ['undefined', closed],
  ])('%s: whether it was paid is looked up, and no cash is taken', async (_name, takePayment) => {
    const shop = openShop({ card: CARD });
    const till = tillOf(shop);
    const options = { ...till.options, ...byQr, takePayment };
    const { result } = await shop.recharge({ options });
    const doubt = { outcome: 'held', paid: 'unknown', next: 'look-up' };
    expect(result).toMatchObject({ ...doubt, error: { code: 'PAYMENT_IN_DOUBT' } });
    expect((await shop.recharge({ options: till.options })).result).toMatchObject(doubt);
    expect(till.slips).toEqual([]);
    // Its word comes late, and nobody has paid twice.
    const paid = { provider: 'qr', transactionId: 'q', amountFen: 10_000 };
    const orderId = result.orderId ?? '';
    await shop.authority.confirmPayment({ protocol: 1, orderId, ...paid });
    const { result: loaded } = await shop.load({ options: till.options });
    expect(loaded).toMatchObject({ outcome: 'credited' });
  });

  test('the app asks it: nothing was paid, and the next customer pays in cash', async () => {
    const shop = openShop({ card: CARD });
    const findPayment = () => Promise.resolve('none' as const);
    const { result } = await shop.recharge({
      options: { ...byQr, takePayment: cancelled, findPayment },
    });
    expect(result).toMatchObject({ paid: 'no', error: { code: 'RECHARGE_CANCELLED' } });
    expect((await shop.recharge()).result).toMatchObject({ outcome: 'credited' });
  });

  test('the app asks it: it was paid, and is loaded', async () => {
    const shop = openShop({ card: CARD });
    const paid = { provider: 'qr', transactionId: 'q', amountFen: 10_000 };
    const findPayment = () => Promise.resolve(paid);
    const { result } = await shop.recharge({
      options: { ...byQr, takePayment: closed, findPayment },
    });
    expect(result).toMatchObject({ outcome: 'credited' });
  });

  test.each(['pos', 'cash'])('%s: the till knows by itself', async (provider) => {
    const shop = openShop({ card: CARD });
    const options = { expectedPayment: { provider }, takePayment: closed };
    const { result } = await shop.recharge({ options });
    expect(result).toMatchObject({ paid: 'no', next: 'recharge', error: { code: 'ORDER_UNPAID' } });
  });
});

/** What can happen to a QR payment: stories, told to every ledger. */
import { expect } from 'vitest';
import type { GatewayPlan } from '../../../src/testing/index.js';
import type { ShopOptions } from '../../support/shop.js';
import { codeOf, openTill, type Till } from '../../support/till.js';

/** Opens a till over a ledger of its own. */
export type OpenTill = (plan?: GatewayPlan, options?: Partial<ShopOptions>) => Promise<Till>;

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 3_600_000;

/** Every yuan the gateway took is with the customer again, on the card, or waits; no other. */
async function balanced(till: Till, { onCardFen = 0, waitingFen = 0 } = {}): Promise<void> {
  const { takenFen, returnedFen } = till.gateway.books();
  expect({ takenFen, returnedFen, onCardFen, waitingFen }).toMatchObject({
    takenFen: returnedFen + onCardFen + waitingFen,
  });
  expect(await till.totals()).toEqual({
    cash: takenFen - returnedFen,
    liability: 0 - waitingFen,
    'card-float': 0 - onCardFen,
    'refunds-due': 0,
  });
}

async function shownCode(till: Till): Promise<string> {
  const orderId = await till.order();
  await till.payments.createQr(orderId);
  return orderId;
}

/** The stories. */
export const PAYMENT_STORIES: Readonly<Record<string, (open: OpenTill) => Promise<void>>> = {
  'paid, called back, loaded': async (open) => {
    const till = await open();
    const orderId = await till.order();
    const first = await till.payments.createQr(orderId);
    expect(first).toMatchObject({ orderId, provider: 'simulated', amountFen: 10_000 });
    expect(await till.payments.createQr(orderId)).toEqual(first);
    till.gateway.pay(orderId);
    expect(await till.deliver()).toEqual(['success']);
    expect(await till.state(orderId)).toBe('PAID');
    await balanced(till, { waitingFen: 10_000 });
    expect((await till.load()).result).toMatchObject({ outcome: 'credited' });
    await balanced(till, { onCardFen: 10_000 });
    await expect(till.payments.createQr(orderId)).rejects.toMatchObject({
      code: 'PAYMENT_NOT_AWAITED',
    });
  },
  'the reply with the code is lost: the same code is asked for again': async (open) => {
    const till = await open({ create: ['reply-lost', 'request-lost'] });
    const orderId = await till.order();
    for (const _try of [1, 2]) {
      const asked = till.payments.createQr(orderId);
      await expect(asked).rejects.toMatchObject({ code: 'PAYMENT_PROVIDER_FAILED' });
    }
    await till.payments.createQr(orderId);
    till.gateway.pay(orderId);
    await till.deliver();
    expect(await till.state(orderId)).toBe('PAID');
  },
  'the server dies after the provider made the code: what was paid is asked for': async (open) => {
    const till = await open({ create: ['reply-lost'], callback: ['lost'] });
    const orderId = await till.order();
    await till.payments.createQr(orderId).catch(() => undefined);
    till.gateway.pay(orderId);
    expect(await till.wait(MINUTE_MS)).toMatchObject({ asked: 1 });
    expect(await till.state(orderId)).toBe('PAID');
  },
  '【已完成支付】 though nothing was paid, pending, then paid': async (open) => {
    const till = await open({ callback: ['lost'], query: ['fine', 'pending'] });
    const orderId = await shownCode(till);
    expect((await till.payments.query(orderId)).state).toBe('CREATED');
    till.gateway.pay(orderId);
    expect((await till.payments.query(orderId)).state).toBe('CREATED');
    expect((await till.payments.query(orderId)).state).toBe('PAID');
    expect((await till.payments.query(orderId)).state).toBe('PAID');
    await balanced(till, { waitingFen: 10_000 });
  },
  'a callback that comes twice books once': async (open) => {
    const till = await open({ callback: ['twice'] });
    const orderId = await shownCode(till);
    till.gateway.pay(orderId);
    expect([...(await till.deliver()), ...(await till.deliver())]).toEqual(['success', 'success']);
    await balanced(till, { waitingFen: 10_000 });
  },
  'the customer pays twice: the second payment is given back': async (open) => {
    const till = await open();
    const orderId = await shownCode(till);
    till.gateway.pay(orderId);
    till.gateway.pay(orderId);
    await till.deliver();
    expect(await till.wait(MINUTE_MS)).toMatchObject({ refunded: 1, problems: [] });
    expect(await till.state(orderId)).toBe('PAID');
    await balanced(till, { waitingFen: 10_000 });
    await till.load();
    await balanced(till, { onCardFen: 10_000 });
  },
  'another amount was paid: it is given back, and the order stays open': async (open) => {
    const till = await open();
    const orderId = await shownCode(till);
    till.gateway.pay(orderId, 9_999);
    await till.deliver();
    expect(await till.state(orderId)).toBe('CREATED');
    await till.wait(MINUTE_MS);
    await balanced(till);
    till.gateway.pay(orderId);
    await till.deliver();
    await balanced(till, { waitingFen: 10_000 });
  },
  'paid after the order expired, callback lost: found, and given back': async (open) => {
    const till = await open({ callback: ['lost'] });
    const orderId = await shownCode(till);
    till.env.advance(DAY_MS);
    expect((await till.authority.tick(orderId)).state).toBe('EXPIRED');
    till.gateway.pay(orderId);
    await till.wait(DAY_MS, 4);
    expect(await till.state(orderId)).toBe('REFUNDED');
    await balanced(till);
  },
  'paid, then cancelled: given back': async (open) => {
    const till = await open();
    const orderId = await shownCode(till);
    till.gateway.pay(orderId);
    await till.deliver();
    expect((await till.authority.cancel(orderId)).state).toBe('REFUND_DUE');
    await till.wait(MINUTE_MS);
    expect(await till.state(orderId)).toBe('REFUNDED');
    await balanced(till);
  },
  'the reply to a refund is lost: asked again under its number, paid out once': async (open) => {
    const till = await open({ refund: ['reply-lost', 'request-lost', 'pending'] });
    const orderId = await shownCode(till);
    till.gateway.pay(orderId);
    await till.deliver();
    await till.authority.cancel(orderId);
    const problems = [{ orderId, code: 'PAYMENT_PROVIDER_FAILED' }];
    expect(await till.wait(MINUTE_MS)).toMatchObject({ refunded: 0, problems });
    expect(await till.wait(MINUTE_MS)).toMatchObject({ refunded: 0, problems });
    expect(await till.wait(MINUTE_MS)).toMatchObject({ refunded: 0, pending: 1, problems: [] });
    expect(await till.state(orderId)).toBe('REFUND_DUE');
    expect(await till.wait(MINUTE_MS)).toMatchObject({ refunded: 1, pending: 0 });
    expect(await till.wait(MINUTE_MS)).toMatchObject({ refunded: 0, pending: 0 });
    expect(till.gateway.books().refunds).toHaveLength(1);
    await balanced(till);
  },
  'a refund that is refused stays owed, is reported, and asked for again': async (open) => {
    const till = await open({ refund: ['refused'] });
    const orderId = await shownCode(till);
    till.gateway.pay(orderId);
    await till.deliver();
    await till.authority.cancel(orderId);
    const problems = [{ orderId, code: 'REFUND_REFUSED' }];
    expect(await till.wait(MINUTE_MS)).toMatchObject({ refunded: 0, problems });
    expect(await till.ledger.findRefundsDue({ limit: 9 })).toHaveLength(1);
    expect(await till.wait(MINUTE_MS)).toMatchObject({ refunded: 1 });
    await balanced(till);
  },
  'two servers sweep at the same moment: paid out once, booked once': async (open) => {
    const till = await open();
    const orderId = await shownCode(till);
    till.gateway.pay(orderId);
    till.gateway.pay(orderId);
    await till.deliver();
    await till.authority.cancel(orderId);
    await Promise.all([till.payments.sweep(), till.payments.sweep(), till.payments.sweep()]);
    expect(till.gateway.books().refunds).toHaveLength(2);
    await balanced(till);
  },
  'what is not owed is not given back, whoever asks': async (open) => {
    const till = await open();
    const orderId = await shownCode(till);
    till.gateway.pay(orderId);
    await till.deliver();
    for (const transactionId of [undefined, 'simulated:SIM000001', 'simulated:SIM000009']) {
      const refused = till.authority.confirmRefund(orderId, transactionId);
      expect(await refused.catch(codeOf)).toBe('REFUND_NOT_DUE');
    }
    await till.load();
    expect(await till.authority.confirmRefund(orderId).catch(codeOf)).toBe('REFUND_NOT_DUE');
    await till.wait(DAY_MS, 3);
    await balanced(till, { onCardFen: 10_000 });
  },
};

export { openTill };

/** What a terminal is told when something breaks that is not the card. */
import { describe, expect, test } from 'vitest';
import { QuancunError } from '../../src/errors.js';
import type { Authority } from '../../src/load/index.js';
import { openShop, type Shop } from '../support/shop.js';

const CARD = { kind: '3des-4x', balanceFen: 5000 } as const;
const unreachable = (): Promise<never> => Promise.reject(new QuancunError('SERVER_UNREACHABLE'));

/** The shop's authority with something wrong. */
function broken(shop: Shop, changes: Partial<Authority>): { options: { authority: Authority } } {
  return { options: { authority: { ...shop.authority, ...changes } } };
}

describe('a payment that was taken', () => {
  test('and whose confirmation fails is held, and is not lost', async () => {
    const shop = openShop({ card: CARD });
    let tries = 0;
    const { result } = await shop.recharge(
      broken(shop, {
        confirmPayment: () => {
          tries += 1;
          return unreachable();
        },
      }),
    );
    expect(tries).toBe(1);
    expect(result).toMatchObject({
      outcome: 'held',
      error: { code: 'SERVER_UNREACHABLE', money: 'in-doubt' },
      unconfirmedPayment: { provider: 'cash', transactionId: 'cash-1', amountFen: 10_000 },
    });
    if (result.outcome !== 'held' || result.unconfirmedPayment === undefined) return;
    const { orderId, unconfirmedPayment } = result;
    await shop.authority.confirmPayment({ protocol: 1, orderId, ...unconfirmedPayment });
    expect((await shop.load()).result).toMatchObject({ outcome: 'credited', orderId });
    expect(await shop.totals()).toMatchObject({ cash: 10_000, liability: 0 });
  });

  test('twice with the same key is booked once', async () => {
    const shop = openShop({ card: CARD });
    const takePayment = () =>
      Promise.resolve({ provider: 'pos', transactionId: 'slip-7', amountFen: 10_000 });
    const same = { idempotencyKey: 'slip-7', takePayment };
    const plan = broken(shop, { confirmPayment: unreachable });
    const first = await shop.recharge({ options: { ...plan.options, ...same } });
    expect(first.result.outcome).toBe('held');
    expect((await shop.recharge({ options: same })).result.outcome).toBe('credited');
    expect(await shop.totals()).toMatchObject({ cash: 10_000 });
  });

  test('or not: a payment terminal that crashed leaves doubt, and nothing is written', async () => {
    const shop = openShop({ card: CARD });
    const { result } = await shop.recharge({
      options: { takePayment: () => Promise.reject(new TypeError('pos is undefined')) },
    });
    expect(result).toMatchObject({
      outcome: 'held',
      error: { code: 'PAYMENT_IN_DOUBT', money: 'in-doubt' },
    });
    expect(shop.credits().sent).toBe(0);
  });

  test('an error of ours from it says that nothing was taken', async () => {
    const shop = openShop({ card: CARD });
    const takePayment = () => Promise.reject(new QuancunError('RECHARGE_CANCELLED'));
    const { result } = await shop.recharge({ options: { takePayment } });
    expect(result).toMatchObject({ outcome: 'refused', error: { money: 'untouched' } });
  });
});

describe('a reply that is lost', () => {
  test('after the TAC was taken in: the order is asked for, and it is credited', async () => {
    const shop = openShop({ card: CARD });
    const plan = broken(shop, {
      next: async (report) => {
        const step = await shop.authority.next(report);
        if (report.evidence.kind === 'credited') throw new QuancunError('SERVER_UNREACHABLE');
        return step;
      },
    });
    const { result } = await shop.recharge(plan);
    expect(result).toMatchObject({
      outcome: 'credited',
      provedBy: 'tac',
      written: 'now',
      balanceAfterFen: 15_000,
    });
  });

  test('and nobody to ask: held', async () => {
    const shop = openShop({ card: CARD });
    const plan = broken(shop, {
      next: async (report) => {
        const step = await shop.authority.next(report);
        if (report.evidence.kind === 'credited') throw new QuancunError('SERVER_UNREACHABLE');
        return step;
      },
      getOrder: unreachable,
    });
    expect((await shop.recharge(plan)).result).toMatchObject({
      outcome: 'held',
      error: { code: 'SERVER_UNREACHABLE', money: 'in-doubt' },
    });
  });
});

describe('a host object that throws what it likes', () => {
  test('before there is an order: refused, untouched, a code', async () => {
    const shop = openShop({ card: CARD });
    const { transport } = shop.insert();
    const wild = { ...transport, transmit: () => Promise.reject(new TypeError('undefined')) };
    const { result } = await shop.recharge({ options: { transport: wild } });
    expect(result).toMatchObject({
      outcome: 'refused',
      error: { code: 'INTERNAL', money: 'untouched' },
    });
  });

  test('in the middle: what became of the order is asked, not guessed', async () => {
    const shop = openShop({ card: CARD });
    const plan = broken(shop, { next: () => Promise.reject(new TypeError('undefined')) });
    expect((await shop.recharge(plan)).result).toMatchObject({
      outcome: 'refused',
      error: { code: 'INTERNAL', money: 'untouched' },
    });
    expect((await shop.load()).result.outcome).toBe('credited');
  });
});

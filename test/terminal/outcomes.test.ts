/** What a terminal is told when something breaks that is not the card. */
import { describe, expect, test } from 'vitest';
import { ERROR_TABLE } from '../../src/error-table.js';
import { QuancunError } from '../../src/errors.js';
import type { Authority, OrderView, Step } from '../../src/load/index.js';
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
      ...{ paid: 'yes', next: 'submit' },
      error: { code: 'PAYMENT_UNCONFIRMED', details: { why: 'SERVER_UNREACHABLE' } },
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
    expect(result).toMatchObject({ outcome: 'refused', paid: 'no', error: { money: 'untouched' } });
  });

  test('an error of ours that does not know is held: the provider may have taken it', async () => {
    const shop = openShop({ card: CARD });
    const takePayment = () => Promise.reject(new QuancunError(ERROR_TABLE.SERVER_UNREACHABLE));
    const { result } = await shop.recharge({ options: { takePayment } });
    expect(result).toMatchObject({
      ...{ outcome: 'held', paid: 'unknown', next: 'look-up' },
      error: { code: 'PAYMENT_IN_DOUBT', money: 'in-doubt' },
    });
  });

  test('an error that only took our name forgets nothing', async () => {
    const shop = openShop({ card: CARD });
    const nameless = Object.assign(new Error('x'), { name: 'QuancunError', code: 'A' });
    for (const method of ['confirmPayment', 'next'] as const) {
      const { result } = await shop.recharge(
        broken(shop, { [method]: () => Promise.reject(nameless) }),
      );
      const code = method === 'next' ? 'A' : 'PAYMENT_UNCONFIRMED';
      expect(result).toMatchObject({ error: { code } });
      // Before anything was issued the order itself says that the card holds nothing.
      expect(result.outcome).toBe(method === 'next' ? 'refused' : 'held');
      if (method === 'confirmPayment') expect(result).toHaveProperty('unconfirmedPayment');
      await shop.load();
    }
  });
});

describe('CREDIT FOR LOAD', () => {
  test.each(['the same step again', 'a step of its own'])(
    'goes to the card only right behind its INITIALIZE: an authority that says %s',
    async (which) => {
      const shop = openShop({ card: CARD });
      let kept: Step | undefined;
      const { result } = await shop.recharge(
        broken(shop, {
          next: async (report) => {
            if (which === 'a step of its own') {
              return { do: 'credit', date: '20261125', time: '120000', mac2: '01020304' };
            }
            if (kept !== undefined) return kept;
            const step = await shop.authority.next(report);
            if (step.do === 'credit') kept = step;
            return step;
          },
        }),
      );
      expect(shop.credits().sent).toBe(which === 'a step of its own' ? 0 : 1);
      expect(result).toMatchObject({ error: { code: 'STEP_UNKNOWN' } });
      expect(result.outcome).toBe(which === 'a step of its own' ? 'refused' : 'held');
    },
  );

  test('once it was sent, an old view of the order ends no doubt', async () => {
    const shop = openShop({ card: CARD });
    let old: OrderView | undefined;
    const { result } = await shop.recharge(
      broken(shop, {
        confirmPayment: async (payment) => (old = await shop.authority.confirmPayment(payment)),
        next: (report) =>
          report.evidence.kind === 'credited' ? unreachable() : shop.authority.next(report),
        getOrder: async () => old,
      }),
    );
    expect(shop.credits().sent).toBe(1);
    expect(result).toMatchObject({ outcome: 'held', error: { money: 'in-doubt' } });
  });

  test('a screen that fails while it is told changes nothing', async () => {
    const shop = openShop({ card: CARD });
    const onStage = (): never => {
      throw new Error('the page is gone');
    };
    const { result } = await shop.recharge({ options: { onStage } });
    expect(result).toMatchObject({ outcome: 'credited' });
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
      error: { code: 'TRANSPORT_LOST', sent: 'maybe', money: 'untouched' },
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

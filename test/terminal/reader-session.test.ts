/** Hosts that end a session by themselves are listened to before, not after. */
import { describe, expect, test } from 'vitest';
import type { Authority } from '../../src/load/index.js';
import { openShop, type Shop, type VisitPlan } from '../support/shop.js';

const card = { kind: '3des-4x', balanceFen: 5000, onlineAtc: 7 } as const;
const DEFAULTS = { load: 8_000, credit: 2_000 };

/** A shop whose reader ends its session so long after the visit began. */
function shopWithSession(leftMs: number): Shop {
  let shop: Shop | undefined = undefined;
  const opened = openShop({
    card,
    host: () => {
      const { transport } = (shop as unknown as Shop).insert();
      const sessionDeadlineMs = opened.env.now() + leftMs;
      return { ...transport, info: { ...transport.info, sessionDeadlineMs } };
    },
  });
  shop = opened;
  return opened;
}

/** The authority takes its time before it answers with a step. */
function slow(shop: Shop, toSay: string, durationMs: number): VisitPlan {
  const { authority } = shop;
  const next: Authority['next'] = async (report) => {
    const step = await authority.next(report);
    if (step.do === toSay) shop.env.advance(durationMs);
    return step;
  };
  return { options: { authority: { ...authority, next } } };
}

const creditsOf = (shop: Shop): number => shop.credits().sent;

describe('a host that ends the session by itself', () => {
  test('enough is left: nothing is different', async () => {
    const shop = shopWithSession(DEFAULTS.load);
    expect((await shop.recharge()).result).toMatchObject({ outcome: 'credited', written: 'now' });
  });

  test('too little for a load: no order, no payment, nothing sent but reading', async () => {
    const shop = shopWithSession(DEFAULTS.load - 1);
    const { result } = await shop.recharge();
    expect(result).toMatchObject({
      outcome: 'refused',
      error: {
        ...{ code: 'SESSION_TOO_SHORT', money: 'untouched', sent: 'no' },
        details: { leftMs: 7999, neededMs: 8000 },
      },
    });
    expect(result).not.toHaveProperty('orderId');
    expect([shop.payments(), creditsOf(shop), shop.wires.length]).toEqual([0, 0, 4]);
  });

  test('the customer takes long to pay: the order is kept, the card untouched, 圈存 finishes it', async () => {
    const shop = shopWithSession(60_000);
    const takePayment = () => {
      shop.env.advance(55_000);
      return Promise.resolve({ provider: 'cash', transactionId: 'late', amountFen: 10_000 });
    };
    const { result } = await shop.recharge({ options: { takePayment } });
    expect(result).toMatchObject({
      outcome: 'refused',
      orderId: expect.any(String) as string,
      error: { code: 'SESSION_TOO_SHORT', money: 'untouched' },
    });
    // After the test of the card before the payment, PIN and INITIALIZE were not sent again.
    const sent = shop.wires.map(({ command }) => command[1] ?? 0);
    expect(sent.filter((ins) => [0x20, 0x50].includes(ins))).toEqual([0x20, 0x50]);
    const { result: loaded } = await shop.load();
    expect(loaded).toMatchObject({ outcome: 'credited', provedBy: 'tac', written: 'now' });
    expect(creditsOf(shop)).toBe(1);
  });

  test('the authority takes long: CREDIT is not begun, the order is held, 圈存 finishes it', async () => {
    const shop = shopWithSession(60_000);
    const { result } = await shop.recharge(slow(shop, 'credit', 58_001));
    expect(result).toMatchObject({
      outcome: 'held',
      error: { code: 'SESSION_TOO_SHORT', money: 'in-doubt', sent: 'no' },
    });
    expect(creditsOf(shop)).toBe(0);
    const { result: loaded } = await shop.load();
    expect(loaded).toMatchObject({ outcome: 'credited', written: 'now' });
    expect(creditsOf(shop)).toBe(1);
    expect(shop.card.state.ep.balanceFen).toBe(15_000);
  });

  test('with just enough left for CREDIT it is sent', async () => {
    const shop = shopWithSession(60_000);
    const { result } = await shop.recharge(slow(shop, 'credit', 58_000));
    expect(result).toMatchObject({ outcome: 'credited', written: 'now' });
  });

  test('a written load is proved and settled however little is left', async () => {
    const shop = shopWithSession(60_000);
    const { exchanges } = await openShop({ card }).recharge();
    const credit = exchanges - 1;
    const torn = await shop.recharge({ faults: [{ exchange: credit, kind: 'lose-after' }] });
    expect(torn.result.outcome).toBe('held');
    const { result } = await shop.load(slow(shop, 'prove', 59_999));
    expect(result).toMatchObject({ outcome: 'credited', provedBy: 'tac', written: 'earlier' });
  });

  test('the reserve is the host’s to choose', async () => {
    const shop = shopWithSession(3_000);
    const { result } = await shop.recharge({ options: { loadReserveMs: 3_000 } });
    expect(result.outcome).toBe('credited');
  });
});

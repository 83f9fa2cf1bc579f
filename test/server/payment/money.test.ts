/**
 * Money is conserved: whatever the gateway, the customer, the card and the clock do, in any order,
 * every yuan that was taken is on a card, with the customer again, or on a list; and at the end,
 * with everything working, it has its one end.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { GatewayPlan } from '../../../src/testing/index.js';
import { openTill, type Till } from '../../support/till.js';

const HOUR_MS = 3_600_000;

/** What may happen next; `order` picks one of those made so far. */
type Deed =
  | { readonly do: 'order' | 'deliver' | 'sweep' | 'load' }
  | { readonly do: 'lose'; readonly at: number }
  | { readonly do: 'show' | 'query' | 'cancel' | 'void' | 'tick'; readonly order: number }
  | { readonly do: 'pay'; readonly order: number; readonly extraFen: number }
  | { readonly do: 'wait'; readonly hours: number };

const order = fc.nat(1);
const deed: fc.Arbitrary<Deed> = fc.oneof(
  fc.record({ do: fc.constantFrom('order', 'deliver', 'sweep', 'load') }),
  fc.record({ do: fc.constant('lose'), at: fc.integer({ min: 5, max: 14 }) }),
  fc.record({ do: fc.constantFrom('show', 'query', 'cancel', 'void', 'tick'), order }),
  fc.record({ do: fc.constant('show'), order }),
  fc
    .record({ do: fc.constantFrom('pay', 'deliver', 'sweep') })
    .map((one) => ({ order: 0, extraFen: 0, ...one })),
  fc.record({ do: fc.constant('pay'), order, extraFen: fc.constantFrom(0, 0, 0, -1, 7) }),
  fc.record({ do: fc.constant('wait'), hours: fc.constantFrom(0.1, 1, 25) }),
);
const list = <T extends string>(...kinds: readonly T[]) =>
  fc.array(fc.constantFrom('fine' as const, ...kinds), { maxLength: 8 });
const plan: fc.Arbitrary<GatewayPlan> = fc.record({
  create: list('request-lost', 'reply-lost'),
  callback: list('lost', 'late', 'twice', 'wrong-amount', 'wrong-signature', 'unknown-order'),
  query: list('reply-lost', 'pending'),
  refund: list('request-lost', 'reply-lost', 'refused', 'pending'),
});

/** A person who is told no does something else. */
async function attempt(work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch {
    // Refused: nothing was changed, or the audit will tell.
  }
}

async function act(till: Till, orders: string[], deed: Deed): Promise<void> {
  const { authority, payments, gateway } = till;
  const picked = 'order' in deed ? (orders[deed.order % Math.max(1, orders.length)] ?? '') : '';
  switch (deed.do) {
    case 'order':
      return attempt(async () => orders.push(await till.order()));
    case 'deliver':
      await till.deliver();
      return;
    case 'sweep':
      await payments.sweep();
      return;
    case 'load':
      await till.load();
      return;
    case 'lose':
      await till.load({ faults: [{ exchange: deed.at, kind: 'lose-after' }] });
      return;
    case 'show':
      return attempt(() => payments.createQr(picked));
    case 'query':
      return attempt(() => payments.query(picked));
    case 'cancel':
      return attempt(() => authority.cancel(picked));
    case 'void':
      return attempt(() => authority.requestVoid(picked));
    case 'tick':
      return attempt(() => authority.tick(picked));
    case 'pay':
      return attempt(async () => Promise.resolve(gateway.pay(picked, 10_000 + deed.extraFen)));
    case 'wait':
      till.env.advance(deed.hours * HOUR_MS);
  }
}

/** What holds at every moment, however much is still on its way. */
async function audit(till: Till): Promise<void> {
  const { payments, refunds, takenFen, returnedFen } = till.gateway.books();
  const givenBack = refunds.map(({ transactionId }) => transactionId);
  expect(new Set(givenBack).size, 'a payment was given back twice').toBe(givenBack.length);
  for (const { transactionId, amountFen } of refunds) {
    const taken = payments.find((payment) => payment.transactionId === transactionId);
    expect(taken?.settledFen, 'another amount was given back').toBe(amountFen);
  }
  const totals = await till.totals();
  expect(Object.values(totals).reduce((sum, fen) => sum + fen, 0)).toBe(0);
  const loadedFen = 10_000 * till.credits().accepted;
  expect(returnedFen + loadedFen, 'more went out than came in').toBeLessThanOrEqual(takenFen);
}

/** Things go on going wrong for a while; then the lists are worked off, and the card is brought. */
async function settle(till: Till, orders: readonly string[]): Promise<void> {
  for (let round = 0; round < 4; round += 1) {
    await till.deliver();
    await till.wait(HOUR_MS);
    await audit(till);
  }
  till.gateway.recover();
  for (let round = 0; round < orders.length + 4; round += 1) {
    await till.deliver();
    await till.wait(26 * HOUR_MS, 2);
    await till.load();
    for (const orderId of orders) await attempt(() => till.authority.tick(orderId));
  }
}

async function life(plan: GatewayPlan, deeds: readonly Deed[]): Promise<Till> {
  const till = openTill(plan);
  const orders: string[] = [];
  for (const deed of deeds) {
    await act(till, orders, deed);
    await audit(till);
  }
  await settle(till, orders);
  await audit(till);
  const { takenFen, returnedFen } = till.gateway.books();
  const loadedFen = 10_000 * till.credits().accepted;
  expect(takenFen, 'a payment was lost').toBe(returnedFen + loadedFen);
  expect(await till.totals()).toEqual({
    cash: takenFen - returnedFen,
    liability: 0,
    'card-float': 0 - loadedFen,
    'refunds-due': 0,
  });
  const ends = await Promise.all(orders.map((orderId) => till.state(orderId)));
  const known = ['CREDITED', 'REFUNDED', 'EXPIRED'];
  expect(ends.filter((end) => !known.includes(end ?? ''))).toEqual([]);
  expect(ends.filter((end) => end === 'CREDITED')).toHaveLength(till.credits().accepted);
  expect(await till.ledger.findRefundsDue({ limit: 9 })).toEqual([]);
  return till;
}

// 150 lives in one test: beside other tests on two cores they take more than five seconds.
test(
  'no sequence of misbehaviours loses, doubles or keeps a payment',
  { timeout: 60_000 },
  async () => {
    await fc.assert(
      fc.asyncProperty(plan, fc.array(deed, { maxLength: 24 }), async (plan, deeds) => {
        const first: readonly Deed[] = [{ do: 'order' }, { do: 'show', order: 0 }];
        await life(plan, [...first, ...deeds]);
      }),
      { numRuns: 150, seed: 20261124, endOnFailure: true },
    );
  },
);

test('the property reaches every end, refunds of both kinds, and credits', async () => {
  const pay = { do: 'pay', order: 0, extraFen: 0 } as const;
  const twice = await life({}, [
    ...([{ do: 'order' }, { do: 'show', order: 0 }, pay, pay] as const),
    ...([{ do: 'deliver' }, { do: 'load' }] as const),
  ]);
  expect(twice.credits().accepted).toBe(1);
  expect(twice.gateway.books().refunds).toHaveLength(1);
  const late = await life({ callback: ['lost'] }, [
    ...([{ do: 'order' }, { do: 'show', order: 0 }, { do: 'wait', hours: 25 }] as const),
    ...([{ do: 'tick', order: 0 }, pay] as const),
  ]);
  expect(late.credits().accepted).toBe(0);
  expect(late.gateway.books().refunds).toHaveLength(1);
});

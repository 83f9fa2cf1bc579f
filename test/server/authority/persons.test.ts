/** Who did what, at which terminal: kept with what it led to. And when a card is asked about. */
import { describe, expect, test } from 'vitest';
import { memoryJournal } from '../../../src/server/index.js';
import { begin, orderOf, slipOf } from './taking.js';
import { CARD, office } from './office.js';

const LI = { by: 'till', person: 'li', shift: '3' };

describe('who asks', () => {
  test('is kept with the order, and with the payment', async () => {
    const { authority, order, pay, ledger } = office();
    const acts = authority.forRequest({ ...slipOf('till'), who: LI });
    const orderId = await order(acts);
    const unknown = authority.forRequest({ nonce: slipOf('till').nonce });
    await pay(orderId, {}, unknown);
    const { order: made, payments } = (await ledger.read(orderId))?.situation ?? {};
    expect(made?.who).toEqual(LI);
    expect(payments?.map((one) => 'who' in one)).toEqual([false]);
    const other = office();
    const next = await other.order();
    await other.pay(next, {}, other.authority.forRequest({ ...slipOf('till'), who: LI }));
    const told = (await other.ledger.read(next))?.situation;
    expect(told && 'who' in told.order).toBe(false);
    expect(told?.payments).toMatchObject([{ who: LI }]);
  });

  test('for an end of taking is told by the trail, where it is known', async () => {
    const counter = office();
    const evidenceOf = async (orderId: string) =>
      (await counter.ledger.events(orderId)).map(({ evidence }) => evidence).at(-1);
    const first = await orderOf(counter);
    const { orderId } = first;
    const end = { protocol: 1, orderId, terminal: first.check?.terminal ?? '' } as const;
    await begin(counter, first, {}, 'till');
    await counter.authority.forRequest(slipOf('till')).endPayment(end);
    expect(await evidenceOf(orderId)).toBe('not-taken terminal by till');
    const again = await orderOf(counter, 'key 1');
    await begin(counter, again);
    const terminal = again.check?.terminal ?? '';
    await counter.authority.endPayment({ ...end, terminal });
    expect(await evidenceOf(orderId)).toBe('not-taken terminal');
  });
});

describe('a stopped card', () => {
  test('is asked about before the first MAC2, and not again', async () => {
    const asked: string[] = [];
    let isStop = false;
    const isStopped = (cardNumber: string) => {
      asked.push(cardNumber);
      return Promise.resolve(isStop);
    };
    const counter = office({ isStopped });
    const orderId = await counter.order();
    await counter.pay(orderId);
    asked.length = 0;
    await counter.present(orderId);
    expect(asked).toEqual([]);
    isStop = true;
    expect(await counter.visit()).toMatchObject({ error: { code: 'CARD_BLACKLISTED' } });
    expect(asked).toEqual([CARD]);
    // Once a MAC2 has left, only the card’s answer matters.
    const other = office({ isStopped });
    isStop = false;
    await other.issued();
    isStop = true;
    asked.length = 0;
    expect(await other.visit()).toMatchObject({ outcome: 'credited' });
    expect(asked).toEqual([]);
  });
});

test('an authority is as writable as its journal says', () => {
  expect(office().authority.isWritable()).toBe(true);
  for (const is of [true, false]) {
    const journal = { ...memoryJournal(), healthy: () => is };
    expect(office({ journal }).authority.isWritable()).toBe(is);
  }
});

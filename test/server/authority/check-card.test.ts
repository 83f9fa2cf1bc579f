/** What the server says of a card before money, and of the orders that stand beside each other. */
import { describe, expect, test } from 'vitest';
import { toHex } from '../../../src/bytes.js';
import { readCard } from '../../../src/terminal/index.js';
import { simulatorTransport } from '../../../src/transport/drivers/simulator.js';
import { withGetResponse } from '../../../src/transport/index.js';
import { CARD, office } from './office.js';
import { ask, begin, type Counter, orderOf } from './taking.js';

describe('a card that is asked about', () => {
  const check = async (counter: Counter, changes = {}) => {
    counter.card.reset();
    const { issueInformation } = await readCard(withGetResponse(simulatorTransport(counter.card)));
    const request = { protocol: 1, issueInformation: toHex(issueInformation), ...changes };
    const report = await counter.authority.checkCard(request);
    return { ...report, codes: report.objections.map(({ code }) => code) };
  };

  test('has nothing against it, with the room there is and the server’s clock', async () => {
    const counter = office({ policy: { maxBalanceFen: 10_000_000 } });
    const report = await check(counter, { balanceFen: 1_000, outlet: 'self' });
    expect(report).toMatchObject({ cardNumber: CARD, rechargeable: true, openOrder: null });
    expect([report.codes, report.nowMs]).toEqual([[], counter.env.now()]);
    expect(report.maxAmountFen).toBe(10_000_000 - 1_000);
  });

  test('or everything that stands against it, before an order', async () => {
    const findBookBalance = () => Promise.resolve({ balanceFen: 5, unclearedTollsFen: 0 });
    const isStopped = () => Promise.resolve(true);
    const policy = { outlets: ['other'], maxBalanceFen: 10_000_000 };
    const counter = office({ findBookBalance, isStopped, policy });
    const request = { balanceFen: 9_999_999, amountFen: 10_000_001, outlet: 'self' };
    const { codes, rechargeable, objections } = await check(counter, request);
    expect([codes, rechargeable]).toEqual([
      [
        ...['CARD_BLACKLISTED', 'AMOUNT_RANGE', 'OUTLET_REFUSED'],
        ...['BOOK_BALANCE_MISMATCH', 'BALANCE_LIMIT'],
      ],
      false,
    ]);
    for (const { messageZh, hint } of objections) {
      expect(`${messageZh}${hint.zh}`).toMatch(/[\u4e00-\u9fa5]/);
    }
  });

  test('with its open order, which comes first', async () => {
    const counter = office();
    const order = await orderOf(counter);
    await begin(counter, order);
    const { codes, openOrder } = await check(counter);
    expect([codes, openOrder?.orderId]).toEqual([['PAYMENT_BEING_TAKEN'], order.orderId]);
  });
});

test('no order is made for a card that two people called destroyed', async () => {
  const counter = office();
  const orderId = await counter.issued();
  counter.env.advance(24 * 3_600_000);
  await counter.authority.tick(orderId);
  for (const by of ['M1', 'M2']) {
    await counter.authority.release(orderId, { by, release: 'destroyed' });
  }
  await expect(counter.order()).rejects.toMatchObject({ code: 'ORDER_FROZEN' });
});

test('an order of an earlier call is not given out beside another one that is open', async () => {
  const counter = office();
  await orderOf(counter, 'old');
  const newer = await orderOf(counter, 'new');
  await counter.pay(newer.orderId);
  await expect(counter.order(counter.authority, 'old')).rejects.toMatchObject({
    code: 'ORDER_OPEN',
    details: { openOrderId: newer.orderId },
  });
});

test('an order that only begins to be paid hides none that is paid', async () => {
  const counter = office();
  const older = await orderOf(counter);
  const newer = await orderOf(counter);
  await begin(counter, older);
  await counter.pay(newer.orderId);
  expect(await counter.authority.findUnsettled(CARD)).toMatchObject({ orderId: newer.orderId });
});

test('what a card answered before money is no authorisation: no MAC2 is made for it', async () => {
  const counter = office();
  const order = await orderOf(counter);
  const response = await ask(counter, order);
  const { orderId, cardNumber } = order;
  await counter.pay(orderId);
  const terminal = order.check?.terminal ?? '';
  const evidence = { kind: 'initialized', terminal, response } as const;
  const step = await counter.authority.next({ protocol: 1, orderId, cardNumber, evidence });
  expect(step).toMatchObject({ do: 'stop', code: 'PROBE_MISMATCH' });
});

test('no card is initialised for a paid order while another one waits for its proof', async () => {
  const counter = office();
  const second = await orderOf(counter);
  await counter.issued();
  await counter.pay(second.orderId, { transactionId: '2' });
  expect(await counter.present(second.orderId)).toMatchObject({ do: 'stop', code: 'ORDER_OPEN' });
});

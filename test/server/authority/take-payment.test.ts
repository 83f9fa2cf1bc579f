/** Before money is taken: what the server knows of a card, and what the card's own answer shows. */
import { join } from 'node:path';
import sqlite from 'node-sqlite3-wasm';
import { describe, expect, test } from 'vitest';
import { fromHex, toHex } from '../../../src/bytes.js';
import type { OrderView } from '../../../src/load/index.js';
import { initializeForLoad } from '../../../src/purse/index.js';
import { sqliteStores } from '../../../src/server/ledger/sqlite.js';
import { memoryLedger } from '../../../src/server/index.js';
import { readCard, verifyPin } from '../../../src/terminal/index.js';
import { simulatorTransport } from '../../../src/transport/drivers/simulator.js';
import { withGetResponse } from '../../../src/transport/index.js';
import { temporaryFolder } from '../../support/quancun-process.js';
import { CARD, office } from './office.js';

const OTHER = '6201220000009999';
type Counter = ReturnType<typeof office>;

let nonces = 0;
const slipOf = (by: string) => {
  nonces += 1;
  return { nonce: { keyId: by, nonce: String(nonces), atMs: 0 }, who: { by } };
};

/** The card's answer to INITIALIZE with what the order says. */
async function ask(counter: Counter, order: OrderView, terminal = order.check?.terminal ?? '') {
  counter.card.reset();
  const transport = withGetResponse(simulatorTransport(counter.card));
  const { issue } = await readCard(transport);
  await verifyPin(transport, '123456', issue.version);
  const { amountFen, check } = order;
  const keyIndex = check?.keyIndex ?? 1;
  const init = { keyIndex, amountFen, terminal: fromHex(terminal) };
  return toHex(await transport.transmit(initializeForLoad.build(init)));
}

async function orderOf(counter: Counter, key?: string): Promise<OrderView> {
  const orderId = await counter.order(counter.authority, key);
  const view = await counter.authority.getOrder(orderId);
  if (view === undefined) throw new Error('no order');
  return view;
}

async function begin(counter: Counter, order: OrderView, changes = {}, who?: string) {
  const response = await ask(counter, order);
  const authority =
    who === undefined ? counter.authority : counter.authority.forRequest(slipOf(who));
  const { orderId, cardNumber } = order;
  return authority.beginPayment({ protocol: 1, orderId, cardNumber, response, ...changes });
}

const STORES = {
  memory: memoryLedger,
  SQLite: async () =>
    (await sqliteStores(new sqlite.Database(join(temporaryFolder(), 'orders.db')))).ledger,
};

describe.each(Object.entries(STORES))('money that is being taken, %s', (_name, open) => {
  test('is told with the order, blocks the card, and ends with the payment', async () => {
    const inner = await open();
    const counter = office({}, () => inner);
    const order = await orderOf(counter);
    const second = await orderOf(counter);
    expect(order.check).toEqual({
      keyIndex: 1,
      terminal: expect.stringMatching(/^FF\w{10}$/) as string,
    });
    const taking = await begin(counter, order, { provider: 'pos' }, 'T1');
    expect(taking).toMatchObject({
      state: 'TAKING',
      taking: { by: 'T1', provider: 'pos', terminal: order.check?.terminal },
    });
    expect(taking.check).toBeUndefined();
    const { orderId } = order;
    const open1 = { code: 'ORDER_OPEN', details: { openOrderId: orderId } };
    await expect(counter.order()).rejects.toMatchObject(open1);
    await expect(begin(counter, second)).rejects.toMatchObject(open1);
    expect(await counter.authority.findUnsettled(CARD)).toMatchObject({ orderId });
    await expect(counter.authority.cancel(orderId)).rejects.toMatchObject({
      code: 'PAYMENT_BEING_TAKEN',
    });
    expect(await counter.pay(orderId)).toMatchObject({ state: 'PAID' });
    expect((await counter.visit()).outcome).toBe('credited');
    const snapshot = await inner.read(orderId);
    expect(snapshot?.situation.order.proof).toEqual({
      tac: expect.stringMatching(/^[0-9A-F]{8}$/) as string,
      date: expect.any(String) as string,
      time: expect.any(String) as string,
    });
    await inner.close();
  });

  test('of two at the same moment one begins', async () => {
    const inner = await open();
    const counter = office({}, () => inner);
    const orders = [await orderOf(counter), await orderOf(counter)];
    const answers = [];
    for (const order of orders) answers.push({ order, response: await ask(counter, order) });
    const said = await Promise.allSettled(
      answers.map(({ order: { orderId, cardNumber }, response }) =>
        counter.authority.beginPayment({ protocol: 1, orderId, cardNumber, response }),
      ),
    );
    expect(said.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    await inner.close();
  });

  test('ends with the word of its terminal, and of no other; a supervisor gives a reason', async () => {
    const inner = await open();
    const counter = office({}, () => inner);
    const order = await orderOf(counter);
    const { orderId } = order;
    const terminal = order.check?.terminal ?? '';
    await begin(counter, order, {}, 'T1');
    const end = (by: string, of = terminal) =>
      counter.authority.forRequest(slipOf(by)).endPayment({ protocol: 1, orderId, terminal: of });
    await expect(end('T2')).rejects.toMatchObject({ code: 'PAYMENT_BEING_TAKEN' });
    const ended = await end('T1');
    expect(ended.state).toBe('CREATED');
    expect(ended.check?.terminal).not.toBe(terminal);
    // The same answer of the card, and the same word, come again: nothing follows.
    const again = await begin(counter, ended, {}, 'T1');
    expect(again.state).toBe('TAKING');
    expect((await end('T1')).state).toBe('TAKING');
    const word = { how: 'supervisor', by: 'M1', reason: 'looked', terminal: '' } as const;
    const of = again.taking?.terminal ?? '';
    expect(await counter.authority.endTaking(orderId, { ...word, terminal: of })).toMatchObject({
      state: 'CREATED',
    });
    const told = (await inner.events(orderId)).map(({ evidence }) => evidence);
    expect(told.at(-1)).toBe('not-taken supervisor by M1: looked');
    await inner.close();
  });
});

test('who submits a payment is told what it was booked as', async () => {
  const counter = office();
  const { orderId } = await orderOf(counter);
  const payment = { transactionId: '1' };
  expect(await counter.pay(orderId, payment)).toMatchObject({ state: 'PAID', booked: 'payment' });
  expect(await counter.pay(orderId, payment)).toMatchObject({ booked: 'payment' });
  const second = { transactionId: '2' };
  expect(await counter.pay(orderId, second)).toMatchObject({ state: 'PAID', booked: 'surplus' });
  expect(await counter.pay(orderId, second)).toMatchObject({ booked: 'surplus' });
  expect((await counter.authority.getOrder(orderId))?.booked).toBeUndefined();
});

test('a visit begins once, and its view keeps the visit to itself', async () => {
  const counter = office();
  const order = await orderOf(counter);
  const taking = await begin(counter, order, { visit: 'V1' });
  expect(JSON.stringify(taking)).not.toContain('V1');
  await expect(begin(counter, order, { visit: 'V2' })).rejects.toMatchObject({
    code: 'PAYMENT_BEING_TAKEN',
  });
  expect((await begin(counter, order, { visit: 'V1' })).state).toBe('TAKING');
});

describe('it does not begin', () => {
  const refusal = async (counter: Counter, changes: object = {}, response?: string) => {
    const order = await orderOf(counter);
    const answer = response ?? (await ask(counter, order));
    const { orderId, cardNumber } = order;
    const said = { protocol: 1, orderId, cardNumber, response: answer, ...changes };
    const code = await counter.authority.beginPayment(said).then(
      ({ state }) => state,
      (error: unknown) => (error as { code: string }).code,
    );
    const after = await counter.authority.getOrder(orderId);
    return [code, after?.state];
  };

  test('with another card, a wrong MAC1, an error of the card, or no answer', async () => {
    expect(await refusal(office(), { cardNumber: OTHER })).toEqual(['CARD_MISMATCH', 'CREATED']);
    const wrong = `${'00'.repeat(4)}00000000${'11223344'}${'DEADBEEF'}9000`;
    expect(await refusal(office(), {}, wrong)).toEqual(['MAC1_INVALID', 'CREATED']);
    expect(await refusal(office(), {}, '9403')).toEqual(['INIT_REFUSED', 'CREATED']);
    expect((await refusal(office(), {}, 'AABB9000'))[1]).toBe('CREATED');
  });

  test('with the answer to another terminal number', async () => {
    const counter = office();
    const order = await orderOf(counter);
    const response = await ask(counter, order, '000440101001');
    const { orderId, cardNumber } = order;
    const said = { protocol: 1, orderId, cardNumber, response };
    await expect(counter.authority.beginPayment(said)).rejects.toMatchObject({
      code: 'MAC1_INVALID',
    });
  });

  test('with a number that names no provider', async () => {
    const counter = office();
    const order = await orderOf(counter);
    const asked = begin(counter, order, { transactionId: '1' });
    await expect(asked).rejects.toMatchObject({ code: 'MESSAGE_INVALID' });
  });

  test('for a card that was stopped since, or whose books are others', async () => {
    let stopped = false;
    const isStopped = () => Promise.resolve(stopped);
    const counter = office({ isStopped });
    const order = await orderOf(counter);
    stopped = true;
    await expect(begin(counter, order)).rejects.toMatchObject({ code: 'CARD_BLACKLISTED' });
    const findBookBalance = () => Promise.resolve({ balanceFen: 1, unclearedTollsFen: 0 });
    const other = office({ findBookBalance });
    await expect(begin(other, await orderOf(other))).rejects.toMatchObject({
      code: 'BOOK_BALANCE_MISMATCH',
    });
  });

  test('and a card that was stopped after its payment gets no MAC2', async () => {
    let stopped = false;
    const counter = office({ isStopped: () => Promise.resolve(stopped) });
    const { orderId } = await orderOf(counter);
    await counter.pay(orderId);
    stopped = true;
    expect(await counter.visit()).toMatchObject({ error: { code: 'CARD_BLACKLISTED' } });
    stopped = false;
    expect((await counter.visit()).outcome).toBe('credited');
  });
});

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
    expect([codes, openOrder?.orderId]).toEqual([['ORDER_OPEN'], order.orderId]);
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

/** Before money is taken: what the server knows of a card, and what the card's own answer shows. */
import { join } from 'node:path';
import sqlite from 'node-sqlite3-wasm';
import { describe, expect, test } from 'vitest';
import { sqliteStores } from '../../../src/server/ledger/sqlite.js';
import { memoryLedger } from '../../../src/server/index.js';
import { temporaryFolder } from '../../support/quancun-process.js';
import { CARD, office } from './office.js';
import { ask, begin, type Counter, orderOf, slipOf } from './taking.js';

const OTHER = '6201220000009999';
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
    const details = { openOrderId: orderId };
    await expect(counter.order()).rejects.toMatchObject({ code: 'ORDER_OPEN', details });
    const taken = { code: 'PAYMENT_BEING_TAKEN', details };
    await expect(begin(counter, second)).rejects.toMatchObject(taken);
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
    await expect(end('T1')).rejects.toMatchObject({ code: 'PAYMENT_BEING_TAKEN' });
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

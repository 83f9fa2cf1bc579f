/** Slips over HTTP: which orders have one, what it says, and that each copy is counted once. */
import { describe, expect, test } from 'vitest';
import { envFrom } from '../../../src/env.js';
import type { Attempt, Order, OrderState, Payment } from '../../../src/load/index.js';
import { expectJson } from '../../../src/json/index.js';
import { SLIP_VIEW, type SlipView } from '../../../src/messages/index.js';
import { printSlip } from '../../../src/server/http/slips.js';
import { memoryGuard } from '../../../src/server/index.js';
import { createVirtualCard, personalise } from '../../../src/simulator/index.js';
import { layOutSlip } from '../../../src/slip/index.js';
import { recharge, serverClient } from '../../../src/terminal/index.js';
import { simulatorTransport } from '../../../src/transport/drivers/simulator.js';
import { ORDER } from '../../load/situations.js';
import { CARD_NUMBER, orderRequest, paymentRequest } from '../../support/http-messages.js';
import { OFFICE, openServer, TERMINAL } from '../../support/signed-fetch.js';

const KINDS: Readonly<Record<OrderState, SlipView['kind'] | undefined>> = {
  CREATED: undefined,
  TAKING: undefined,
  PAID: 'held',
  ISSUED: 'held',
  HELD: 'held',
  VOIDING: undefined,
  CREDITED: 'receipt',
  REFUND_DUE: undefined,
  REFUNDED: undefined,
  EXPIRED: undefined,
  FROZEN: undefined,
};

const PAYMENT: Payment = {
  ...{ orderId: ORDER.orderId, transactionId: 'pos:1:2', amountFen: ORDER.amountFen },
  ...{ surplus: false, paidAtMs: 5 },
};
const ATTEMPT: Attempt = {
  ...{ orderId: ORDER.orderId, cardNumber: ORDER.cardNumber, onlineAtc: 7, random: '11223344' },
  ...{ rawBalance: 5000, amountFen: ORDER.amountFen, terminal: '000440101001' },
  ...{ date: '20260115', time: '100000', keyVersion: 1, algorithm: 0 },
};

/** A slip of an order that stands like this. */
function printed(
  changes: Partial<Order>,
  payments: readonly Payment[] = [],
  attempts: readonly Attempt[] = [],
): Promise<SlipView> {
  const order = { ...ORDER, ...changes };
  const card = { cardNumber: order.cardNumber, frozen: false };
  const situation = { order, card, payments, attempts };
  const snapshot = { situation, version: '1', idempotencyKey: 'k', request: 'r' };
  const ledger = { read: () => Promise.resolve(snapshot), countSlip: () => Promise.resolve(1) };
  return printSlip(ledger, order.orderId, { requestKey: 'k', atMs: 9 });
}

describe('what a slip says', () => {
  test.each(Object.entries(KINDS))('%s has %s', async (state, kind) => {
    const print = printed({ state: state as OrderState }, [PAYMENT]);
    if (kind === undefined) {
      await expect(print).rejects.toMatchObject({
        code: 'ORDER_NOT_PRINTABLE',
        details: { state },
      });
      return;
    }
    expect((await print).kind).toBe(kind);
    expect(expectJson(SLIP_VIEW, await print)).toEqual(await print);
  });

  test('the balance is that of the attempt which the TAC proves, and of no other', async () => {
    const proof = { tac: '1A2B3C4D', date: '20260115', time: '100000' };
    const credited = { state: 'CREDITED', boundAtc: 7, proof } as const;
    const others: Attempt[] = [
      { ...ATTEMPT, rawBalance: 1, time: '095959' },
      { ...ATTEMPT, rawBalance: 2, date: '20260114' },
      { ...ATTEMPT, rawBalance: 3, onlineAtc: 6 },
    ];
    const slip = await printed(credited, [PAYMENT], [...others, ATTEMPT]);
    expect(slip).toMatchObject({
      proof: { ...proof, onlineAtc: 7 },
      ...{ balanceBeforeFen: 5000, balanceAfterFen: 5000 + ORDER.amountFen },
    });
    // A flag, or a sign: never 21 million yuan.
    const flagged = { ...ATTEMPT, rawBalance: 0x80001388 };
    expect((await printed(credited, [], [flagged])).balanceBeforeFen).toBe(5000);
    expect(await printed(credited, [], others)).not.toHaveProperty('balanceBeforeFen');
    // The counter alone has proved it: which attempt it was nobody knows.
    const counted = await printed({ state: 'CREDITED', boundAtc: 7 }, [], [ATTEMPT]);
    expect(counted.proof).toEqual({ onlineAtc: 7 });
    expect(counted).not.toHaveProperty('balanceBeforeFen');
    expect(await printed({ state: 'CREDITED', creditedBy: 'people' })).not.toHaveProperty('proof');
    const held = await printed({ ...credited, state: 'HELD' }, [PAYMENT], [ATTEMPT]);
    expect(held).not.toHaveProperty('proof');
  });

  test('the payment is the order’s own, by provider and number', async () => {
    const surplus = { ...PAYMENT, transactionId: 'cash:9', surplus: true };
    const slip = await printed({ state: 'PAID' }, [surplus, PAYMENT]);
    expect(slip.payment).toEqual({ provider: 'pos', transactionId: '1:2', paidAtMs: 5 });
    const { paidAtMs: _none, ...undated } = PAYMENT;
    const { payment } = await printed({ state: 'PAID' }, [undated]);
    expect(payment).toEqual({ provider: 'pos', transactionId: '1:2' });
    expect(await printed({ state: 'HELD' })).not.toHaveProperty('payment');
  });

  test('who made the order, and where; who prints', async () => {
    const who = { by: 'T1', person: '张三' };
    const slip = await printed({ state: 'PAID', who, terminal: '000440101001' });
    expect(slip).toMatchObject({ operator: '张三', terminal: '000440101001', printedAtMs: 9 });
    expect(slip).not.toHaveProperty('by');
    expect(await printed({ state: 'PAID', who: { by: 'T1' } })).not.toHaveProperty('operator');
  });
});

/** An order that is paid, and where its slips are. */
async function paid(server = openServer()) {
  const made = await server.ask('POST', '/v1/orders', orderRequest(), { key: 'k1' });
  const path = `/v1/orders/${String(made.json.orderId)}`;
  await server.ask('POST', `${path}/payments`, paymentRequest(), { key: 'k2' });
  const print = async (key: string, twist = {}) =>
    server.ask('POST', `${path}/slips`, {}, { key, ...twist });
  return { server, path, print };
}

const { sleep } = envFrom(globalThis);
/** A request's time limit is the clock's; the pause before it is sent again is nobody's. */
const between: typeof sleep = (ms) => (ms < 1000 ? Promise.resolve() : sleep(ms));

const copyOf = (text: string): number => (JSON.parse(text) as SlipView).copy;

describe('printing', () => {
  test('the first print is no copy, and each later one is one more', async () => {
    const { print } = await paid();
    const texts: string[] = [];
    for (const key of ['a', 'b', 'c']) texts.push((await print(key)).text);
    expect(texts.map(copyOf)).toEqual([0, 1, 2]);
  });

  test('the same key is the same copy, byte for byte, and is counted once', async () => {
    const { server, print } = await paid();
    const first = await print('a');
    server.env.advance(60_000);
    expect((await print('a')).text).toBe(first.text);
    expect(copyOf((await print('b')).text)).toBe(1);
  });

  test('64 of the same at once are one copy', async () => {
    const { print } = await paid();
    const all = await Promise.all(Array.from({ length: 64 }, () => print('a')));
    expect(new Set(all.map(({ text }) => text)).size).toBe(1);
    expect(copyOf((await print('b')).text)).toBe(1);
  });

  test('an answer that could not be kept leaves no copy out', async () => {
    const guard = memoryGuard();
    let full = false;
    const failing = {
      ...guard,
      storeReply: (...reply: Parameters<typeof guard.storeReply>) =>
        full ? Promise.reject(new Error('full')) : guard.storeReply(...reply),
    };
    const { print } = await paid(openServer({ guard: failing }));
    full = true;
    expect((await print('a')).status).toBe(500);
    full = false;
    expect(copyOf((await print('a')).text)).toBe(0);
    expect(copyOf((await print('b')).text)).toBe(1);
  });

  test('an unpaid order, an unknown one and a caller without the scope get none', async () => {
    const { server, path } = await paid();
    const slips = (at: string, key: string, twist = {}) =>
      server.ask('POST', `${at}/slips`, {}, { key, ...twist });
    const unknown = await slips(`/v1/orders/${'0'.repeat(20)}`, 'a');
    expect(unknown).toMatchObject({ status: 404, json: { code: 'ORDER_UNKNOWN' } });
    const office = await slips(path, 'b', { caller: OFFICE });
    expect(office).toMatchObject({ status: 403, json: { code: 'SCOPE_MISSING' } });
    await server.ask('POST', `${path}/cancel`, {}, { key: 'c', caller: OFFICE });
    const refused = await slips(path, 'd');
    expect(refused).toMatchObject({ status: 422, json: { code: 'ORDER_NOT_PRINTABLE' } });
    expect(refused.json.messageZh).toContain('待退款');
  });

  test('the reply holds four digits of the card number, the held slip too', async () => {
    const { print } = await paid();
    const { text } = await print('a');
    const slip = JSON.parse(text) as SlipView;
    expect(slip).toMatchObject({ kind: 'held', cardTail: CARD_NUMBER.slice(-4), by: 'terminal-1' });
    const lines = layOutSlip(slip);
    expect(lines[lines.length - 1]).toEqual({ qr: slip.orderId });
    for (const said of [text, JSON.stringify(lines)]) expect(said).not.toMatch(/\d[ -]?\d{15}/);
    expect(text).not.toContain(CARD_NUMBER.slice(4));
  });
});

describe('the client', () => {
  function clientOf(server: ReturnType<typeof openServer>, isLost: () => boolean = () => false) {
    return serverClient({
      ...{ ...TERMINAL, url: 'http://authority.test' },
      env: { ...envFrom(globalThis), now: server.env.now, sleep: between },
      fetch: async (url, init) => {
        const response = await server.handler.fetch(new Request(url, init));
        if (url.endsWith('/slips') && isLost()) throw new Error('lost');
        const text = await response.text();
        return { status: response.status, text: () => Promise.resolve(text) };
      },
    });
  }

  test('a recharge ends in a receipt, its reprint in a counted one', async () => {
    const server = openServer();
    const client = clientOf(server);
    const card = createVirtualCard(personalise({ kind: '3des-4x' }));
    const before = card.state.ep.balanceFen;
    const result = await recharge({
      ...{ transport: simulatorTransport(card), authority: client, env: envFrom(globalThis) },
      ...{ terminal: '000440101001', pin: '123456', amountFen: 10_000, outlet: 'self' },
      takePayment: () =>
        Promise.resolve({ provider: 'cash', transactionId: 'receipt-1', amountFen: 10_000 }),
    });
    const { orderId } = result as { orderId: string };
    const slip = await client.printSlip(orderId);
    expect(slip).toMatchObject({
      ...{ kind: 'receipt', copy: 0, state: 'CREDITED', cardTail: CARD_NUMBER.slice(-4) },
      ...{ balanceBeforeFen: before, balanceAfterFen: before + 10_000 },
      payment: { provider: 'cash', transactionId: 'receipt-1' },
    });
    expect(slip.proof?.tac).toMatch(/^[0-9A-F]{8}$/);
    expect(JSON.stringify(slip)).not.toContain(CARD_NUMBER);
    const said = (await client.printSlip(orderId)).copy;
    expect(layOutSlip({ ...slip, copy: said })).toContainEqual({
      ...{ text: '补打第 1 次', align: 'centre', weight: 'bold' },
    });
  });

  test('asks again for the copy whose answer was lost, and not for another one', async () => {
    const { server, path } = await paid();
    let losses = 2;
    const client = clientOf(server, () => losses-- > 0);
    const orderId = path.slice('/v1/orders/'.length);
    expect((await client.printSlip(orderId)).copy).toBe(0);
    expect((await client.printSlip(orderId, 'mine')).copy).toBe(1);
    expect((await client.printSlip(orderId, 'mine')).copy).toBe(1);
  });
});

/**
 * A day at an outlet in front of both providers, as their documents describe them: real sockets,
 * real signatures, every notification lost, and whatever else can go wrong. Every order ends, every
 * fen is on a card or with the customer again, and the bill agrees with the books.
 */
import { afterAll, describe, expect, test } from 'vitest';
import { createPayments, type PaymentPort, type Payments } from '../../../src/server/index.js';
import { alipay } from '../../../src/server/payment/alipay/index.js';
import { wechatPay } from '../../../src/server/payment/wechat/index.js';
import {
  startAlipayServer,
  startWechatPayServer,
  type WechatPayPlan,
} from '../../../src/testing/providers/index.js';
import { codeOf, openTill, type Till } from '../../support/till.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const NOTIFY = 'https://recharge.example.com/callbacks/x';

/** In the words of WeChat Pay's server; Alipay's has another one for the first of them. */
type Plan = Pick<WechatPayPlan, 'create' | 'query' | 'refund' | 'refundFate'>;

/** A provider and its customer, as a day needs them. */
interface Counter {
  readonly port: PaymentPort;
  readonly misbehave: (plan: Plan) => void;
  readonly pay: (number: string, couponFen?: number) => boolean;
  readonly topUp: (fen: number | undefined) => void;
  readonly books: () => { readonly takenFen: number; readonly returnedFen: number };
}

const closing: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const close of closing) await close();
});

const COUNTERS: Readonly<Record<string, (now: () => number) => Promise<Counter>>> = {
  wechat: async (now) => {
    const server = await startWechatPayServer({ now, isAutomatic: false });
    closing.push(() => server.close());
    const { merchant } = server;
    const port = wechatPay({
      ...{ merchantId: merchant.mchid, appId: merchant.appid, apiV3Key: merchant.apiV3Key },
      ...{ certificateSerial: merchant.serialNumber, privateKey: merchant.privateKeyPem },
      publicKeys: { [merchant.publicKeyId]: merchant.publicKeyPem },
      ...{ notifyUrl: NOTIFY, baseUrls: [server.url], now },
    });
    return counterOf(port, server);
  },
  'wechat by platform certificates': async (now) => {
    const identity = 'certificate';
    const server = await startWechatPayServer({ now, isAutomatic: false, identity });
    closing.push(() => server.close());
    const { merchant } = server;
    const port = wechatPay({
      ...{ merchantId: merchant.mchid, appId: merchant.appid, apiV3Key: merchant.apiV3Key },
      ...{ certificateSerial: merchant.serialNumber, privateKey: merchant.privateKeyPem },
      ...{ notifyUrl: NOTIFY, baseUrls: [server.url], now },
    });
    return counterOf(port, server);
  },
  alipay: async (now) => {
    const server = await startAlipayServer({ now, isAutomatic: false });
    closing.push(() => server.close());
    const { merchant } = server;
    const port = alipay({
      ...{ appId: merchant.appId, sellerId: merchant.sellerId },
      ...{ privateKey: merchant.privateKeyPem, alipayPublicKey: merchant.alipayPublicKeyPem },
      ...{ notifyUrl: NOTIFY, gatewayUrls: [server.gatewayUrl], now },
    });
    return counterOf(port, {
      ...server,
      misbehave: ({ create: precreate, ...plan }: Plan) => {
        server.misbehave({ ...plan, ...(precreate === undefined ? {} : { precreate }) } as object);
      },
    });
  },
};

interface Served {
  misbehave(plan: Plan): void;
  canPay(number: string): boolean;
  pay(number: string, how?: { readonly couponFen?: number }): unknown;
  setBalance(fen: number | undefined): void;
  books(): { readonly takenFen: number; readonly returnedFen: number };
}

function counterOf(port: PaymentPort, server: Served): Counter {
  return {
    port,
    misbehave: (plan) => {
      server.misbehave(plan);
    },
    pay: (number, couponFen) => {
      if (!server.canPay(number)) return false;
      server.pay(number, couponFen === undefined ? {} : { couponFen });
      return true;
    },
    topUp: (fen) => {
      server.setBalance(fen);
    },
    books: () => server.books(),
  };
}

interface Outlet extends Counter {
  readonly till: Till;
  readonly payments: Payments;
}

async function openOutlet(name: string): Promise<Outlet> {
  const till = openTill();
  const counter = await COUNTERS[name]?.(() => till.env.now());
  if (counter === undefined) throw new Error(name);
  const payments = createPayments({ ...till, port: counter.port, callTimeoutMs: 2_000 });
  return { ...counter, till, payments };
}

/** A customer at the counter: what goes wrong, and whether they pay, and want it back. */
interface Customer {
  readonly plan?: Plan;
  readonly pays?: 'in time' | 'never' | 'on the second code';
  readonly couponFen?: number;
  readonly cancels?: true;
}

const CUSTOMERS: Readonly<Record<string, Customer>> = {
  'pays, and every notification is lost': {},
  'pays with a coupon': { couponFen: 500 },
  'is shown a code whose first answer is lost': { plan: { create: ['reply-lost'] } },
  'waits for a provider that is throttled': { plan: { query: ['throttled', 'system-error'] } },
  'hears a forged answer first': { plan: { query: ['forged', 'unsigned', 'tampered'] } },
  'goes away': { pays: 'never' },
  'lets the code expire, and pays the next': { pays: 'on the second code' },
  'pays, and wants it back': { cancels: true },
  'gets it back though the answer is lost': { cancels: true, plan: { refund: ['reply-lost'] } },
  'gets it back after a false refusal': { cancels: true, plan: { refund: ['system-error'] } },
  'gets it back after days': { cancels: true, plan: { refundFate: ['days'] } },
};

async function serve(outlet: Outlet, customer: Customer): Promise<string> {
  const { till, payments, misbehave, pay } = outlet;
  const { pays = 'in time', couponFen, cancels } = customer;
  const orderId = await till.order();
  if (customer.plan !== undefined) misbehave(customer.plan);
  const show = () => payments.createQr(orderId).catch(codeOf);
  for (let tries = 0; tries < 3 && typeof (await show()) === 'string'; tries += 1);
  let number = orderId;
  if (pays === 'on the second code') {
    till.env.advance(20 * MINUTE_MS);
    for (let tries = 0; tries < 5 && typeof (await show()) === 'string'; tries += 1) {
      till.env.advance(MINUTE_MS);
      await payments.sweep();
    }
    number = `${orderId}_2`;
  }
  if (pays !== 'never') expect([number, pay(number, couponFen)]).toEqual([number, true]);
  for (let round = 0; round < 12; round += 1) {
    till.env.advance(MINUTE_MS);
    await payments.sweep();
  }
  if (cancels === true) await till.authority.cancel(orderId);
  else await till.load();
  till.env.advance(5 * MINUTE_MS);
  await payments.sweep();
  return orderId;
}

describe.each(Object.keys(COUNTERS))('a day in front of %s', (name) => {
  test('every order ends, and every fen is on a card or back', async () => {
    const outlet = await openOutlet(name);
    const { till, payments, books } = outlet;
    const day = new Date(till.env.now() + 8 * HOUR_MS).toISOString().slice(0, 10);
    const orders: string[] = [];
    for (const customer of Object.values(CUSTOMERS)) orders.push(await serve(outlet, customer));
    for (let turn = 0; turn < 100; turn += 1) {
      till.env.advance(HOUR_MS);
      await payments.sweep();
      await till.authority.tickDue();
    }
    const ends = await Promise.all(orders.map((orderId) => till.state(orderId)));
    expect(ends).toEqual([
      ...['CREDITED', 'CREDITED', 'CREDITED', 'CREDITED', 'CREDITED', 'EXPIRED', 'CREDITED'],
      ...['REFUNDED', 'REFUNDED', 'REFUNDED', 'REFUNDED'],
    ]);
    const { takenFen, returnedFen } = books();
    expect([takenFen, returnedFen]).toEqual([100_000, 40_000]);
    expect(await till.totals()).toEqual({
      ...{ cash: 60_000, liability: 0, 'card-float': -60_000, 'refunds-due': 0 },
    });
    const codes = await Promise.all(orders.map((orderId) => till.ledger.findAwaitedOf(orderId)));
    expect(codes.flat().filter(({ end }) => end === undefined)).toEqual([]);
    const report = await payments.compareStatement(day);
    expect(report).toMatchObject({ paidFen: 100_000, booked: 0, differences: [] });
  });

  test('what the books have forgotten comes back by the bill', async () => {
    const outlet = await openOutlet(name);
    const { till, payments, pay } = outlet;
    const day = new Date(till.env.now() + 8 * HOUR_MS).toISOString().slice(0, 10);
    const orderId = await till.order();
    await payments.createQr(orderId);
    expect(pay(orderId)).toBe(true);
    till.env.advance(DAY_MS + 12 * HOUR_MS);
    const report = await payments.compareStatement(day);
    expect(report).toMatchObject({ payments: 1, booked: 1, differences: [] });
    expect(await till.state(orderId)).not.toBe('CREATED');
  });
});

test('a refund that WeChat Pay closes: the next number pays, when the account has money', async () => {
  const outlet = await openOutlet('wechat');
  const { till, payments, misbehave, pay, topUp, books } = outlet;
  const orderId = await till.order();
  await payments.createQr(orderId);
  pay(orderId);
  await payments.query(orderId);
  await till.authority.cancel(orderId);
  misbehave({ refundFate: ['closed'] });
  till.env.advance(MINUTE_MS);
  await payments.sweep();
  for (let round = 0; round < 3; round += 1) {
    till.env.advance(5 * MINUTE_MS);
    await payments.sweep();
    // Closed, it is money of the account again: another refund has taken it.
    topUp(0);
  }
  const [owed] = await till.ledger.findRefundsDue({ limit: 9 });
  expect(owed?.progress).toMatchObject({ number: 2, status: 'refused', reason: 'not-enough' });
  const byHand = payments.askByHand(orderId, owed?.transactionId ?? '');
  expect(await byHand.catch(codeOf)).toBe('REFUND_ON_ITS_WAY');
  topUp(undefined);
  for (let round = 0; round < 3; round += 1) {
    till.env.advance(30 * MINUTE_MS);
    await payments.sweep();
  }
  expect(await till.state(orderId)).toBe('REFUNDED');
  expect(books().returnedFen).toBe(10_000);
});

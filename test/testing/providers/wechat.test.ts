/** WeChat Pay v3 on this machine: orders, payments, refunds, as its documents say. */
import { afterEach, describe, expect, test } from 'vitest';
import {
  startWechatPayServer,
  type WechatPayServer,
  type WechatPayServerOptions,
} from '../../../src/testing/providers/index.js';
import { manualClock } from './listener.js';
import { wechatClient } from './wechat-client.js';

const URL = 'https://merchant.example/notify';
const open: WechatPayServer[] = [];

async function start(options: WechatPayServerOptions = {}) {
  const clock = manualClock();
  const server = await startWechatPayServer({ now: clock.now, isAutomatic: false, ...options });
  open.push(server);
  return { server, clock, client: wechatClient(server, clock.now) };
}

afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});

describe('an order', () => {
  test('is not paid, then paid, with a part by coupon', async () => {
    const { server, client } = await start();
    const { status, json } = await client.create('ORDER_1', URL);
    expect(status).toBe(200);
    expect(json.code_url).toMatch(/^weixin:\/\/wxpay\/bizpayurl\?pr=\w+$/);
    expect((await client.query('ORDER_1')).json).toMatchObject({ trade_state: 'NOTPAY' });
    const { transactionId } = server.pay('ORDER_1', { couponFen: 500 });
    const paid = {
      trade_state: 'SUCCESS',
      transaction_id: transactionId,
      amount: { total: 10_000, payer_total: 9_500, currency: 'CNY' },
    };
    expect((await client.query('ORDER_1')).json).toMatchObject(paid);
    const { mchid } = server.merchant;
    const byId = await client.call(
      'GET',
      `/v3/pay/transactions/id/${transactionId}?mchid=${mchid}`,
    );
    expect(byId.json).toMatchObject(paid);
    expect(() => server.pay('ORDER_1')).toThrow('is paid');
    server.correct('ORDER_1', 1);
    expect((await client.query('ORDER_1')).json).toMatchObject({ amount: { total: 1 } });
  });

  test.each([
    [{ out_trade_no: 'SHORT' }, 'PARAM_ERROR'],
    [{ out_trade_no: 'WRONG.SIGN' }, 'PARAM_ERROR'],
    [{ description: 'x'.repeat(128) }, 'PARAM_ERROR'],
    [{ description: '😀' }, 'PARAM_ERROR'],
    [{ notify_url: 'http://merchant.example/notify' }, 'PARAM_ERROR'],
    [{ notify_url: 'https://merchant.example/notify?a=1' }, 'PARAM_ERROR'],
    [{ amount: { total: 1.5, currency: 'CNY' } }, 'PARAM_ERROR'],
    [{ amount: { total: 0, currency: 'CNY' } }, 'PARAM_ERROR'],
    [{ amount: { total: 1, currency: 'USD' } }, 'PARAM_ERROR'],
    [{ attach: null }, 'PARAM_ERROR'],
    [{ time_expire: '2026-01-31T12:00:59+08:00' }, 'PARAM_ERROR'],
    [{ appid: 'wx0000000000000000' }, 'APPID_MCHID_NOT_MATCH'],
  ])('is refused: %j', async (changes, code) => {
    const { client } = await start();
    const { status, json } = await client.create('ORDER_1', URL, changes);
    expect([status, json.code]).toEqual([400, code]);
  });

  test('has a new code for the same parameters, and none for others', async () => {
    const { server, client } = await start();
    const [one, two] = [await client.create('ORDER_1', URL), await client.create('ORDER_1', URL)];
    expect(two.status).toBe(200);
    expect(two.json.code_url).not.toBe(one.json.code_url);
    const used = { status: 403, json: { code: 'OUT_TRADE_NO_USED' } };
    const other = { amount: { total: 9_999, currency: 'CNY' } };
    expect(await client.create('ORDER_1', URL, other)).toMatchObject(used);
    server.pay('ORDER_1');
    expect(await client.create('ORDER_1', URL)).toMatchObject(used);
  });

  test('a code lives two hours, and an order does not close when it expires', async () => {
    const { server, client, clock } = await start();
    await client.create('ORDER_1', URL, { time_expire: '2026-01-31T15:00:00+08:00' });
    clock.pass(2 * 3_600_000);
    expect(() => server.pay('ORDER_1')).toThrow('the code has expired');
    await client.create('ORDER_1', URL);
    expect(server.canPay('ORDER_1')).toBe(true);
    clock.pass(3_600_000);
    expect(() => server.pay('ORDER_1')).toThrow('the order has expired');
    expect((await client.query('ORDER_1')).json).toMatchObject({ trade_state: 'NOTPAY' });
    server.pay('ORDER_1', { isLate: true });
    expect((await client.query('ORDER_1')).json).toMatchObject({ trade_state: 'SUCCESS' });
  });

  test('closes with 204, again, and for a number that nobody knows', async () => {
    const { server, client } = await start({ isOlder: true });
    await client.create('ORDER_1', URL);
    for (const number of ['ORDER_1', 'ORDER_1', 'NOBODYS']) {
      expect(await client.close(number)).toMatchObject({ status: 204, text: '' });
    }
    expect((await client.query('ORDER_1')).json).toMatchObject({ trade_state: 'CLOSED' });
    expect(await client.query('NOBODYS')).toMatchObject({
      status: 404,
      json: { code: 'ORDERNOTEXIST' },
    });
    expect(() => server.pay('ORDER_1')).toThrow('is closed');
    expect((await client.create('ORDER_1', URL)).json).toMatchObject({ code: 'ORDER_CLOSED' });
  });

  test('a payment wins the race against close', async () => {
    const { server, client } = await start({ plan: { close: ['paid-meanwhile'] } });
    await client.create('ORDER_1', URL);
    expect(await client.close('ORDER_1')).toMatchObject({ status: 204 });
    expect((await client.query('ORDER_1')).json).toMatchObject({ trade_state: 'SUCCESS' });
    expect(server.books().takenFen).toBe(10_000);
  });
});

describe('a refund', () => {
  async function paid(options: WechatPayServerOptions = {}) {
    const shop = await start(options);
    await shop.client.create('ORDER_1', URL);
    shop.server.pay('ORDER_1');
    return shop;
  }

  test('is accepted, then done; its number pays once', async () => {
    const { server, client, clock } = await paid({ refundMs: 1_000 });
    expect(await client.refundQuery('R1')).toMatchObject({ status: 404 });
    const accepted = { status: 200, json: { status: 'PROCESSING', out_refund_no: 'R1' } };
    expect(await client.refund('ORDER_1', 'R1', 4_000)).toMatchObject(accepted);
    expect((await client.query('ORDER_1')).json).toMatchObject({ trade_state: 'REFUND' });
    clock.pass(1_000);
    const done = { status: 200, json: { status: 'SUCCESS', amount: { refund: 4_000 } } };
    expect(await client.refund('ORDER_1', 'R1', 4_000)).toMatchObject(done);
    expect(await client.refundQuery('R1')).toMatchObject(done);
    const other = await client.refund('ORDER_1', 'R1', 3_999);
    expect(other).toMatchObject({ status: 400, json: { code: 'INVALID_REQUEST' } });
    expect(server.books()).toMatchObject({ takenFen: 10_000, returnedFen: 4_000 });
  });

  test('gives back no more than is left, once a minute', async () => {
    const { server, client, clock } = await paid();
    await client.refund('ORDER_1', 'R1', 4_000);
    expect(await client.refund('ORDER_1', 'R2', 6_000)).toMatchObject({ status: 429 });
    clock.pass(60_000);
    expect(await client.refund('ORDER_1', 'R2', 6_001)).toMatchObject({ status: 400 });
    expect(await client.refund('ORDER_1', 'R2', 6_000)).toMatchObject({ status: 200 });
    expect(server.books().returnedFen).toBe(10_000);
  });

  test('is for orders that are paid, in 365 days, at most 50', async () => {
    const { client, clock } = await paid({ refundPauseMs: 0 });
    await client.create('ORDER_2', URL);
    const none = { status: 404, json: { code: 'RESOURCE_NOT_EXISTS' } };
    expect(await client.refund('ORDER_2', 'R0', 1)).toMatchObject(none);
    expect(await client.refund('NOBODYS', 'R0', 1)).toMatchObject(none);
    for (let i = 1; i <= 50; i += 1) await client.refund('ORDER_1', `R${String(i)}`, 1);
    expect(await client.refund('ORDER_1', 'R51', 1)).toMatchObject({ status: 400 });
    clock.pass(366 * 86_400_000);
    expect(await client.refund('ORDER_1', 'R52', 1)).toMatchObject({ status: 400 });
  });

  test('CLOSED is over: its number says so for ever, a new one pays', async () => {
    const { server, client, clock } = await paid({ plan: { refundFate: ['closed-after-days'] } });
    await client.refund('ORDER_1', 'R1', 10_000);
    clock.pass(3 * 86_400_000 - 1);
    expect((await client.refundQuery('R1')).json).toMatchObject({ status: 'PROCESSING' });
    expect((await client.refund('ORDER_1', 'R2', 10_000)).status).toBe(400);
    clock.pass(1);
    expect((await client.refundQuery('R1')).json).toMatchObject({ status: 'CLOSED' });
    expect((await client.refund('ORDER_1', 'R1', 10_000)).json).toMatchObject({ status: 'CLOSED' });
    expect(server.books().returnedFen).toBe(0);
    expect((await client.refund('ORDER_1', 'R2', 10_000)).status).toBe(200);
    expect(server.books().returnedFen).toBe(10_000);
  });

  test('ABNORMAL is not final', async () => {
    const { server, client } = await paid({ plan: { refundFate: ['abnormal'] } });
    await client.refund('ORDER_1', 'R1', 10_000);
    expect((await client.refundQuery('R1')).json).toMatchObject({ status: 'ABNORMAL' });
    server.settleRefund('R1', 'SUCCESS');
    expect((await client.refundQuery('R1')).json).toMatchObject({ status: 'SUCCESS' });
  });

  test('waits for a balance under the same number', async () => {
    const { server, client } = await paid();
    server.setBalance(9_999);
    const short = { status: 403, json: { code: 'NOT_ENOUGH' } };
    expect(await client.refund('ORDER_1', 'R1', 10_000)).toMatchObject(short);
    server.setBalance(10_000);
    expect((await client.refund('ORDER_1', 'R1', 10_000)).status).toBe(200);
  });

  test.each([
    ['not-enough', 403, 'NOT_ENOUGH', 0],
    ['account-abnormal', 403, 'USER_ACCOUNT_ABNORMAL', 0],
    ['not-found', 404, 'RESOURCE_NOT_EXISTS', 0],
    ['throttled', 429, 'FREQUENCY_LIMITED', 0],
    ['throttled-done', 429, 'FREQUENCY_LIMITED', 10_000],
    ['system-error', 500, 'SYSTEM_ERROR', 0],
    ['system-error-done', 500, 'SYSTEM_ERROR', 10_000],
    ['bad-gateway', 502, undefined, 0],
  ] as const)('%s: %d', async (word, status, code, returnedFen) => {
    const { server, client } = await paid({ plan: { refund: [word] } });
    const reply = await client.refund('ORDER_1', 'R1', 10_000);
    expect([reply.status, reply.json.code]).toEqual([status, code]);
    expect(server.books().returnedFen).toBe(returnedFen);
    expect((await client.refund('ORDER_1', 'R1', 10_000)).status).toBe(200);
    expect(server.books().returnedFen).toBe(10_000);
  });

  test.each([
    ['request-lost', 0],
    ['reply-lost', 10_000],
  ] as const)('%s: the line fails', async (word, returnedFen) => {
    const { server, client } = await paid({ plan: { refund: [word] } });
    await expect(client.refund('ORDER_1', 'R1', 10_000)).rejects.toThrow('fetch failed');
    expect(server.books().returnedFen).toBe(returnedFen);
  });
});

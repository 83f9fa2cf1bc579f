/** Alipay's gateway on this machine: codes, trades, refunds, as its documents say. */
import { afterEach, describe, expect, test } from 'vitest';
import {
  type AlipayServer,
  type AlipayServerOptions,
  startAlipayServer,
} from '../../../src/testing/providers/index.js';
import { alipayClient, beijing } from './alipay-client.js';
import { manualClock } from './listener.js';

const open: AlipayServer[] = [];

async function start(options: AlipayServerOptions = {}) {
  const clock = manualClock();
  const server = await startAlipayServer({ now: clock.now, isAutomatic: false, ...options });
  open.push(server);
  return { server, clock, client: alipayClient(server, clock.now) };
}

afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});

const notThere = { code: '40004', sub_code: 'ACQ.TRADE_NOT_EXIST' };
const closed = { code: '10000', trade_status: 'TRADE_CLOSED' };

describe('a trade', () => {
  test('is there from the first scan on', async () => {
    const { server, client } = await start();
    const { name, node } = await client.precreate('T1');
    expect(name).toBe('alipay_trade_precreate_response');
    expect(node).toMatchObject({ code: '10000', msg: 'Success', out_trade_no: 'T1' });
    expect(node.qr_code).toMatch(/^https:\/\/qr\.alipay\.com\//);
    expect((await client.query('T1')).node).toMatchObject({ ...notThere, receipt_amount: '0.00' });
    const { tradeNo } = server.scan('T1');
    expect((await client.query('T1')).node).toMatchObject({ trade_status: 'WAIT_BUYER_PAY' });
    server.pay('T1', { couponFen: 300, sellerCouponFen: 200 });
    expect((await client.query('T1')).node).toMatchObject({
      ...{ code: '10000', trade_status: 'TRADE_SUCCESS', trade_no: tradeNo },
      ...{ total_amount: '100.00', buyer_pay_amount: '95.00', receipt_amount: '98.00' },
    });
    expect(() => server.pay('T1')).toThrow('is paid');
    server.correct('T1', 1);
    expect((await client.query('T1')).node).toMatchObject({ total_amount: '0.01' });
  });

  test.each([
    ['with-dash', '1.00', 'x'],
    ['T'.repeat(65), '1.00', 'x'],
    ['T1', '1.001', 'x'],
    ['T1', '0.00', 'x'],
    ['T1', '1', 'a=b'],
    ['T1', '1', ''],
  ])('%s %s %j has no code', async (number, yuan, subject) => {
    const { client } = await start();
    const { node } = await client.precreate(number, yuan, '', { subject });
    expect(node).toMatchObject({ code: '40002', sub_code: 'isv.invalid-parameter' });
  });

  test('a number whose trade is paid, closed or of another amount has no new code', async () => {
    const { server, client } = await start();
    for (const number of ['PAID', 'CLOSED', 'OTHER']) {
      await client.precreate(number);
      server.scan(number);
    }
    server.pay('PAID');
    await client.close('CLOSED');
    expect((await client.precreate('PAID')).node.sub_code).toBe('ACQ.TRADE_HAS_SUCCESS');
    expect((await client.precreate('CLOSED')).node.sub_code).toBe('ACQ.TRADE_HAS_CLOSE');
    const other = await client.precreate('OTHER', '99.99');
    expect(other.node.sub_code).toBe('ACQ.CONTEXT_INCONSISTENT');
  });

  test('ends unpaid after its time; a code ends after its own', async () => {
    const { server, client, clock } = await start();
    await client.precreate('T1', '1.00', '', { timeout_express: '30m' });
    await client.precreate('T2', '1.00', '', { qr_code_timeout_express: '10m' });
    server.scan('T1');
    clock.pass(10 * 60_000);
    expect(() => server.pay('T2')).toThrow('the code has expired');
    expect(server.canPay('T1')).toBe(true);
    clock.pass(20 * 60_000);
    expect((await client.query('T1')).node).toMatchObject(closed);
    expect(server.canPay('T1')).toBe(false);
    await client.precreate('T3', '1.00', '', { time_expire: beijing(clock.nowMs + 60_000) });
    expect(server.canPay('T3')).toBe(true);
    clock.pass(60_000);
    expect(server.canPay('T3')).toBe(false);
  });

  test('close is for trades that wait, and leaves an unscanned code alive', async () => {
    const { server, client } = await start({ plan: { close: ['fine', 'paid-meanwhile'] } });
    await client.precreate('T1');
    expect((await client.close('T1')).node).toMatchObject(notThere);
    server.scan('T1');
    const late = await client.close('T1');
    expect(late.node).toMatchObject({ code: '40004', sub_code: 'ACQ.TRADE_STATUS_ERROR' });
    expect((await client.query('T1')).node).toMatchObject({ trade_status: 'TRADE_SUCCESS' });
    await client.precreate('T2');
    server.scan('T2');
    expect((await client.close('T2')).node).toMatchObject({ code: '10000' });
    expect((await client.query('T2')).node).toMatchObject(closed);
  });

  test('cancel closes what waits and gives back what is paid', async () => {
    const { server, client, clock } = await start();
    for (const number of ['CODE', 'WAITS', 'PAID', 'OLD']) await client.precreate(number);
    server.scan('WAITS');
    server.pay('PAID');
    server.pay('OLD');
    expect((await client.cancel('CODE')).node).toMatchObject({ code: '10000', retry_flag: 'N' });
    expect(server.canPay('CODE')).toBe(true);
    expect((await client.cancel('WAITS')).node).toMatchObject({ action: 'close' });
    expect((await client.cancel('PAID')).node).toMatchObject({ action: 'refund' });
    expect((await client.cancel('PAID')).node).toMatchObject({ action: 'refund' });
    expect((await client.query('PAID')).node).toMatchObject(closed);
    expect(server.books()).toMatchObject({ takenFen: 20_000, returnedFen: 10_000 });
    clock.pass(24 * 3_600_000 + 1);
    expect((await client.cancel('OLD')).node.sub_code).toBe('ACQ.TRADE_CANCEL_TIME_OUT');
    const killer = await start({ isCodeKilledByCancel: true });
    await killer.client.precreate('CODE');
    await killer.client.cancel('CODE');
    expect(killer.server.canPay('CODE')).toBe(false);
  });
});

describe('a refund', () => {
  async function paid(options: AlipayServerOptions = {}) {
    const shop = await start(options);
    await shop.client.precreate('T1');
    shop.server.pay('T1');
    return shop;
  }

  test('adds up in refund_fee, and closes the trade when all is given back', async () => {
    const { server, client, clock } = await paid();
    const first = await client.refund('T1', 'R1', '40.00');
    expect(first.node).toMatchObject({ code: '10000', fund_change: 'Y', refund_fee: '40.00' });
    const again = await client.refund('T1', 'R1', '40.00');
    expect(again.node).toMatchObject({ code: '10000', fund_change: 'N', refund_fee: '40.00' });
    const other = await client.refund('T1', 'R1', '39.99');
    expect(other.node.sub_code).toBe('ACQ.DISCORDANT_REPEAT_REQUEST');
    expect((await client.query('T1')).node).toMatchObject({ trade_status: 'TRADE_SUCCESS' });
    expect((await client.refund('T1', 'R2', '60.00')).node.code).toBe('40005');
    clock.pass(3_000);
    const much = await client.refund('T1', 'R2', '60.01');
    expect(much.node.sub_code).toBe('ACQ.REFUND_AMT_NOT_EQUAL_TOTAL');
    const second = await client.refund('T1', 'R2', '60.00');
    expect(second.node).toMatchObject({ fund_change: 'Y', refund_fee: '100.00' });
    expect((await client.query('T1')).node).toMatchObject(closed);
    expect(server.books().returnedFen).toBe(10_000);
  });

  test('is seen by its query after ten seconds, and done when REFUND_SUCCESS says so', async () => {
    const { client, clock } = await paid({ plan: { refundFate: ['days'] } });
    const { node } = await client.refund('T1', 'R1', '100.00');
    expect(node).toMatchObject({ code: '10000', fund_change: 'N' });
    expect((await client.refundQuery('T1', 'R1')).node).toEqual({ code: '10000', msg: 'Success' });
    clock.pass(10_000);
    const seen = (await client.refundQuery('T1', 'R1')).node;
    expect(seen).toMatchObject({ out_request_no: 'R1', refund_amount: '100.00' });
    expect(seen).not.toHaveProperty('refund_status');
    clock.pass(3 * 86_400_000);
    const done = (await client.refundQuery('T1', 'R1')).node;
    expect(done).toMatchObject({ refund_status: 'REFUND_SUCCESS' });
    expect((await client.refundQuery('NOBODYS', 'R1')).node).toMatchObject(notThere);
  });

  test('without a number is of the whole, and of none that waits, is finished or short', async () => {
    const { server, client } = await paid();
    await client.precreate('T2');
    server.scan('T2');
    const unpaid = await client.refund('T2', 'R1', '1.00');
    expect(unpaid.node.sub_code).toBe('ACQ.TRADE_STATUS_ERROR');
    const part = await client.refund('T1', undefined, '1.00');
    expect(part.node.sub_code).toBe('ACQ.REFUND_AMT_NOT_EQUAL_TOTAL');
    server.setBalance(0);
    const short = await client.refund('T1', 'R1', '100.00');
    expect(short.node.sub_code).toBe('ACQ.SELLER_BALANCE_NOT_ENOUGH');
    server.setBalance(undefined);
    server.finish('T1');
    const finished = await client.refund('T1', 'R1', '100.00');
    expect(finished.node.sub_code).toBe('ACQ.TRADE_HAS_FINISHED');
  });

  test.each([
    ['balance-short', '40004', 'ACQ.SELLER_BALANCE_NOT_ENOUGH', 0],
    ['throttled', '40005', 'isv.app-call-limited', 0],
    ['system-error', '20000', 'isp.unknow-error', 0],
    ['system-error-done', '20000', 'isp.unknow-error', 10_000],
    ['acq-system-error', '40004', 'ACQ.SYSTEM_ERROR', 0],
    ['acq-system-error-done', '40004', 'ACQ.SYSTEM_ERROR', 10_000],
  ] as const)('%s: %s', async (word, code, subCode, returnedFen) => {
    const { server, client } = await paid({ plan: { refund: [word] } });
    const { node } = await client.refund('T1', 'R1', '100.00');
    expect(node).toMatchObject({ code, sub_code: subCode });
    expect(server.books().returnedFen).toBe(returnedFen);
    const again = (await client.refund('T1', 'R1', '100.00')).node;
    expect(again.fund_change).toBe(returnedFen === 0 ? 'Y' : 'N');
    expect(server.books().returnedFen).toBe(10_000);
  });

  test.each([
    ['request-lost', 0],
    ['reply-lost', 10_000],
  ] as const)('%s: the line fails', async (word, returnedFen) => {
    const { server, client } = await paid({ plan: { refund: [word] } });
    await expect(client.refund('T1', 'R1', '100.00')).rejects.toThrow('fetch failed');
    expect(server.books().returnedFen).toBe(returnedFen);
  });
});

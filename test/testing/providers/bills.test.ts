/** Bills of a day: WeChat Pay's CSV with backticks, Alipay's archive in GBK. */
import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import {
  startAlipayServer,
  startWechatPayServer,
  type WechatPayPlan,
} from '../../../src/testing/providers/index.js';
import { alipayClient } from './alipay-client.js';
import { manualClock } from './listener.js';
import { wechatClient } from './wechat-client.js';

const URL = 'https://merchant.example/notify';
const DAY_MS = 86_400_000;
const open: { close(): Promise<void> }[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

describe('WeChat Pay', () => {
  async function start(plan: WechatPayPlan = {}) {
    const clock = manualClock();
    const server = await startWechatPayServer({ now: clock.now, isAutomatic: false, plan });
    open.push(server);
    const client = wechatClient(server, clock.now);
    await client.create('ORDER_1', URL, { description: 'ETC,充值', attach: '京A12345' });
    const { transactionId } = server.pay('ORDER_1', { couponFen: 500 });
    clock.pass(1_000);
    await client.refund('ORDER_1', 'R1', 4_000);
    const ask = (kind: string, query: string) => client.call('GET', `/v3/bill/${kind}?${query}`);
    return { server, clock, client, transactionId, ask };
  }
  const trade = 'bill_date=2026-01-31&bill_type=ALL&tar_type=GZIP';

  async function fetchFile({ client, ask }: Awaited<ReturnType<typeof start>>, query = trade) {
    const { json } = await ask('tradebill', query);
    const { pathname, search } = new globalThis.URL(String(json.download_url));
    const reply = await client.download(`${pathname}${search}`);
    return { json, reply };
  }

  test('has a row for the payment and one for the refund, and their sums', async () => {
    const world = await start();
    world.clock.pass(DAY_MS);
    const { json, reply } = await fetchFile(world);
    expect(reply.headers.get('Wechatpay-Signature')).toBe(null);
    const bytes = gunzipSync(reply.bytes);
    expect(json).toMatchObject({ hash_type: 'SHA1' });
    expect(createHash('sha1').update(bytes).digest('hex')).toBe(json.hash_value);
    const { mchid, appid } = world.server.merchant;
    const { transactionId } = world;
    const [head = '', paid = '', returned = '', endHead = '', end = ''] = bytes
      .toString('utf8')
      .split('\r\n');
    expect(head.split(',')).toHaveLength(27);
    expect(head).toMatch(/^交易时间,公众账号ID,商户号,.*,订单金额,申请退款金额,费率备注$/);
    const openid = world.server.books().orders[0]?.payment?.openid;
    const numbers = `\`${transactionId},\`ORDER_1,\`${openid ?? ''},\`NATIVE`;
    expect(paid).toBe(
      `\`2026-01-31 12:00:00,\`${appid},\`${mchid},\`0,\`,${numbers},\`SUCCESS,\`OTHERS,\`CNY,` +
        '`100.00,`5.00,`0,`0,`0.00,`0.00,`,`,`ETC,充值,`京A12345,`0.60000,`0.60%,`100.00,`0.00,`',
    );
    const refundId = world.server.books().refunds[0]?.refundId ?? '';
    expect(returned).toBe(
      `\`2026-01-31 12:00:01,\`${appid},\`${mchid},\`0,\`,${numbers},\`REFUND,\`OTHERS,\`CNY,` +
        `\`0.00,\`0.00,\`${refundId},\`R1,\`40.00,\`2.00,\`ORIGINAL,\`SUCCESS,\`ETC,充值,` +
        '`京A12345,`-0.24000,`0.60%,`0.00,`40.00,`',
    );
    expect(paid.split(',`')).toHaveLength(27);
    expect(endHead.split(',')).toHaveLength(7);
    expect(end).toBe('`2,`100.00,`40.00,`2.00,`0.36000,`100.00,`40.00');
  });

  test('is there from 10:00 of the next day on, for a day with payments, for 5 minutes', async () => {
    const world = await start();
    const { clock, ask } = world;
    const codeOf = async (query: string) => (await ask('tradebill', query)).json.code;
    expect(await codeOf(trade)).toBe('PARAM_ERROR');
    clock.pass(22 * 3_600_000 - 2_000);
    expect(await codeOf(trade)).toBe('STATEMENT_CREATING');
    clock.pass(1_000);
    expect(await codeOf(trade)).toBe(undefined);
    expect(await codeOf('bill_date=2026-01-30')).toBe('NO_STATEMENT_EXIST');
    expect(await codeOf('bill_date=2025-10-01')).toBe('PARAM_ERROR');
    expect(await codeOf('bill_date=yesterday')).toBe('PARAM_ERROR');
    const { json } = await ask('tradebill', trade);
    clock.pass(300_001);
    const { pathname, search } = new globalThis.URL(String(json.download_url));
    expect((await world.client.download(`${pathname}${search}`)).status).toBe(400);
  });

  test('is of payments or refunds alone, unzipped, and of the flow of money', async () => {
    const world = await start();
    world.clock.pass(DAY_MS);
    for (const [type, word] of [
      ['SUCCESS', '`1,`100.00,`0.00,`0.00,`0.60000,`100.00,`0.00'],
      ['REFUND', '`1,`0.00,`40.00,`2.00,`-0.24000,`0.00,`40.00'],
    ] as const) {
      const { reply } = await fetchFile(world, `bill_date=2026-01-31&bill_type=${type}`);
      expect(reply.bytes.toString('utf8')).toContain(`\r\n${word}\r\n`);
    }
    const query = 'bill_date=2026-01-31&account_type=BASIC';
    const { json } = await world.ask('fundflowbill', query);
    const { pathname, search } = new globalThis.URL(String(json.download_url));
    const { bytes } = await world.client.download(`${pathname}${search}`);
    expect(bytes.toString('utf8')).toContain('\r\n`2,`1,`100.00,`1,`40.00\r\n');
  });

  test('tampered: what comes is not what was hashed', async () => {
    const world = await start({ download: ['tampered'] });
    world.clock.pass(DAY_MS);
    const { json, reply } = await fetchFile(world, 'bill_date=2026-01-31');
    expect(createHash('sha1').update(reply.bytes).digest('hex')).not.toBe(json.hash_value);
  });
});

describe('Alipay', () => {
  async function start() {
    const clock = manualClock();
    const server = await startAlipayServer({ now: clock.now, isAutomatic: false });
    open.push(server);
    const client = alipayClient(server, clock.now);
    await client.precreate('T1', '100.00');
    const { tradeNo } = server.pay('T1', { couponFen: 500, sellerCouponFen: 200 });
    clock.pass(1_000);
    await client.refund('T1', 'R1', '40.00');
    const method = 'alipay.data.dataservice.bill.downloadurl.query';
    const ask = (day: string) => client.call(method, { bill_type: 'trade', bill_date: day });
    return { clock, server, tradeNo, ask };
  }

  test('is an archive with a file in GBK, with its sum', async () => {
    const { clock, tradeNo, ask } = await start();
    clock.pass(DAY_MS);
    const { node } = await ask('2026-01-31');
    const response = await fetch(String(node.bill_download_url));
    const lines = unpack(Buffer.from(await response.arrayBuffer())).split('\r\n');
    expect(lines[0]).toBe('#支付宝业务明细查询');
    const rows = lines.filter((line) => line !== '' && !line.startsWith('#'));
    const [head = [], paid = [], returned = []] = rows.map((row) => row.split(','));
    expect(rows).toHaveLength(3);
    expect(head).toHaveLength(25);
    expect(head.filter((name) => name.endsWith('（元）'))).toHaveLength(11);
    const rowOf = (cells: readonly string[]) =>
      Object.fromEntries(head.map((name, i) => [name, cells[i]]));
    expect(rowOf(paid)).toMatchObject({
      ...{ 支付宝交易号: `${tradeNo}\t`, 商户订单号: 'T1\t', 业务类型: '交易' },
      ...{ '订单金额（元）': '100.00', '商家实收（元）': '98.00', 完成时间: '2026-01-31 12:00:00' },
      ...{ '支付宝优惠（元）': '5.00', '商家优惠（元）': '2.00', '服务费（元）': '-0.59' },
    });
    expect(rowOf(returned)).toMatchObject({
      ...{ 支付宝交易号: `${tradeNo}\t`, 业务类型: '退款', '退款批次号/请求号': 'R1\t' },
      ...{
        '订单金额（元）': '-40.00',
        '商家实收（元）': '-39.20',
        完成时间: '2026-01-31 12:00:01',
      },
    });
  });

  test('is there from 10:00 of the next day on, for 30 seconds', async () => {
    const { clock, ask } = await start();
    expect((await ask('2026-01-31')).node.code).toBe('40002');
    clock.pass(22 * 3_600_000 - 2_000);
    expect((await ask('2026-01-31')).node.sub_code).toBe('isp.bill_not_exist');
    clock.pass(1_000);
    const { node } = await ask('2026-01-31');
    expect(node.code).toBe('10000');
    clock.pass(30_001);
    expect((await fetch(String(node.bill_download_url))).status).toBe(403);
    expect((await ask('2026-01-30')).node.sub_code).toBe('isp.bill_not_exist');
  });

  /** The one file: found by the directory at the end, its sum checked by gunzip. */
  function unpack(bytes: Buffer): string {
    const end = bytes.lastIndexOf('PK\x05\x06', undefined, 'latin1');
    expect([bytes.length - end, bytes.readUInt16LE(end + 10)]).toEqual([22, 1]);
    const place = bytes.readUInt32LE(end + 16);
    expect(bytes.subarray(place, place + 4).toString('latin1')).toBe('PK\x01\x02');
    expect(place + bytes.readUInt32LE(end + 12)).toBe(end);
    const [packed, nameSize] = [bytes.readUInt32LE(place + 20), bytes.readUInt16LE(place + 28)];
    const name = bytes.subarray(place + 46, place + 46 + nameSize);
    expect(new TextDecoder('gb18030').decode(name)).toMatch(/_20260131_业务明细\.csv$/);
    const local = bytes.readUInt32LE(place + 42);
    expect(bytes.subarray(local, local + 4).toString('latin1')).toBe('PK\x03\x04');
    expect(bytes.subarray(local + 6, local + 30)).toEqual(bytes.subarray(place + 8, place + 32));
    const from = local + 30 + nameSize;
    const file = gunzipSync(
      Buffer.concat([
        Buffer.from('1f8b08000000000000ff', 'hex'),
        bytes.subarray(from, from + packed),
        bytes.subarray(place + 16, place + 20),
        bytes.subarray(place + 24, place + 28),
      ]),
    );
    return new TextDecoder('gb18030', { fatal: true }).decode(file);
  }
});

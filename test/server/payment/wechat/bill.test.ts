/** The bill of a day of WeChat Pay: its hash, its columns, its end. */
import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { problemOf } from '../provider-line.js';
import { CALL, refused, till, told } from './till.js';

const HEADER =
  '交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注';
const SUMMARY =
  '总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额';
const PAID =
  '`2026-02-03 14:05:00,`wx0123456789abcdef,`1900000001,`0,`,`4200000000202602030000000001,`O20260203000001_2,`oUpF8uMu,`NATIVE,`SUCCESS,`CMC,`CNY,`100.00,`5.00,`0,`0,`0.00,`0.00,`,`,`ETC充值, 圈存,`,`0.60000,`0.60%,`100.00,`0.00,`';
const BACK =
  '`2026-02-03 15:00:00,`wx0123456789abcdef,`1900000001,`0,`,`4200000000202602030000000001,`O20260203000001_2,`oUpF8uMu,`NATIVE,`REFUND,`CMC,`CNY,`0.00,`0.00,`5030000001,`R0123456789ABCDEF0123456789ABCDE,`100.10,`0.00,`ORIGINAL,`SUCCESS,`ETC充值,`,`-0.60000,`0.60%,`0.00,`100.10,`';
const totals = (count: number) =>
  `${SUMMARY}\r\n\`${count},\`100.00,\`1.10,\`0.00,\`0.6,\`1.00,\`1.1\r\n`;
const billOf = (...rows: string[]) =>
  `\uFEFF${[HEADER, ...rows].join('\r\n')}\r\n${totals(rows.length)}`;

/** A merchant whose bill is this file. */
async function billTill(file: Uint8Array, hash: string) {
  const download =
    '/v3/billdownload/file?token=6XIv5TUPto7pByrTQKhd6kwvyKLG2uY2wMMR8cNXqaA_Cv_isgaUtBzp4QtiozLO';
  const { port, asked } = await till(({ path }) =>
    path.startsWith('/v3/billdownload')
      ? { body: file }
      : told({
          hash_type: 'SHA1',
          hash_value: hash,
          download_url: `https://api.mch.weixin.qq.com${download}`,
        }),
  );
  return {
    fetched: () => port.fetchStatement?.('2026-02-03', CALL) ?? Promise.reject(new Error('none')),
    asked,
  };
}

async function fetched(text: string, hash = sha1(text), pack = gzipSync) {
  return (await billTill(pack(text), hash)).fetched();
}

function sha1(text: string): string {
  return createHash('sha1').update(text).digest('hex');
}

describe('fetchStatement', () => {
  test('payments and refunds, in fen', async () => {
    const text = billOf(PAID, BACK);
    const { fetched: fetchIt, asked } = await billTill(gzipSync(text), sha1(text).toUpperCase());
    const numbers = {
      merchantOrderNumber: 'O20260203000001_2',
      transactionId: '4200000000202602030000000001',
    };
    expect(await fetchIt()).toEqual({
      status: 'ready',
      lines: [
        { about: 'payment', ...numbers, amountFen: 10_000 },
        {
          ...{ about: 'refund', ...numbers },
          ...{ refundNumber: 'R0123456789ABCDEF0123456789ABCDE', amountFen: 10_010 },
        },
      ],
    });
    expect(asked[0]?.path).toBe(
      '/v3/bill/tradebill?bill_date=2026-02-03&bill_type=ALL&tar_type=GZIP',
    );
    // Its reply is unsigned; the request is not.
    expect(asked[1]?.headers.authorization).toContain('WECHATPAY2-SHA256-RSA2048');
  });

  test('columns are found by name', async () => {
    const [header = '', row = '', ...end] = billOf(PAID).split('\r\n');
    const text = [`新列,${header.slice(1)}`, `\`x,${row}`, ...end].join('\r\n');
    expect((await fetched(text))?.lines).toHaveLength(1);
  });

  test('unpacked on the way, it is the same', async () => {
    const text = billOf(PAID);
    const unpacked = ((one: string) => Buffer.from(one)) as typeof gzipSync;
    const plain = await fetched(text, sha1(text), unpacked);
    expect(plain?.lines).toHaveLength(1);
  });

  test('failed refunds and trades of other kinds are no lines', async () => {
    const text = billOf(
      BACK.replace('`SUCCESS,`ETC', '`FAIL,`ETC'),
      PAID.replace('`SUCCESS', '`REVOKED'),
    );
    expect(await fetched(text)).toEqual({ status: 'ready', lines: [] });
  });

  test.each([
    ['NO_STATEMENT_EXIST', 'empty'],
    ['STATEMENT_CREATING', 'later'],
  ])('%s: %s', async (code, status) => {
    const { port } = await till(() => refused(400, code));
    expect(await port.fetchStatement?.('2026-02-03', CALL)).toEqual({ status, lines: [] });
  });

  const BAD: readonly [string, () => Promise<unknown>, string][] = [
    [
      'changed',
      () => fetched(billOf(PAID.replace('100.00', '900.00')), sha1(billOf(PAID))),
      'hash differs',
    ],
    ['cut', () => fetched(billOf(PAID, BACK).split('\r\n').slice(0, 2).join('\r\n')), 'no end'],
    ['a line short', () => fetched(billOf(PAID, BACK).replace(`${BACK}\r\n`, '')), 'lacks lines'],
    ['a cell short', () => fetched(billOf(PAID.replace('`CNY,', ''))), 'not its columns'],
    [
      'of odd amounts',
      () => fetched(billOf(PAID.replace('0.60%,`100.00', '0.60%,`1e2'))),
      'amount',
    ],
    ['packed badly', () => fetched('', sha1(''), () => Buffer.from([31, 139, 1])), 'unpacked'],
    ['an error page', () => fetched('<html>'), 'no columns'],
  ];
  test.each(BAD)('%s: refused', async (_what, fetchIt, problem) => {
    expect(await problemOf(fetchIt())).toContain(problem);
  });

  test('the hash is what makes a bill: without a signed one there is none', async () => {
    const { port } = await till(() => ({ body: '{"hash_type":"SHA1"}' }));
    const none = port.fetchStatement?.('2026-02-03', CALL) ?? Promise.reject(new Error('none'));
    expect(await problemOf(none)).toContain('its answer is not signed');
    const { port: other } = await till(() => told({ hash_type: 'MD5' }));
    const md5 = other.fetchStatement?.('2026-02-03', CALL) ?? Promise.reject(new Error('none'));
    expect(await problemOf(md5)).toContain('no bill (hash_type)');
  });

  test.each(['2026-2-3', '20260203', '2026-02-03&x=1', ''])('%j is no day', async (day) => {
    const { port, asked } = await till(() => told({}));
    const refusal = port.fetchStatement?.(day, CALL) ?? Promise.reject(new Error('none'));
    expect(await problemOf(refusal)).toContain('ARGUMENT_INVALID');
    expect(asked).toHaveLength(0);
  });
});

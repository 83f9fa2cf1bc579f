/** The bill of a day of Alipay: an archive, GBK, comments, padding. */
import { deflateRawSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { encodeGbk } from '../../../../src/gbk.js';
import { crc32, unzip } from '../../../../src/server/payment/alipay/zip.js';
import { problemOf, type Told } from '../provider-line.js';
import { CALL, NOW_MS, refused, till, told } from './till.js';

/** `zip -X` of two files: `a` (stored) and `b` (deflated), made with the zip command line. */
const BY_ZIP =
  'UEsDBAoAAAAAABNMel3inFOlBwAAAAcAAAABAAAAYXN0b3JlZApQSwMEFAAAAAgAE0x6Xeb8I6wPAAAAtQAAAAEAAABiS0lNy0ksSU1RSBk6DC4AUEsBAh4DCgAAAAAAE0x6XeKcU6UHAAAABwAAAAEAAAAAAAAAAQAAAKSBAAAAAGFQSwECHgMUAAAACAATTHpd5vwjrA8AAAC1AAAAAQAAAAAAAAABAAAApIEmAAAAYlBLBQYAAAAAAgACAF4AAABUAAAAAAA=';

const HEADER =
  '支付宝交易号,商户订单号,业务类型,商品名称,创建时间,完成时间,门店编号,门店名称,操作员,终端号,对方账户,订单金额（元）,商家实收（元）,支付宝红包（元）,集分宝（元）,支付宝优惠（元）,商家优惠（元）,券核销金额（元）,券名称,商家红包消费金额（元）,卡消费金额（元）,退款批次号/请求号,服务费（元）,分润（元）,备注';
const PAID =
  '2026020322001400000000000001\t,O20260203000001_2\t,交易      ,ETC充值,2026-02-03 14:04:00,2026-02-03 14:05:00,,,,,*某(159****5620)\t,100.00,100.00,0.00,0.00,5.00,0.00,0.00,,0.00,0.00,,-0.60,0.00,';
const BACK =
  '2026020322001400000000000001\t,O20260203000001_2\t,退款,ETC充值,2026-02-03 15:00:00,2026-02-03 15:00:01,,,,,*某\t,-100.10,-100.10,0.00,0.00,0.00,0.00,0.00,,0.00,0.00,R0123456789ABCDEF0123456789ABCDE\t,0.60,0.00,';
const detail = (...rows: string[]) =>
  [
    ...['#支付宝业务明细查询', '#账号：[20880000000000010156]', '#-----业务明细列表-----', HEADER],
    ...[...rows, '#-----业务明细列表结束-----', '#交易合计：1笔', ''],
  ].join('\r\n');
const SUMMARY = '#支付宝业务汇总查询\r\n门店编号,门店名称,交易订单总笔数\r\n合计,,1\r\n';

/** An archive of files in GBK. */
function zipOf(...texts: string[]): Buffer {
  const [locals, entries]: [Buffer[], Buffer[]] = [[], []];
  let at = 0;
  for (const text of texts) {
    const plain = Buffer.from(encodeGbk(text));
    const packed = deflateRawSync(plain);
    const name = Buffer.from(encodeGbk('业务明细.csv'));
    const sizes = Buffer.alloc(12);
    sizes.writeUInt32LE(crc32(plain), 0);
    sizes.writeUInt32LE(packed.length, 4);
    sizes.writeUInt32LE(plain.length, 8);
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(8, 8);
    sizes.copy(local, 14);
    local.writeUInt16LE(name.length, 26);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50, 0);
    entry.writeUInt16LE(8, 10);
    sizes.copy(entry, 16);
    entry.writeUInt16LE(name.length, 28);
    entry.writeUInt32LE(at, 42);
    locals.push(local, name, packed);
    entries.push(entry, name);
    at += local.length + name.length + packed.length;
  }
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(texts.length, 10);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...locals, ...entries, end]);
}

const DAY = '2026-02-03';
async function fetched(archive: Uint8Array, url?: string) {
  let base = '';
  const { port, line, forms } = await till(({ fields }): ReturnType<typeof told> | Told =>
    fields.path === undefined
      ? told({ bill_download_url: url ?? `${base}/bill.zip?token=1&n=2` })
      : { body: archive, headers: { path: fields.path } },
  );
  base = line.url;
  const statement = await port.fetchStatement?.(DAY, CALL);
  return { statement, forms, asked: line.asked };
}

describe('fetchStatement', () => {
  test('payments and refunds, in fen, of the one file that has them', async () => {
    const { statement, forms, asked } = await fetched(zipOf(SUMMARY, detail(PAID, BACK)));
    const numbers = {
      merchantOrderNumber: 'O20260203000001_2',
      transactionId: '2026020322001400000000000001',
    };
    expect(statement).toEqual({
      status: 'ready',
      lines: [
        { about: 'payment', ...numbers, amountFen: 10_000 },
        {
          ...{ about: 'refund', ...numbers },
          ...{ refundNumber: 'R0123456789ABCDEF0123456789ABCDE', amountFen: 10_010 },
        },
      ],
    });
    expect(forms[0]?.content).toEqual({ bill_type: 'trade', bill_date: DAY });
    expect(asked[1]?.path).toBe('/bill.zip?token=1&n=2');
  });

  test('goods with commas, and commas behind a line', async () => {
    const text = detail(PAID.replace('ETC充值', 'a,b,c'), `${BACK},`);
    const { statement } = await fetched(zipOf(text));
    expect(statement?.lines.map(({ amountFen }) => amountFen)).toEqual([10_000, 10_010]);
  });

  test('a bill that is not there yet, and one that never will', async () => {
    const statusAt = async (nowMs: number) => {
      const { port } = await till(() => refused('40004', 'isp.bill_not_exist'), {
        now: () => nowMs,
      });
      return port.fetchStatement?.(DAY, CALL);
    };
    const ten = Date.parse('2026-02-04T10:00:00+08:00');
    expect(await statusAt(NOW_MS)).toEqual({ status: 'later', lines: [] });
    expect(await statusAt(ten - 1)).toEqual({ status: 'later', lines: [] });
    expect(await statusAt(ten)).toEqual({ status: 'empty', lines: [] });
  });

  const BAD: readonly [string, () => Promise<unknown>, string][] = [
    ['no archive', () => fetched(Buffer.from('<html>')), 'cannot be unpacked'],
    ['without a table', () => fetched(zipOf(SUMMARY)), 'no table'],
    ['with two tables', () => fetched(zipOf(detail(PAID), detail(PAID))), 'no table'],
    ['a cell short', () => fetched(zipOf(detail(PAID.replace(',交易', '')))), 'not its columns'],
    ['of odd amounts', () => fetched(zipOf(detail(PAID.replace(',100.00', ',1e2')))), 'amount'],
    [
      'without the column of amounts',
      () => fetched(zipOf(detail(PAID).replace('订单金额', '金额'))),
      'lacks a column',
    ],
    ['at an address without TLS', () => fetched(zipOf(), 'http://127.0.0.1:1/bill.zip'), 'TLS'],
  ];
  test.each(BAD)('%s: refused', async (_what, fetchIt, problem) => {
    expect(await problemOf(fetchIt())).toContain(problem);
  });

  test('a refusal of another kind is no empty day', async () => {
    const { port } = await till(() => refused('40004', 'isv.invalid_arguments'));
    const none = port.fetchStatement?.(DAY, CALL) ?? Promise.reject(new Error('none'));
    expect(await problemOf(none)).toContain('40004 isv.invalid_arguments');
  });
});

describe('unzip', () => {
  test('what the zip command makes', () => {
    const files = unzip(Buffer.from(BY_ZIP, 'base64'));
    const texts = files?.map((file) => Buffer.from(file).toString());
    expect(texts).toEqual(['stored\n', `${'deflated '.repeat(20)}\n`]);
  });

  test('a byte that differs, in a file or in what is said of it, is found', () => {
    const archive = zipOf(detail(PAID));
    const end = archive.length - 22;
    const entry = archive.readUInt32LE(end + 16);
    for (const at of [0, 50, 60, entry - 1, entry, entry + 10, entry + 16, entry + 24, end]) {
      const changed = Buffer.from(archive);
      changed[at] = (changed[at] ?? 0) ^ 0x55;
      expect(unzip(changed)).toBeUndefined();
    }
    expect(unzip(archive.subarray(0, archive.length - 1))).toBeUndefined();
    expect(unzip(new Uint8Array(0))).toBeUndefined();
    expect(crc32(Buffer.from('123456789'))).toBe(0xcbf43926);
  });
});

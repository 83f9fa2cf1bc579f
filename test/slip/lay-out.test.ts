/** Receipt and held slip, line for line. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  layOutHeldSlip,
  layOutReceipt,
  type Receipt,
  type SlipLine,
} from '../../src/slip/index.js';
import { SLIP_COLUMNS, slipColumns } from '../../src/slip/lines.js';

const CARD_NUMBER = '6201220000001234';
const RECEIPT: Receipt = {
  ...{ outlet: '兰州自营一厅', terminal: '000440101001', operator: '张三' },
  ...{ orderId: '7ZK2M9QX4T1B6W8R3C5H', plate: '甘A12345', plateColour: 0 },
  ...{ cardNumber: CARD_NUMBER, amountFen: 10_000, method: '银行卡' },
  ...{ paymentNumber: '1234567890123456789012345678', atMs: Date.UTC(2026, 0, 15, 16, 0, 1) },
  ...{ balanceBeforeFen: 5000, balanceAfterFen: 15_000, serviceNumber: '0931-12122' },
  ...{ proof: { tac: '1A2B3C4D', onlineAtc: 8 }, invoice: '请登录票根网（txffp.com）自行开具' },
};

/** As a person reads it: a line in double size between », what is bold between *. */
const read = (lines: readonly SlipLine[]): string =>
  lines
    .map((line) => {
      if ('qr' in line) return `[QR ${line.qr}]`;
      const mark = line.size === 'double' ? '»' : line.weight === 'bold' ? '*' : '';
      return `${line.align === 'centre' ? '      ' : ''}${mark}${line.text}${mark}`;
    })
    .join('\n');

describe('layOutReceipt', () => {
  test('says what a receipt says, and that it is no invoice', () => {
    expect(`\n${read(layOutReceipt({ ...RECEIPT, copy: 2 }))}`).toBe(`
      *充值凭证（非发票）*
      *补打第 2 次*
--------------------------------
网点                兰州自营一厅
终端                000440101001
操作员                      张三
订单号      7ZK2M9QX4T1B6W8R3C5H
车牌                 甘A12345 蓝
卡号末四位                  1234
--------------------------------
充值前余额              50.00 元
充值金额               100.00 元
充值后余额             150.00 元
付款方式                  银行卡
付款流水号
  1234567890123456789012345678
时间         2026-01-16 00:00:01
--------------------------------
交易认证码（TAC）       1A2B3C4D
联机交易序号                   8
发票开具
  请登录票根网（txffp.com）自行
  开具
客服电话              0931-12122`);
  });

  test('in English under the Chinese, where it is wanted', () => {
    const lines = read(layOutReceipt({ ...RECEIPT, copy: 1 }, 'zh-en'));
    for (const said of ['      Receipt (no invoice)', '      Reprint 1', '充值金额 Amount']) {
      expect(lines).toContain(`${said}`);
    }
  });

  test('what is not known is left out, and so is the mark of a first print', () => {
    const { operator, balanceBeforeFen, invoice, serviceNumber, ...rest } = RECEIPT;
    expect([operator, balanceBeforeFen, invoice, serviceNumber]).not.toContain(undefined);
    const proof = { onlineAtc: 8 };
    const lines = read(layOutReceipt({ ...rest, plate: '', plateColour: 99, proof, copy: 0 }));
    expect(lines).not.toMatch(/操作员|充值前余额|发票开具|客服|补打|车牌|TAC|undefined|NaN/);
    expect(lines).toMatch(/联机交易序号 +8/);
  });
});

describe('layOutHeldSlip', () => {
  test('warns, says who finishes it, and carries the order as a QR code', () => {
    const { operator, ...held } = RECEIPT;
    expect(operator).toBe('张三');
    expect(`\n${read(layOutHeldSlip(held))}`).toBe(`
      »已付款 待圈存»
--------------------------------
充值金额               100.00 元
订单号      7ZK2M9QX4T1B6W8R3C5H
--------------------------------
      »请勿消费，»
      »请勿再次充值»
      任一网点均可完成圈存
--------------------------------
网点                兰州自营一厅
终端                000440101001
车牌                 甘A12345 蓝
卡号末四位                  1234
付款方式                  银行卡
付款流水号
  1234567890123456789012345678
时间         2026-01-16 00:00:01
客服电话              0931-12122
[QR 7ZK2M9QX4T1B6W8R3C5H]`);
  });

  test('says so in English too, and which print it is', () => {
    const lines = read(layOutHeldSlip({ ...RECEIPT, copy: 3 }, 'zh-en'));
    expect(lines).toContain('*补打第 3 次*');
    expect(lines.replace(/\n +/g, ' ')).toContain('Do not use the card. Do not pay again.');
  });
});

const isPlain = (text: string): boolean =>
  Array.from(text).every((one) => one >= ' ' && !(one >= '\u007f' && one <= '\u009f'));

describe('laws', () => {
  const text = fc.string({ unit: 'binary', maxLength: 80 });
  const fen = fc.nat(0xffffffff);
  const receipt = fc.record({
    ...{ outlet: text, terminal: text, operator: text, orderId: text, plate: text },
    ...{ plateColour: fc.nat(20), cardNumber: fc.constant(CARD_NUMBER), amountFen: fen },
    ...{ method: text, paymentNumber: text, atMs: fc.nat(4e12), serviceNumber: text },
    ...{ copy: fc.nat(1000), balanceBeforeFen: fen, balanceAfterFen: fen, invoice: text },
    proof: fc.record({ tac: text, onlineAtc: fc.nat(0xffff) }),
  });

  test('no line is over 32 columns, none holds a control character or the whole card number', () => {
    fc.assert(
      fc.property(receipt, fc.constantFrom('zh' as const, 'zh-en' as const), (facts, language) => {
        for (const lines of [layOutReceipt(facts, language), layOutHeldSlip(facts, language)]) {
          for (const line of lines) {
            if ('qr' in line) continue;
            const columns = slipColumns(line.text) * (line.size === 'double' ? 2 : 1);
            expect(columns).toBeLessThanOrEqual(SLIP_COLUMNS);
            expect(isPlain(line.text)).toBe(true);
          }
          expect(JSON.stringify(lines)).not.toContain(CARD_NUMBER);
        }
      }),
    );
  });

  test('nothing that can be seen is lost when a line is broken', () => {
    const seen = fc.stringMatching(/^[!-~甘肃，（）]{1,120}$/);
    fc.assert(
      fc.property(seen, (invoice) => {
        const lines = layOutReceipt({ ...RECEIPT, invoice })
          .map((line) => ('qr' in line ? '' : line.text.trim()))
          .join('');
        expect(lines).toContain(invoice);
      }),
    );
  });

  test.each([
    ['', 0],
    ['A', 1],
    ['甘', 2],
    ['甘A12345', 8],
    ['𠮷😀', 4],
  ])('slipColumns %j: %i', (said, columns) => {
    expect(slipColumns(said)).toBe(columns);
  });
});

describe.each([
  ['a receipt', layOutReceipt],
  ['a held slip', layOutHeldSlip],
])('%s of plain JavaScript', (_name, layOut) => {
  test.each<[what: string, facts: object]>([
    ['amountFen', { amountFen: NaN }],
    ['amountFen', { amountFen: 0.5 }],
    ['amountFen', { amountFen: undefined }],
    ['amountFen', { amountFen: '100' }],
    ['balanceAfterFen', { balanceAfterFen: Infinity }],
    ['method', { method: 7 }],
    ['paymentNumber', { paymentNumber: { id: 1 } }],
    ['plate', { plate: null }],
    ['orderId', { orderId: undefined }],
    ['cardNumber', { cardNumber: 6201220000001234 }],
    ['atMs', { atMs: NaN }],
    ['copy', { copy: 1.5 }],
  ])('%s of %o is on no paper', (what, facts) => {
    expect(() => layOut({ ...RECEIPT, ...facts })).toThrow(
      expect.objectContaining({
        code: 'ARGUMENT_INVALID',
        details: expect.objectContaining({ what: `slip.${what}` }) as object,
      }),
    );
  });

  test.each(['plate', 'method', 'outlet', 'terminal', 'paymentNumber'])(
    '%s that is not there is left out',
    (what) => {
      const lines = read(layOut({ ...RECEIPT, [what]: undefined }));
      expect(lines).not.toMatch(/undefined|null|NaN/);
    },
  );
});

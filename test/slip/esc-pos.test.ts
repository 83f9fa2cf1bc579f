/** ESC/POS bytes: the vectors are vectors/slips.json; here are laws, and a second opinion. */
import fc from 'fast-check';
import receiptline from 'receiptline';
import { describe, expect, test } from 'vitest';
import { decodeGbkByTable } from '../../src/gbk-table.js';
import { encodeEscPos, type SlipLine } from '../../src/slip/index.js';
import { SLIP_COLUMNS, slipColumns } from '../../src/slip/lines.js';

/** Init, Chinese mode; and the feed at the end. */
const [HEAD, TAIL] = [4, 3];

const CHINESE_MODE = Buffer.of(0x1c, 0x26);

/** What lies between the commands of a slip of plain lines. */
const plain = (lines: readonly SlipLine[]): Buffer =>
  Buffer.from(encodeEscPos(lines).subarray(HEAD, -TAIL));

describe('encodeEscPos', () => {
  test('a host without a decoder takes the table, and is told when it has neither', () => {
    const lines = [{ text: '甘A12345 蓝' }];
    expect(encodeEscPos(lines, { decodeText: decodeGbkByTable })).toEqual(encodeEscPos(lines));
    const asciiAlone = (bytes: Uint8Array): string | undefined =>
      bytes.every((byte) => byte < 0x80) ? String.fromCharCode(...bytes) : undefined;
    expect(() => encodeEscPos(lines, { decodeText: asciiAlone })).toThrow(
      expect.objectContaining({ code: 'GBK_UNENCODABLE' }) as object,
    );
  });

  test('law: as many bytes as columns, whatever the text, and no command among them', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 16 }), (text) => {
        const bytes = plain([{ text }]);
        expect(bytes.length - 1).toBe(slipColumns(text));
        // As a printer reads them: a byte from 81 on takes the next one with it.
        for (let at = 0; at < bytes.length - 1; at += (bytes[at] ?? 0) > 0x80 ? 2 : 1) {
          expect(bytes[at]).toBeGreaterThanOrEqual(0x20);
        }
      }),
    );
  });

  test('law: only what GBK lacks becomes 〓, and nothing becomes a question mark', () => {
    const decoder = new TextDecoder('gb18030');
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }), (character) => {
        const printed = decoder.decode(plain([{ text: character }])).slice(0, -1);
        if (printed !== '〓') expect([character, '￥', '·', ' ']).toContain(printed);
        if (printed === '?') expect(character).toBe('?');
      }),
    );
  });
});

/**
 * Another printer's library, which counts and encodes by itself. It is given our lines, one at a
 * time, on 32 columns: it neither breaks nor shortens them, and writes the same characters.
 */
describe('as receiptline prints it', () => {
  const asReceiptline = (document: string): Buffer =>
    Buffer.from(
      receiptline.transform(document, {
        ...{ cpl: SLIP_COLUMNS, encoding: 'cp936', command: 'escpos', spacing: false },
        cutting: false,
      }),
      'latin1',
    );

  test.each([
    '充值金额               100.00 元',
    '充值凭证（非发票）',
    '交易认证码（TAC）       1A2B3C4D',
    '任一网点均可完成圈存，请妥善保管',
    '甘A·12345 渐变绿，请勿再次充值',
  ])('%s', (text) => {
    expect(slipColumns(text)).toBeLessThanOrEqual(SLIP_COLUMNS);
    const line = plain([{ text }]).subarray(0, -1);
    // Blanks within a text are its column rule's: only what is between them is compared.
    const words = text.split(/ {2,}/).map((word) => plain([{ text: word }]).subarray(0, -1));
    const other = asReceiptline(`${text} |`);
    expect(line.length).toBe(slipColumns(text));
    for (const word of [...words, CHINESE_MODE]) expect(other.includes(word)).toBe(true);
    const feeds = [...other].filter((byte) => byte === 0x0a).length;
    expect(feeds).toBe([...asReceiptline('A |')].filter((byte) => byte === 0x0a).length);
  });
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromHex, toHex } from '../src/bytes.js';
import { isQuancunError } from '../src/errors.js';
import { decodeGbk, encodeGbk, gbkDecoderOf, type TextHost } from '../src/gbk.js';
import { decodeGbkByTable } from '../src/gbk-table.js';

/** The two that must be one: this host's decoder, and the table. */
const DECODERS = [
  ['the host', decodeGbk],
  ['the table', decodeGbkByTable],
] as const;

const hex = (text: string): Uint8Array => fromHex(text.replace(/ /g, ''));

describe.each(DECODERS)('GB 18030 by %s', (_title, decode) => {
  test.each([
    ['B8CA 41 3132333435', '甘A12345'],
    ['C1F5 FE9F', '刘䶮'],
    ['C1F5 8230B731', '刘㛃'],
    ['C1F5 9933D435', '刘𬳿'],
    ['8130 8130', '\u0080'],
    ['A2E3', '€'],
    ['A8BF', 'ǹ'],
    ['FE59', '龴'],
    ['8235 9037', '龴'],
    ['9439 FC36', '😀'],
    ['', ''],
  ])('%s is %s', (bytes, text) => {
    expect(decode(hex(bytes))).toBe(text);
  });

  test.each([
    ['a single 80, a euro sign on some hosts', '80'],
    ['80 before a digit', '8030'],
    ['FF', 'FF'],
    ['a code cut off', 'B8'],
    ['a long code cut off', '8130 81'],
    ['a long code with a bad end', '8130 8140'],
    ['FF after a code', '8140 FF'],
    ['private use of two bytes', 'AAA1'],
    ['private use among letters', '41 AAA1 42'],
    ['private use that the standard keeps', 'FE51'],
    ['private use of four bytes', '8336 D030'],
    ['private use beyond the BMP', 'DB37 B737'],
    ['no character', '8431 A439'],
    ['a gap before the BMP ends', '8431 A530'],
    ['beyond Unicode', 'E332 9A36'],
  ])('%s is no text', (_what, bytes) => {
    expect(decode(hex(bytes))).toBeUndefined();
    // What went wrong before leaves nothing behind.
    expect(decode(hex('B8CA'))).toBe('甘');
  });

  test('encodeGbk writes what it reads', () => {
    const characters = fc.oneof(
      fc.constantFrom('甘', 'A', '䶮', '㛃', '𬳿', '€', 'ǹ', '龴'),
      fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
    );
    fc.assert(
      fc.property(fc.array(characters, { maxLength: 8 }), (array) => {
        const text = array.join('');
        if (/[\ue000-\uf8ff\ufffe\uffff]|[\udb80-\udbff][\udc00-\udfff]/.test(text)) return;
        expect(decode(encodeGbk(text, decode))).toBe(text);
      }),
    );
  });
});

test('law: host and table say the same of any bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 12 }), (bytes) => {
      expect(decodeGbkByTable(bytes), toHex(bytes)).toBe(decodeGbk(bytes));
    }),
    { numRuns: 1000 },
  );
});

describe('gbkDecoderOf', () => {
  /** What a polyfill does that knows one encoding and looks at no label. */
  class Utf8Alone {
    private readonly utf8 = new TextDecoder();
    decode(bytes: Uint8Array): string {
      return this.utf8.decode(bytes);
    }
  }
  class Throwing {
    constructor(label: string) {
      throw new RangeError(`${label} is not supported`);
    }
    decode(): string {
      return '';
    }
  }

  test('takes a decoder that knows the label, and proves itself', () => {
    expect(gbkDecoderOf(globalThis)?.(hex('B8CA'))).toBe('甘');
  });

  test.each<[string, TextHost]>([
    ['no decoder', {}],
    ['a decoder of UTF-8 that says so', { TextDecoder: Throwing }],
    ['a decoder of UTF-8 that takes any label', { TextDecoder: Utf8Alone }],
  ])('%s: nothing, and the table is to be handed in', (_title, host) => {
    expect(gbkDecoderOf(host)).toBeUndefined();
  });
});

describe('encodeGbk', () => {
  test.each([
    ['陕AOK123', 'C9C2414F4B313233'],
    ['刘䶮', 'C1F5FE9F'],
    ['㛃', '8230B731'],
    ['𬳿', '9933D435'],
    ['龴', 'FE59'],
    ['Ā', '81308B38'],
  ])('%s is %s, by host and by table', (text, bytes) => {
    expect(toHex(encodeGbk(text))).toBe(bytes);
    expect(toHex(encodeGbk(text, decodeGbkByTable))).toBe(bytes);
  });

  test.each(['\ue5e5', '\ud800', '\u{f0000}', '\uffff'])('refuses %j', (text) => {
    expect(() => encodeGbk(text)).toThrow(
      expect.toSatisfy((error: unknown) => isQuancunError(error, 'GBK_UNENCODABLE')),
    );
  });

  test('on a host without a decoder, and without the table, letters alone are text', () => {
    const asciiAlone = (bytes: Uint8Array): string | undefined =>
      bytes.every((byte) => byte < 0x80) ? String.fromCharCode(...bytes) : undefined;
    expect(toHex(encodeGbk('A1', asciiAlone))).toBe('4131');
    expect(() => encodeGbk('甘', asciiAlone)).toThrow(
      expect.toSatisfy((error: unknown) => isQuancunError(error, 'GBK_UNENCODABLE')),
    );
  });
});

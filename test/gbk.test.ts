import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromHex, toHex } from '../src/bytes.js';
import { isQuancunError } from '../src/errors.js';
import { decodeGbk, encodeGbk } from '../src/gbk.js';

const oracle = new TextDecoder('gbk', { fatal: true });
const isPrivate = (text: string): boolean => text >= '\ue000' && text <= '\uf8ff';

describe('decodeGbk', () => {
  test('agrees with the host for every two-byte code; private use is no text', () => {
    let characters = 0;
    for (let lead = 0x81; lead <= 0xfe; lead += 1) {
      for (let trail = 0x40; trail <= 0xfe; trail += 1) {
        if (trail === 0x7f) continue;
        const bytes = Uint8Array.of(lead, trail);
        const expected = oracle.decode(bytes);
        const actual = decodeGbk(bytes);
        expect(actual, toHex(bytes)).toBe(isPrivate(expected) ? undefined : expected);
        if (actual !== undefined) characters += 1;
      }
    }
    expect(characters).toBe(21_791);
  });

  test('plates', () => {
    expect(decodeGbk(fromHex('B8CA413132333435'))).toBe('甘A12345');
    expect(toHex(encodeGbk('陕AOK123'))).toBe('C9C2414F4B313233');
  });

  test.each(['80', 'FF', 'B8', '8140FF', '8130', 'AAA1'])('%s is not GBK', (hex) => {
    expect(decodeGbk(fromHex(hex))).toBeUndefined();
  });
});

describe('encodeGbk', () => {
  test('is the inverse: every decodable byte string comes back', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 32 }), (bytes) => {
        const text = decodeGbk(bytes);
        if (text !== undefined) expect(encodeGbk(text)).toEqual(bytes);
      }),
    );
  });

  test('refuses what GBK lacks', () => {
    for (const text of ['😀', '\u0100', '\ud800', '€']) {
      expect(() => encodeGbk(text)).toThrow(
        expect.toSatisfy((error: unknown) => isQuancunError(error, 'GBK_UNENCODABLE')),
      );
    }
  });
});

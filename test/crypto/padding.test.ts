import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromHex, toHex } from '../../src/bytes.js';
import { pad80, pad80WhenNeeded } from '../../src/crypto/padding.js';

describe('pad80', () => {
  test.each([
    ['', 8, '8000000000000000'],
    ['AA', 8, 'AA80000000000000'],
    ['11223344556677', 8, '1122334455667780'],
    ['1122334455667788', 8, '11223344556677888000000000000000'],
    ['112233', 16, '11223380000000000000000000000000'],
  ])('%j in blocks of %i', (data, size, padded) => {
    expect(toHex(pad80(fromHex(data), size))).toBe(padded);
  });

  test('always adds, to whole blocks, and can be taken off again', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), fc.constantFrom(8, 16), (data, size) => {
        const padded = pad80(data, size);
        const added = padded.length - data.length;
        expect(padded.length % size).toBe(0);
        expect(added > 0 && added <= size).toBe(true);
        expect(padded.slice(0, padded.lastIndexOf(0x80))).toEqual(data);
      }),
    );
  });
});

describe('pad80WhenNeeded', () => {
  test('leaves whole blocks alone, in a copy', () => {
    const data = fromHex('1122334455667788');
    expect(pad80WhenNeeded(data, 8)).toEqual(data);
    expect(pad80WhenNeeded(data, 8)).not.toBe(data);
    expect(toHex(pad80WhenNeeded(fromHex('1122'), 8))).toBe('1122800000000000');
  });
});

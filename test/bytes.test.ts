import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  concat,
  decodeBcd,
  encodeBcd,
  equalConstantTime,
  expectRange,
  fromHex,
  readUint,
  toHex,
  writeUint,
} from '../src/bytes.js';

const anyBytes = fc.uint8Array({ maxLength: 64 });
const code = (name: string): unknown => expect.objectContaining({ code: name });

describe('hex', () => {
  test('law: fromHex(toHex(x)) = x, and Node agrees', () => {
    fc.assert(
      fc.property(anyBytes, (x) => {
        expect(fromHex(toHex(x))).toEqual(x);
        expect(toHex(x).toLowerCase()).toBe(Buffer.from(x).toString('hex'));
      }),
    );
  });

  test.each(['0', 'xy', '0x00', '00 ', 'ABC', '００'])('%j is no hex', (text) => {
    expect(() => fromHex(text)).toThrow(code('HEX_INVALID'));
  });

  test('a view of a larger buffer is read where it begins', () => {
    const whole = fromHex('00112233445566');
    expect(toHex(whole.subarray(2, 5))).toBe('223344');
    expect(readUint(whole.subarray(2, 5), 0, 3)).toBe(0x223344);
  });
});

describe('integers', () => {
  test('law: readUint(writeUint(n)) = n for every size', () => {
    const sized = fc
      .integer({ min: 1, max: 6 })
      .chain((size) =>
        fc.tuple(fc.constant(size), fc.integer({ min: 0, max: 2 ** (8 * size) - 1 })),
      );
    fc.assert(
      fc.property(sized, ([size, value]) => {
        const bytes = writeUint(value, size);
        expect(bytes).toHaveLength(size);
        expect(readUint(bytes, 0, size)).toBe(value);
      }),
    );
  });

  test.each([-1, 256, 1.5, Number.NaN])('%d does not fit one byte', (value) => {
    expect(() => writeUint(value, 1)).toThrow(code('BYTES_RANGE'));
  });

  test('past the end', () => {
    expect(() => readUint(new Uint8Array(3), 1, 3)).toThrow(code('BYTES_LENGTH'));
    expect(() => readUint(new Uint8Array(3), -1, 1)).toThrow(code('BYTES_LENGTH'));
  });

  test.each([-1, 4, 1.5, Number.NaN])('expectRange refuses %d outside 0 to 3', (value) => {
    expect(() => {
      expectRange('n', value, 0, 3);
    }).toThrow(code('BYTES_RANGE'));
  });
});

describe('BCD', () => {
  test('law: decodeBcd(encodeBcd(digits)) = digits', () => {
    const digits = fc.stringMatching(/^(\d\d){0,8}$/);
    fc.assert(
      fc.property(digits, (text) => {
        expect(decodeBcd(encodeBcd(text, text.length / 2))).toBe(text);
      }),
    );
  });

  test('what a messy card holds comes out as it is', () => {
    expect(decodeBcd(fromHex('20FF1A'))).toBe('20FF1A');
    expect(() => encodeBcd('20FF1A', 3)).toThrow(code('DIGITS_INVALID'));
    expect(() => encodeBcd('123', 2)).toThrow(code('DIGITS_INVALID'));
  });
});

describe('concat, equalConstantTime', () => {
  test('laws', () => {
    fc.assert(
      fc.property(anyBytes, anyBytes, (a, b) => {
        expect(toHex(concat(a, b))).toBe(toHex(a) + toHex(b));
        expect(equalConstantTime(a, b)).toBe(toHex(a) === toHex(b));
        expect(equalConstantTime(a, a.slice())).toBe(true);
      }),
    );
  });

  test('one bit anywhere is a difference', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 16 }), fc.nat(), (a, n) => {
        const b = a.slice();
        b[n % a.length] = (b[n % a.length] ?? 0) ^ (1 << (n % 8));
        expect(equalConstantTime(a, b)).toBe(false);
      }),
    );
  });
});

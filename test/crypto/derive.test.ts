import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromHex, toHex } from '../../src/bytes.js';
import { cipherByName } from '../../src/crypto/cipher-by-name.js';
import {
  cardFactor,
  deriveCardKey,
  diversify,
  diversifyPath,
  foldKey,
  issuerFactor,
  withComplement,
} from '../../src/crypto/derive.js';
import { desCipher } from '../../src/crypto/des.js';
import { bytesOf, oracleDiversify, suites } from '../support/crypto-oracle.js';
import { givenTests } from '../support/given-vectors.js';

const root = fromHex('404142434445464748494A4B4C4D4E4F');

describe('diversify vectors', () => {
  test.each(givenTests('diversify'))('$id', ({ cipher, masterKey, factor, key }) => {
    const derived = diversify(
      cipherByName(cipher),
      fromHex(masterKey ?? ''),
      fromHex(factor ?? ''),
    );
    expect(toHex(derived)).toBe(key);
  });
});

describe.each(suites)('diversify: $title', ({ cipher, numRuns }) => {
  test('equals the diversification out of OpenSSL, level by level', () => {
    const factors = fc.array(bytesOf(8), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(bytesOf(16), factors, (key, path) => {
        const expected = path.reduce(
          (derived, factor) => oracleDiversify(cipher.name, derived, factor),
          key,
        );
        expect(diversifyPath(cipher, key, path)).toEqual(expected);
        expect(diversifyPath(cipher, cipher.expandKey(key), path)).toEqual(expected);
      }),
      { numRuns: Math.ceil(numRuns / 2) },
    );
  });

  test('KEY_LENGTH for an 8-byte master key', () => {
    expect(() => diversify(cipher, new Uint8Array(8), new Uint8Array(8))).toThrow(
      expect.objectContaining({ code: 'KEY_LENGTH' }),
    );
  });
});

describe('diversifyPath', () => {
  test('no factor: the key bytes as they are, in a copy', () => {
    const same = diversifyPath(desCipher, root, []);
    expect(same).toEqual(root);
    expect(same).not.toBe(root);
  });

  test('BYTES_RANGE for no factor of an expanded key, and for nine factors', () => {
    const range = expect.objectContaining({ code: 'BYTES_RANGE' }) as Error;
    const nine = Array.from({ length: 9 }, () => new Uint8Array(8));
    expect(() => diversifyPath(desCipher, desCipher.expandKey(root), [])).toThrow(range);
    expect(() => diversifyPath(desCipher, root, nine)).toThrow(range);
  });

  test.each([0, 7, 9, 16])('BYTES_LENGTH for a factor of %i bytes', (size) => {
    expect(() => diversifyPath(desCipher, root, [new Uint8Array(size)])).toThrow(
      expect.objectContaining({ code: 'BYTES_LENGTH' }),
    );
  });
});

describe('deriveCardKey', () => {
  const issuer = fromHex('B8CACBE062010001');
  const cardNumber = '6201000000000001';

  test('national root with two factors is the provincial key with one', () => {
    const provincial = diversify(desCipher, root, fromHex('B8CACBE0B8CACBE0'));
    const fromRoot = deriveCardKey(desCipher, root, { issuer, cardNumber });
    expect(deriveCardKey(desCipher, provincial, { cardNumber })).toEqual(fromRoot);
  });

  test('takes the issuer as the 4 bytes or as the 8 of file 0015', () => {
    expect(toHex(issuerFactor(issuer))).toBe('B8CACBE0B8CACBE0');
    expect(issuerFactor(issuer.slice(0, 4))).toEqual(issuerFactor(issuer));
    expect(() => issuerFactor(issuer.slice(0, 5))).toThrow(
      expect.objectContaining({ code: 'BYTES_LENGTH' }),
    );
  });

  test.each(['', '620100000000000', '62010000000000011', '620100000000000A'])(
    'DIGITS_INVALID for the card number %j',
    (text) => {
      expect(() => cardFactor(text)).toThrow(expect.objectContaining({ code: 'DIGITS_INVALID' }));
    },
  );
});

describe('foldKey', () => {
  test('left half xor right half; equal halves give zeros', () => {
    expect(toHex(foldKey(fromHex('0123456789ABCDEFFEDCBA9876543210')))).toBe('FFFFFFFFFFFFFFFF');
    expect(foldKey(new Uint8Array(16).fill(0x34))).toEqual(new Uint8Array(8));
  });

  test.each([0, 8, 15, 17, 24])('KEY_LENGTH for %i bytes', (size) => {
    expect(() => foldKey(new Uint8Array(size))).toThrow(
      expect.objectContaining({ code: 'KEY_LENGTH' }),
    );
  });
});

describe('withComplement', () => {
  test('bytes, then each byte flipped', () => {
    expect(toHex(withComplement(fromHex('00FF5A')))).toBe('00FF5AFF00A5');
  });
});

import CryptoJS from 'crypto-js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cryptoJsCipher, type CryptoJsLike } from '../../src/crypto/crypto-js.js';
import { desCipher } from '../../src/crypto/des.js';
import { computeMac } from '../../src/crypto/mac.js';
import { bytesOf } from '../support/crypto-oracle.js';

describe('cryptoJsCipher', () => {
  const suite = cryptoJsCipher(CryptoJS);

  test('agrees with the forge suite on every MAC', () => {
    const keys = fc.oneof(bytesOf(8), bytesOf(16));
    fc.assert(
      fc.property(keys, fc.uint8Array({ maxLength: 40 }), (key, data) => {
        expect(computeMac(suite, key, data)).toEqual(computeMac(desCipher, key, data));
      }),
      { numRuns: 30 },
    );
  });

  test('CIPHER_ENGINE for something that is not crypto-js', () => {
    const other = { lib: CryptoJS.lib, algo: { DES: {}, TripleDES: {} } } as CryptoJsLike;
    expect(() => cryptoJsCipher(other)).toThrow(expect.objectContaining({ code: 'CIPHER_ENGINE' }));
  });
});

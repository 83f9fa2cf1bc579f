/** Keys that serve one computation share one place: none may be seen through another. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { desCipher } from '../../src/crypto/des.js';
import { diversify } from '../../src/crypto/derive.js';
import { decryptEcb, encryptEcb } from '../../src/crypto/encipher.js';
import { expandForNow } from '../../src/crypto/key.js';
import { computeMac, computeMac4 } from '../../src/crypto/mac.js';
import { sm4Cipher } from '../../src/crypto/sm4.js';
import {
  bytesOf,
  oracleDiversify,
  oracleEcb,
  oracleEcbDecrypt,
  oracleMac,
} from '../support/crypto-oracle.js';

const SUITES = [
  { title: '3des', cipher: desCipher, keys: fc.oneof(bytesOf(8), bytesOf(16)) },
  { title: 'sm4', cipher: sm4Cipher, keys: bytesOf(16) },
];

describe.each(SUITES)('expandForNow: $title', ({ cipher, keys }) => {
  const { name, blockSizeBytes: size } = cipher;

  test('one key after the other, raw and kept, each answers as OpenSSL does', () => {
    const use = fc.record({
      key: keys,
      whole: bytesOf(16),
      data: fc.uint8Array({ maxLength: 40 }),
    });
    fc.assert(
      fc.property(fc.array(use, { minLength: 2, maxLength: 6 }), (uses) => {
        const kept = uses.map(({ key }) => cipher.expandKey(key));
        uses.forEach(({ key, whole, data }, at) => {
          const mac = oracleMac(name, key, data);
          expect(computeMac(cipher, key, data)).toEqual(mac);
          expect(computeMac4(cipher, key, data)).toEqual(mac.slice(0, 4));
          expect(encryptEcb(cipher, key, whole)).toEqual(oracleEcb(name, key, whole));
          expect(decryptEcb(cipher, key, whole)).toEqual(oracleEcbDecrypt(name, key, whole));
          const derived = oracleDiversify(name, whole, whole.subarray(0, 8));
          expect(diversify(cipher, whole, whole.slice(0, 8))).toEqual(derived);
          const last = kept.length - 1 - at;
          expect(computeMac(cipher, kept[last] ?? key, data)).toEqual(
            oracleMac(name, uses[last]?.key ?? key, data),
          );
        });
      }),
    );
  });

  test('is good until the next one, and a kept key for ever', () => {
    const [first, second] = [new Uint8Array(16).fill(1), new Uint8Array(16).fill(2)];
    const kept = cipher.expandKey(first);
    const forNow = expandForNow(cipher, first);
    const out = new Uint8Array(3 * size);
    forNow.encryptBlock(out.slice(), 0, out, 0);
    expandForNow(cipher, second);
    forNow.encryptBlock(new Uint8Array(size), 0, out, size);
    kept.encryptBlock(new Uint8Array(size), 0, out, 2 * size);
    expect(out.slice(2 * size)).toEqual(out.slice(0, size));
    expect(out.slice(size, 2 * size)).toEqual(oracleEcb(name, second, new Uint8Array(size)));
  });
});

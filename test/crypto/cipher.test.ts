import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isQuancunError } from '../../src/errors.js';
import { fromHex, toHex } from '../../src/bytes.js';
import { cipherByName } from '../../src/crypto/cipher-by-name.js';
import { givenTests } from '../support/given-vectors.js';
import { bytesOf, oracleEcb, oracleEcbDecrypt, suites } from '../support/crypto-oracle.js';

describe.each(suites)('Cipher: $title', ({ cipher, numRuns }) => {
  const size = cipher.blockSizeBytes;
  const keys = cipher.name === 'sm4' ? bytesOf(16) : fc.oneof(bytesOf(8), bytesOf(16));

  test('encrypts and decrypts a block as OpenSSL does', () => {
    fc.assert(
      fc.property(keys, bytesOf(size), (key, data) => {
        const expanded = cipher.expandKey(key);
        const out = new Uint8Array(2 * size);
        expanded.encryptBlock(data, 0, out, 0);
        expanded.decryptBlock(data, 0, out, size);
        expect(out.slice(0, size)).toEqual(oracleEcb(cipher.name, key, data));
        expect(out.slice(size)).toEqual(oracleEcbDecrypt(cipher.name, key, data));
      }),
      { numRuns },
    );
  });

  test('decrypts what it encrypted, in place and at any offset', () => {
    fc.assert(
      fc.property(keys, bytesOf(3 * size), fc.nat({ max: 2 * size }), (key, data, offset) => {
        const expanded = cipher.expandKey(key);
        const work = data.slice();
        expanded.encryptBlock(work, offset, work, offset);
        expect(work).not.toEqual(data);
        expanded.decryptBlock(work, offset, work, offset);
        expect(work).toEqual(data);
      }),
      { numRuns },
    );
  });

  test('says what size its keys and blocks are', () => {
    const key = cipher.expandKey(new Uint8Array(16));
    expect([key.blockSizeBytes, key.keySizeBytes]).toEqual([size, 16]);
  });

  test('KEY_LENGTH for every other length, with no byte of the key in it', () => {
    const right = cipher.name === 'sm4' ? [16] : [8, 16];
    for (let length = 0; length <= 33; length += 1) {
      if (right.includes(length)) continue;
      const key = new Uint8Array(length).fill(0xa7);
      const error = thrownBy(() => cipher.expandKey(key));
      expect(isQuancunError(error, 'KEY_LENGTH')).toBe(true);
      expect(JSON.stringify(error)).not.toMatch(/a7|167/i);
    }
  });
});

describe('blockCipher vectors', () => {
  test.each(givenTests('blockCipher'))('$id', ({ cipher, key, plain, ciphertext }) => {
    const expanded = cipherByName(cipher).expandKey(fromHex(key ?? ''));
    const block = fromHex(plain ?? '');
    expanded.encryptBlock(block, 0, block, 0);
    expect(toHex(block)).toBe(ciphertext);
  });
});

function thrownBy(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  return undefined;
}

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromHex, toHex } from '../../src/bytes.js';
import { cipherByName } from '../../src/crypto/cipher-by-name.js';
import type { BlockKey } from '../../src/crypto/cipher.js';
import { desCipher } from '../../src/crypto/des.js';
import { computeMac, computeMac4, verifyMac4 } from '../../src/crypto/mac.js';
import { sm4Cipher } from '../../src/crypto/sm4.js';
import { bytesOf, oracleMac, suites } from '../support/crypto-oracle.js';
import { givenTests } from '../support/given-vectors.js';

const messages = fc.uint8Array({ maxLength: 70 });

describe('mac vectors', () => {
  test.each(givenTests('mac'))('$id', ({ cipher, key, iv, data, mac = '' }) => {
    const suite = cipherByName(cipher);
    const whole = computeMac(suite, fromHex(key ?? ''), fromHex(data ?? ''), fromHex(iv ?? ''));
    expect(toHex(whole).slice(0, mac.length)).toBe(mac);
  });
});

describe.each(suites)('computeMac: $title', ({ cipher, numRuns }) => {
  const size = cipher.blockSizeBytes;
  const keys = cipher.name === 'sm4' ? bytesOf(16) : fc.oneof(bytesOf(8), bytesOf(16));

  test('equals the MAC out of OpenSSL', () => {
    fc.assert(
      fc.property(keys, messages, fc.option(bytesOf(size), { nil: undefined }), (key, data, iv) => {
        expect(computeMac(cipher, key, data, iv)).toEqual(oracleMac(cipher.name, key, data, iv));
      }),
      { numRuns },
    );
  });

  test('is the same with raw bytes and with an expanded key, used twice', () => {
    fc.assert(
      fc.property(keys, messages, (key, data) => {
        const expanded = cipher.expandKey(key);
        const raw = computeMac(cipher, key, data);
        expect(computeMac(cipher, expanded, data)).toEqual(raw);
        expect(computeMac(cipher, expanded, data)).toEqual(raw);
      }),
      { numRuns },
    );
  });

  test('is the same for a suite that has blocks alone, or blocks and a chain', () => {
    fc.assert(
      fc.property(keys, messages, (key, data) => {
        const plain = withoutMac(cipher.expandKey(key));
        const mac = oracleMac(cipher.name, key, data);
        expect(computeMac(cipher, plain, data)).toEqual(mac);
        expect(computeMac(cipher, withChain(plain), data)).toEqual(mac);
        expect(computeMac4(cipher, withChain(plain), data)).toEqual(mac.slice(0, 4));
      }),
      { numRuns },
    );
  });

  test('changes neither data nor iv', () => {
    const [data, iv] = [new Uint8Array(20).fill(7), new Uint8Array(size).fill(9)];
    computeMac(cipher, new Uint8Array(16).fill(1), data, iv);
    expect(data).toEqual(new Uint8Array(20).fill(7));
    expect(iv).toEqual(new Uint8Array(size).fill(9));
  });
});

describe('computeMac4 and verifyMac4', () => {
  const key = fromHex('000102030405060708090A0B0C0D0E0F');
  const data = fromHex('112233');

  test('the leftmost four bytes', () => {
    const whole = computeMac(desCipher, key, data);
    expect(computeMac4(desCipher, key, data)).toEqual(whole.slice(0, 4));
  });

  test('accepts the right MAC and no other', () => {
    const mac = computeMac4(sm4Cipher, key, data);
    expect(verifyMac4(sm4Cipher, key, data, mac)).toBe(true);
    for (let bit = 0; bit < 32; bit += 1) {
      const wrong = mac.map((byte, at) => (at === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte));
      expect(verifyMac4(sm4Cipher, key, data, wrong)).toBe(false);
    }
    expect(verifyMac4(sm4Cipher, key, data, mac.slice(0, 3))).toBe(false);
    expect(verifyMac4(sm4Cipher, key, data, new Uint8Array(0))).toBe(false);
  });

  test('BYTES_LENGTH for an iv that is not one block', () => {
    expect(() => computeMac(desCipher, key, data, new Uint8Array(4))).toThrow(
      expect.objectContaining({ code: 'BYTES_LENGTH' }),
    );
  });

  test('KEY_CIPHER for a key that another cipher expanded', () => {
    const foreign = sm4Cipher.expandKey(key);
    expect(() => computeMac(desCipher, foreign, data)).toThrow(
      expect.objectContaining({ code: 'KEY_CIPHER' }),
    );
  });
});

function withoutMac(key: BlockKey): BlockKey {
  const { leftHalf, blockSizeBytes, keySizeBytes } = key;
  return {
    blockSizeBytes,
    keySizeBytes,
    encryptBlock: (...block) => {
      key.encryptBlock(...block);
    },
    decryptBlock: (...block) => {
      key.decryptBlock(...block);
    },
    ...(leftHalf === undefined || leftHalf === key ? {} : { leftHalf: withoutMac(leftHalf) }),
  };
}

/** A key whose blocks are right in a chain alone. */
function withChain({ leftHalf, ...key }: BlockKey): BlockKey {
  return {
    ...key,
    encryptBlock: () => {
      throw new Error('the chain was there');
    },
    encryptChain(input, start, end, chain) {
      for (let offset = start; offset < end; offset += chain.length) {
        chain.set(chain.map((byte, at) => byte ^ (input[offset + at] ?? 0)));
        key.encryptBlock(chain, 0, chain, 0);
      }
    },
    ...(leftHalf === undefined ? {} : { leftHalf: withChain(leftHalf) }),
  };
}

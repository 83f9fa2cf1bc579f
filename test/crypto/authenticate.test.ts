import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromHex, toHex } from '../../src/bytes.js';
import { computeExternalAuthentication, keyCheckValue } from '../../src/crypto/authenticate.js';
import { cipherByName } from '../../src/crypto/cipher-by-name.js';
import { bytesOf, oracleEcb, suites } from '../support/crypto-oracle.js';
import { givenTests } from '../support/given-vectors.js';

describe('externalAuthenticate vectors', () => {
  test.each(givenTests('externalAuthenticate'))(
    '$id',
    ({ cipher, key, challenge, form, cryptogram }) => {
      const suite = cipherByName(cipher);
      const answer = computeExternalAuthentication(
        suite,
        fromHex(key ?? ''),
        fromHex(challenge ?? ''),
        form === 'folded' ? form : 'whole',
      );
      expect(toHex(answer)).toBe(cryptogram);
    },
  );
});

describe.each(suites)('computeExternalAuthentication: $title', ({ cipher, numRuns }) => {
  test('equals OpenSSL over the challenge padded right', () => {
    fc.assert(
      fc.property(bytesOf(16), fc.oneof(bytesOf(4), bytesOf(8)), (key, challenge) => {
        const block = new Uint8Array(cipher.blockSizeBytes);
        block.set(challenge);
        expect(computeExternalAuthentication(cipher, key, challenge)).toEqual(
          oracleEcb(cipher.name, key, block),
        );
      }),
      { numRuns },
    );
  });

  test('folded: both halves of an SM4 block, xored; a DES block has one', () => {
    const size = cipher.blockSizeBytes;
    fc.assert(
      fc.property(bytesOf(16), bytesOf(size), (key, challenge) => {
        const block = oracleEcb(cipher.name, key, challenge);
        const folded = block.slice(0, 8).map((byte, at) => byte ^ (block[at + 8] ?? 0));
        const made = computeExternalAuthentication(cipher, key, challenge, 'folded');
        expect(made).toEqual(size === 16 ? folded : block);
      }),
      { numRuns },
    );
  });

  test('BYTES_LENGTH for a challenge of no use', () => {
    for (const size of [0, 5, 17]) {
      expect(() =>
        computeExternalAuthentication(cipher, new Uint8Array(16), new Uint8Array(size)),
      ).toThrow(expect.objectContaining({ code: 'BYTES_LENGTH' }));
    }
  });
});

describe.each(suites)('keyCheckValue: $title', ({ cipher, numRuns }) => {
  test('three bytes of an enciphered block of zeros', () => {
    fc.assert(
      fc.property(bytesOf(16), (key) => {
        const zeros = oracleEcb(cipher.name, key, new Uint8Array(cipher.blockSizeBytes));
        expect(keyCheckValue(cipher, key)).toEqual(zeros.slice(0, 3));
      }),
      { numRuns },
    );
  });
});

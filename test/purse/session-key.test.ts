import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toHex } from '../../src/bytes.js';
import { desCipher } from '../../src/crypto/des.js';
import { sm4Cipher } from '../../src/crypto/sm4.js';
import {
  computeLoadSessionKey,
  computePurchaseSessionKey,
  computeUnloadSessionKey,
  expandSessionKey,
} from '../../src/purse/session-key.js';
import { bytesOf, suites } from '../support/crypto-oracle.js';
import {
  bigEndian,
  oracleSessionKey,
  plainTransaction,
  transactions,
} from '../support/purse-arbitraries.js';
import { loadVectors, purchaseVectors } from '../support/purse-vectors.js';

describe('session key vectors', () => {
  test.each(loadVectors().filter(({ key }) => key !== undefined))('$id', (vector) => {
    const session = computeLoadSessionKey(vector.suite, vector.key as Uint8Array, vector.inputs);
    expect(toHex(session)).toBe(vector.expected.sessionKey);
  });

  test.each(purchaseVectors())('$id', ({ suite, key, inputs, expected }) => {
    const session = computePurchaseSessionKey(suite, key as Uint8Array, inputs);
    expect(toHex(session)).toBe(expected.sessionKey);
  });
});

describe.each(suites)('session keys: $title', ({ cipher, numRuns }) => {
  test('load and unload: random, online counter, 8000', () => {
    fc.assert(
      fc.property(bytesOf(16), transactions, (key, inputs) => {
        const in8 = [...inputs.random, ...bigEndian(inputs.onlineAtc, 2), 0x80, 0];
        const expected = oracleSessionKey(cipher.name, key, in8);
        expect(computeLoadSessionKey(cipher, key, inputs)).toEqual(expected);
        expect(computeLoadSessionKey(cipher, cipher.expandKey(key), inputs)).toEqual(expected);
        expect(computeUnloadSessionKey(cipher, key, inputs)).toEqual(expected);
      }),
      { numRuns },
    );
  });

  test('purchase: random, offline counter, low half of the terminal serial', () => {
    fc.assert(
      fc.property(bytesOf(16), transactions, (key, inputs) => {
        const low = [...inputs.terminalSerial.slice(2)];
        const in8 = [...inputs.random, ...bigEndian(inputs.offlineAtc, 2), ...low];
        const expected = oracleSessionKey(cipher.name, key, in8);
        expect(computePurchaseSessionKey(cipher, key, inputs)).toEqual(expected);
      }),
      { numRuns },
    );
  });

  test('KEY_LENGTH for an 8-byte card key', () => {
    expect(() => computeLoadSessionKey(cipher, new Uint8Array(8), plainTransaction)).toThrow(
      expect.objectContaining({ code: 'KEY_LENGTH' }),
    );
  });

  test.each([
    ['BYTES_LENGTH', { random: new Uint8Array(8) }],
    ['BYTES_RANGE', { onlineAtc: 0x10000 }],
    ['BYTES_RANGE', { onlineAtc: -1 }],
    ['BYTES_RANGE', { onlineAtc: 1.5 }],
    ['BYTES_RANGE', { onlineAtc: Number.NaN }],
  ])('%s for %o', (code, wrong) => {
    const inputs = { ...plainTransaction, ...wrong };
    expect(() => computeLoadSessionKey(cipher, new Uint8Array(16), inputs)).toThrow(
      expect.objectContaining({ code }),
    );
  });

  test('BYTES_LENGTH for a terminal serial of 6 bytes', () => {
    const inputs = { ...plainTransaction, terminalSerial: new Uint8Array(6) };
    expect(() => computePurchaseSessionKey(cipher, new Uint8Array(16), inputs)).toThrow(
      expect.objectContaining({ code: 'BYTES_LENGTH' }),
    );
  });
});

describe('expandSessionKey', () => {
  test('3des takes 8 bytes and refuses a card key; sm4 takes 16', () => {
    const wrong = expect.objectContaining({ code: 'KEY_LENGTH' }) as Error;
    expect(expandSessionKey(desCipher, new Uint8Array(8)).keySizeBytes).toBe(8);
    expect(() => expandSessionKey(desCipher, new Uint8Array(16))).toThrow(wrong);
    expect(() => expandSessionKey(desCipher, desCipher.expandKey(new Uint8Array(16)))).toThrow(
      wrong,
    );
    expect(expandSessionKey(sm4Cipher, new Uint8Array(16)).keySizeBytes).toBe(16);
    expect(() => expandSessionKey(sm4Cipher, new Uint8Array(8))).toThrow(wrong);
  });
});

/**
 * The laws of a pair computeX, verifyX: equal to the oracle over a message written down apart,
 * the same with an expanded key, and refusing every MAC with one bit wrong.
 */
import fc from 'fast-check';
import { expect } from 'vitest';
import type { Cipher, KeyInput } from '../../src/crypto/cipher.js';
import { bytesOf, oracleMac } from './crypto-oracle.js';
import { plainTransaction, transactions } from './purse-arbitraries.js';

type Transaction = typeof transactions extends fc.Arbitrary<infer T> ? T : never;

/** A formula under test, and its message as the standard lists it. */
export interface MacFormula {
  compute(cipher: Cipher, key: KeyInput, inputs: Transaction): Uint8Array;
  verify(cipher: Cipher, key: KeyInput, inputs: Transaction, mac: Uint8Array): boolean;
  message(inputs: Transaction): number[];
}

/** compute equals OpenSSL, with key bytes and with an expanded key. */
export function assertEqualsOracle(formula: MacFormula, cipher: Cipher, numRuns: number): void {
  fc.assert(
    fc.property(bytesOf(cipher.blockSizeBytes), transactions, (key, inputs) => {
      const message = Uint8Array.from(formula.message(inputs));
      const expected = oracleMac(cipher.name, key, message).slice(0, 4);
      expect(formula.compute(cipher, key, inputs)).toEqual(expected);
      expect(formula.compute(cipher, cipher.expandKey(key), inputs)).toEqual(expected);
      expect(formula.verify(cipher, key, inputs, expected)).toBe(true);
    }),
    { numRuns },
  );
}

/** verify refuses one wrong bit, three bytes and none. */
export function assertRefusesWrong(formula: MacFormula, cipher: Cipher): void {
  const key = new Uint8Array(cipher.blockSizeBytes).fill(0x5a);
  const inputs = { ...plainTransaction };
  const right = formula.compute(cipher, key, inputs);
  for (let bit = 0; bit < 32; bit += 1) {
    const wrong = right.map((byte, at) => (at === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte));
    expect(formula.verify(cipher, key, inputs, wrong)).toBe(false);
  }
  expect(formula.verify(cipher, key, inputs, right.slice(0, 3))).toBe(false);
  expect(formula.verify(cipher, key, inputs, new Uint8Array(0))).toBe(false);
}

/** Each bent input throws its code, with compute and with verify. */
export function assertRefusesInputs(
  formula: MacFormula,
  cipher: Cipher,
  wrong: readonly (readonly [string, Partial<Transaction>])[],
): void {
  const key = new Uint8Array(cipher.blockSizeBytes);
  for (const [code, bent] of wrong) {
    const inputs = { ...plainTransaction, ...bent };
    const error = expect.objectContaining({ code }) as Error;
    expect(() => formula.compute(cipher, key, inputs), JSON.stringify(bent)).toThrow(error);
    expect(() => formula.verify(cipher, key, inputs, new Uint8Array(4))).toThrow(error);
  }
}

/** Bent inputs that every formula with date, time and terminal refuses. */
export const wrongDated: readonly (readonly [string, Partial<Transaction>])[] = [
  ['BYTES_RANGE', { amountFen: -1 }],
  ['BYTES_RANGE', { amountFen: 0.5 }],
  ['BYTES_RANGE', { amountFen: 0x100000000 }],
  ['BYTES_RANGE', { transactionType: 256 }],
  ['BYTES_LENGTH', { terminal: new Uint8Array(7) }],
  ['DIGITS_INVALID', { date: '2026-1-1' }],
  ['DIGITS_INVALID', { date: '260101' }],
  ['DIGITS_INVALID', { date: '２０２６０１０１' }],
  ['DIGITS_INVALID', { time: '0830' }],
  ['DIGITS_INVALID', { time: '08:30:' }],
];

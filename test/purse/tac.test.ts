import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromHex, toHex } from '../../src/bytes.js';
import { desCipher } from '../../src/crypto/des.js';
import { sm4Cipher } from '../../src/crypto/sm4.js';
import {
  computeLoadTac,
  computePurchaseTac,
  expandTacKey,
  foldTacKey,
  verifyLoadTac,
  verifyPurchaseTac,
} from '../../src/purse/tac.js';
import { bytesOf, oracleMac, suites } from '../support/crypto-oracle.js';
import {
  assertEqualsOracle,
  assertRefusesInputs,
  assertRefusesWrong,
  wrongDated,
  type MacFormula,
} from '../support/mac-laws.js';
import { bcd, bigEndian, plainTransaction, transactions } from '../support/purse-arbitraries.js';
import { loadVectors, purchaseVectors } from '../support/purse-vectors.js';

const load: MacFormula = {
  compute: computeLoadTac,
  verify: verifyLoadTac,
  message: (inputs) => [
    ...bigEndian(inputs.rawBalanceAfter, 4),
    ...bigEndian(inputs.onlineAtc, 2),
    ...bigEndian(inputs.amountFen, 4),
    inputs.transactionType,
    ...inputs.terminal,
    ...bcd(inputs.date),
    ...bcd(inputs.time),
  ],
};
const purchase: MacFormula = {
  compute: computePurchaseTac,
  verify: verifyPurchaseTac,
  message: (inputs) => [
    ...bigEndian(inputs.amountFen, 4),
    inputs.transactionType,
    ...inputs.terminal,
    ...inputs.terminalSerial,
    ...bcd(inputs.date),
    ...bcd(inputs.time),
  ],
};

describe('TAC vectors', () => {
  const loads = loadVectors().filter(({ tacKey }) => tacKey !== undefined);
  test.each(loads)('$id', ({ suite, tacKey, inputs, expected }) => {
    expect(toHex(computeLoadTac(suite, tacKey as Uint8Array, inputs))).toBe(expected.tac);
  });

  test.each(purchaseVectors())('$id', ({ suite, tacKey, inputs, expected }) => {
    expect(toHex(computePurchaseTac(suite, tacKey as Uint8Array, inputs))).toBe(expected.tac);
  });
});

describe.each([
  { name: 'LoadTac', formula: load },
  { name: 'PurchaseTac', formula: purchase },
])('$name', ({ formula }) => {
  test.each(suites)('equals the oracle: $title', ({ cipher, numRuns }) => {
    assertEqualsOracle(formula, cipher, numRuns);
  });

  test.each(suites)('16-byte DTK, folded for 3des and whole for sm4: $title', (suite) => {
    const { cipher, numRuns } = suite;
    fc.assert(
      fc.property(bytesOf(16), transactions, (dtk, inputs) => {
        const halves = dtk.slice(0, 8).map((byte, at) => byte ^ (dtk[at + 8] ?? 0));
        const key = cipher.name === '3des' ? halves : dtk;
        const message = Uint8Array.from(formula.message(inputs));
        const expected = oracleMac(cipher.name, key, message).slice(0, 4);
        expect(formula.compute(cipher, dtk, inputs)).toEqual(expected);
        expect(formula.compute(cipher, expandTacKey(cipher, dtk), inputs)).toEqual(expected);
      }),
      { numRuns },
    );
  });

  test.each(suites)('verify refuses every wrong bit: $title', ({ cipher }) => {
    assertRefusesWrong(formula, cipher);
  });

  test.each(suites)('bad inputs throw their codes: $title', ({ cipher }) => {
    assertRefusesInputs(formula, cipher, wrongDated);
  });
});

describe('foldTacKey', () => {
  test('left half xor right half', () => {
    expect(toHex(foldTacKey(fromHex('34343434343434341122334455667788')))).toBe('25160770615243BC');
  });

  test.each([0, 7, 15, 17])('KEY_LENGTH for a TAC key of %i bytes', (size) => {
    const wrong = expect.objectContaining({ code: 'KEY_LENGTH' }) as Error;
    const key = new Uint8Array(size);
    expect(() => computeLoadTac(desCipher, key, plainTransaction)).toThrow(wrong);
    expect(() => computeLoadTac(sm4Cipher, key, plainTransaction)).toThrow(wrong);
  });

  test('KEY_LENGTH for a 16-byte 3des key that was expanded without folding', () => {
    const unfolded = desCipher.expandKey(new Uint8Array(16));
    expect(() => computeLoadTac(desCipher, unfolded, plainTransaction)).toThrow(
      expect.objectContaining({ code: 'KEY_LENGTH' }),
    );
  });
});

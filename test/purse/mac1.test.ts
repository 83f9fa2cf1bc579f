import { describe, expect, test } from 'vitest';
import { toHex } from '../../src/bytes.js';
import {
  computeLoadMac1,
  computePurchaseMac1,
  computeUnloadMac1,
  verifyLoadMac1,
  verifyPurchaseMac1,
  verifyUnloadMac1,
} from '../../src/purse/mac1.js';
import { suites } from '../support/crypto-oracle.js';
import {
  assertEqualsOracle,
  assertRefusesInputs,
  assertRefusesWrong,
  wrongDated,
  type MacFormula,
} from '../support/mac-laws.js';
import { bcd, bigEndian } from '../support/purse-arbitraries.js';
import { loadVectors, purchaseVectors } from '../support/purse-vectors.js';

const loadMessage: MacFormula['message'] = (inputs) => [
  ...bigEndian(inputs.rawBalance, 4),
  ...bigEndian(inputs.amountFen, 4),
  inputs.transactionType,
  ...inputs.terminal,
];
const load = { compute: computeLoadMac1, verify: verifyLoadMac1, message: loadMessage };
const unload = { compute: computeUnloadMac1, verify: verifyUnloadMac1, message: loadMessage };
const purchase: MacFormula = {
  compute: computePurchaseMac1,
  verify: verifyPurchaseMac1,
  message: (inputs) => [
    ...bigEndian(inputs.amountFen, 4),
    inputs.transactionType,
    ...inputs.terminal,
    ...bcd(inputs.date),
    ...bcd(inputs.time),
  ],
};

describe('MAC1 vectors', () => {
  test.each(loadVectors())('$id', ({ suite, sessionKey, inputs, expected }) => {
    expect(toHex(computeLoadMac1(suite, sessionKey, inputs))).toBe(expected.mac1);
  });

  test.each(purchaseVectors())('$id', ({ suite, sessionKey, inputs, expected }) => {
    expect(toHex(computePurchaseMac1(suite, sessionKey, inputs))).toBe(expected.mac1);
  });
});

describe.each([
  { name: 'LoadMac1', formula: load },
  { name: 'UnloadMac1', formula: unload },
  { name: 'PurchaseMac1', formula: purchase },
])('$name', ({ name, formula }) => {
  test.each(suites)('equals the oracle: $title', ({ cipher, numRuns }) => {
    assertEqualsOracle(formula, cipher, numRuns);
  });

  test.each(suites)('verify refuses every wrong bit: $title', ({ cipher }) => {
    assertRefusesWrong(formula, cipher);
  });

  test.each(suites)('bad inputs throw their codes: $title', ({ cipher }) => {
    const undated = wrongDated.filter(([code]) => code !== 'DIGITS_INVALID');
    const balance = ['BYTES_RANGE', { rawBalance: -1 }] as const;
    const wrong = name === 'PurchaseMac1' ? wrongDated : [...undated, balance];
    assertRefusesInputs(formula, cipher, wrong);
  });
});

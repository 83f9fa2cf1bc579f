import { describe, expect, test } from 'vitest';
import { toHex } from '../../src/bytes.js';
import {
  computeLoadMac2,
  computePurchaseMac2,
  computeUnloadMac2,
  verifyLoadMac2,
  verifyPurchaseMac2,
  verifyUnloadMac2,
} from '../../src/purse/mac2.js';
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
  ...bigEndian(inputs.amountFen, 4),
  inputs.transactionType,
  ...inputs.terminal,
  ...bcd(inputs.date),
  ...bcd(inputs.time),
];
const load = { compute: computeLoadMac2, verify: verifyLoadMac2, message: loadMessage };
const unload = { compute: computeUnloadMac2, verify: verifyUnloadMac2, message: loadMessage };
const purchase: MacFormula = {
  compute: computePurchaseMac2,
  verify: verifyPurchaseMac2,
  message: (inputs) => bigEndian(inputs.amountFen, 4),
};

describe('MAC2 vectors', () => {
  test.each(loadVectors())('$id', ({ suite, sessionKey, inputs, expected }) => {
    expect(toHex(computeLoadMac2(suite, sessionKey, inputs))).toBe(expected.mac2);
  });

  test.each(purchaseVectors())('$id', ({ suite, sessionKey, inputs, expected }) => {
    expect(toHex(computePurchaseMac2(suite, sessionKey, inputs))).toBe(expected.mac2);
  });
});

describe.each([
  { name: 'LoadMac2', formula: load },
  { name: 'UnloadMac2', formula: unload },
  { name: 'PurchaseMac2', formula: purchase },
])('$name', ({ name, formula }) => {
  test.each(suites)('equals the oracle: $title', ({ cipher, numRuns }) => {
    assertEqualsOracle(formula, cipher, numRuns);
  });

  test.each(suites)('verify refuses every wrong bit: $title', ({ cipher }) => {
    assertRefusesWrong(formula, cipher);
  });

  test.each(suites)('bad inputs throw their codes: $title', ({ cipher }) => {
    const amounts = wrongDated.filter(([, bent]) => 'amountFen' in bent);
    assertRefusesInputs(formula, cipher, name === 'PurchaseMac2' ? amounts : wrongDated);
  });
});

import { describe, expect, test } from 'vitest';
import { desCipher } from '../../src/crypto/des.js';
import { computeUnloadMac3, verifyUnloadMac3 } from '../../src/purse/mac3.js';
import { computeLoadTac } from '../../src/purse/tac.js';
import { suites } from '../support/crypto-oracle.js';
import {
  assertEqualsOracle,
  assertRefusesInputs,
  assertRefusesWrong,
  wrongDated,
  type MacFormula,
} from '../support/mac-laws.js';
import { bcd, bigEndian, plainTransaction } from '../support/purse-arbitraries.js';

const formula: MacFormula = {
  compute: computeUnloadMac3,
  verify: verifyUnloadMac3,
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

describe('UnloadMac3', () => {
  test.each(suites)('equals the oracle: $title', ({ cipher, numRuns }) => {
    assertEqualsOracle(formula, cipher, numRuns);
  });

  test.each(suites)('verify refuses every wrong bit: $title', ({ cipher }) => {
    assertRefusesWrong(formula, cipher);
  });

  test.each(suites)('bad inputs throw their codes: $title', ({ cipher }) => {
    assertRefusesInputs(formula, cipher, wrongDated);
  });

  test('is the TAC of the same load made with the session key', () => {
    const session = new Uint8Array(8).fill(0x11);
    expect(computeUnloadMac3(desCipher, session, plainTransaction)).toEqual(
      computeLoadTac(desCipher, session, plainTransaction),
    );
  });

  test('KEY_LENGTH for a 16-byte key: MAC3 is made with the session key', () => {
    expect(() => computeUnloadMac3(desCipher, new Uint8Array(16), plainTransaction)).toThrow(
      expect.objectContaining({ code: 'KEY_LENGTH' }),
    );
  });
});

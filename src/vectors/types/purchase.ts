/**
 * The formulas of a purchase, simple (06) or compound (09): key or sessionKey, and the fields they
 * cover → any of sessionKey, mac1, mac2, tac.
 */
import * as v from 'valibot';
import type { Cipher } from '../../crypto/index.js';
import {
  computePurchaseSessionKey,
  verifyPurchaseMac1,
  verifyPurchaseMac2,
  verifyPurchaseTac,
} from '../../purse/index.js';
import { bytesOf, digits, fen, hex, need, testInvalid, type TestOf, whole } from '../forms.js';
import type { Findings } from '../findings.js';
import { purseKeys, readSessionKey, readTacKey } from '../purse-keys.js';

export const type = 'purchase';
export const about = 'The formulas of a purchase (06) and a compound purchase (09).';

/** What a test holds. */
export const fields = {
  ...purseKeys,
  random: v.exactOptional(hex()),
  offlineAtc: v.exactOptional(whole(0, 0xffff)),
  terminalSerial: v.exactOptional(hex()),
  amountFen: v.exactOptional(fen()),
  transactionType: v.exactOptional(whole(0, 0xff)),
  terminal: v.exactOptional(hex()),
  date: v.exactOptional(digits(8)),
  time: v.exactOptional(digits(6)),
  mac1: v.exactOptional(hex()),
  mac2: v.exactOptional(hex()),
  tac: v.exactOptional(hex()),
};
type Test = TestOf<typeof fields>;

/** Checks every cryptogram that the test gives; each needs only the fields that it covers. */
export function run(test: Test, cipher: Cipher, findings: Findings): void {
  const session = readSessionKey(test, findings, (key) =>
    computePurchaseSessionKey(cipher, key, {
      random: bytesOf(need(test, 'random')),
      offlineAtc: need(test, 'offlineAtc'),
      terminalSerial: bytesOf(need(test, 'terminalSerial')),
    }),
  );
  if (test.mac1 !== undefined) {
    const right = verifyPurchaseMac1(cipher, session, readOrder(test), bytesOf(test.mac1));
    findings.add('mac1', right);
  }
  if (test.mac2 !== undefined) {
    const inputs = { amountFen: need(test, 'amountFen') };
    findings.add('mac2', verifyPurchaseMac2(cipher, session, inputs, bytesOf(test.mac2)));
  }
  const tacKey = readTacKey(test, cipher, findings);
  if (test.tac === undefined) return;
  if (tacKey === undefined)
    throw testInvalid('tacKey', {
      en: 'is missing: the tac cannot be checked',
      zh: '缺失，无法校验 tac',
    });
  const inputs = { ...readOrder(test), terminalSerial: bytesOf(need(test, 'terminalSerial')) };
  findings.add('tac', verifyPurchaseTac(cipher, tacKey, inputs, bytesOf(test.tac)));
}

function readOrder(test: Test) {
  return {
    amountFen: need(test, 'amountFen'),
    transactionType: need(test, 'transactionType'),
    terminal: bytesOf(need(test, 'terminal')),
    date: need(test, 'date'),
    time: need(test, 'time'),
  };
}

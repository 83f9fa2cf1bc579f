/**
 * The formulas of a load: key or sessionKey, and the fields they cover → any of sessionKey, mac1,
 * mac2, tac; of an unload (transaction type 03) also mac3.
 */
import * as v from 'valibot';
import type { Cipher } from '../../crypto/index.js';
import {
  computeLoadSessionKey,
  verifyLoadMac1,
  verifyLoadMac2,
  verifyLoadTac,
  verifyUnloadMac3,
} from '../../purse/index.js';
import { bytesOf, digits, fen, hex, need, testInvalid, type TestOf, whole } from '../forms.js';
import type { Findings } from '../findings.js';
import { purseKeys, readSessionKey, readTacKey } from '../purse-keys.js';

export const type = 'loadCryptogram';
export const about = 'The formulas of a load; each code needs only the fields it covers.';

/** What a test holds. */
export const fields = {
  ...purseKeys,
  random: v.exactOptional(hex()),
  onlineAtc: v.exactOptional(whole(0, 0xffff)),
  balanceFen: v.exactOptional(fen()),
  amountFen: v.exactOptional(fen()),
  transactionType: v.exactOptional(whole(0, 0xff)),
  terminal: v.exactOptional(hex()),
  date: v.exactOptional(digits(8)),
  time: v.exactOptional(digits(6)),
  mac1: v.exactOptional(hex()),
  mac2: v.exactOptional(hex()),
  mac3: v.exactOptional(hex()),
  tac: v.exactOptional(hex()),
};
type Test = TestOf<typeof fields>;

const UNLOAD = 3;

/** Checks every cryptogram that the test gives; each needs only the fields that it covers. */
export function run(test: Test, cipher: Cipher, findings: Findings): void {
  const session = readSessionKey(test, findings, (key) =>
    computeLoadSessionKey(cipher, key, {
      random: bytesOf(need(test, 'random')),
      onlineAtc: need(test, 'onlineAtc'),
    }),
  );
  if (test.mac1 !== undefined) {
    // In these files the name is of the four bytes.
    const inputs = { ...readOrder(test), rawBalance: need(test, 'balanceFen') };
    findings.add('mac1', verifyLoadMac1(cipher, session, inputs, bytesOf(test.mac1)));
  }
  if (test.mac2 !== undefined) {
    const inputs = { ...readOrder(test), ...readDateTime(test) };
    findings.add('mac2', verifyLoadMac2(cipher, session, inputs, bytesOf(test.mac2)));
  }
  if (test.mac3 !== undefined) {
    const right = verifyUnloadMac3(cipher, session, readReceipt(test), bytesOf(test.mac3));
    findings.add('mac3', right);
  }
  const tacKey = readTacKey(test, cipher, findings);
  if (test.tac === undefined) return;
  if (tacKey === undefined)
    throw testInvalid('tacKey', {
      en: 'is missing: the tac cannot be checked',
      zh: '缺失，无法校验 tac',
    });
  findings.add('tac', verifyLoadTac(cipher, tacKey, readReceipt(test), bytesOf(test.tac)));
}

function readOrder(test: Test) {
  return {
    amountFen: need(test, 'amountFen'),
    transactionType: need(test, 'transactionType'),
    terminal: bytesOf(need(test, 'terminal')),
  };
}

function readDateTime(test: Test) {
  return { date: need(test, 'date'), time: need(test, 'time') };
}

/** A load adds to the purse, an unload takes away. */
function readReceipt(test: Test) {
  const order = readOrder(test);
  const sign = order.transactionType === UNLOAD ? -1 : 1;
  return {
    ...order,
    ...readDateTime(test),
    onlineAtc: need(test, 'onlineAtc'),
    rawBalanceAfter: need(test, 'balanceFen') + sign * order.amountFen,
  };
}

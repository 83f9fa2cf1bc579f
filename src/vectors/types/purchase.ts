/**
 * The formulas of a purchase, simple (06) or compound (09): key or sessionKey, and the fields they
 * cover → any of sessionKey, mac1, mac2, tac.
 */
import type { Cipher } from '../../crypto/index.js';
import {
  computePurchaseSessionKey,
  verifyPurchaseMac1,
  verifyPurchaseMac2,
  verifyPurchaseTac,
} from '../../purse/index.js';
import { type Fields, testInvalid } from '../fields.js';
import type { Findings } from '../findings.js';
import { readSessionKey, readTacKey } from '../purse-keys.js';

export const type = 'purchase';

/** Checks every cryptogram that the test gives; each needs only the fields that it covers. */
export function check(fields: Fields, cipher: Cipher, findings: Findings): void {
  const session = readSessionKey(fields, findings, (key) =>
    computePurchaseSessionKey(cipher, key, {
      random: fields.bytes('random'),
      offlineAtc: fields.number('offlineAtc'),
      terminalSerial: fields.bytes('terminalSerial'),
    }),
  );
  if (fields.has('mac1')) {
    const right = verifyPurchaseMac1(cipher, session, readOrder(fields), fields.bytes('mac1'));
    findings.add('mac1', right);
  }
  if (fields.has('mac2')) {
    const inputs = { amountFen: fields.number('amountFen') };
    findings.add('mac2', verifyPurchaseMac2(cipher, session, inputs, fields.bytes('mac2')));
  }
  const tacKey = readTacKey(fields, cipher, findings);
  if (!fields.has('tac')) return;
  if (tacKey === undefined) throw testInvalid('tacKey', 'is missing: the tac cannot be checked');
  const inputs = { ...readOrder(fields), terminalSerial: fields.bytes('terminalSerial') };
  findings.add('tac', verifyPurchaseTac(cipher, tacKey, inputs, fields.bytes('tac')));
}

function readOrder(fields: Fields) {
  return {
    amountFen: fields.number('amountFen'),
    transactionType: fields.number('transactionType'),
    terminal: fields.bytes('terminal'),
    date: fields.text('date'),
    time: fields.text('time'),
  };
}

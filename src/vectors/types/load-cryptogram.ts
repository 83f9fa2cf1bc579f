/**
 * The formulas of a load: key or sessionKey, and the fields they cover → any of sessionKey, mac1,
 * mac2, tac; of an unload (transaction type 03) also mac3.
 */
import type { Cipher } from '../../crypto/index.js';
import {
  computeLoadSessionKey,
  verifyLoadMac1,
  verifyLoadMac2,
  verifyLoadTac,
  verifyUnloadMac3,
} from '../../purse/index.js';
import { type Fields, testInvalid } from '../fields.js';
import type { Findings } from '../findings.js';
import { readSessionKey, readTacKey } from '../purse-keys.js';

export const type = 'loadCryptogram';

const UNLOAD = 3;

/** Checks every cryptogram that the test gives; each needs only the fields that it covers. */
export function check(fields: Fields, cipher: Cipher, findings: Findings): void {
  const session = readSessionKey(fields, findings, (key) =>
    computeLoadSessionKey(cipher, key, {
      random: fields.bytes('random'),
      onlineAtc: fields.number('onlineAtc'),
    }),
  );
  if (fields.has('mac1')) {
    // In these files the name is of the four bytes.
    const inputs = { ...readOrder(fields), rawBalance: fields.number('balanceFen') };
    findings.add('mac1', verifyLoadMac1(cipher, session, inputs, fields.bytes('mac1')));
  }
  if (fields.has('mac2')) {
    const inputs = { ...readOrder(fields), ...readDateTime(fields) };
    findings.add('mac2', verifyLoadMac2(cipher, session, inputs, fields.bytes('mac2')));
  }
  if (fields.has('mac3')) {
    const right = verifyUnloadMac3(cipher, session, readReceipt(fields), fields.bytes('mac3'));
    findings.add('mac3', right);
  }
  const tacKey = readTacKey(fields, cipher, findings);
  if (!fields.has('tac')) return;
  if (tacKey === undefined) throw testInvalid('tacKey', 'is missing: the tac cannot be checked');
  findings.add('tac', verifyLoadTac(cipher, tacKey, readReceipt(fields), fields.bytes('tac')));
}

function readOrder(fields: Fields) {
  return {
    amountFen: fields.number('amountFen'),
    transactionType: fields.number('transactionType'),
    terminal: fields.bytes('terminal'),
  };
}

function readDateTime(fields: Fields) {
  return { date: fields.text('date'), time: fields.text('time') };
}

/** A load adds to the purse, an unload takes away. */
function readReceipt(fields: Fields) {
  const order = readOrder(fields);
  const sign = order.transactionType === UNLOAD ? -1 : 1;
  return {
    ...order,
    ...readDateTime(fields),
    onlineAtc: fields.number('onlineAtc'),
    rawBalanceAfter: fields.number('balanceFen') + sign * order.amountFen,
  };
}

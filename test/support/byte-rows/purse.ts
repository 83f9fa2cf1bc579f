/** How to call what takes bytes in purse. */
import { type Cipher, desCipher, sm4Cipher } from '../../../src/crypto/index.js';
import * as purse from '../../../src/purse/index.js';
import type { ByteCall, ByteRows, Give } from '../byte-law.js';
import { commandRows } from './apdu.js';

const KEY = '00112233445566778899AABBCCDDEEFF';
const MAC = '5B6A7988';
const TERMINAL = '000000000001';
const DATE_TIME = { date: '20260315', time: '093045' } as const;
const MONEY = { amountFen: 1, transactionType: 2 } as const;

const initialize = (give: Give) => ({ keyIndex: 1, amountFen: 100, terminal: give(TERMINAL) });
const LOAD_ANSWER = `00001388000001001F2E3D4C${MAC}9000`;
const PURCHASE_ANSWER = '0000138800000000000100AABBCCDD9000';
const CREDIT = `805200000B20260315093045${MAC}`;
const DEBIT = `805401000F0000000120260315093045${MAC}08`;

const COMMAND_ROWS: ByteRows = {
  ...commandRows(
    'creditForLoad',
    purse.creditForLoad,
    [`${CREDIT}04`, `${MAC}9000`],
    [(give) => ({ ...DATE_TIME, mac2: give(MAC) })],
  ),
  ...commandRows(
    'debitForCompoundPurchase',
    purse.debitForCompoundPurchase,
    [DEBIT, `${MAC}${MAC}9000`],
    [(give) => ({ terminalSerial: give('00000001'), ...DATE_TIME, mac1: give(MAC) })],
  ),
  ...commandRows(
    'debitForPurchase',
    purse.debitForPurchase,
    [DEBIT, `${MAC}${MAC}9000`],
    [(give) => ({ terminalSerial: give('00000001'), ...DATE_TIME, mac1: give(MAC) })],
  ),
  ...commandRows(
    'debitForUnload',
    purse.debitForUnload,
    [`805403000B20260315093045${MAC}04`, `${MAC}9000`],
    [(give) => ({ ...DATE_TIME, mac2: give(MAC) })],
  ),
  ...commandRows('getBalance', purse.getBalance, ['805C000204', '000013889000']),
  ...commandRows('getTransactionProve', purse.getTransactionProve, [
    '805A000202000108',
    `${MAC}${MAC}9000`,
  ]),
  ...commandRows(
    'initializeForLoad',
    purse.initializeForLoad,
    [`805000020B0100000064${TERMINAL}10`, LOAD_ANSWER],
    [initialize],
  ),
  ...commandRows(
    'initializeForUnload',
    purse.initializeForUnload,
    [`805005010B0100000064${TERMINAL}10`, LOAD_ANSWER],
    [initialize],
  ),
  ...commandRows(
    'initializeForPurchase',
    purse.initializeForPurchase,
    [`805001020B0100000064${TERMINAL}0F`, PURCHASE_ANSWER],
    [initialize],
  ),
  ...commandRows(
    'initializeForCompoundPurchase',
    purse.initializeForCompoundPurchase,
    [`805003020B0100000064${TERMINAL}0F`, PURCHASE_ANSWER],
    [initialize],
  ),
  ...commandRows(
    'updateCappDataCache',
    purse.updateCappDataCache,
    ['80DCAAC805AA03010203', '9000'],
    [(give) => ({ record: 0xaa, sfi: 0x19, data: give('AA03010203') })],
  ),
};

/** What each formula takes, all of it at once: a formula reads its own fields. */
function inputs(give: Give) {
  return {
    ...{ ...MONEY, ...DATE_TIME, rawBalance: 0x8000164e, rawBalanceAfter: 0x8000164f },
    ...{ onlineAtc: 1, offlineAtc: 1, terminal: give(TERMINAL), random: give('01020304') },
    terminalSerial: give('00000001'),
  };
}

type Inputs = ReturnType<typeof inputs>;

const ciphers = [desCipher, sm4Cipher];

/** A formula under a session key, or under a card's key of 16 bytes. */
function formula(
  size: 'session' | 'card',
  compute: (cipher: Cipher, key: Uint8Array, given: Inputs) => unknown,
): ByteCall[] {
  return ciphers.map((cipher) => (give) => {
    const sizeBytes = size === 'session' ? cipher.blockSizeBytes : 16;
    return compute(cipher, give(KEY.slice(0, 2 * sizeBytes)), inputs(give));
  });
}

/** The same with a code that is compared. */
function check(
  size: 'session' | 'card',
  verify: (cipher: Cipher, key: Uint8Array, given: Inputs, code: Uint8Array) => boolean,
): ByteCall[] {
  return ciphers.map((cipher) => (give) => {
    const sizeBytes = size === 'session' ? cipher.blockSizeBytes : 16;
    return verify(cipher, give(KEY.slice(0, 2 * sizeBytes)), inputs(give), give(MAC));
  });
}

export const PURSE_ROWS: ByteRows = {
  ...COMMAND_ROWS,
  findCommandFile: [
    (give) => {
      const found = purse.findCommandFile(give(`${CREDIT}04`));
      return [found?.parse(give(`${MAC}9000`)), found?.parseCommand(give(`${CREDIT}04`))];
    },
  ],
  findCommandRow: [(give) => purse.findCommandRow(give(`${CREDIT}04`))?.name],
  findTransactionType: [
    (give) => purse.findTransactionType(give(`805000020B0100000064${TERMINAL}`)),
  ],
  computeLoadSessionKey: formula('card', purse.computeLoadSessionKey),
  computeUnloadSessionKey: formula('card', purse.computeUnloadSessionKey),
  computePurchaseSessionKey: formula('card', purse.computePurchaseSessionKey),
  computeLoadMac1: formula('session', purse.computeLoadMac1),
  verifyLoadMac1: check('session', purse.verifyLoadMac1),
  computeUnloadMac1: formula('session', purse.computeUnloadMac1),
  verifyUnloadMac1: check('session', purse.verifyUnloadMac1),
  computePurchaseMac1: formula('session', purse.computePurchaseMac1),
  verifyPurchaseMac1: check('session', purse.verifyPurchaseMac1),
  computeLoadMac2: formula('session', purse.computeLoadMac2),
  verifyLoadMac2: check('session', purse.verifyLoadMac2),
  computeUnloadMac2: formula('session', purse.computeUnloadMac2),
  verifyUnloadMac2: check('session', purse.verifyUnloadMac2),
  computePurchaseMac2: formula('session', purse.computePurchaseMac2),
  verifyPurchaseMac2: check('session', purse.verifyPurchaseMac2),
  computeUnloadMac3: formula('session', purse.computeUnloadMac3),
  verifyUnloadMac3: check('session', purse.verifyUnloadMac3),
  computeLoadTac: formula('card', purse.computeLoadTac),
  verifyLoadTac: check('card', purse.verifyLoadTac),
  computePurchaseTac: formula('card', purse.computePurchaseTac),
  verifyPurchaseTac: check('card', purse.verifyPurchaseTac),
  foldTacKey: [(give) => purse.foldTacKey(give(KEY))],
  writeLoadTacMessage: [(give) => purse.writeLoadTacMessage(inputs(give))],
  writeLoadMac1Message: [(give) => purse.writeLoadMac1Message(inputs(give))],
  writeLoadMac2Message: [(give) => purse.writeLoadMac2Message(inputs(give))],
  writeLoadSessionMessage: [(give) => purse.writeLoadSessionMessage(inputs(give))],
};

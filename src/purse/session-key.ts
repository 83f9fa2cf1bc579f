/**
 * Session keys: one key for one transaction, out of the card's key, its random number and its
 * counter.
 */
import {
  encryptEcb,
  expandKey,
  isExpanded,
  withComplement,
  type BlockKey,
  type Cipher,
  type KeyInput,
} from '../crypto/index.js';
import { putBytes, putUint } from './message.js';

/** The message in work. One will do: nothing in here yields. */
const LOAD_MESSAGE = new Uint8Array(8);

/** What the card answered to INITIALIZE FOR LOAD (or UNLOAD). */
export interface LoadSessionInputs {
  /** 4 bytes, made by the card for this transaction. */
  readonly random: Uint8Array;
  /** The online counter of the INITIALIZE answer, before its increment. */
  readonly onlineAtc: number;
}

/** What the card answered to INITIALIZE FOR PURCHASE, and the terminal's own serial number. */
export interface PurchaseSessionInputs {
  /** 4 bytes, made by the card for this transaction. */
  readonly random: Uint8Array;
  /** The offline counter of the INITIALIZE answer, before its increment. */
  readonly offlineAtc: number;
  /** 4 bytes; the low 2 count. */
  readonly terminalSerial: Uint8Array;
}

/**
 * The session key of a load.
 *
 * 圈存过程密钥。
 *
 * in8 = random(4) ‖ onlineAtc(2) ‖ 80 00
 *
 * - 3DES: key(8) = 3DES(DLK, in8)
 * - SM4: key(16) = SM4(DLK, in8 ‖ ¬in8). From deployed code; no public card trace proves it.
 *
 * PBOC 2.0 e-purse (JR/T 0025); vectors/given.json, type `loadCryptogram`.
 *
 * @param loadKey the card's load key (DLK), 16 bytes or expanded
 * @throws KEY_LENGTH, KEY_CIPHER, BYTES_LENGTH, BYTES_RANGE
 * @example
 * import { fromHex } from 'quancun/bytes';
 * import { desCipher } from 'quancun/crypto';
 * const loadKey = fromHex('3F3F3F3F3F3F3F3F1122334455667788');
 * const random = fromHex('4E066548');
 * computeLoadSessionKey(desCipher, loadKey, { random, onlineAtc: 0 }); // 3B75C79CFA8C2327
 */
export function computeLoadSessionKey(
  cipher: Cipher,
  loadKey: KeyInput,
  inputs: LoadSessionInputs,
): Uint8Array {
  fillLoadSessionMessage(LOAD_MESSAGE, inputs);
  return encryptSession(cipher, loadKey, LOAD_MESSAGE);
}

/**
 * What is enciphered under the load key to make its session key: random4 ‖ onlineAtc2 ‖ 8000. With
 * SM4 its complement follows.
 *
 * 圈存过程密钥的输入（8 字节；SM4 另接其取反）。
 *
 * @throws BYTES_RANGE, BYTES_LENGTH
 * @example
 * import { fromHex } from 'quancun/bytes';
 * writeLoadSessionMessage({ random: fromHex('240F079A'), onlineAtc: 23 }); // 240F079A00178000
 */
export function writeLoadSessionMessage(inputs: LoadSessionInputs): Uint8Array {
  const message = new Uint8Array(LOAD_MESSAGE.length);
  fillLoadSessionMessage(message, inputs);
  return message;
}

function fillLoadSessionMessage(message: Uint8Array, inputs: LoadSessionInputs): void {
  putBytes(message, 0, inputs.random, 4, 'random');
  putUint(message, 4, inputs.onlineAtc, 2, 'onlineAtc');
  message[6] = 0x80;
}

/**
 * The session key of an unload (圈提): the load's form under the unload key.
 *
 * 圈提过程密钥：公式同圈存，使用圈提密钥。
 *
 * in8 = random(4) ‖ onlineAtc(2) ‖ 80 00
 *
 * @param unloadKey the card's unload key (DULK), 16 bytes or expanded
 * @throws KEY_LENGTH, KEY_CIPHER, BYTES_LENGTH, BYTES_RANGE
 * @example
 * import { fromHex } from 'quancun/bytes';
 * import { desCipher } from 'quancun/crypto';
 * const unloadKey = fromHex('3F3F3F3F3F3F3F3F1122334455667788');
 * const random = fromHex('4E066548');
 * computeUnloadSessionKey(desCipher, unloadKey, { random, onlineAtc: 0 }); // 3B75C79CFA8C2327
 */
export function computeUnloadSessionKey(
  cipher: Cipher,
  unloadKey: KeyInput,
  inputs: LoadSessionInputs,
): Uint8Array {
  return computeLoadSessionKey(cipher, unloadKey, inputs);
}

/**
 * The session key of a purchase, simple or compound.
 *
 * 消费过程密钥（普通消费与复合消费相同）。
 *
 * in8 = random(4) ‖ offlineAtc(2) ‖ low 2 bytes of terminalSerial(4)
 *
 * - 3DES: key(8) = 3DES(DPK, in8)
 * - SM4: key(16) = SM4(DPK, in8 ‖ ¬in8). From deployed code; no public card trace proves it.
 *
 * PBOC 2.0 e-purse (JR/T 0025); vectors/given.json, type `purchase`.
 *
 * @param purchaseKey the card's purchase key (DPK), 16 bytes or expanded
 * @throws KEY_LENGTH, KEY_CIPHER, BYTES_LENGTH, BYTES_RANGE
 * @example
 * import { fromHex } from 'quancun/bytes';
 * import { desCipher } from 'quancun/crypto';
 * const purchaseKey = fromHex('00112233445566778899AABBCCDDEEFF');
 * const terminalSerial = fromHex('00000000');
 * const inputs = { random: fromHex('584633C9'), offlineAtc: 0, terminalSerial };
 * computePurchaseSessionKey(desCipher, purchaseKey, inputs); // C08346DF9F1D457A
 */
export function computePurchaseSessionKey(
  cipher: Cipher,
  purchaseKey: KeyInput,
  inputs: PurchaseSessionInputs,
): Uint8Array {
  const serial = new Uint8Array(4);
  putBytes(serial, 0, inputs.terminalSerial, 4, 'terminalSerial');
  const message = new Uint8Array(8);
  putBytes(message, 0, inputs.random, 4, 'random');
  putUint(message, 4, inputs.offlineAtc, 2, 'offlineAtc');
  message[6] = serial[2] as number;
  message[7] = serial[3] as number;
  return encryptSession(cipher, purchaseKey, message);
}

/**
 * A session key as the MAC formulas take it: 8 bytes for 3DES, 16 for SM4. A card's own key in its
 * place is the classic mistake, and is refused.
 *
 * 展开过程密钥并校验长度（3DES 为 8 字节，SM4 为 16 字节）。
 *
 * @throws KEY_LENGTH, KEY_CIPHER
 * @example
 * import { fromHex } from 'quancun/bytes';
 * import { desCipher } from 'quancun/crypto';
 * // One schedule for MAC1 and MAC2.
 * const session = expandSessionKey(desCipher, fromHex('3B75C79CFA8C2327'));
 * const terminal = fromHex('666666666666');
 * const inputs = { amountFen: 16, transactionType: 2, terminal, date: '20240411', time: '212121' };
 * computeLoadMac2(desCipher, session, inputs); // 097E98FE
 */
export function expandSessionKey(cipher: Cipher, sessionKey: KeyInput): BlockKey {
  return expandKey(cipher, sessionKey, cipher.blockSizeBytes);
}

/**
 * As {@link expandSessionKey} for a MAC that is computed at once: bytes of the right length stay
 * bytes, which the MAC expands without making a key of them.
 * 过程密钥即用即弃：长度正确的字节原样返回。
 * @throws KEY_LENGTH, KEY_CIPHER
 */
export function checkedSessionKey(cipher: Cipher, sessionKey: KeyInput): KeyInput {
  return checkedKey(cipher, sessionKey, cipher.blockSizeBytes);
}

/**
 * A key of the size that its use demands, not expanded if it was not.
 * 校验密钥长度，不展开。
 * @throws KEY_LENGTH, KEY_CIPHER
 */
export function checkedKey(cipher: Cipher, key: KeyInput, sizeBytes: 8 | 16): KeyInput {
  // Whatever else it is, expandKey has the check and the error for it.
  if (isExpanded(key) || key.length !== sizeBytes) return expandKey(cipher, key, sizeBytes);
  return key;
}

function encryptSession(cipher: Cipher, key: KeyInput, in8: Uint8Array): Uint8Array {
  const master = checkedKey(cipher, key, 16);
  return encryptEcb(cipher, master, cipher.name === 'sm4' ? withComplement(in8) : in8);
}

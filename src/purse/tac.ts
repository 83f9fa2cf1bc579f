/**
 * TAC: the card's receipt, made with its own TAC key and good for ever.
 */
import { equalConstantTime } from '../bytes.js';
import {
  computeMac4,
  expandKey,
  foldKey,
  isExpanded,
  type BlockKey,
  type Cipher,
  type KeyInput,
} from '../crypto/index.js';
import { putBytes, putDigits, putUint } from './message.js';
import { checkedKey } from './session-key.js';

/** The message in work. One will do: nothing in here yields. */
const LOAD_MESSAGE = new Uint8Array(24);

/** What the TAC of a load covers. */
export interface LoadTacInputs {
  /** The purse after the load, as four bytes: `answer.rawBalance + amountFen`. */
  readonly rawBalanceAfter?: number;
  /**
   * What 0.1.0 called the same four bytes; looked at where there is no `rawBalanceAfter`.
   */
  readonly balanceAfterFen?: number;
  /** The online counter of the INITIALIZE answer, before its increment. */
  readonly onlineAtc: number;
  readonly amountFen: number;
  readonly transactionType: number;
  /** 6 bytes. */
  readonly terminal: Uint8Array;
  /** YYYYMMDD. */
  readonly date: string;
  /** hhmmss. */
  readonly time: string;
}

/** What the TAC of a purchase covers. */
export interface PurchaseTacInputs {
  readonly amountFen: number;
  readonly transactionType: number;
  /** 6 bytes. */
  readonly terminal: Uint8Array;
  /** 4 bytes. */
  readonly terminalSerial: Uint8Array;
  /** YYYYMMDD. */
  readonly date: string;
  /** hhmmss. */
  readonly time: string;
}

/**
 * The TAC of a load: the card makes it, the host keeps it as proof that the money is on the card.
 *
 * 圈存 TAC（卡片产生，主机留存为入卡凭证）。
 *
 * MAC4(tac, rawBalanceAfter(4) ‖ onlineAtc(2) ‖ amountFen(4) ‖ transactionType(1) ‖ terminal(6)
 * ‖ date(4) ‖ time(3))
 *
 * - 3DES: tac = left half of DTK ⊕ right half, single DES.
 * - SM4: tac = DTK whole. Inferred: no public text or trace shows an SM4 TAC.
 *
 * PBOC 2.0 e-purse (JR/T 0025); vectors/given.json, types `loadCryptogram` and `load`.
 *
 * @param tacKey the card's DTK, 16 bytes; 8 bytes (3DES) are taken as folded already; or expanded
 * @throws KEY_LENGTH, KEY_CIPHER, BYTES_LENGTH, BYTES_RANGE, DIGITS_INVALID
 * @example
 * import { fromHex } from 'quancun/bytes';
 * import { desCipher } from 'quancun/crypto';
 * const tacKey = fromHex('34343434343434341122334455667788');
 * const terminal = fromHex('666666666666');
 * const host = { terminal, date: '20240411', time: '212121' };
 * const inputs = { rawBalanceAfter: 16, onlineAtc: 0, amountFen: 16, transactionType: 2, ...host };
 * computeLoadTac(desCipher, tacKey, inputs); // A802863E
 */
export function computeLoadTac(
  cipher: Cipher,
  tacKey: KeyInput,
  inputs: LoadTacInputs,
): Uint8Array {
  fillLoadTacMessage(LOAD_MESSAGE, inputs);
  return computeMac4(cipher, tacKeyOf(cipher, tacKey), LOAD_MESSAGE);
}

/**
 * Whether the TAC of a load is right; the comparison takes constant time.
 *
 * 校验圈存 TAC（常数时间比较）。
 *
 * @throws KEY_LENGTH, KEY_CIPHER, BYTES_LENGTH, BYTES_RANGE, DIGITS_INVALID
 * @example
 * import { fromHex } from 'quancun/bytes';
 * import { desCipher } from 'quancun/crypto';
 * const tacKey = fromHex('34343434343434341122334455667788');
 * const terminal = fromHex('666666666666');
 * const host = { terminal, date: '20240411', time: '212121' };
 * const inputs = { rawBalanceAfter: 16, onlineAtc: 0, amountFen: 16, transactionType: 2, ...host };
 * verifyLoadTac(desCipher, tacKey, inputs, fromHex('A802863E')); // true
 */
export function verifyLoadTac(
  cipher: Cipher,
  tacKey: KeyInput,
  inputs: LoadTacInputs,
  tac: Uint8Array,
): boolean {
  return equalConstantTime(computeLoadTac(cipher, tacKey, inputs), tac);
}

/**
 * The TAC of a purchase, simple (06) or compound (09).
 *
 * 消费 TAC（普通消费与复合消费）。
 *
 * MAC4(tac, amountFen(4) ‖ transactionType(1) ‖ terminal(6) ‖ terminalSerial(4) ‖ date(4) ‖
 * time(3))
 *
 * The key as in {@link computeLoadTac}. PBOC 2.0 e-purse (JR/T 0025); vectors/given.json, type
 * `purchase`.
 *
 * @param tacKey the card's DTK, 16 bytes; 8 bytes (3DES) are taken as folded already; or expanded
 * @throws KEY_LENGTH, KEY_CIPHER, BYTES_LENGTH, BYTES_RANGE, DIGITS_INVALID
 * @example
 * import { fromHex } from 'quancun/bytes';
 * import { desCipher } from 'quancun/crypto';
 * const tacKey = fromHex('00112233445566778899AABBCCDDEEFF');
 * const terminal = fromHex('001122334455');
 * const host = { terminal, terminalSerial: fromHex('00000000'), date: '20161216', time: '134600' };
 * const inputs = { amountFen: 1, transactionType: 6, ...host };
 * computePurchaseTac(desCipher, tacKey, inputs); // 8AF270DC
 */
export function computePurchaseTac(
  cipher: Cipher,
  tacKey: KeyInput,
  inputs: PurchaseTacInputs,
): Uint8Array {
  const message = new Uint8Array(22);
  putUint(message, 0, inputs.amountFen, 4, 'amountFen');
  putUint(message, 4, inputs.transactionType, 1, 'transactionType');
  putBytes(message, 5, inputs.terminal, 6, 'terminal');
  putBytes(message, 11, inputs.terminalSerial, 4, 'terminalSerial');
  putDigits(message, 15, inputs.date, 4, 'date');
  putDigits(message, 19, inputs.time, 3, 'time');
  return computeMac4(cipher, tacKeyOf(cipher, tacKey), message);
}

/**
 * Whether the TAC of a purchase is right; the comparison takes constant time.
 *
 * 校验消费 TAC（常数时间比较）。
 *
 * @throws KEY_LENGTH, KEY_CIPHER, BYTES_LENGTH, BYTES_RANGE, DIGITS_INVALID
 * @example
 * import { fromHex } from 'quancun/bytes';
 * import { desCipher } from 'quancun/crypto';
 * const tacKey = fromHex('00112233445566778899AABBCCDDEEFF');
 * const terminal = fromHex('001122334455');
 * const host = { terminal, terminalSerial: fromHex('00000000'), date: '20161216', time: '134600' };
 * const inputs = { amountFen: 1, transactionType: 6, ...host };
 * verifyPurchaseTac(desCipher, tacKey, inputs, fromHex('8AF270DC')); // true
 */
export function verifyPurchaseTac(
  cipher: Cipher,
  tacKey: KeyInput,
  inputs: PurchaseTacInputs,
  tac: Uint8Array,
): boolean {
  return equalConstantTime(computePurchaseTac(cipher, tacKey, inputs), tac);
}

/**
 * Folds a 3DES card's TAC key: left half ⊕ right half, 8 bytes. SM4 cards do not fold.
 *
 * 3DES 卡 TAC 密钥：左右两半异或（SM4 不折叠）。
 *
 * @throws KEY_LENGTH
 * @example
 * import { fromHex } from 'quancun/bytes';
 * foldTacKey(fromHex('34343434343434341122334455667788')); // 25160770615243BC
 */
export function foldTacKey(tacKey: Uint8Array): Uint8Array {
  return foldKey(tacKey);
}

/**
 * A TAC key as the MAC takes it, so that it can be kept: folded for 3DES, whole for SM4.
 *
 * 展开 TAC 密钥（3DES 先折叠，SM4 直接使用）。
 *
 * @throws KEY_LENGTH, KEY_CIPHER
 * @example
 * import { fromHex } from 'quancun/bytes';
 * import { desCipher } from 'quancun/crypto';
 * // Kept by whoever verifies many TACs of one card.
 * const key = expandTacKey(desCipher, fromHex('34343434343434341122334455667788'));
 */
export function expandTacKey(cipher: Cipher, tacKey: KeyInput): BlockKey {
  return expandKey(cipher, tacKeyOf(cipher, tacKey));
}

/** The key that makes TACs, not expanded if it was not: it serves one TAC. */
function tacKeyOf(cipher: Cipher, tacKey: KeyInput): KeyInput {
  const folds = cipher.name === '3des' && !isExpanded(tacKey) && tacKey.length !== 8;
  return checkedKey(cipher, folds ? foldKey(tacKey) : tacKey, cipher.blockSizeBytes);
}

/**
 * The message that the TAC of a load and MAC3 of an unload share, 24 bytes.
 * 圈存 TAC 与圈提 MAC3 的报文（24 字节）。
 * @throws BYTES_LENGTH, BYTES_RANGE, DIGITS_INVALID
 * @example
 * import { fromHex } from 'quancun/bytes';
 * const terminal = fromHex('666666666666');
 * const host = { terminal, date: '20240411', time: '212121' };
 * const inputs = { rawBalanceAfter: 16, onlineAtc: 0, amountFen: 16, transactionType: 2, ...host };
 * writeLoadTacMessage(inputs); // 000000100000000000100266666666666620240411212121
 */
export function writeLoadTacMessage(inputs: LoadTacInputs): Uint8Array {
  const message = new Uint8Array(LOAD_MESSAGE.length);
  fillLoadTacMessage(message, inputs);
  return message;
}

function fillLoadTacMessage(message: Uint8Array, inputs: LoadTacInputs): void {
  putUint(message, 0, inputs.rawBalanceAfter ?? inputs.balanceAfterFen, 4, 'rawBalanceAfter');
  putUint(message, 4, inputs.onlineAtc, 2, 'onlineAtc');
  putUint(message, 6, inputs.amountFen, 4, 'amountFen');
  putUint(message, 10, inputs.transactionType, 1, 'transactionType');
  putBytes(message, 11, inputs.terminal, 6, 'terminal');
  putDigits(message, 17, inputs.date, 4, 'date');
  putDigits(message, 21, inputs.time, 3, 'time');
}

/**
 * MAC2: the host's word to the card in a load or unload, the card's word to the terminal in a
 * purchase. MAC2 of a load is money: whoever has it can write it to the card.
 */
import { equalConstantTime } from '../bytes.js';
import { computeMac4, type Cipher, type KeyInput } from '../crypto/index.js';
import { putBytes, putDigits, putUint } from './message.js';
import { checkedSessionKey } from './session-key.js';

/** The message in work. One will do: nothing in here yields. */
const LOAD_MESSAGE = new Uint8Array(18);

/** What MAC2 of a load covers. Date and time are the host's, and go to the card with it. */
export interface LoadMac2Inputs {
  readonly amountFen: number;
  readonly transactionType: number;
  /** 6 bytes. */
  readonly terminal: Uint8Array;
  /** YYYYMMDD. */
  readonly date: string;
  /** hhmmss. */
  readonly time: string;
}

/** What MAC2 of a purchase covers. */
export interface PurchaseMac2Inputs {
  readonly amountFen: number;
}

/**
 * MAC2 of a load: the host makes it, the card checks it and writes the money.
 *
 * 圈存 MAC2（主机产生，卡片验证后写入金额）。
 *
 * MAC4(session, amountFen(4) ‖ transactionType(1) ‖ terminal(6) ‖ date(4) ‖ time(3))
 *
 * PBOC 2.0 e-purse (JR/T 0025); vectors/given.json, type `loadCryptogram`.
 *
 * @param sessionKey see computeLoadSessionKey; raw or expanded
 * @throws KEY_LENGTH, KEY_CIPHER, BYTES_LENGTH, BYTES_RANGE, DIGITS_INVALID
 * @example
 * import { fromHex } from 'quancun/bytes';
 * import { desCipher } from 'quancun/crypto';
 * const session = fromHex('3B75C79CFA8C2327');
 * const terminal = fromHex('666666666666');
 * const inputs = { amountFen: 16, transactionType: 2, terminal, date: '20240411', time: '212121' };
 * computeLoadMac2(desCipher, session, inputs); // 097E98FE
 */
export function computeLoadMac2(
  cipher: Cipher,
  sessionKey: KeyInput,
  inputs: LoadMac2Inputs,
): Uint8Array {
  fillLoadMac2Message(LOAD_MESSAGE, inputs);
  return computeMac4(cipher, checkedSessionKey(cipher, sessionKey), LOAD_MESSAGE);
}

/**
 * What MAC2 of a load is made over: amount4 ‖ type1 ‖ terminal6 ‖ date4 ‖ time3, before padding.
 *
 * 圈存 MAC2 的数据域（18 字节，未填充）。
 *
 * @throws BYTES_RANGE, BYTES_LENGTH, DIGITS_INVALID
 * @example
 * import { fromHex } from 'quancun/bytes';
 * const inputs = { amountFen: 10_000, transactionType: 2, terminal: fromHex('5317B27EE70D') };
 * writeLoadMac2Message({ ...inputs, date: '20240229', time: '000000' });
 * // 00002710025317B27EE70D20240229000000
 */
export function writeLoadMac2Message(inputs: LoadMac2Inputs): Uint8Array {
  const message = new Uint8Array(LOAD_MESSAGE.length);
  fillLoadMac2Message(message, inputs);
  return message;
}

function fillLoadMac2Message(message: Uint8Array, inputs: LoadMac2Inputs): void {
  putUint(message, 0, inputs.amountFen, 4, 'amountFen');
  putUint(message, 4, inputs.transactionType, 1, 'transactionType');
  putBytes(message, 5, inputs.terminal, 6, 'terminal');
  putDigits(message, 11, inputs.date, 4, 'date');
  putDigits(message, 15, inputs.time, 3, 'time');
}

/**
 * Whether MAC2 of a load is right (the card's side); the comparison takes constant time.
 *
 * 校验圈存 MAC2（卡片侧，常数时间比较）。
 *
 * @throws KEY_LENGTH, KEY_CIPHER, BYTES_LENGTH, BYTES_RANGE, DIGITS_INVALID
 * @example
 * import { fromHex } from 'quancun/bytes';
 * import { desCipher } from 'quancun/crypto';
 * const session = fromHex('3B75C79CFA8C2327');
 * const terminal = fromHex('666666666666');
 * const inputs = { amountFen: 16, transactionType: 2, terminal, date: '20240411', time: '212121' };
 * verifyLoadMac2(desCipher, session, inputs, fromHex('097E98FE')); // true
 */
export function verifyLoadMac2(
  cipher: Cipher,
  sessionKey: KeyInput,
  inputs: LoadMac2Inputs,
  mac2: Uint8Array,
): boolean {
  return equalConstantTime(computeLoadMac2(cipher, sessionKey, inputs), mac2);
}

/**
 * MAC2 of an unload: the load's form, transaction type 03.
 *
 * 圈提 MAC2：公式同圈存，交易类型 03。
 *
 * MAC4(session, amountFen(4) ‖ transactionType(1) ‖ terminal(6) ‖ date(4) ‖ time(3))
 *
 * @param sessionKey see computeUnloadSessionKey; raw or expanded
 * @throws KEY_LENGTH, KEY_CIPHER, BYTES_LENGTH, BYTES_RANGE, DIGITS_INVALID
 * @example
 * import { fromHex } from 'quancun/bytes';
 * import { desCipher } from 'quancun/crypto';
 * const session = fromHex('3B75C79CFA8C2327');
 * const terminal = fromHex('666666666666');
 * const inputs = { amountFen: 16, transactionType: 3, terminal, date: '20240411', time: '212121' };
 * computeUnloadMac2(desCipher, session, inputs); // D151E449
 */
export function computeUnloadMac2(
  cipher: Cipher,
  sessionKey: KeyInput,
  inputs: LoadMac2Inputs,
): Uint8Array {
  return computeLoadMac2(cipher, sessionKey, inputs);
}

/**
 * Whether MAC2 of an unload is right (the card's side); the comparison takes constant time.
 *
 * 校验圈提 MAC2（卡片侧，常数时间比较）。
 *
 * @throws KEY_LENGTH, KEY_CIPHER, BYTES_LENGTH, BYTES_RANGE, DIGITS_INVALID
 * @example
 * import { fromHex } from 'quancun/bytes';
 * import { desCipher } from 'quancun/crypto';
 * const session = fromHex('3B75C79CFA8C2327');
 * const terminal = fromHex('666666666666');
 * const inputs = { amountFen: 16, transactionType: 3, terminal, date: '20240411', time: '212121' };
 * const mac2 = computeUnloadMac2(desCipher, session, inputs);
 * verifyUnloadMac2(desCipher, session, inputs, mac2); // true
 */
export function verifyUnloadMac2(
  cipher: Cipher,
  sessionKey: KeyInput,
  inputs: LoadMac2Inputs,
  mac2: Uint8Array,
): boolean {
  return verifyLoadMac2(cipher, sessionKey, inputs, mac2);
}

/**
 * MAC2 of a purchase: the card makes it, the PSAM checks it.
 *
 * 消费 MAC2（卡片产生，PSAM 验证）。
 *
 * MAC4(session, amountFen(4))
 *
 * PBOC 2.0 e-purse (JR/T 0025); vectors/given.json, type `purchase`.
 *
 * @param sessionKey see computePurchaseSessionKey; raw or expanded
 * @throws KEY_LENGTH, KEY_CIPHER, BYTES_RANGE
 * @example
 * import { fromHex } from 'quancun/bytes';
 * import { desCipher } from 'quancun/crypto';
 * const session = fromHex('C08346DF9F1D457A');
 * computePurchaseMac2(desCipher, session, { amountFen: 1 }); // 66B54A6B
 */
export function computePurchaseMac2(
  cipher: Cipher,
  sessionKey: KeyInput,
  inputs: PurchaseMac2Inputs,
): Uint8Array {
  const message = new Uint8Array(4);
  putUint(message, 0, inputs.amountFen, 4, 'amountFen');
  return computeMac4(cipher, checkedSessionKey(cipher, sessionKey), message);
}

/**
 * Whether MAC2 of a purchase is right; the comparison takes constant time.
 *
 * 校验消费 MAC2（常数时间比较）。
 *
 * @throws KEY_LENGTH, KEY_CIPHER, BYTES_RANGE
 * @example
 * import { fromHex } from 'quancun/bytes';
 * import { desCipher } from 'quancun/crypto';
 * const session = fromHex('C08346DF9F1D457A');
 * verifyPurchaseMac2(desCipher, session, { amountFen: 1 }, fromHex('66B54A6B')); // true
 */
export function verifyPurchaseMac2(
  cipher: Cipher,
  sessionKey: KeyInput,
  inputs: PurchaseMac2Inputs,
  mac2: Uint8Array,
): boolean {
  return equalConstantTime(computePurchaseMac2(cipher, sessionKey, inputs), mac2);
}

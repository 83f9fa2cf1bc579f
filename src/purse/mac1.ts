/**
 * MAC1: the card's proof in a load or unload, the terminal's (PSAM's) in a purchase.
 */
import { equalConstantTime } from '../bytes.js';
import { computeMac4, type Cipher, type KeyInput } from '../crypto/index.js';
import { putBytes, putDigits, putUint } from './message.js';
import { checkedSessionKey } from './session-key.js';

/** The message in work. One will do: nothing in here yields. */
const LOAD_MESSAGE = new Uint8Array(15);

/** What MAC1 of a load covers. */
export interface LoadMac1Inputs {
  /**
   * The purse before the load: the four bytes of the INITIALIZE answer, top bit included. An answer
   * brings it along: `{ ...answer, amountFen, transactionType, terminal }` is all that is asked.
   */
  readonly rawBalance?: number;
  /**
   * What 0.1.0 called the same four bytes; looked at where there is no `rawBalance`. Of a card that
   * sets the top bit as a flag it is not enough, and an honest MAC1 is refused: never the other
   * way round.
   */
  readonly balanceFen?: number;
  readonly amountFen: number;
  readonly transactionType: number;
  /** 6 bytes. */
  readonly terminal: Uint8Array;
}

/** What MAC1 of a purchase covers. */
export interface PurchaseMac1Inputs {
  readonly amountFen: number;
  readonly transactionType: number;
  /** 6 bytes. */
  readonly terminal: Uint8Array;
  /** YYYYMMDD. */
  readonly date: string;
  /** hhmmss. */
  readonly time: string;
}

/**
 * MAC1 of a load: the card makes it, the host checks it before it gives MAC2.
 *
 * 圈存 MAC1（卡片产生，主机验证）。
 *
 * MAC4(session, rawBalance(4) ‖ amountFen(4) ‖ transactionType(1) ‖ terminal(6))
 *
 * PBOC 2.0 e-purse (JR/T 0025); vectors/given.json, type `loadCryptogram`.
 *
 * @param sessionKey see computeLoadSessionKey; raw or expanded
 * @throws KEY_LENGTH, KEY_CIPHER, BYTES_LENGTH, BYTES_RANGE
 * @example
 * import { fromHex } from 'quancun/bytes';
 * import { desCipher } from 'quancun/crypto';
 * const session = fromHex('3B75C79CFA8C2327');
 * const terminal = fromHex('666666666666');
 * const inputs = { rawBalance: 0, amountFen: 16, transactionType: 2, terminal };
 * computeLoadMac1(desCipher, session, inputs); // 0D39ADBB
 */
export function computeLoadMac1(
  cipher: Cipher,
  sessionKey: KeyInput,
  inputs: LoadMac1Inputs,
): Uint8Array {
  fillLoadMac1Message(LOAD_MESSAGE, inputs);
  return computeMac4(cipher, checkedSessionKey(cipher, sessionKey), LOAD_MESSAGE);
}

/**
 * What MAC1 of a load is made over: rawBalance4 ‖ amount4 ‖ type1 ‖ terminal6, before padding.
 *
 * 圈存 MAC1 的数据域（15 字节，未填充）。
 *
 * @throws BYTES_RANGE, BYTES_LENGTH
 * @example
 * import { fromHex } from 'quancun/bytes';
 * const terminal = fromHex('5317B27EE70D');
 * writeLoadMac1Message({ rawBalance: 1234, amountFen: 10_000, transactionType: 2, terminal });
 * // 000004D200002710025317B27EE70D
 */
export function writeLoadMac1Message(inputs: LoadMac1Inputs): Uint8Array {
  const message = new Uint8Array(LOAD_MESSAGE.length);
  fillLoadMac1Message(message, inputs);
  return message;
}

function fillLoadMac1Message(message: Uint8Array, inputs: LoadMac1Inputs): void {
  putUint(message, 0, fourBytes(inputs), 4, 'rawBalance');
  putUint(message, 4, inputs.amountFen, 4, 'amountFen');
  putUint(message, 8, inputs.transactionType, 1, 'transactionType');
  putBytes(message, 9, inputs.terminal, 6, 'terminal');
}

/** An overdrawn balance is four bytes with a sign. */
function fourBytes({ rawBalance, balanceFen = NaN }: LoadMac1Inputs): number {
  return rawBalance ?? (balanceFen < 0 ? balanceFen + 2 ** 32 : balanceFen);
}

/**
 * Whether MAC1 of a load is right; the comparison takes constant time.
 *
 * 校验圈存 MAC1（常数时间比较）。
 *
 * @throws KEY_LENGTH, KEY_CIPHER, BYTES_LENGTH, BYTES_RANGE
 * @example
 * import { fromHex } from 'quancun/bytes';
 * import { desCipher } from 'quancun/crypto';
 * const session = fromHex('3B75C79CFA8C2327');
 * const terminal = fromHex('666666666666');
 * const inputs = { rawBalance: 0, amountFen: 16, transactionType: 2, terminal };
 * verifyLoadMac1(desCipher, session, inputs, fromHex('0D39ADBB')); // true
 */
export function verifyLoadMac1(
  cipher: Cipher,
  sessionKey: KeyInput,
  inputs: LoadMac1Inputs,
  mac1: Uint8Array,
): boolean {
  return equalConstantTime(computeLoadMac1(cipher, sessionKey, inputs), mac1);
}

/**
 * MAC1 of an unload: the load's form, transaction type 03.
 *
 * 圈提 MAC1：公式同圈存，交易类型 03。
 *
 * MAC4(session, rawBalance(4) ‖ amountFen(4) ‖ transactionType(1) ‖ terminal(6))
 *
 * @param sessionKey see computeUnloadSessionKey; raw or expanded
 * @throws KEY_LENGTH, KEY_CIPHER, BYTES_LENGTH, BYTES_RANGE
 * @example
 * import { fromHex } from 'quancun/bytes';
 * import { desCipher } from 'quancun/crypto';
 * const session = fromHex('3B75C79CFA8C2327');
 * const terminal = fromHex('666666666666');
 * const inputs = { rawBalance: 0, amountFen: 16, transactionType: 3, terminal };
 * computeUnloadMac1(desCipher, session, inputs); // 8660FB66
 */
export function computeUnloadMac1(
  cipher: Cipher,
  sessionKey: KeyInput,
  inputs: LoadMac1Inputs,
): Uint8Array {
  return computeLoadMac1(cipher, sessionKey, inputs);
}

/**
 * Whether MAC1 of an unload is right; the comparison takes constant time.
 *
 * 校验圈提 MAC1（常数时间比较）。
 *
 * @throws KEY_LENGTH, KEY_CIPHER, BYTES_LENGTH, BYTES_RANGE
 * @example
 * import { fromHex } from 'quancun/bytes';
 * import { desCipher } from 'quancun/crypto';
 * const session = fromHex('3B75C79CFA8C2327');
 * const terminal = fromHex('666666666666');
 * const inputs = { rawBalance: 0, amountFen: 16, transactionType: 3, terminal };
 * const mac1 = computeUnloadMac1(desCipher, session, inputs);
 * verifyUnloadMac1(desCipher, session, inputs, mac1); // true
 */
export function verifyUnloadMac1(
  cipher: Cipher,
  sessionKey: KeyInput,
  inputs: LoadMac1Inputs,
  mac1: Uint8Array,
): boolean {
  return verifyLoadMac1(cipher, sessionKey, inputs, mac1);
}

/**
 * MAC1 of a purchase, simple (06) or compound (09): the PSAM makes it, the card checks it.
 *
 * 消费 MAC1（PSAM 产生，卡片验证）。
 *
 * MAC4(session, amountFen(4) ‖ transactionType(1) ‖ terminal(6) ‖ date(4) ‖ time(3))
 *
 * PBOC 2.0 e-purse (JR/T 0025); vectors/given.json, type `purchase`.
 *
 * @param sessionKey see computePurchaseSessionKey; raw or expanded
 * @throws KEY_LENGTH, KEY_CIPHER, BYTES_LENGTH, BYTES_RANGE, DIGITS_INVALID
 * @example
 * import { fromHex } from 'quancun/bytes';
 * import { desCipher } from 'quancun/crypto';
 * const session = fromHex('C08346DF9F1D457A');
 * const terminal = fromHex('001122334455');
 * const inputs = { amountFen: 1, transactionType: 6, terminal, date: '20161216', time: '134600' };
 * computePurchaseMac1(desCipher, session, inputs); // D45737C5
 */
export function computePurchaseMac1(
  cipher: Cipher,
  sessionKey: KeyInput,
  inputs: PurchaseMac1Inputs,
): Uint8Array {
  const message = new Uint8Array(18);
  putUint(message, 0, inputs.amountFen, 4, 'amountFen');
  putUint(message, 4, inputs.transactionType, 1, 'transactionType');
  putBytes(message, 5, inputs.terminal, 6, 'terminal');
  putDigits(message, 11, inputs.date, 4, 'date');
  putDigits(message, 15, inputs.time, 3, 'time');
  return computeMac4(cipher, checkedSessionKey(cipher, sessionKey), message);
}

/**
 * Whether MAC1 of a purchase is right; the comparison takes constant time.
 *
 * 校验消费 MAC1（常数时间比较）。
 *
 * @throws KEY_LENGTH, KEY_CIPHER, BYTES_LENGTH, BYTES_RANGE, DIGITS_INVALID
 * @example
 * import { fromHex } from 'quancun/bytes';
 * import { desCipher } from 'quancun/crypto';
 * const session = fromHex('C08346DF9F1D457A');
 * const terminal = fromHex('001122334455');
 * const inputs = { amountFen: 1, transactionType: 6, terminal, date: '20161216', time: '134600' };
 * verifyPurchaseMac1(desCipher, session, inputs, fromHex('D45737C5')); // true
 */
export function verifyPurchaseMac1(
  cipher: Cipher,
  sessionKey: KeyInput,
  inputs: PurchaseMac1Inputs,
  mac1: Uint8Array,
): boolean {
  return equalConstantTime(computePurchaseMac1(cipher, sessionKey, inputs), mac1);
}

/**
 * MAC3: the card's proof that it took an unload (圈提) off the purse. It has the TAC's message and
 * is made with the session key.
 */
import { equalConstantTime } from '../bytes.js';
import { computeMac4, type Cipher, type KeyInput } from '../crypto/index.js';
import { checkedSessionKey } from './session-key.js';
import { writeLoadTacMessage, type LoadTacInputs } from './tac.js';

/**
 * MAC3 of an unload.
 *
 * 圈提 MAC3（卡片产生，使用过程密钥）。
 *
 * MAC4(session, rawBalanceAfter(4) ‖ onlineAtc(2) ‖ amountFen(4) ‖ transactionType(1) ‖ terminal(6)
 * ‖ date(4) ‖ time(3))
 *
 * PBOC 2.0 e-purse (JR/T 0025), as card manuals print it; no public card trace proves it.
 *
 * @param sessionKey see computeUnloadSessionKey; raw or expanded
 * @param inputs onlineAtc is the INITIALIZE value, before its increment
 * @throws KEY_LENGTH, KEY_CIPHER, BYTES_LENGTH, BYTES_RANGE, DIGITS_INVALID
 * @example
 * import { fromHex } from 'quancun/bytes';
 * import { desCipher } from 'quancun/crypto';
 * const session = fromHex('3B75C79CFA8C2327');
 * const terminal = fromHex('666666666666');
 * const host = { terminal, date: '20240411', time: '212121' };
 * const inputs = { balanceAfterFen: 16, onlineAtc: 0, amountFen: 16, transactionType: 3, ...host };
 * computeUnloadMac3(desCipher, session, inputs); // 9002BD9B
 */
export function computeUnloadMac3(
  cipher: Cipher,
  sessionKey: KeyInput,
  inputs: LoadTacInputs,
): Uint8Array {
  const key = checkedSessionKey(cipher, sessionKey);
  return computeMac4(cipher, key, writeLoadTacMessage(inputs));
}

/**
 * Whether MAC3 of an unload is right; the comparison takes constant time.
 *
 * 校验圈提 MAC3（常数时间比较）。
 *
 * @throws KEY_LENGTH, KEY_CIPHER, BYTES_LENGTH, BYTES_RANGE, DIGITS_INVALID
 * @example
 * import { fromHex } from 'quancun/bytes';
 * import { desCipher } from 'quancun/crypto';
 * const session = fromHex('3B75C79CFA8C2327');
 * const terminal = fromHex('666666666666');
 * const host = { terminal, date: '20240411', time: '212121' };
 * const inputs = { balanceAfterFen: 16, onlineAtc: 0, amountFen: 16, transactionType: 3, ...host };
 * const mac3 = computeUnloadMac3(desCipher, session, inputs);
 * verifyUnloadMac3(desCipher, session, inputs, mac3); // true
 */
export function verifyUnloadMac3(
  cipher: Cipher,
  sessionKey: KeyInput,
  inputs: LoadTacInputs,
  mac3: Uint8Array,
): boolean {
  return equalConstantTime(computeUnloadMac3(cipher, sessionKey, inputs), mac3);
}

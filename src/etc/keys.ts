/** What the version of a card says about its keys and its PIN. */
import { fromHex } from '../bytes.js';
import { QuancunError } from '../errors.js';
import { PIN_INVALID } from './errors.js';

/** How the PIN's digits are laid out in VERIFY. */
export type PinForm = 'bcd' | 'ascii';

/**
 * The cipher that a card of this version loads with: SM4 where the high nibble is 5, 3DES
 * otherwise. It is the only test that deployed recharge software makes.
 * 由卡片版本号确定圈存算法。
 * @param version two hex digits, EF 0015 byte 9
 * @example cipherNameOf('50'); // 'sm4'
 */
export function cipherNameOf(version: string): '3des' | 'sm4' {
  return version.startsWith('5') ? 'sm4' : '3des';
}

/**
 * The key index of INITIALIZE FOR LOAD: 41 for SM4 cards, 01 otherwise.
 * 圈存密钥索引。
 * @example loadKeyIndex('50'); // 0x41
 */
export function loadKeyIndex(version: string): number {
  return cipherNameOf(version) === 'sm4' ? 0x41 : 0x01;
}

/**
 * The form of the PIN: six ASCII digits from version 40, BCD before.
 * PIN 编码形式：40 版起为 ASCII，此前为 BCD。
 * @example pinFormOf('41'); // 'ascii'
 */
export function pinFormOf(version: string): PinForm {
  return parseInt(version, 16) >= 0x40 ? 'ascii' : 'bcd';
}

/**
 * Encodes a PIN of 2 to 6 bytes.
 * PIN 编码。
 * @throws PIN_INVALID
 * @example
 * encodePin('123456', 'bcd'); // 12 34 56
 * encodePin('123456', 'ascii'); // 31 32 33 34 35 36
 */
export function encodePin(pin: string, form: PinForm): Uint8Array {
  const valid = form === 'bcd' ? /^(\d\d){2,6}$/ : /^\d{2,6}$/;
  if (!valid.test(pin)) throw new QuancunError(PIN_INVALID);
  if (form === 'bcd') return fromHex(pin);
  return Uint8Array.from(pin, (digit) => digit.charCodeAt(0));
}

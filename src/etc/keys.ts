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
 * The key index of INITIALIZE FOR LOAD, by the cipher of the key.
 * 圈存密钥索引（按算法）。
 */
export const LOAD_KEY_INDEX = { '3des': 0x01, sm4: 0x41 } as const;

/**
 * The key index of INITIALIZE FOR LOAD: 41 for SM4 cards, 01 otherwise.
 * 圈存密钥索引。
 * @example loadKeyIndex('50'); // 0x41
 */
export function loadKeyIndex(version: string): number {
  return LOAD_KEY_INDEX[cipherNameOf(version)];
}

/**
 * The form of the PIN: six ASCII digits from version 40, BCD before.
 * PIN 编码形式：40 版起为 ASCII，此前为 BCD。
 * @example pinFormOf('41'); // 'ascii'
 */
export function pinFormOf(version: string): PinForm {
  return parseInt(version, 16) >= 0x40 ? 'ascii' : 'bcd';
}

/** A PIN is 2 to 6 bytes: so many digits in ASCII, twice as many in BCD. */
const DIGITS: Readonly<Record<PinForm, RegExp>> = {
  ascii: /^\d{2,6}$/,
  bcd: /^(\d\d){2,6}$/,
};

/**
 * Whether digits can be a PIN: in this form, or, for a card not yet seen, in any.
 * 是否为合法 PIN（未指定形式时任一形式即可）。
 * @example isPin('1234567') // false: too long for ASCII, odd for BCD
 */
export function isPin(pin: string, form?: PinForm): boolean {
  const rules = form === undefined ? Object.values(DIGITS) : [DIGITS[form]];
  return rules.some((rule) => rule.test(pin));
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
  if (!isPin(pin, form)) throw new QuancunError(PIN_INVALID);
  if (form === 'bcd') return fromHex(pin);
  return Uint8Array.from(pin, (digit) => digit.charCodeAt(0));
}

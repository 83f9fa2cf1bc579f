/**
 * Keys as every function of this room takes them: raw bytes or already expanded.
 */
import { QuancunError } from '../errors.js';
import type { BlockKey, Cipher, KeyInput, WordCipher } from './cipher.js';
import { KEY_CIPHER, KEY_LENGTH } from './errors.js';

/**
 * Expands a key unless it is expanded already, and checks that it is fit for its use.
 *
 * 展开密钥（已展开则直接使用），并校验其长度与算法。
 *
 * @param sizeBytes what this use demands: 8 or 16; without it any size the cipher has will do
 * @throws KEY_LENGTH, KEY_CIPHER
 * @example
 * import { fromHex } from 'quancun/bytes';
 * // Expanded once, used for many answers.
 * const key = expandKey(desCipher, fromHex('0123456789ABCDEFFEDCBA9876543210'), 16);
 * keyCheckValue(desCipher, key); // 08D7B4
 */
export function expandKey(cipher: Cipher, key: KeyInput, sizeBytes?: 8 | 16): BlockKey {
  return checked(cipher, isExpanded(key) ? key : cipher.expandKey(key), sizeBytes);
}

/**
 * As {@link expandKey}, for a key that serves one computation and is not kept: it may be gone with
 * the next call.
 * 展开仅用于本次计算的密钥（下次调用后失效）。
 * @throws KEY_LENGTH, KEY_CIPHER
 */
export function expandForNow(cipher: Cipher, key: KeyInput, sizeBytes?: 8 | 16): BlockKey {
  if (isExpanded(key)) return checked(cipher, key, sizeBytes);
  const { expandForNow: expand } = cipher as Partial<WordCipher>;
  if (expand === undefined) return checked(cipher, cipher.expandKey(key), sizeBytes);
  return checked(cipher, expand(key), sizeBytes);
}

function checked(cipher: Cipher, expanded: BlockKey, sizeBytes: 8 | 16 | undefined): BlockKey {
  if (expanded.blockSizeBytes !== cipher.blockSizeBytes) {
    throw new QuancunError(KEY_CIPHER, { details: { cipher: cipher.name } });
  }
  if (sizeBytes !== undefined && expanded.keySizeBytes !== sizeBytes) {
    throw keyLengthError(cipher, expanded.keySizeBytes, sizeBytes);
  }
  return expanded;
}

/**
 * The error for a key of the wrong length. It tells lengths only, never a byte of the key.
 * 密钥长度错误（只含长度，不含密钥内容）。
 */
export function keyLengthError(
  cipher: Pick<Cipher, 'name'>,
  size: number,
  expected: number | string,
): QuancunError {
  return new QuancunError(KEY_LENGTH, { details: { cipher: cipher.name, expected, size } });
}

/**
 * Checks the length of key bytes.
 * 校验密钥字节长度。
 * @throws KEY_LENGTH
 */
export function expectKeyBytes(
  cipher: Pick<Cipher, 'name'>,
  key: Uint8Array,
  sizeBytes: number,
): void {
  if (key.length !== sizeBytes) throw keyLengthError(cipher, key.length, sizeBytes);
}

/**
 * Whether a key is expanded. By shape, not by `instanceof Uint8Array`: bytes may come from another
 * realm.
 * 判断密钥是否已展开。
 */
export function isExpanded(key: KeyInput): key is BlockKey {
  return typeof (key as Partial<BlockKey>).encryptBlock === 'function';
}

/**
 * Key diversification: from a master key to the key of one issuer, and on to that of one card.
 */
import { copyOf, encodeBcd, expectLength } from '../bytes.js';
import { QuancunError } from '../errors.js';
import type { Cipher, KeyInput } from './cipher.js';
import { expandForNow, expectKeyBytes, isExpanded } from './key.js';
import { BYTES_RANGE } from '../core-errors.js';

/** Bytes of a diversification factor. */
export const FACTOR_BYTES = 8;

/** More levels than any card scheme has; a bound for lists that come from outside. */
const MAX_LEVELS = 8;

/**
 * One level of diversification.
 *
 * 一级密钥分散。
 *
 * key = ECB(masterKey, factor ‖ ¬factor), 16 bytes
 *
 * which is 3DES(K, F) ‖ 3DES(K, ¬F) for 3DES and the single block SM4(K, F ‖ ¬F) for SM4. The SM4
 * form follows PBOC 3.0 practice (JR/T 0025.17-2013); no public card trace proves it.
 *
 * Vectors: vectors/given.json, type `diversify`.
 *
 * @param key the master key, 16 bytes
 * @param factor 8 bytes; of a longer number the rightmost 8
 * @throws KEY_LENGTH, KEY_CIPHER, BYTES_LENGTH
 * @example
 * import { fromHex } from 'quancun/bytes';
 * const key = fromHex('000102030405060708090A0B0C0D0E0F');
 * diversify(desCipher, key, fromHex('0001020304050607')); // DF0B6C9C31CD0CE486A27F126BB7611D
 */
export function diversify(cipher: Cipher, key: KeyInput, factor: Uint8Array): Uint8Array {
  const master = expandForNow(cipher, key, 16);
  expectLength('factor', factor, FACTOR_BYTES);
  const out = withComplement(factor);
  for (let offset = 0; offset < out.length; offset += cipher.blockSizeBytes) {
    master.encryptBlock(out, offset, out, offset);
  }
  return out;
}

/**
 * Diversification through several levels, such as issuer and card.
 *
 * 多级密钥分散（如发卡方、卡号两级）。
 *
 * key0 = masterKey; keyi = diversify(keyi−1, factori)
 *
 * @param factors at most 8 factors of 8 bytes, the first level first; with none, key bytes come
 * back as they are
 * @throws KEY_LENGTH, KEY_CIPHER, BYTES_LENGTH, BYTES_RANGE (too many factors, or none for an
 * expanded key, which cannot be turned back)
 * @example
 * import { fromHex } from 'quancun/bytes';
 * const root = fromHex('0123456789ABCDEFFEDCBA9876543210');
 * const factors = [issuerFactor(fromHex('B8CACBE0')), cardFactor('6201000000000001')];
 * diversifyPath(desCipher, root, factors); // 844D9B4589AC12B7F9DC710BB6F4A37B
 */
export function diversifyPath(
  cipher: Cipher,
  key: KeyInput,
  factors: readonly Uint8Array[],
): Uint8Array {
  const first = factors[0];
  if (factors.length > MAX_LEVELS) throw levelsError(0);
  if (first === undefined) {
    if (isExpanded(key)) throw levelsError(1);
    expectKeyBytes(cipher, key, 16);
    return copyOf(key);
  }
  let derived = diversify(cipher, key, first);
  for (let level = 1; level < factors.length; level += 1) {
    derived = diversify(cipher, derived, factors[level] as Uint8Array);
  }
  return derived;
}

/** Whose key is wanted: with `issuer` from a national root, without it from a provincial key. */
export interface CardKeyFactors {
  /** 4 bytes, or the 8 of file 0015. Absent when the key at hand is already the issuer's. */
  readonly issuer?: Uint8Array;
  /** 16 digits. */
  readonly cardNumber: string;
}

/**
 * The key of one ETC card: national root with two factors, or provincial key with one.
 *
 * 计算 ETC 卡片子密钥：国家根密钥两级分散，或省级密钥一级分散。
 *
 * @throws KEY_LENGTH, KEY_CIPHER, BYTES_LENGTH, DIGITS_INVALID
 * @example
 * import { fromHex } from 'quancun/bytes';
 * const root = fromHex('0123456789ABCDEFFEDCBA9876543210');
 * const of = { issuer: fromHex('B8CACBE0'), cardNumber: '6201000000000001' };
 * deriveCardKey(desCipher, root, of); // 844D9B4589AC12B7F9DC710BB6F4A37B
 */
export function deriveCardKey(cipher: Cipher, key: KeyInput, of: CardKeyFactors): Uint8Array {
  const card = cardFactor(of.cardNumber);
  const path = of.issuer === undefined ? [card] : [issuerFactor(of.issuer), card];
  return diversifyPath(cipher, key, path);
}

/**
 * The first factor of ETC: the four bytes of the issuer's name or region, twice.
 *
 * 第一级分散因子：发卡方标识前 4 字节重复两次。
 *
 * @param issuer 4 bytes, or the 8 bytes of file 0015 of which the first 4 count
 * @throws BYTES_LENGTH
 * @example
 * import { fromHex } from 'quancun/bytes';
 * issuerFactor(fromHex('B8CACBE0')); // B8CACBE0B8CACBE0
 */
export function issuerFactor(issuer: Uint8Array): Uint8Array {
  if (issuer.length !== FACTOR_BYTES) expectLength('issuer', issuer, FACTOR_BYTES / 2);
  const factor = new Uint8Array(FACTOR_BYTES);
  factor.set(issuer.subarray(0, 4), 0);
  factor.set(issuer.subarray(0, 4), 4);
  return factor;
}

/**
 * The second factor of ETC: the card's internal number, 16 digits in BCD.
 *
 * 第二级分散因子：用户卡内部编号（16 位数字，BCD）。
 *
 * @throws DIGITS_INVALID
 * @example cardFactor('6201000000000001'); // 6201000000000001
 */
export function cardFactor(cardNumber: string): Uint8Array {
  return encodeBcd(cardNumber, FACTOR_BYTES, 'cardNumber');
}

/**
 * Folds a 16-byte key to 8 bytes: the left half xor the right half. Equal halves give zeros, which
 * real cards do have.
 *
 * 16 字节密钥左右两半异或为 8 字节。
 *
 * @throws KEY_LENGTH
 * @example
 * import { fromHex } from 'quancun/bytes';
 * foldKey(fromHex('0123456789ABCDEFFEDCBA9876543210')); // FFFFFFFFFFFFFFFF
 */
export function foldKey(key: Uint8Array): Uint8Array {
  expectKeyBytes({ name: '3des' }, key, 16);
  const folded = new Uint8Array(8);
  for (let at = 0; at < 8; at += 1) folded[at] = (key[at] as number) ^ (key[at + 8] as number);
  return folded;
}

/**
 * Bytes followed by their complement: the input of a 128-bit block made from 8 bytes.
 *
 * 字节串与其按位取反拼接。
 *
 * @example
 * import { fromHex } from 'quancun/bytes';
 * withComplement(fromHex('00FF')); // 00FFFF00
 */
export function withComplement(bytes: Uint8Array): Uint8Array {
  const size = bytes.length;
  const out = new Uint8Array(2 * size);
  for (let at = 0; at < size; at += 1) {
    const byte = bytes[at] as number;
    out[at] = byte;
    out[size + at] = ~byte;
  }
  return out;
}

function levelsError(min: number): QuancunError {
  const field = 'number of factors';
  return new QuancunError(BYTES_RANGE, { details: { field, min, max: MAX_LEVELS } });
}

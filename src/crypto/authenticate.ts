/**
 * Answers that prove a key: EXTERNAL AUTHENTICATE and the key check value.
 */
import type { Cipher, KeyInput } from './cipher.js';
import { padChallenge } from './encipher.js';
import { expandKey } from './key.js';

/** Bytes of a key check value. */
const KEY_CHECK_VALUE_BYTES = 3;

/**
 * What goes into EXTERNAL AUTHENTICATE of the enciphered block. `whole`: all of it, as most cards
 * want it. `folded`: both halves of an SM4 block xored to 8 bytes; one vendor's desk test of SM4
 * cards does so, with a challenge of 16 bytes, and no second source says it (confidence: medium).
 */
export type ExternalAuthenticationForm = 'whole' | 'folded';

/**
 * The cryptogram of EXTERNAL AUTHENTICATE.
 *
 * 外部认证密文。
 *
 * cryptogram = E(key, challenge ‖ 00…): DES with an 8-byte key, 3DES with 16, or SM4; the
 * challenge padded right to 8 bytes, or to 16 for SM4.
 *
 * Vectors: vectors/given.json, type `externalAuthenticate`.
 *
 * @param challenge what GET CHALLENGE answered, 4 or 8 bytes (16 for SM4)
 * @param form how an SM4 card wants its 16 bytes; 3DES has 8 in either form
 * @returns 8 bytes, 16 for SM4 in the form `whole`
 * @throws KEY_LENGTH, KEY_CIPHER, BYTES_LENGTH
 * @example
 * import { fromHex } from 'quancun/bytes';
 * const key = fromHex('0102030405060708');
 * computeExternalAuthentication(desCipher, key, fromHex('BB83BFF3')); // 74B0047DD681D96C
 */
export function computeExternalAuthentication(
  cipher: Cipher,
  key: KeyInput,
  challenge: Uint8Array,
  form: ExternalAuthenticationForm = 'whole',
): Uint8Array {
  const blockKey = expandKey(cipher, key);
  const block = padChallenge(challenge, cipher.blockSizeBytes);
  blockKey.encryptBlock(block, 0, block, 0);
  if (form === 'whole' || block.length === FOLDED_BYTES) return block;
  return block.slice(0, FOLDED_BYTES).map((byte, at) => byte ^ (block[at + FOLDED_BYTES] ?? 0));
}

/** Bytes of a folded cryptogram. */
const FOLDED_BYTES = 8;

/**
 * The key check value, by which two parties see that they hold the same key.
 *
 * 密钥校验值（KCV）：加密全零分组取左 3 字节。
 *
 * kcv = leftmost 3 bytes of E(key, 00…00)
 *
 * @throws KEY_LENGTH, KEY_CIPHER
 * @example
 * import { fromHex } from 'quancun/bytes';
 * keyCheckValue(desCipher, fromHex('0123456789ABCDEFFEDCBA9876543210')); // 08D7B4
 */
export function keyCheckValue(cipher: Cipher, key: KeyInput): Uint8Array {
  const block = new Uint8Array(cipher.blockSizeBytes);
  expandKey(cipher, key).encryptBlock(block, 0, block, 0);
  return block.slice(0, KEY_CHECK_VALUE_BYTES);
}

/**
 * ECB over whole blocks, and the two functions that secure messaging needs from this room. The
 * length byte in front of enciphered data and the command header are secure messaging's business.
 */
import { expectLength } from '../bytes.js';
import { QuancunError } from '../errors.js';
import type { BlockKey, Cipher, KeyInput } from './cipher.js';
import { expandForNow, expandKey } from './key.js';
import { computeMac4 } from './mac.js';
import { pad80WhenNeeded } from './padding.js';
import { BYTES_LENGTH } from '../core-errors.js';

/**
 * Enciphers whole blocks, each on its own (ECB).
 *
 * ECB 加密整分组数据。
 *
 * @throws KEY_LENGTH, KEY_CIPHER, BYTES_LENGTH (not whole blocks)
 * @example
 * import { fromHex } from 'quancun/bytes';
 * const key = fromHex('0123456789ABCDEFFEDCBA9876543210');
 * encryptEcb(sm4Cipher, key, key); // 681EDF34D206965E86B3E94F536E4246
 */
export function encryptEcb(cipher: Cipher, key: KeyInput, data: Uint8Array): Uint8Array {
  const blockKey = expandForNow(cipher, key);
  const out = new Uint8Array(wholeBlocks(data, blockKey));
  for (let at = 0; at < out.length; at += blockKey.blockSizeBytes) {
    blockKey.encryptBlock(data, at, out, at);
  }
  return out;
}

/**
 * Deciphers whole blocks, each on its own (ECB).
 *
 * ECB 解密整分组数据。
 *
 * @throws KEY_LENGTH, KEY_CIPHER, BYTES_LENGTH (not whole blocks)
 * @example
 * import { fromHex } from 'quancun/bytes';
 * const key = fromHex('0123456789ABCDEFFEDCBA9876543210');
 * const data = fromHex('681EDF34D206965E86B3E94F536E4246');
 * decryptEcb(sm4Cipher, key, data); // 0123456789ABCDEFFEDCBA9876543210
 */
export function decryptEcb(cipher: Cipher, key: KeyInput, data: Uint8Array): Uint8Array {
  const blockKey = expandForNow(cipher, key);
  const out = new Uint8Array(wholeBlocks(data, blockKey));
  for (let at = 0; at < out.length; at += blockKey.blockSizeBytes) {
    blockKey.decryptBlock(data, at, out, at);
  }
  return out;
}

/**
 * What secure messaging asks of a key; the apdu room takes it as a parameter and knows no cipher.
 */
export interface SecureMessagingKey {
  readonly blockSizeBytes: 8 | 16;
  /** The 4-byte MAC of the data; the challenge is padded right with 00 to the IV. */
  mac(data: Uint8Array, challenge: Uint8Array): Uint8Array;
  /** Pads with 80 00… only when not whole blocks, then ECB. */
  encipher(data: Uint8Array): Uint8Array;
  /** The inverse of `encipher` as far as there is one: the padding stays on. */
  decipher(data: Uint8Array): Uint8Array;
}

/**
 * A maintenance key (DAMK, DPUK …) as secure messaging takes it.
 *
 * 线路保护密钥：供安全报文计算 MAC 与加密。
 *
 * MAC: iv = challenge ‖ 00…, see {@link computeMac4}. Encipherment: ECB with the same key (DES or
 * 3DES by its length, or SM4). Vectors: vectors/given.json, type `secureMessaging`. The SM4 IV
 * follows one deployed code base only.
 *
 * @param key 8 or 16 bytes
 * @throws KEY_LENGTH, KEY_CIPHER
 * @example
 * import { protectWithMac } from 'quancun/apdu';
 * import { fromHex } from 'quancun/bytes';
 * const key = secureMessagingKey(desCipher, fromHex('FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF'));
 * const command = { cla: 0x04, ins: 0xd6, p1: 0x85, p2: 0, data: fromHex('AA'), ne: 0 };
 * const protectedCommand = protectWithMac(command, key, fromHex('88BBE4E3'));
 */
export function secureMessagingKey(cipher: Cipher, key: KeyInput): SecureMessagingKey {
  const blockKey = expandKey(cipher, key);
  const { blockSizeBytes } = cipher;
  return {
    blockSizeBytes,
    mac: (data, challenge) =>
      computeMac4(cipher, blockKey, data, padChallenge(challenge, blockSizeBytes)),
    encipher: (data) => encryptEcb(cipher, blockKey, pad80WhenNeeded(data, blockSizeBytes)),
    decipher: (data) => decryptEcb(cipher, blockKey, data),
  };
}

/**
 * A challenge as a block: 4, 8 or 16 bytes, padded right with 00 to 8 (3DES) or 16 (SM4).
 *
 * 随机数右补 00 至一个分组。
 *
 * @throws BYTES_LENGTH when the challenge is empty or longer than a block
 * @example
 * import { fromHex } from 'quancun/bytes';
 * padChallenge(fromHex('4C45BAB9'), 8); // 4C45BAB900000000
 */
export function padChallenge(challenge: Uint8Array, blockSizeBytes: number): Uint8Array {
  const size = challenge.length;
  if (size !== 4 && size !== 8) expectLength('challenge', challenge, blockSizeBytes);
  const block = new Uint8Array(blockSizeBytes);
  block.set(challenge);
  return block;
}

/** The length of data that is whole blocks. */
function wholeBlocks(data: Uint8Array, { blockSizeBytes }: BlockKey): number {
  const size = data.length;
  if (size % blockSizeBytes === 0) return size;
  const expected = `a multiple of ${String(blockSizeBytes)}`;
  throw new QuancunError(BYTES_LENGTH, { details: { field: 'data', expected, size } });
}

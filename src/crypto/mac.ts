/**
 * The PBOC MAC. One function for its three forms: single-DES CBC with an 8-byte key, the retail
 * form with a 16-byte 3DES key, SM4 CBC.
 */
import { copyOf, equalConstantTime, expectLength } from '../bytes.js';
import type { BlockKey, Cipher, KeyInput, WordKey } from './cipher.js';
import { expandForNow } from './key.js';
import { pad80 } from './padding.js';

/** Bytes of a MAC on the wire. */
export const MAC_BYTES = 4;

/**
 * Computes the whole last block of a MAC.
 *
 * 计算 MAC 的完整末块（8 或 16 字节）。
 *
 * D = data ‖ 80 ‖ 00…, always padded; C0 = iv (default zeros)
 *
 * - 3DES, 8-byte key: Ci = DES(K, Ci−1 ⊕ Di), the last Ci. ISO/IEC 9797-1 algorithm 1.
 * - 3DES, 16-byte key KL ‖ KR: the same with KL, and then DES(KL, DES⁻¹(KR, Cn)). Algorithm 3.
 * - SM4: Ci = SM4(K, Ci−1 ⊕ Di). JR/T 0025.17-2013 §8.1.2.
 *
 * Vectors: vectors/given.json, type `mac`.
 *
 * @throws KEY_LENGTH, KEY_CIPHER, BYTES_LENGTH (iv not of one block)
 * @example
 * import { fromHex } from 'quancun/bytes';
 * const key = fromHex('0001020304050607');
 * computeMac(desCipher, key, fromHex('AA'), fromHex('0001020304050607')); // 79FDE3847DC70F8A
 */
export function computeMac(
  cipher: Cipher,
  key: KeyInput,
  data: Uint8Array,
  iv?: Uint8Array,
): Uint8Array {
  const mac = new Uint8Array(cipher.blockSizeBytes);
  putMac(cipher, key, data, iv, mac);
  return mac;
}

/**
 * Computes a MAC as it goes over the wire: the leftmost 4 bytes of {@link computeMac}.
 *
 * 计算 4 字节 MAC（取左 4 字节）。
 *
 * @throws KEY_LENGTH, KEY_CIPHER, BYTES_LENGTH
 * @example
 * import { fromHex } from 'quancun/bytes';
 * const key = fromHex('0001020304050607');
 * computeMac4(desCipher, key, fromHex('AA'), fromHex('0001020304050607')); // 79FDE384
 */
export function computeMac4(
  cipher: Cipher,
  key: KeyInput,
  data: Uint8Array,
  iv?: Uint8Array,
): Uint8Array {
  const mac = new Uint8Array(MAC_BYTES);
  putMac(cipher, key, data, iv, mac);
  return mac;
}

/**
 * Whether a 4-byte MAC is right, in a time that does not depend on where it is wrong.
 *
 * 常数时间校验 4 字节 MAC。
 *
 * @throws KEY_LENGTH, KEY_CIPHER, BYTES_LENGTH
 * @example
 * import { fromHex } from 'quancun/bytes';
 * const key = fromHex('0001020304050607');
 * const mac = fromHex('79FDE384');
 * verifyMac4(desCipher, key, fromHex('AA'), mac, fromHex('0001020304050607')); // true
 */
export function verifyMac4(
  cipher: Cipher,
  key: KeyInput,
  data: Uint8Array,
  mac: Uint8Array,
  iv?: Uint8Array,
): boolean {
  return equalConstantTime(computeMac4(cipher, key, data, iv), mac);
}

/** Writes the leftmost bytes of a MAC, as many as there is room for: 4, or the whole block. */
function putMac(
  cipher: Cipher,
  key: KeyInput,
  data: Uint8Array,
  iv: Uint8Array | undefined,
  out: Uint8Array,
): void {
  const expanded = expandForNow(cipher, key);
  if (iv !== undefined) expectLength('iv', iv, cipher.blockSizeBytes);
  if (isWordKey(expanded)) expanded.mac(data, iv, out);
  else out.set(chainBlocks(expanded, data, iv).subarray(0, out.length));
}

function isWordKey(key: BlockKey): key is WordKey {
  return (key as Partial<WordKey>).mac !== undefined;
}

/** The same by blocks, for a suite that has nothing else. */
function chainBlocks(key: BlockKey, data: Uint8Array, iv: Uint8Array | undefined): Uint8Array {
  const size = key.blockSizeBytes;
  const padded = pad80(data, size);
  const last = padded.length - size;
  const chain = iv === undefined ? new Uint8Array(size) : copyOf(iv);
  encryptChain(key.leftHalf ?? key, padded, 0, last, chain);
  // Only the last block, which is never a whole block of data, is enciphered with the whole key.
  encryptChain(key, padded, last, padded.length, chain);
  return chain;
}

function encryptChain(
  key: BlockKey,
  input: Uint8Array,
  start: number,
  end: number,
  chain: Uint8Array,
): void {
  if (key.encryptChain !== undefined) {
    key.encryptChain(input, start, end, chain);
    return;
  }
  for (let offset = start; offset < end; offset += chain.length) {
    for (let at = 0; at < chain.length; at += 1) {
      chain[at] = (chain[at] as number) ^ (input[offset + at] as number);
    }
    key.encryptBlock(chain, 0, chain, 0);
  }
}

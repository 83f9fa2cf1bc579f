/**
 * The card's own arithmetic, written a second time from the fact sheets over nothing but the block
 * ciphers: a mistake in the library's formulas must not cancel itself out here.
 */
import { fromHex } from '../bytes.js';
import { type Cipher, desCipher, sm4Cipher } from '../crypto/index.js';
import type { CardKey } from './state.js';

/** Algorithm byte of SM4 keys. */
export const ALGORITHM_SM4 = 0x04;

/** The cipher of a key. */
export function cipherOfKey(key: CardKey): Cipher {
  return key.algorithm === ALGORITHM_SM4 ? sm4Cipher : desCipher;
}

/** ECB of whole blocks. */
export function encipher(cipher: Cipher, key: Uint8Array, plain: Uint8Array): Uint8Array {
  const engine = cipher.expandKey(key);
  const out = new Uint8Array(plain.length);
  for (let at = 0; at < plain.length; at += cipher.blockSizeBytes) {
    engine.encryptBlock(plain, at, out, at);
  }
  return out;
}

/** The inverse of {@link encipher}. */
export function decipher(cipher: Cipher, key: Uint8Array, secret: Uint8Array): Uint8Array {
  const engine = cipher.expandKey(key);
  const out = new Uint8Array(secret.length);
  for (let at = 0; at < secret.length; at += cipher.blockSizeBytes) {
    engine.decryptBlock(secret, at, out, at);
  }
  return out;
}

/** One level: 3DES(K,F) ‖ 3DES(K,¬F), or SM4(K, F ‖ ¬F). Both are ECB of F ‖ ¬F. */
export function deriveKey(cipher: Cipher, master: Uint8Array, factor: Uint8Array): Uint8Array {
  return encipher(cipher, master, Uint8Array.of(...factor, ...factor.map((byte) => 255 - byte)));
}

/**
 * Session key of a transaction: one 8-byte input enciphered under the key, for SM4 with its
 * complement behind it.
 */
export function sessionKeyOf(key: CardKey, input: Uint8Array): Uint8Array {
  const cipher = cipherOfKey(key);
  const master = fromHex(key.value);
  return cipher.name === 'sm4' ? deriveKey(cipher, master, input) : encipher(cipher, master, input);
}

/** TAC key: both halves of a 3DES key folded together, an SM4 key as it is. */
export function tacKeyOf(key: CardKey): Uint8Array {
  const value = fromHex(key.value);
  if (cipherOfKey(key).name === 'sm4') return value;
  return value.slice(0, 8).map((byte, index) => byte ^ (value[index + 8] ?? 0));
}

/**
 * The first four bytes of the MAC: CBC over the message with 80 00… behind it. A 16-byte DES key
 * ends with one decipherment under its right half and one encipherment under its left.
 */
export function mac4(
  cipher: Cipher,
  key: Uint8Array,
  message: Uint8Array,
  initial: Uint8Array = new Uint8Array(cipher.blockSizeBytes),
): Uint8Array {
  const size = cipher.blockSizeBytes;
  const padded = new Uint8Array((Math.floor(message.length / size) + 1) * size);
  padded.set(message);
  padded[message.length] = 0x80;
  const retail = cipher.name === '3des' && key.length === 16;
  const engine = cipher.expandKey(retail ? key.slice(0, 8) : key);
  let block: Uint8Array = initial.slice();
  for (let at = 0; at < padded.length; at += size) {
    const mixed = block.map((byte, index) => byte ^ (padded[at + index] ?? 0));
    engine.encryptBlock(mixed, 0, mixed, 0);
    block = mixed;
  }
  if (retail) block = encipher(cipher, key.slice(0, 8), decipher(cipher, key.slice(8), block));
  return block.slice(0, 4);
}

/** Equal, looked at whole. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  let difference = a.length ^ b.length;
  a.forEach((byte, index) => {
    difference |= byte ^ (b[index] ?? 0);
  });
  return difference === 0;
}

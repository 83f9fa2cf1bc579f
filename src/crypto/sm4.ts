/// <reference path="./engines.d.ts" />
/**
 * SM4 at block level, on sm-crypto's SM4 alone. The engine expands the key at every call and hides
 * the round keys, so an "expanded" SM4 key is the key itself; `encryptChain` makes one call of a
 * whole MAC, which saves all schedules but one. Data goes in as arrays: sm-crypto would take a
 * string as UTF-8.
 */
import sm4 from 'sm-crypto/src/sm4/index.js';
import { copyOf } from '../bytes.js';
import type { BlockKey, Cipher } from './cipher.js';
import { keyLengthError } from './key.js';

const BLOCK_BYTES = 16;

/**
 * The SM4 suite (GB/T 32907-2016): 16-byte key, 16-byte block.
 *
 * SM4 算法套件（GB/T 32907-2016）。
 *
 * @throws KEY_LENGTH
 * @example
 * import { fromHex } from 'quancun/bytes';
 * const key = sm4Cipher.expandKey(fromHex('0123456789ABCDEFFEDCBA9876543210'));
 * const block = fromHex('0123456789ABCDEFFEDCBA9876543210');
 * key.encryptBlock(block, 0, block, 0);
 * block; // 681EDF34D206965E86B3E94F536E4246
 */
export const sm4Cipher: Cipher = {
  name: 'sm4',
  blockSizeBytes: BLOCK_BYTES,
  expandKey(key) {
    if (key.length !== BLOCK_BYTES) throw keyLengthError(this, key.length, BLOCK_BYTES);
    return createSm4Key(copyOf(key));
  },
};

function createSm4Key(key: Uint8Array): BlockKey {
  return {
    blockSizeBytes: BLOCK_BYTES,
    keySizeBytes: 16,
    encryptBlock(input, inputOffset, output, outputOffset) {
      const data = input.subarray(inputOffset, inputOffset + BLOCK_BYTES);
      output.set(sm4.encrypt(data, key, { padding: 'none', output: 'array' }), outputOffset);
    },
    decryptBlock(input, inputOffset, output, outputOffset) {
      const data = input.subarray(inputOffset, inputOffset + BLOCK_BYTES);
      output.set(sm4.decrypt(data, key, { padding: 'none', output: 'array' }), outputOffset);
    },
    encryptChain(input, start, end, chain) {
      if (start >= end) return;
      const data = input.subarray(start, end);
      const iv = Array.from(chain);
      const out = sm4.encrypt(data, key, { mode: 'cbc', iv, padding: 'none', output: 'array' });
      chain.set(out.slice(-BLOCK_BYTES));
    },
  };
}

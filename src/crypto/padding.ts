/**
 * Padding of PBOC messages: ISO/IEC 9797-1 method 2, and the "only when needed" form of
 * enciphered data.
 */
import { copyOf } from '../bytes.js';

/**
 * Appends 80 and then 00 up to a whole block. Always: a message that fills its last block gets a
 * block more.
 *
 * 补 80 00…00 至整分组（对齐时也补一整组）。
 *
 * Follows ISO/IEC 9797-1 method 2; JR/T 0025.
 *
 * @example
 * import { fromHex } from 'quancun/bytes';
 * pad80(fromHex('AA'), 8); // AA80000000000000
 */
export function pad80(data: Uint8Array, blockSizeBytes: number): Uint8Array {
  const blocks = Math.floor(data.length / blockSizeBytes) + 1;
  const padded = new Uint8Array(blocks * blockSizeBytes);
  padded.set(data);
  padded[data.length] = 0x80;
  return padded;
}

/**
 * The same, but a message that is whole blocks already stays as it is: the rule for data that is
 * enciphered with its length in front.
 *
 * 仅在不足整分组时补 80 00…00（加密数据用）。
 *
 * @example
 * import { fromHex } from 'quancun/bytes';
 * pad80WhenNeeded(fromHex('0001020304050607'), 8); // 0001020304050607
 */
export function pad80WhenNeeded(data: Uint8Array, blockSizeBytes: number): Uint8Array {
  return data.length % blockSizeBytes === 0 ? copyOf(data) : pad80(data, blockSizeBytes);
}

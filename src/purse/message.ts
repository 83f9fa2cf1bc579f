/**
 * Puts the fields of a cryptogram's message in place: big-endian numbers, bytes, BCD digits. Each
 * formula lists its fields by offset, as the standard does, and nothing is joined or copied.
 */
import { QuancunError } from '../errors.js';
import { expectLength } from '../bytes.js';
import { BYTES_RANGE, DIGITS_INVALID } from '../core-errors.js';

/**
 * Puts an unsigned big-endian number of 1 to 4 bytes.
 * 写入无符号大端整数（1–4 字节）。
 * @throws BYTES_RANGE
 */
export function putUint(
  message: Uint8Array,
  offset: number,
  value: number | undefined,
  sizeBytes: 1 | 2 | 3 | 4,
  field: string,
): void {
  const max = 0xffffffff >>> (32 - 8 * sizeBytes);
  // What is not its own unsigned 32-bit word is not whole, negative, or too large for any field.
  if (value === undefined || value >>> 0 !== value || value > max) {
    throw new QuancunError(BYTES_RANGE, { details: { field, min: 0, max } });
  }
  // Byte by byte and not in a loop: a compiler that knows the size keeps what is left of it.
  const last = offset + sizeBytes - 1;
  if (sizeBytes > 3) message[last - 3] = value >>> 24;
  if (sizeBytes > 2) message[last - 2] = value >>> 16;
  if (sizeBytes > 1) message[last - 1] = value >>> 8;
  message[last] = value;
}

/**
 * Puts bytes of a fixed length.
 * 写入定长字节串。
 * @throws BYTES_LENGTH
 */
export function putBytes(
  message: Uint8Array,
  offset: number,
  bytes: Uint8Array,
  sizeBytes: number,
  field: string,
): void {
  expectLength(field, bytes, sizeBytes);
  for (let at = 0; at < sizeBytes; at += 1) message[offset + at] = bytes[at] as number;
}

/**
 * Puts decimal digits as BCD, two a byte.
 * 以 BCD 写入数字文本。
 * @throws DIGITS_INVALID
 */
export function putDigits(
  message: Uint8Array,
  offset: number,
  digits: string,
  sizeBytes: number,
  field: string,
): void {
  const expected = 2 * sizeBytes;
  let valid = digits.length === expected;
  for (let at = 0; at < sizeBytes && valid; at += 1) {
    const high = digits.charCodeAt(2 * at) - ZERO;
    const low = digits.charCodeAt(2 * at + 1) - ZERO;
    valid = high >= 0 && high <= 9 && low >= 0 && low <= 9;
    message[offset + at] = (high << 4) | low;
  }
  if (!valid) throw new QuancunError(DIGITS_INVALID, { details: { field, expected } });
}

const ZERO = 0x30;

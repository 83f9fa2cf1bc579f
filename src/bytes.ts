/**
 * Bytes: hex, big-endian integers, BCD, concatenation, xor and constant-time equality. The work is
 * done by the `buffer` package, the same on every host; no Buffer ever shows in a public type.
 */
import { Buffer } from 'buffer/index.js';
import { QuancunError } from './errors.js';
import { BYTES_LENGTH, BYTES_RANGE, DIGITS_INVALID, HEX_INVALID } from './core-errors.js';

/**
 * Hex text to bytes. Strict: an even number of hex digits, either case, nothing else.
 * 十六进制文本转字节串（严格）。
 * @throws HEX_INVALID
 * @example fromHex('00A40000'); // 00A40000
 */
export function fromHex(hex: string): Uint8Array {
  const at = hex.search(/[^0-9a-fA-F]/);
  if (at >= 0) throw new QuancunError(HEX_INVALID, { details: { at: at + 1 } });
  if (hex.length % 2 === 1) throw new QuancunError(HEX_INVALID, { details: { at: hex.length } });
  return Uint8Array.from(Buffer.from(hex, 'hex'));
}

/**
 * Bytes to upper-case hex.
 * 字节串转大写十六进制文本。
 * @example toHex(Uint8Array.of(0, 0xa4)); // '00A4'
 */
export function toHex(bytes: Uint8Array): string {
  return view(bytes).toString('hex').toUpperCase();
}

/**
 * Joins byte strings.
 * 拼接字节串。
 * @example concat(fromHex('3F00'), fromHex('9000')); // 3F009000
 */
export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(Buffer.concat([...parts]));
}

/**
 * Bitwise exclusive or of two byte strings of one length.
 * 等长字节串异或。
 * @throws BYTES_LENGTH
 * @example xor(fromHex('0FF0'), fromHex('FFFF')); // F00F
 */
export function xor(a: Uint8Array, b: Uint8Array): Uint8Array {
  expectLength('xor operand', b, a.length);
  return a.map((byte, index) => byte ^ (b[index] ?? 0));
}

/**
 * The ones' complement of every byte.
 * 按位取反。
 * @example complement(fromHex('0FF0')); // F00F
 */
export function complement(bytes: Uint8Array): Uint8Array {
  return bytes.map((byte) => ~byte & 0xff);
}

/**
 * Whether two byte strings are equal, in a time that depends only on their lengths.
 * 常数时间比较。
 * @example equalConstantTime(fromHex('0D39ADBB'), fromHex('0D39ADBB')); // true
 */
export function equalConstantTime(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let index = 0; index < a.length; index += 1) {
    difference |= (a[index] ?? 0) ^ (b[index] ?? 0);
  }
  return difference === 0;
}

/**
 * An unsigned big-endian integer of 1 to 6 bytes.
 * 读取无符号大端整数（1–6 字节）。
 * @throws BYTES_LENGTH when the bytes end before it
 * @example readUint(fromHex('00001388'), 0, 4); // 5000
 */
export function readUint(bytes: Uint8Array, offset: number, sizeBytes: number): number {
  if (offset < 0 || offset + sizeBytes > bytes.length) {
    throw new QuancunError(BYTES_LENGTH, {
      details: {
        field: 'integer',
        expected: `${String(offset + sizeBytes)} or more`,
        size: bytes.length,
      },
    });
  }
  return view(bytes).readUIntBE(offset, sizeBytes);
}

/**
 * Encodes an unsigned big-endian integer in 1 to 6 bytes.
 * 无符号大端整数编码（1–6 字节）。
 * @throws BYTES_RANGE
 * @example writeUint(5000, 4); // 00001388
 */
export function writeUint(value: number, sizeBytes: number, field = 'integer'): Uint8Array {
  const max = 2 ** (8 * sizeBytes) - 1;
  if (!Number.isSafeInteger(value) || value < 0 || value > max) {
    throw new QuancunError(BYTES_RANGE, { details: { field, min: 0, max } });
  }
  const out = Buffer.alloc(sizeBytes);
  out.writeUIntBE(value, 0, sizeBytes);
  return Uint8Array.from(out);
}

/**
 * Decimal digits to BCD, two digits a byte.
 * 数字文本转 BCD。
 * @throws DIGITS_INVALID unless the text is exactly `2 * sizeBytes` decimal digits
 * @example encodeBcd('6201', 2); // 6201
 */
export function encodeBcd(digits: string, sizeBytes: number, field = 'digits'): Uint8Array {
  if (digits.length !== 2 * sizeBytes || !/^\d*$/.test(digits)) {
    throw new QuancunError(DIGITS_INVALID, { details: { field, expected: 2 * sizeBytes } });
  }
  return fromHex(digits);
}

/**
 * BCD to digits. Nibbles A–F come out as the letters they are: messy cards carry them, and
 * nothing is lost.
 * BCD 转数字文本；非数字半字节原样输出为 A–F。
 * @example decodeBcd(fromHex('20261231')); // '20261231'
 */
export function decodeBcd(bytes: Uint8Array): string {
  return toHex(bytes);
}

/**
 * Checks a length and returns the bytes.
 * 校验长度。
 * @throws BYTES_LENGTH
 */
export function expectLength(field: string, bytes: Uint8Array, sizeBytes: number): Uint8Array {
  if (bytes.length !== sizeBytes) {
    throw new QuancunError(BYTES_LENGTH, {
      details: { field, expected: sizeBytes, size: bytes.length },
    });
  }
  return bytes;
}

/**
 * Checks that a number is whole and within bounds.
 * 校验整数范围。
 * @throws BYTES_RANGE
 */
export function expectRange(field: string, value: number, min: number, max: number): void {
  if (!Number.isInteger(value) || value < min || value > max) {
    throw new QuancunError(BYTES_RANGE, { details: { field, min, max } });
  }
}

function view(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.byteLength);
}

/**
 * Bytes: hex, big-endian integers, BCD, concatenation and constant-time equality. The same on
 * every host, and made of the language alone: no host has to bring a Buffer.
 */
import { QuancunError } from './errors.js';
import { BYTES_LENGTH, BYTES_RANGE, DIGITS_INVALID, HEX_INVALID } from './core-errors.js';

/**
 * Hex text to bytes. Strict: an even number of hex digits, either case, nothing else.
 * 十六进制文本转字节串（严格）。
 * @throws HEX_INVALID
 * @example fromHex('00A40000'); // 00A40000
 */
export function fromHex(hex: string): Uint8Array {
  const bytes = new Uint8Array(hex.length >> 1);
  for (let index = 0; index < bytes.length; index += 1) {
    const high = digitAt(hex, 2 * index);
    bytes[index] = (high << 4) | digitAt(hex, 2 * index + 1);
  }
  if (hex.length % 2 === 0) return bytes;
  // Of a last digit that stands alone, a bad sign in its place is the nearer fault.
  digitAt(hex, hex.length - 1);
  throw hexError(hex.length);
}

/**
 * Bytes to upper-case hex.
 * 字节串转大写十六进制文本。
 * @example toHex(Uint8Array.of(0, 0xa4)); // '00A4'
 */
export function toHex(bytes: Uint8Array): string {
  let hex = '';
  for (let index = 0; index < bytes.length; index += 1) {
    const byte = bytes[index] as number;
    hex += DIGITS[byte >> 4] as string;
    hex += DIGITS[byte & 15] as string;
  }
  return hex;
}

/**
 * A copy of bytes, or of a part of them: a plain `Uint8Array` with memory of its own, whatever came
 * in. Not `bytes.slice()`, which of a Buffer is a view: the caller wipes a key, and ours is gone.
 * 复制字节串（或其一段）；结果总是独立内存的 Uint8Array（Buffer 的 slice 与原数据共享内存）。
 * @param start as in `slice`: from where; negative counts from the end
 * @param end up to where, not included
 * @example copyOf(Buffer.from('9000', 'hex')) // a Uint8Array that shares nothing with the Buffer
 */
export function copyOf(
  bytes: Uint8Array,
  start = 0,
  end: number = bytes.length,
): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes.subarray(start, end));
}

/**
 * Joins byte strings.
 * 拼接字节串。
 * @example concat(fromHex('3F00'), fromHex('9000')); // 3F009000
 */
export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  let size = 0;
  for (const part of parts) size += part.length;
  const whole = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
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
  if (!(offset >= 0 && offset + sizeBytes <= bytes.length)) {
    throw new QuancunError(BYTES_LENGTH, {
      details: {
        field: 'integer',
        expected: {
          en: `${String(offset + sizeBytes)} or more`,
          zh: `至少 ${String(offset + sizeBytes)}`,
        },
        size: bytes.length,
      },
    });
  }
  let value = 0;
  for (let index = offset; index < offset + sizeBytes; index += 1) {
    value = value * 256 + (bytes[index] as number);
  }
  return value;
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
  const out = new Uint8Array(sizeBytes);
  let rest = value;
  for (let index = sizeBytes - 1; index >= 0; index -= 1) {
    out[index] = rest % 256;
    rest = Math.floor(rest / 256);
  }
  return out;
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
 * Checks the length of bytes.
 * 校验长度。
 * @throws BYTES_LENGTH
 */
export function expectLength(field: string, bytes: Uint8Array, sizeBytes: number): void {
  if (bytes.length !== sizeBytes) {
    throw new QuancunError(BYTES_LENGTH, {
      details: { field, expected: sizeBytes, size: bytes.length },
    });
  }
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

const DIGITS = '0123456789ABCDEF';

/** The value of the hex digit at an index. Character codes: `parseInt` takes what is no hex. */
function digitAt(hex: string, index: number): number {
  const code = hex.charCodeAt(index);
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  // Lower case and upper differ by one bit.
  const letter = code | 0x20;
  if (letter >= 0x61 && letter <= 0x66) return letter - 0x57;
  throw hexError(index + 1);
}

function hexError(at: number): QuancunError {
  return new QuancunError(HEX_INVALID, { details: { at } });
}

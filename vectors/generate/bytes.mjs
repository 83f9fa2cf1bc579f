/** Bytes for the generator; nothing here comes from the library that the vectors are to test. */
import { createHash } from 'node:crypto';

export const hex = (bytes) => Buffer.from(bytes).toString('hex').toUpperCase();

export const bytes = (text) => Buffer.from(text.replace(/\s+/g, ''), 'hex');

export const join = (...parts) => Buffer.concat(parts.map((part) => Buffer.from(part)));

export const not = (input) => Buffer.from(input.map((byte) => 0xff - byte));

export const xor = (a, b) => Buffer.from(a.map((byte, at) => byte ^ b[at]));

/** Unsigned, big-endian. */
export function uint(value, size) {
  const out = Buffer.alloc(size);
  for (let at = size - 1, rest = value; at >= 0; at -= 1, rest = Math.floor(rest / 256)) {
    out[at] = rest % 256;
  }
  return out;
}

/** Bytes that look random and are the same for ever: SHA-256 of a label. */
export function drawn(label, size) {
  return createHash('sha256').update(`quancun vectors: ${label}`).digest().subarray(0, size);
}

/** One bit of one byte turned over. */
export function flipped(input, position, bit = 0) {
  const out = Buffer.from(input);
  out[position] ^= 1 << bit;
  return out;
}

/** The other parity in every byte: the same DES key, another SM4 key. */
export const otherParity = (key) => Buffer.from(key.map((byte) => byte ^ 1));

export const swapHalves = (key) =>
  join(key.subarray(key.length / 2), key.subarray(0, key.length / 2));

export const reversed = (input) => Buffer.from(input).reverse();

/** ISO/IEC 9797-1 method 2: always at least one byte. */
export function pad80(input, size) {
  const padded = join(input, [0x80]);
  return join(padded, Buffer.alloc((size - (padded.length % size)) % size));
}

/** Method 1: zeros, and none on whole blocks. */
export function padZero(input, size) {
  return join(input, Buffer.alloc((size - (input.length % size)) % size));
}

/** 80 00…, and nothing on whole blocks. */
export function pad80WhenNeeded(input, size) {
  return input.length % size === 0 ? Buffer.from(input) : pad80(input, size);
}

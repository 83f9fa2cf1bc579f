/**
 * The wrapper inside a packet: a protocol-buffer message of which one field matters, number 2,
 * the vendor's bytes.
 *
 *   0A 00            field 1: base request or push, empty
 *   12 len bytes     field 2: the data
 *
 * Confidence: high for the form. What a box wants to see in the two responses beyond "no error" is
 * of low confidence: the fields that the public protocol requires are sent, as zeros.
 */
import { concat, copyOf } from '../../../bytes.js';
import { broken } from './packet.js';

const BASE = Uint8Array.of(0x0a, 0x00);
const TAG_DATA = 0x12;
const VARINT = 0;
const EIGHT_BYTES = 1;
const BYTES = 2;
const FOUR_BYTES = 5;

/** Body of the answer to an authentication request: no error, no session key. */
export const AUTH_RESPONSE = Uint8Array.of(0x0a, 0x02, 0x08, 0x00, 0x12, 0x00);
/** Body of the answer to an initialisation request: no error, user 0. */
export const INIT_RESPONSE = Uint8Array.of(0x0a, 0x02, 0x08, 0x00, 0x10, 0x00, 0x18, 0x00);

/** Wraps the vendor's bytes. */
export function encodeWrapper(data: Uint8Array): Uint8Array {
  return concat(BASE, Uint8Array.of(TAG_DATA), encodeVarint(data.length), data);
}

/** The vendor's bytes of a wrapper; unknown fields are passed over. @throws TRANSPORT_FRAME */
export function decodeWrapper(body: Uint8Array): Uint8Array {
  const data = wrappedData(body);
  if (data === undefined) throw broken('wrapper without data');
  return data;
}

/** The same; `undefined` where the box sent none. @throws TRANSPORT_FRAME */
export function wrappedData(body: Uint8Array): Uint8Array | undefined {
  let data: Uint8Array | undefined;
  for (let at = 0; at < body.length;) {
    const [tag, start] = decodeVarint(body, at);
    const [from, to] = extent(body, start, tag & 7);
    if (to > body.length) throw broken('wrapper length');
    if (tag === TAG_DATA) data = copyOf(body, from, to);
    at = to;
  }
  return data;
}

/** From where to where a field's value stands. */
function extent(body: Uint8Array, at: number, kind: number): readonly [number, number] {
  if (kind === VARINT) return [at, decodeVarint(body, at)[1]];
  if (kind === EIGHT_BYTES) return [at, at + 8];
  if (kind === FOUR_BYTES) return [at, at + 4];
  if (kind !== BYTES) throw broken('wrapper field');
  const [size, from] = decodeVarint(body, at);
  return [from, from + size];
}

function encodeVarint(value: number): Uint8Array {
  return value < 0x80
    ? Uint8Array.of(value)
    : Uint8Array.of((value & 0x7f) | 0x80, ...encodeVarint(value >>> 7));
}

/** Value, and where the next byte is. At most four bytes: no length here needs more. */
function decodeVarint(body: Uint8Array, at: number): readonly [number, number] {
  let value = 0;
  for (let count = 0; count < 4; count += 1) {
    const byte = body[at + count];
    if (byte === undefined) throw broken('wrapper length');
    value += (byte & 0x7f) * 2 ** (7 * count);
    if (byte < 0x80) return [value, at + count + 1];
  }
  throw broken('wrapper number');
}

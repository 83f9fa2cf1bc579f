/** BER-TLV as cards use it: tags of up to three bytes, lengths of up to three, definite form. */
import { concat, copyOf } from '../bytes.js';
import { QuancunError } from '../errors.js';
import { TLV_MALFORMED } from './errors.js';

/** One data object. Constructed ones (bit 6 of the first tag byte) hold others. */
export interface Tlv {
  readonly tag: number;
  readonly value: Uint8Array;
  /** Present on constructed objects. */
  readonly children?: readonly Tlv[];
}

const MAX_DEPTH = 8;
const CONSTRUCTED = 0x20;

/**
 * Parses a sequence of data objects. 00 and FF between objects are skipped, as ISO 7816-4 allows.
 * 解析 BER-TLV 序列。
 * @throws TLV_MALFORMED
 * @example
 * import { fromHex } from 'quancun/bytes';
 * parseTlv(fromHex('8402A000'))[0]?.tag; // 0x84
 */
export function parseTlv(bytes: Uint8Array): readonly Tlv[] {
  return parseSequence(bytes, 0);
}

/**
 * Builds one data object; children, where given, make the value.
 * 组装 BER-TLV。
 * @throws TLV_MALFORMED
 * @example
 * import { fromHex } from 'quancun/bytes';
 * buildTlv({ tag: 0x84, value: fromHex('A000') }); // 8402A000
 */
export function buildTlv(
  object: { readonly tag: number } & (
    { readonly value: Uint8Array } | { readonly children: readonly Tlv[] }
  ),
): Uint8Array {
  const value =
    'children' in object && object.children !== undefined
      ? concat(...object.children.map((child) => buildTlv(child)))
      : 'value' in object
        ? object.value
        : new Uint8Array(0);
  return concat(tagBytes(object.tag), lengthBytes(value.length), value);
}

/**
 * The first object with this tag, at any depth.
 * 按标签查找（任意深度，取第一个）。
 * @example
 * import { fromHex } from 'quancun/bytes';
 * const objects = parseTlv(fromHex('6F048402A000'));
 * findTlv(objects, 0x84)?.value; // A000
 */
export function findTlv(objects: readonly Tlv[], tag: number): Tlv | undefined {
  for (const object of objects) {
    if (object.tag === tag) return object;
    const inside = findTlv(object.children ?? [], tag);
    if (inside !== undefined) return inside;
  }
  return undefined;
}

function parseSequence(bytes: Uint8Array, depth: number): Tlv[] {
  if (depth > MAX_DEPTH) throw malformed('nested too deep');
  const objects: Tlv[] = [];
  let at = 0;
  while (at < bytes.length) {
    const first = bytes[at] ?? 0;
    if (first === 0x00 || first === 0xff) {
      at += 1;
      continue;
    }
    const tag = readTag(bytes, at);
    const length = readLength(bytes, at + tag.sizeBytes);
    const start = at + tag.sizeBytes + length.sizeBytes;
    const end = start + length.value;
    if (end > bytes.length) throw malformed('a value ends after its container');
    const value = copyOf(bytes, start, end);
    const constructed = (first & CONSTRUCTED) !== 0;
    const children = constructed ? { children: parseSequence(value, depth + 1) } : {};
    objects.push({ tag: tag.value, value, ...children });
    at = end;
  }
  return objects;
}

interface Sized {
  readonly value: number;
  readonly sizeBytes: number;
}

function readTag(bytes: Uint8Array, at: number): Sized {
  const first = bytes[at] ?? 0;
  if ((first & 0x1f) !== 0x1f) return { value: first, sizeBytes: 1 };
  let value = first;
  for (let index = 1; index < 3; index += 1) {
    const next = bytes[at + index];
    if (next === undefined) throw malformed('a tag is cut off');
    value = value * 256 + next;
    if ((next & 0x80) === 0) return { value, sizeBytes: index + 1 };
  }
  throw malformed('a tag is longer than three bytes');
}

function readLength(bytes: Uint8Array, at: number): Sized {
  const first = bytes[at];
  if (first === undefined) throw malformed('a length is missing');
  if (first < 0x80) return { value: first, sizeBytes: 1 };
  const count = first & 0x7f;
  if (count === 0 || count > 2) throw malformed('a length has an unsupported form');
  let value = 0;
  for (let index = 1; index <= count; index += 1) {
    const next = bytes[at + index];
    if (next === undefined) throw malformed('a length is cut off');
    value = value * 256 + next;
  }
  return { value, sizeBytes: 1 + count };
}

function tagBytes(tag: number): Uint8Array {
  if (!Number.isInteger(tag) || tag <= 0 || tag > 0xffffff) throw malformed('tag out of range');
  const all = [(tag >> 16) & 0xff, (tag >> 8) & 0xff, tag & 0xff];
  const significant = tag > 0xffff ? all : tag > 0xff ? all.slice(1) : all.slice(2);
  const bytes = Uint8Array.from(significant);
  const read = readTag(bytes, 0);
  // A first byte of FF is padding to a reader.
  if (read.sizeBytes !== bytes.length || bytes[0] === 0xff) {
    throw malformed('tag bytes do not form one tag');
  }
  return bytes;
}

function lengthBytes(length: number): Uint8Array {
  if (length < 0x80) return Uint8Array.of(length);
  if (length <= 0xff) return Uint8Array.of(0x81, length);
  if (length <= 0xffff) return Uint8Array.of(0x82, length >> 8, length & 0xff);
  throw malformed('a value is longer than 65,535 bytes');
}

function malformed(problem: string): QuancunError {
  return new QuancunError(TLV_MALFORMED, { details: { problem } });
}

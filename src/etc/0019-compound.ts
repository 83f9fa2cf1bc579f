/**
 * EF 0019 复合消费专用: the record AA that a compound purchase rewrites, 43 bytes.
 *
 *   0 tag 1 (AA) · 1 length 1 (29) · 2 applicationLock 1 · 3 the 40 bytes of EF 0012
 */
import { concat, expectLength } from '../bytes.js';
import type { DecodeText } from '../gbk.js';
import { defineRecord, type FieldPlace, uintField } from '../record.js';
import * as ef0012 from './0012-toll.js';

const codec = defineRecord('EF 0019', {
  tag: uintField(1),
  length: uintField(1),
  applicationLock: uintField(1),
});

/** What the record says. */
export interface CompoundRecord {
  readonly tag: number;
  readonly length: number;
  /** 00 free, 01 locked: UPDATE CAPP DATA CACHE is refused. */
  readonly applicationLock: number;
  /** The three bytes of the head as they were, hex. */
  readonly source?: string;
  readonly toll: ef0012.TollInformation;
}

/** File identifier, in DF 1001. */
export const FID = 0x0019;
/** Short file identifier. */
export const SFI = 0x19;
/** Tag of the toll record. */
export const TOLL_TAG = 0xaa;
/** Size of the record with its tag and length. */
export const SIZE_BYTES = codec.sizeBytes + ef0012.SIZE_BYTES;

/** The byte map. */
export function layout(name: ef0012.TollLayout = 'national'): readonly FieldPlace[] {
  const shift = codec.sizeBytes;
  const toll = ef0012.layout(name).map((place) => ({ ...place, offset: place.offset + shift }));
  return [...codec.layout, ...toll];
}

/**
 * Decodes the record, 43 bytes.
 * 解析复合消费记录。
 * @param decodeText reads the plate. Default: the host's decoder
 * @throws BYTES_LENGTH
 * @example
 * const record = ef0019.decode(new Uint8Array(ef0019.SIZE_BYTES));
 * record.applicationLock; // 0
 */
export function decode(
  bytes: Uint8Array,
  name: ef0012.TollLayout = 'national',
  decodeText?: DecodeText,
): CompoundRecord {
  expectLength('EF 0019', bytes, SIZE_BYTES);
  const start = codec.sizeBytes;
  const toll = ef0012.decode(bytes.slice(start), name, decodeText);
  return { ...codec.decode(bytes.slice(0, start)), toll };
}

/**
 * Encodes the record; bytes of `source` that still say the same are kept.
 * 编码复合消费记录。
 * @throws as ef0012.encode
 */
export function encode(record: CompoundRecord, decodeText?: DecodeText): Uint8Array {
  return concat(codec.encode(record), ef0012.encode(record.toll, decodeText));
}

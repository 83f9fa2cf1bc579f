/**
 * EF 0016 持卡人基本数据, in the MF.
 *
 *   0 holderKind 1 · 1 staffKind 1 · 2 holderName 20 (GBK) · 22 idNumber 32 (ASCII) · 54 idKind 1
 *
 * Issuers pad with 00, with FF, or with one 00 and then FF: text ends at the first of either.
 */
import type { DecodeText } from '../gbk.js';
import { asciiField, defineRecord, gbkField, type RecordCodec, uintField } from '../record.js';

/** What EF 0016 says: personal data, to be shown masked. */
export interface HolderInformation {
  /** 持卡人身份标识. */
  readonly holderKind: number;
  /** 本系统职工标识. */
  readonly staffKind: number;
  /** 姓名, up to 20 bytes of GBK. */
  readonly holderName: string;
  /** 证件号码, up to 32 ASCII characters. */
  readonly idNumber: string;
  /** 证件类型. */
  readonly idKind: number;
  /** The bytes this was decoded from, hex; encoding keeps what is unchanged. */
  readonly source?: string;
}

/** File identifier, in the MF. */
export const FID = 0x0016;
/** Short file identifier. */
export const SFI = 0x16;

const codec: RecordCodec<HolderInformation> = defineRecord('EF 0016', {
  holderKind: uintField(1),
  staffKind: uintField(1),
  holderName: gbkField(20),
  idNumber: asciiField(32),
  idKind: uintField(1),
});

/** Size of the file. */
export const SIZE_BYTES = codec.sizeBytes;
/** The byte map. */
export const layout = codec.layout;

/**
 * Decodes EF 0016, 55 bytes.
 * 解析持卡人基本数据。
 * @param decodeText reads the name. Default: the host's decoder
 * @throws BYTES_LENGTH
 * @example
 * const holder = ef0016.decode(new Uint8Array(ef0016.SIZE_BYTES));
 * holder.holderName; // ''
 */
export function decode(bytes: Uint8Array, decodeText?: DecodeText): HolderInformation {
  return codec.decode(bytes, decodeText);
}

/**
 * Encodes EF 0016; bytes of `source` that still say the same are kept.
 * 编码持卡人基本数据；未改动字段保留原始字节。
 * @throws BYTES_RANGE, GBK_UNENCODABLE, TEXT_TOO_LONG, FIELD_MISSING
 */
export function encode(holder: HolderInformation, decodeText?: DecodeText): Uint8Array {
  return codec.encode(holder, decodeText);
}

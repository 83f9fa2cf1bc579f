/**
 * EF 0012 联网收费信息: where the vehicle entered or left the toll network. 40 bytes, in one of two
 * layouts that nothing in the bytes tells apart: the caller says which.
 *
 *   national     0 network 2 · 2 station 2 · 4 lane 1 · 5 passedAtSeconds 4 · 9 vehicleClass 1
 *                10 passageStatus 1 · 11 markers 9 · 20 operator 3 · 23 shift 1 · 24 plate 12
 *                36 reserved 4
 *   yunnan-2020  0 network 2 · 2 station 3 · 5 lane 1 · 6 passedAtSeconds 4 · 10 vehicleClass 1
 *                11 passageStatus 1 · 12 psam 6 · 18 recordIndex 1 · 19 operator 4 · 23 shift 1
 *                24 plate 12 · 36 plateColour 1 · 37 reserved 1 · 38 crc 2
 */
import type { DecodeText } from '../gbk.js';
import {
  bcdField,
  defineRecord,
  type FieldPlace,
  gbkField,
  hexField,
  uintField,
} from '../record.js';

/** What both layouts hold. */
interface TollFields {
  /** 入/出口路网号, four digits. */
  readonly network: string;
  /** 站号, hex: two bytes, three in the Yunnan layout. */
  readonly station: string;
  readonly lane: number;
  /** Seconds since 1970-01-01 UTC. */
  readonly passedAtSeconds: number;
  readonly vehicleClass: number;
  /** 入出口状态. */
  readonly passageStatus: number;
  /** 收费员工号, hex: three bytes, four in the Yunnan layout. */
  readonly operator: string;
  readonly shift: number;
  readonly plate: string;
  /** Hex. */
  readonly reserved: string;
  /** The bytes this was decoded from, hex; encoding keeps what is unchanged. */
  readonly source?: string;
}

/** The national layout. */
export interface NationalToll extends TollFields {
  readonly layout: 'national';
  /** 标识站, 9 bytes hex. */
  readonly markers: string;
}

/** The layout that Yunnan has written since 2020. */
export interface Yunnan2020Toll extends TollFields {
  readonly layout: 'yunnan-2020';
  /** PSAM number, 6 bytes hex. */
  readonly psam: string;
  readonly recordIndex: number;
  readonly plateColour: number;
  /** 2 bytes hex. */
  readonly crc: string;
}

/** Which of the two layouts. */
export type TollLayout = 'national' | 'yunnan-2020';

/** What EF 0012 says; `layout` tells which fields there are. */
export type TollInformation = NationalToll | Yunnan2020Toll;

/** File identifier, in DF 1001. */
export const FID = 0x0012;
/** Short file identifier. */
export const SFI = 0x12;

const national = defineRecord('EF 0012', {
  network: bcdField(2),
  station: hexField(2),
  lane: uintField(1),
  passedAtSeconds: uintField(4),
  vehicleClass: uintField(1),
  passageStatus: uintField(1),
  markers: hexField(9),
  operator: hexField(3),
  shift: uintField(1),
  plate: gbkField(12),
  reserved: hexField(4),
});
const yunnan2020 = defineRecord('EF 0012', {
  network: bcdField(2),
  station: hexField(3),
  lane: uintField(1),
  passedAtSeconds: uintField(4),
  vehicleClass: uintField(1),
  passageStatus: uintField(1),
  psam: hexField(6),
  recordIndex: uintField(1),
  operator: hexField(4),
  shift: uintField(1),
  plate: gbkField(12),
  plateColour: uintField(1),
  reserved: hexField(1),
  crc: hexField(2),
});

/** Size of the file. */
export const SIZE_BYTES = national.sizeBytes;

/** The byte map of a layout. */
export function layout(name: TollLayout = 'national'): readonly FieldPlace[] {
  return codecOf(name).layout;
}

/**
 * Decodes EF 0012, 40 bytes.
 * 解析联网收费信息。
 * @param decodeText reads the plate. Default: the host's decoder
 * @throws BYTES_LENGTH
 * @example
 * const toll = ef0012.decode(new Uint8Array(ef0012.SIZE_BYTES));
 * toll.passedAtSeconds; // 0
 */
export function decode(
  bytes: Uint8Array,
  name: TollLayout = 'national',
  decodeText?: DecodeText,
): TollInformation {
  return name === 'national'
    ? { ...national.decode(bytes, decodeText), layout: name }
    : { ...yunnan2020.decode(bytes, decodeText), layout: name };
}

/**
 * Encodes EF 0012; bytes of `source` that still say the same are kept.
 * 编码联网收费信息。
 * @throws BYTES_RANGE, HEX_INVALID, BYTES_LENGTH, DIGITS_INVALID, GBK_UNENCODABLE, TEXT_TOO_LONG,
 *   FIELD_MISSING
 */
export function encode(toll: TollInformation, decodeText?: DecodeText): Uint8Array {
  return toll.layout === 'national'
    ? national.encode(toll, decodeText)
    : yunnan2020.encode(toll, decodeText);
}

function codecOf(name: TollLayout): { readonly layout: readonly FieldPlace[] } {
  return name === 'national' ? national : yunnan2020;
}

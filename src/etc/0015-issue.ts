/**
 * EF 0015 卡片发行基本数据: who issued the card, to which vehicle, for how long.
 *
 *   0  issuer 8 · 8 cardType 1 · 9 version 1 · 10 network 2 (BCD) · 12 cardNumber 8 (BCD)
 *   20 startDate 4 · 24 endDate 4 (BCD CCYYMMDD) · 28 plate 12 (GBK) · 40 userType 1
 *   version < 40: 41 provincialUse 2        version ≥ 40: 41 plateColour 1 · 42 vehicleClass 1
 *   50-byte form: 43 reserved 7
 *
 * Known disagreements, kept byte for byte: Beijing uses userType as a "bound" flag and pads an
 * unbound plate with FF; some issuers' bytes 4–5 differ from the network number. Before version 40
 * every province has its own use for bytes 41–42 (Shandong 0001 on a blue car, Hunan 0100, Yunnan a
 * discount rate and two nibbles), so nobody can tell a colour from them: only 0000 is blue in
 * every layout that was seen.
 */
import { decodeGbk, type DecodeText } from '../gbk.js';
import { fromHex, readUint } from '../bytes.js';
import { QuancunError } from '../errors.js';
import {
  bcdField,
  dateField,
  type FieldPlace,
  gbkField,
  hexField,
  type RecordCodec,
  defineRecord,
  uintField,
} from '../record.js';
import { BYTES_LENGTH } from '../core-errors.js';

/** What EF 0015 says. Encoding ignores `issuerName`: it is read from `issuer`. */
export interface IssueInformation {
  /** 发卡方标识, 16 hex digits. The first 8 are the first diversification factor. */
  readonly issuer: string;
  /** The first four bytes of the issuer as GBK, such as 甘肃. */
  readonly issuerName: string;
  /** 卡片类型: 22 储值卡 (stored value), 23 记账卡 (pass card). */
  readonly cardType: number;
  /** 卡片版本号, two hex digits. */
  readonly version: string;
  /** 卡片网络编号, four digits. */
  readonly network: string;
  /** 用户卡内部编号, 16 digits; also the second diversification factor. */
  readonly cardNumber: string;
  /** 启用日期 YYYY-MM-DD, or eight hex digits where the card holds no date. */
  readonly startDate: string;
  /** 到期日期, as startDate; the day itself is included. */
  readonly endDate: string;
  /** 车牌号码; empty on a card that is bound to no vehicle. */
  readonly plate: string;
  /** 用户类型. */
  readonly userType: number;
  /** 车牌颜色. Absent where the card does not say it: before version 40, unless it is 0. */
  readonly plateColour?: number;
  /** Bytes 41–42 of a card before version 40, hex: what the province has put there. */
  readonly provincialUse?: string;
  /** 车型; cards before version 40 have none. */
  readonly vehicleClass?: number;
  /** The last seven bytes of the 50-byte form, hex. */
  readonly reserved?: string;
  /** The bytes this was decoded from, hex; encoding keeps what is unchanged. */
  readonly source?: string;
}

/** File identifier, in DF 1001. */
export const FID = 0x0015;
/** Short file identifier. */
export const SFI = 0x15;
/** Sizes in the field, the longer first. */
export const SIZES_BYTES = [50, 43] as const;

const VERSION_OFFSET = 9;
const FIRST_NEW_VERSION = 0x40;

const head = {
  issuer: hexField(8),
  cardType: uintField(1),
  version: hexField(1),
  network: bcdField(2),
  cardNumber: bcdField(8),
  startDate: dateField,
  endDate: dateField,
  plate: gbkField(12),
  userType: uintField(1),
};
const before40 = { ...head, provincialUse: hexField(2) };
const from40 = { ...head, plateColour: uintField(1), vehicleClass: uintField(1) };
const reserved = hexField(7);

/** Bytes 41–42 that mean the same in every province: blue. */
const BLUE_EVERYWHERE = '0000';
const BLUE = 0;

type Codec = RecordCodec<Omit<IssueInformation, 'issuerName'>>;
const CODECS: Readonly<Record<'old' | 'new', Readonly<Record<43 | 50, Codec>>>> = {
  old: {
    43: defineRecord('EF 0015', before40),
    50: defineRecord('EF 0015', { ...before40, reserved }),
  },
  new: {
    43: defineRecord('EF 0015', from40),
    50: defineRecord('EF 0015', { ...from40, reserved }),
  },
};

/**
 * Decodes EF 0015 of 43 or 50 bytes.
 * 解析卡片发行基本数据（43 或 50 字节）。
 * @param decodeText reads plate and issuer. Default: the host's decoder; a host without one is
 *   handed `decodeGbkByTable` of `quancun/gbk-table`, or the plate comes out as `0x` and its hex
 * @throws BYTES_LENGTH
 * @example
 * import { fromHex } from 'quancun/bytes';
 * const head = 'B9E3B6AB000000011610440100000000000000022014071520201231';
 * const { plate } = ef0015.decode(fromHex(`${head}D4C141313233343500000000010000`));
 * plate; // '粤A12345'
 */
export function decode(bytes: Uint8Array, decodeText?: DecodeText): IssueInformation {
  const version = bytes.length > VERSION_OFFSET ? readUint(bytes, VERSION_OFFSET, 1) : 0;
  const issue = codecOf(version, bytes.length).decode(bytes, decodeText);
  const blue = issue.provincialUse === BLUE_EVERYWHERE ? { plateColour: BLUE } : {};
  return { ...issue, ...blue, issuerName: issuerNameOf(issue.issuer, decodeText) };
}

/**
 * Encodes EF 0015: 50 bytes with `reserved`, 43 without. Bytes of `source` that still say the same
 * are kept, so `encode(decode(x))` is `x`.
 * 编码卡片发行基本数据；未改动字段保留原始字节。
 * @throws HEX_INVALID, BYTES_LENGTH, BYTES_RANGE, DIGITS_INVALID, DATE_INVALID, GBK_UNENCODABLE,
 *   TEXT_TOO_LONG, FIELD_MISSING
 * @example
 * import { readCard } from 'quancun';
 * import { createVirtualCard, personalise } from 'quancun/simulator';
 * import { simulatorTransport } from 'quancun/transport/simulator';
 * const card = createVirtualCard(personalise({ kind: '3des-4x' }));
 * const { issue } = await readCard(simulatorTransport(card));
 * const other = ef0015.encode({ ...issue, endDate: '2035-12-31' });
 * ef0015.decode(other).endDate; // '2035-12-31'
 */
export function encode(issue: IssueInformation, decodeText?: DecodeText): Uint8Array {
  const size = issue.reserved === undefined ? 43 : 50;
  const codec = codecOf(parseInt(issue.version, 16), size);
  // A colour alone says what an old card holds only where it is blue.
  const isBlue = issue.provincialUse === undefined && issue.plateColour === BLUE;
  return codec.encode(isBlue ? { ...issue, provincialUse: BLUE_EVERYWHERE } : issue, decodeText);
}

/** The byte map of a card of this version and size. */
export function layout(version: string, sizeBytes: 43 | 50): readonly FieldPlace[] {
  return codecOf(parseInt(version, 16), sizeBytes).layout;
}

/**
 * The number printed on the card: network and internal number, 20 digits.
 * 卡面号：网络编号 + 内部编号，20 位。
 * @example
 * const issue = { network: '6201', cardNumber: '6201220000001234' };
 * surfaceCardNumber(issue); // '62016201220000001234'
 */
export function surfaceCardNumber(issue: Pick<IssueInformation, 'network' | 'cardNumber'>): string {
  return issue.network + issue.cardNumber;
}

function codecOf(version: number, sizeBytes: number): Codec {
  if (sizeBytes !== 43 && sizeBytes !== 50) {
    throw new QuancunError(BYTES_LENGTH, {
      details: { field: 'EF 0015', expected: { en: '43 or 50', zh: '43 或 50' }, size: sizeBytes },
    });
  }
  return CODECS[version >= FIRST_NEW_VERSION ? 'new' : 'old'][sizeBytes];
}

/** Empty where the bytes are no text. */
function issuerNameOf(issuer: string, decodeText: DecodeText = decodeGbk): string {
  const name = fromHex(issuer.slice(0, 8)).filter((byte) => byte !== 0 && byte !== 0xff);
  return decodeText(name) ?? '';
}

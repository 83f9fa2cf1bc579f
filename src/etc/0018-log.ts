/**
 * EF 0018 终端交易记录: one record of the purse's cyclic log, newest first. Written by the card.
 *
 *   0 atc 2 · 2 overdraftLimitFen 3 · 5 amountFen 4 · 9 transactionType 1 · 10 terminal 6
 *   16 date 4 (BCD) · 20 time 3 (BCD)
 *
 * `atc` is the online counter of a load and the offline counter of a purchase; most cards write the
 * value after the transaction, some the one before, so it never proves anything by itself.
 */
import {
  bcdField,
  daysOfMonth,
  defineRecord,
  hexField,
  type RecordCodec,
  uintField,
} from '../record.js';

/** One entry of the log. */
export interface LogRecord {
  /** Online counter of a load, offline counter of a purchase. */
  readonly atc: number;
  readonly overdraftLimitFen: number;
  readonly amountFen: number;
  /** 02 圈存, 06 消费, 09 复合消费. */
  readonly transactionType: number;
  /** 12 hex digits. */
  readonly terminal: string;
  /** YYYYMMDD. */
  readonly date: string;
  /** hhmmss. */
  readonly time: string;
  /** The bytes this was decoded from, hex; encoding keeps what is unchanged. */
  readonly source?: string;
}

/** File identifier, in DF 1001. */
export const FID = 0x0018;
/** Short file identifier. */
export const SFI = 0x18;

const codec: RecordCodec<LogRecord> = defineRecord('EF 0018', {
  atc: uintField(2),
  overdraftLimitFen: uintField(3),
  amountFen: uintField(4),
  transactionType: uintField(1),
  terminal: hexField(6),
  date: bcdField(4),
  time: bcdField(3),
});

/** Records that a card keeps, at most. */
export const MAX_RECORDS = 50;
/** Size of one record. */
export const SIZE_BYTES = codec.sizeBytes;
/** The byte map. */
export const layout = codec.layout;

/**
 * Decodes one record, 23 bytes.
 * 解析一条终端交易记录。
 * @throws BYTES_LENGTH
 * @example
 * import { fromHex } from 'quancun/bytes';
 * const record = ef0018.decode(fromHex('0001000000000027100200044010100120261125093045'));
 * record.amountFen; // 10000
 * record.date; // '20261125'
 */
export function decode(bytes: Uint8Array): LogRecord {
  return codec.decode(bytes);
}

/**
 * Encodes one record; bytes of `source` that still say the same are kept.
 * 编码一条终端交易记录。
 * @throws BYTES_RANGE, HEX_INVALID, BYTES_LENGTH, DIGITS_INVALID, FIELD_MISSING
 */
export function encode(record: LogRecord): Uint8Array {
  return codec.encode(record);
}

/**
 * Whether a record was never written: all FF, or all 00.
 * 空记录（全 FF 或全 00）。
 * @example ef0018.isEmpty(new Uint8Array(ef0018.SIZE_BYTES).fill(0xff)); // true
 */
export function isEmpty(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0xff) || bytes.every((byte) => byte === 0);
}

/**
 * Whether a record bears a day of the calendar and a time: what does not was never written by a
 * transaction, or is of another layout.
 * 记录是否带有有效的日期与时间。
 * @example
 * import { fromHex } from 'quancun/bytes';
 * const record = ef0018.decode(fromHex('0001000000000027100200044010100120261125093045'));
 * ef0018.isDated(record); // true
 */
export function isDated({ date, time }: Pick<LogRecord, 'date' | 'time'>): boolean {
  const [year, month, day] = [date.slice(0, 4), date.slice(4, 6), date.slice(6, 8)].map(Number);
  const days = daysOfMonth(year ?? 0, month ?? 0);
  const isDay = day !== undefined && day >= 1 && day <= days;
  return isDay && /^([01]\d|2[0-3])([0-5]\d){2}$/.test(time);
}

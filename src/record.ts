/**
 * Fixed-layout records: one declaration gives decode, encode, size and the field path of an error.
 *
 * What a card holds is often messy: other padding than ours, values no table knows. A decoded
 * record therefore keeps the bytes it came from as `source`, and encoding copies them wherever they
 * still say the same. So `encode(decode(x))` is `x` for every `x` of the right length, and changing
 * one field changes the bytes of that field alone.
 */
import {
  copyOf,
  decodeBcd,
  encodeBcd,
  expectLength,
  fromHex,
  readUint,
  toHex,
  writeUint,
} from './bytes.js';
import { QuancunError } from './errors.js';
import { decodeGbk, type DecodeText, encodeGbk } from './gbk.js';
import { DATE_INVALID, FIELD_MISSING, TEXT_TOO_LONG } from './core-errors.js';

/** How one field lies in its bytes. Values are texts and numbers, so that they can be compared. */
export interface Field<T extends string | number> {
  readonly sizeBytes: number;
  /** `decodeText` reads Chinese text. Default: the host's decoder. */
  decode(bytes: Uint8Array, decodeText?: DecodeText): T;
  /** `path` names the field in an error; `decodeText` must read back what is written. */
  encode(value: T, path: string, decodeText?: DecodeText): Uint8Array;
}

/** The fields of a record, in the order of their bytes. */
export type Fields = Readonly<Record<string, Field<string> | Field<number>>>;

/** The decoded form of `F`; `source` is the hex text of the bytes it was decoded from. */
export type Decoded<F extends Fields> = {
  readonly [K in keyof F]: F[K] extends Field<infer T> ? T : never;
} & { readonly source?: string };

/** Where a field lies. */
export interface FieldPlace {
  readonly name: string;
  readonly offset: number;
  readonly sizeBytes: number;
}

/** A declared record. */
export interface RecordCodec<T> {
  readonly sizeBytes: number;
  /** The byte map: every field with its offset and size. */
  readonly layout: readonly FieldPlace[];
  /**
   * `decodeText` reads Chinese text. Default: the host's decoder.
   * @throws BYTES_LENGTH
   */
  decode(bytes: Uint8Array, decodeText?: DecodeText): T;
  /**
   * Writes what `decodeText` reads.
   * @throws the error of the first field that cannot be encoded, with its path in `details`
   */
  encode(value: T, decodeText?: DecodeText): Uint8Array;
}

/**
 * Declares a record. The order of the fields is the order of the bytes.
 * 声明定长记录：一处声明，得到解码、编码、长度与字段路径。
 * @example
 * import { fromHex } from 'quancun/bytes';
 * const point = defineRecord('point', { x: uintField(2), y: uintField(2) });
 * point.decode(fromHex('00010002')); // { x: 1, y: 2, source: '00010002' }
 */
export function defineRecord<F extends Fields>(name: string, fields: F): RecordCodec<Decoded<F>> {
  const places = placeFields(fields);
  const sizeBytes = places.reduce((sum, place) => sum + place.sizeBytes, 0);
  return {
    sizeBytes,
    layout: places.map(({ codec: _codec, ...place }) => place),
    decode(bytes, decodeText) {
      expectLength(name, bytes, sizeBytes);
      const record: Record<string, string | number> = { source: toHex(bytes) };
      for (const { name: field, codec, offset, sizeBytes: size } of places) {
        record[field] = codec.decode(bytes.subarray(offset, offset + size), decodeText);
      }
      return record as Decoded<F>;
    },
    encode(value, decodeText) {
      const source = sourceOf(value, sizeBytes);
      const bytes = new Uint8Array(sizeBytes);
      for (const place of places) {
        const kept = source?.subarray(place.offset, place.offset + place.sizeBytes);
        const field = ownField(name, place.name, value);
        bytes.set(encodeField(name, place, field, kept, decodeText), place.offset);
      }
      return bytes;
    },
  };
}

/**
 * An unsigned big-endian integer of 1 to 6 bytes.
 * @example defineRecord('point', { x: uintField(2), y: uintField(2) }).sizeBytes; // 4
 */
export function uintField(sizeBytes: number): Field<number> {
  return {
    sizeBytes,
    decode: (bytes) => readUint(bytes, 0, sizeBytes),
    encode: (value, path) => writeUint(value, sizeBytes, path),
  };
}

/**
 * Bytes as hex text: what is not understood, or has no other form.
 * @example defineRecord('random', { random: hexField(4) }).sizeBytes; // 4
 */
export function hexField(sizeBytes: number): Field<string> {
  return {
    sizeBytes,
    decode: toHex,
    encode(value, path) {
      const bytes = fromHex(value);
      expectLength(path, bytes, sizeBytes);
      return bytes;
    },
  };
}

/**
 * BCD digits as text. Nibbles above 9, which messy cards carry, come out as the letters A–F.
 * @example
 * import { fromHex } from 'quancun/bytes';
 * const card = defineRecord('card', { cardNumber: bcdField(8) });
 * card.decode(fromHex('6201220000001234')).cardNumber; // '6201220000001234'
 */
export function bcdField(sizeBytes: number): Field<string> {
  return {
    sizeBytes,
    decode: (bytes) => decodeBcd(bytes),
    encode: (value, path) => encodeBcd(value, sizeBytes, path),
  };
}

/** Four BCD bytes CCYYMMDD as `YYYY-MM-DD`; what is not a date comes out as eight hex digits. */
export const dateField: Field<string> = {
  sizeBytes: 4,
  decode(bytes) {
    const digits = toHex(bytes);
    const text = digits.replace(/^(....)(..)(..)$/, '$1-$2-$3');
    return isDate(text) ? text : digits;
  },
  encode(value, path) {
    if (!isDate(value)) throw new QuancunError(DATE_INVALID, { details: { field: path } });
    return fromHex(value.replace(/-/g, ''));
  },
};

/**
 * GBK text, padded right. Cards pad with 00 or with FF: decoding cuts at the first of either,
 * encoding pads with 00. Bytes that are not text, or that this host cannot read, come out as `0x`
 * and their hex.
 * @example
 * import { fromHex } from 'quancun/bytes';
 * const car = defineRecord('car', { plate: gbkField(12) });
 * car.decode(fromHex('B8CA41313233343500000000')).plate; // '甘A12345'
 */
export function gbkField(sizeBytes: number): Field<string> {
  // A decoder of the caller's may do with its bytes what it likes: it gets its own.
  return textField(sizeBytes, (bytes, decodeText = decodeGbk) => decodeText(copyOf(bytes)));
}

/**
 * ASCII text, padded and cut as {@link gbkField} does.
 * @example
 * import { fromHex } from 'quancun/bytes';
 * const note = defineRecord('note', { text: asciiField(4) });
 * note.decode(fromHex('41420000')).text; // 'AB'
 */
export function asciiField(sizeBytes: number): Field<string> {
  return textField(sizeBytes, (bytes) =>
    bytes.every((byte) => byte < 0x80) ? String.fromCharCode(...bytes) : undefined,
  );
}

function textField(
  sizeBytes: number,
  decode: (bytes: Uint8Array, decodeText?: DecodeText) => string | undefined,
): Field<string> {
  return {
    sizeBytes,
    decode(bytes, decodeText) {
      const end = bytes.findIndex((byte) => byte === 0x00 || byte === 0xff);
      const text = end < 0 ? bytes : bytes.subarray(0, end);
      return decode(text, decodeText) ?? `0x${toHex(text)}`;
    },
    encode(value, path, decodeText) {
      const isHex = /^0x([0-9A-F]{2})+$/.test(value);
      const text = isHex ? fromHex(value.slice(2)) : encodeGbk(value, decodeText);
      if (text.length > sizeBytes) {
        throw new QuancunError(TEXT_TOO_LONG, {
          details: { field: path, max: sizeBytes, size: text.length },
        });
      }
      const bytes = new Uint8Array(sizeBytes);
      bytes.set(text);
      return bytes;
    },
  };
}

interface Place extends FieldPlace {
  readonly codec: Field<string | number>;
}

function placeFields(fields: Fields): readonly Place[] {
  let offset = 0;
  return Object.entries(fields).map(([name, codec]) => {
    const place = { name, offset, sizeBytes: codec.sizeBytes, codec: codec as Place['codec'] };
    offset += codec.sizeBytes;
    return place;
  });
}

/** The kept bytes where they still decode to the value, new ones otherwise. */
function encodeField(
  record: string,
  { name, codec }: Place,
  value: string | number,
  kept: Uint8Array | undefined,
  decodeText: DecodeText | undefined,
): Uint8Array {
  if (kept !== undefined && codec.decode(kept, decodeText) === value) return kept;
  return codec.encode(value, `${record}.${name}`, decodeText);
}

/** The value of a field; a wrong type is the caller's mistake and named as such. */
function ownField(record: string, name: string, value: object): string | number {
  const field: unknown = (value as Readonly<Record<string, unknown>>)[name];
  if (typeof field === 'string' || typeof field === 'number') return field;
  throw new QuancunError(FIELD_MISSING, { details: { field: `${record}.${name}` } });
}

/** A source of another length belongs to another layout and says nothing here. */
function sourceOf(value: { readonly source?: string }, sizeBytes: number): Uint8Array | undefined {
  const { source } = value;
  if (typeof source !== 'string' || source.length !== 2 * sizeBytes) return undefined;
  return fromHex(source);
}

/** Whether a text is YYYY-MM-DD and that day exists (Gregorian). */
function isDate(text: string): boolean {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (match === null) return false;
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  return year > 0 && day >= 1 && day <= daysOfMonth(year, month);
}

/**
 * How many days a month has (Gregorian); 0 for what is no month.
 * 当月天数。
 * @example daysOfMonth(2034, 2); // 28
 */
export function daysOfMonth(year: number, month: number): number {
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  return [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0;
}

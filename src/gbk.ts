/**
 * Chinese text of plates and names: GB 18030, of which GBK is the two-byte part. Reading takes the
 * host's own TextDecoder. A host that has none (WeChat, Hermes) is handed the table of
 * `quancun/gbk-table`; without it only ASCII is text there, and nothing is guessed.
 *
 * The label is `gb18030`, never `gbk`: under that one hosts answer private-use characters for
 * codes such as FE9F (䶮). Private use is not text: it decodes to nothing, on every host.
 */
import { QuancunError } from './errors.js';
import { GBK_UNENCODABLE } from './core-errors.js';
import { type DecodeText, splitCodes, SUPPLEMENTARY_COUNT, textOrNothing } from './gbk-codes.js';

export type { DecodeText } from './gbk-codes.js';

/** A decoder as hosts have it. */
export interface TextDecoderLike {
  decode(bytes: Uint8Array): string;
}

/** The one global that is looked at; `globalThis` fits. */
export interface TextHost {
  readonly TextDecoder?:
    | (new (label: string, options: { fatal: boolean; ignoreBOM: boolean }) => TextDecoderLike)
    | undefined;
}

/** One code of GB 2312, one that came with GB 18030, and one of four bytes: 甘, 䶮, 㛃. */
const PROOF = Uint8Array.of(0xb8, 0xca, 0xfe, 0x9f, 0x82, 0x30, 0xb7, 0x31);

/** This host's decoder, once it was found: a host that has none may be given one later. */
let ofThisHost: DecodeText | undefined;

/**
 * A host's own decoder of GB 18030, proved on three codes; `undefined` where it has none. Then
 * plates come out as `0x` and their hex, and `decodeGbkByTable` of `quancun/gbk-table` is what to
 * hand to `readCard`, `recharge` and `load` as `decodeText`.
 * 宿主自带的 GB 18030 解码器；没有时返回 undefined，请传入 quancun/gbk-table 的码表解码。
 * @example
 * import { decodeGbkByTable } from 'quancun/gbk-table';
 * const decodeText = gbkDecoderOf(globalThis) ?? decodeGbkByTable;
 */
export function gbkDecoderOf(host: TextHost): DecodeText | undefined {
  try {
    if (host.TextDecoder === undefined) return undefined;
    const decoder = new host.TextDecoder('gb18030', { fatal: true, ignoreBOM: true });
    return decoder.decode(PROOF) === '甘䶮㛃' ? (bytes) => decodeBy(decoder, bytes) : undefined;
  } catch {
    // The host has a decoder, and not this one.
    return undefined;
  }
}

/**
 * Decodes GB 18030 with the host's decoder. Where there is none, ASCII alone is text.
 * GB 18030（含 GBK）解码。
 * @returns `undefined` when the bytes are not text, or cannot be read on this host
 * @example
 * import { fromHex } from 'quancun/bytes';
 * decodeGbk(fromHex('B8CA413132333435')); // '甘A12345'
 */
export function decodeGbk(bytes: Uint8Array): string | undefined {
  if (bytes.every((byte) => byte < 0x80)) {
    return Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
  }
  ofThisHost ??= gbkDecoderOf(globalThis);
  return ofThisHost?.(bytes);
}

/**
 * Encodes text as GB 18030: two bytes a character where there are two, four otherwise. What it
 * writes is what `decodeText` reads: the inverse is made from it, on first use.
 * GB 18030（含 GBK）编码。
 * @throws GBK_UNENCODABLE
 * @example encodeGbk('甘A12345'); // B8CA413132333435
 */
export function encodeGbk(text: string, decodeText: DecodeText = decodeGbk): Uint8Array {
  const bytes: number[] = [];
  for (const character of text) {
    const point = character.codePointAt(0) ?? 0;
    const code = point < 0x80 ? [point] : codeOf(character, point, decodeText);
    if (code === undefined) {
      const at = `U+${point.toString(16).toUpperCase()}`;
      throw new QuancunError(GBK_UNENCODABLE, { details: { at } });
    }
    bytes.push(...code);
  }
  return Uint8Array.from(bytes);
}

function decodeBy(decoder: TextDecoderLike, bytes: Uint8Array): string | undefined {
  if (splitCodes(bytes) === undefined) return undefined;
  try {
    return textOrNothing(decoder.decode(new Uint8Array(bytes)));
  } catch {
    return undefined;
  }
}

/** Codes by character, as one decoder has them: those of two bytes, and those of four. */
interface Inverse {
  readonly two: ReadonlyMap<string, readonly number[]>;
  four?: ReadonlyMap<string, readonly number[]>;
}
const inverses = new WeakMap<DecodeText, Inverse>();

function codeOf(
  character: string,
  point: number,
  decodeText: DecodeText,
): readonly number[] | undefined {
  const inverse = inverses.get(decodeText) ?? { two: invert(decodeText, twoByteCodes()) };
  inverses.set(decodeText, inverse);
  const code = inverse.two.get(character);
  if (code !== undefined) return code;
  if (point > 0xffff) {
    const long = longCode(SUPPLEMENTARY_COUNT + point - 0x10000);
    return decodeText(Uint8Array.from(long)) === character ? long : undefined;
  }
  inverse.four ??= invert(decodeText, longCodesOfBmp());
  return inverse.four.get(character);
}

function invert(
  decodeText: DecodeText,
  codes: Iterable<readonly number[]>,
): ReadonlyMap<string, readonly number[]> {
  const inverse = new Map<string, readonly number[]>();
  for (const code of codes) {
    const character = decodeText(Uint8Array.from(code));
    if (character !== undefined && !inverse.has(character)) inverse.set(character, code);
  }
  return inverse;
}

function* twoByteCodes(): Generator<readonly number[]> {
  for (let lead = 0x81; lead <= 0xfe; lead += 1) {
    for (let trail = 0x40; trail <= 0xfe; trail += 1) {
      if (trail !== 0x7f) yield [lead, trail];
    }
  }
}

/** 81308130 to 8431A439. */
function* longCodesOfBmp(): Generator<readonly number[]> {
  for (let count = 0; count < 39_420; count += 1) yield longCode(count);
}

function longCode(count: number): readonly number[] {
  const digit = (size: number, base: number): number => Math.floor(count / size) % base;
  return [
    0x81 + digit(12_600, 126),
    0x30 + digit(1260, 10),
    0x81 + digit(10, 126),
    0x30 + digit(1, 10),
  ];
}

/**
 * GB 18030 without a TextDecoder: for hosts that have none, WeChat and Hermes among them, and for
 * whoever must read the same everywhere. 21 kB compressed: a subpath of its own, so that an app
 * whose host can read does not carry it.
 *
 * The 6,763 ideographs of GB 2312 and the symbols are a table; GBK/3 (8140–A0FE) and GBK/4
 * (AA40–FD9B) are the remaining ideographs of U+4E00–9FA5 in order. Codes of four bytes are what
 * is left of the BMP, in order, as 200 ranges, and beyond the BMP a plain count.
 */
import { type DecodeText, splitCodes, SUPPLEMENTARY_COUNT, textOrNothing } from './gbk-codes.js';
import { GB2312_HANZI, LONG_RANGES, SYMBOL_RUNS } from './gbk-data.js';

/** Codes of four bytes that the BMP takes. */
const BMP_COUNT = 39_420;

/** The 21 compatibility ideographs at the end of GBK/4: FD9C–FDA0, FE40–FE4F. */
const COMPATIBILITY =
  '\uf92c\uf979\uf995\uf9e7\uf9f1\ufa0c\ufa0d\ufa0e\ufa0f\ufa11\ufa13' +
  '\ufa14\ufa18\ufa1f\ufa20\ufa21\ufa23\ufa24\ufa27\ufa28\ufa29';

/** Where a range of four-byte codes begins: its first count, and that code's point. */
interface LongRange {
  readonly count: number;
  readonly point: number;
}

/** Built on first use: most programs never decode a name. */
let table: ReadonlyMap<number, string> | undefined;
let longRanges: readonly LongRange[] | undefined;

/**
 * Decodes GB 18030 by the table, the same on every host: hand it in as `decodeText`.
 * 用内置码表解码 GB 18030，适用于没有 TextDecoder 的宿主。
 * @returns `undefined` when the bytes are not text: nothing is guessed
 * @example
 * import { fromHex } from 'quancun/bytes';
 * decodeGbkByTable(fromHex('B8CA413132333435')); // '甘A12345'
 */
export const decodeGbkByTable: DecodeText = (bytes) => {
  let text = '';
  for (const code of splitCodes(bytes) ?? [Uint8Array.of(0xff)]) {
    const character = decodeCode(code);
    if (character === undefined) return undefined;
    text += character;
  }
  return textOrNothing(text);
};

function decodeCode(code: Uint8Array): string | undefined {
  const [lead = 0, second = 0, third = 0, fourth = 0] = code;
  if (code.length === 4) return decodeLong(lead, second, third, fourth);
  if (lead < 0x80) return String.fromCharCode(lead);
  table ??= buildTable();
  return table.get(lead * 256 + second);
}

function decodeLong(
  lead: number,
  second: number,
  third: number,
  fourth: number,
): string | undefined {
  if (third < 0x81 || third > 0xfe || fourth < 0x30 || fourth > 0x39) return undefined;
  const tens = ((lead - 0x81) * 10 + second - 0x30) * 126 + third - 0x81;
  const count = tens * 10 + fourth - 0x30;
  const point = count < BMP_COUNT ? pointInBmp(count) : count - SUPPLEMENTARY_COUNT + 0x10000;
  // Between the BMP and what lies beyond it there are codes that mean nothing.
  const isFree = count >= BMP_COUNT && count < SUPPLEMENTARY_COUNT;
  return isFree || point > 0x10ffff ? undefined : String.fromCodePoint(point);
}

/** By the last range that begins at or before the count. */
function pointInBmp(count: number): number {
  longRanges ??= readLongRanges();
  let last: LongRange = { count: 0, point: 0 };
  for (const range of longRanges) {
    if (range.count > count) break;
    last = range;
  }
  return last.point + count - last.count;
}

function readLongRanges(): readonly LongRange[] {
  let [count, point] = [0, 0];
  return LONG_RANGES.split(',').map((range) => {
    const [step = 0, skipped = 0] = range.split(' ').map((text) => parseInt(text, 36));
    count += step;
    point += step + skipped;
    return { count, point };
  });
}

function buildTable(): ReadonlyMap<number, string> {
  const decode = new Map<number, string>();
  for (const run of SYMBOL_RUNS.split(',')) {
    const [code = 0, point = 0, count = 0] = run.split(' ').map((text) => parseInt(text, 36));
    // A run never crosses a lead byte, nor the gap at 7F.
    for (let step = 0; step < count; step += 1) {
      decode.set(code + step, String.fromCharCode(point + step));
    }
  }
  fill(decode, Array.from(GB2312_HANZI), 0xb0, 0xf7, 0xa1, 0xfe);
  const inTable = new Set(GB2312_HANZI);
  const others: string[] = [];
  for (let point = 0x4e00; point <= 0x9fa5; point += 1) {
    const character = String.fromCharCode(point);
    if (!inTable.has(character)) others.push(character);
  }
  const used = fill(decode, others, 0x81, 0xa0, 0x40, 0xfe);
  fill(decode, [...others.slice(used), ...Array.from(COMPATIBILITY)], 0xaa, 0xfe, 0x40, 0xa0);
  return decode;
}

/** Lays characters out over a rectangle of codes, row by row, without 7F; says how many fitted. */
function fill(
  decode: Map<number, string>,
  characters: readonly string[],
  firstLead: number,
  lastLead: number,
  firstTrail: number,
  lastTrail: number,
): number {
  let next = 0;
  for (let lead = firstLead; lead <= lastLead; lead += 1) {
    for (let trail = firstTrail; trail <= lastTrail; trail += 1) {
      if (trail === 0x7f) continue;
      // D7FA–D7FE close the first level of GB 2312 and are empty.
      if (lead === 0xd7 && trail >= 0xfa) continue;
      const character = characters[next];
      if (character === undefined) return next;
      decode.set(lead * 256 + trail, character);
      next += 1;
    }
  }
  return next;
}

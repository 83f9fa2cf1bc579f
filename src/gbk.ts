/**
 * GBK text: plates and names, both directions, on every host. Uses no TextDecoder: hosts without
 * one, and hosts whose decoders differ, all read the same.
 *
 * All 21,791 characters of GBK/1 to GBK/5 and ASCII. The 6,763 ideographs of GB 2312 are a table;
 * GBK/3 (8140–A0FE) and GBK/4 (AA40–FD9B) are the remaining ideographs of U+4E00–9FA5 in order.
 * Private use areas are not text: they decode to nothing.
 */
import { QuancunError } from './errors.js';
import { GB2312_HANZI, SYMBOL_RUNS } from './gbk-table.js';
import { GBK_UNENCODABLE } from './core-errors.js';

interface Tables {
  /** Character by two-byte code. */
  readonly decode: ReadonlyMap<number, string>;
  readonly encode: ReadonlyMap<string, number>;
}

/** The 21 compatibility ideographs at the end of GBK/4: FD9C–FDA0, FE40–FE4F. */
const COMPATIBILITY = '\uf92c\uf979\uf995\uf9e7\uf9f1\ufa0c\ufa0d\ufa0e\ufa0f\ufa11\ufa13'.concat(
  '\ufa14\ufa18\ufa1f\ufa20\ufa21\ufa23\ufa24\ufa27\ufa28\ufa29',
);

let tables: Tables | undefined;

/**
 * Decodes GBK.
 * GBK 解码。
 * @returns `undefined` when the bytes are not GBK text: nothing is guessed
 * @example
 * import { fromHex } from 'quancun/bytes';
 * decodeGbk(fromHex('B8CA413132333435')); // '甘A12345'
 */
export function decodeGbk(bytes: Uint8Array): string | undefined {
  const { decode } = getTables();
  let text = '';
  for (let at = 0; at < bytes.length; at += 1) {
    const lead = bytes[at] ?? 0;
    if (lead < 0x80) {
      text += String.fromCharCode(lead);
      continue;
    }
    at += 1;
    const character = decode.get(lead * 256 + (bytes[at] ?? 0));
    if (character === undefined) return undefined;
    text += character;
  }
  return text;
}

/**
 * Encodes text as GBK.
 * GBK 编码。
 * @throws GBK_UNENCODABLE
 * @example encodeGbk('甘A12345'); // B8CA413132333435
 */
export function encodeGbk(text: string): Uint8Array {
  const { encode } = getTables();
  const bytes: number[] = [];
  for (const character of text) {
    const point = character.codePointAt(0) ?? 0;
    const code = point < 0x80 ? point : encode.get(character);
    if (code === undefined) {
      const at = `U+${point.toString(16).toUpperCase()}`;
      throw new QuancunError(GBK_UNENCODABLE, { details: { at } });
    }
    if (code > 0xff) bytes.push(code >> 8);
    bytes.push(code & 0xff);
  }
  return Uint8Array.from(bytes);
}

/** Built on first use: most programs never decode a name. */
function getTables(): Tables {
  tables ??= buildTables();
  return tables;
}

function buildTables(): Tables {
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
  const encode = new Map([...decode].map(([code, character]) => [character, code]));
  return { decode, encode };
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

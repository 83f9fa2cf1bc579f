/**
 * ESC/POS bytes of a slip, for a printer with a Chinese font: GBK in its Chinese mode. A setting is
 * sent where it changes, and nothing else, so that what is printed can be read in the bytes.
 *
 *   1B 40             ESC @     as after switching on: every setting is the printer's own
 *   1C 26             FS &      two bytes are one character from here on
 *   1B 61 n           ESC a     0 left, 1 in the middle
 *   1B 45 n           ESC E     1 bold
 *   1D 21 n           GS !      11 twice as wide and high, 00 normal
 *   1D 28 6B 04 00 31 41 32 00         GS ( k, 165: QR code, model 2
 *   1D 28 6B 03 00 31 43 06            167: six dots a module
 *   1D 28 6B 03 00 31 45 31            169: error correction M
 *   1D 28 6B pL pH 31 50 30 data       180: what it says; pL pH is its length and three more
 *   1D 28 6B 03 00 31 51 30            181: print it
 *   1B 64 n           ESC d     feed n lines
 *   1D 56 42 00       GS V      feed to the knife, and cut all but one point
 */
import { isQuancunError } from '../errors.js';
import { decodeGbk, type DecodeText, encodeGbk } from '../gbk.js';
import type { SlipLine, SlipStyle } from './lines.js';

/** What a printer needs. */
export interface EscPosOptions {
  /** The host's decoder of GBK, or `decodeGbkByTable` of `quancun/gbk-table` where it has none. */
  readonly decodeText?: DecodeText;
  /** `feed`, the default, for printers whose paper is torn off; `cut` for those with a knife. */
  readonly end?: 'feed' | 'cut';
}

/** 〓, as wide as a Chinese character: a printer's sign for a character that it has not. */
const MISSING = '〓';
/** What GBK lacks, and what stands for it: signs that look the same. All else becomes 〓. */
const INSTEAD: Readonly<Record<string, string>> = {
  '\u00a5': '￥',
  '\u2022': '·',
  '\u2027': '·',
  '\u22c5': '·',
  '\u30fb': '·',
};

const INIT = [0x1b, 0x40, 0x1c, 0x26];
const LF = 0x0a;
/** The lines between print head and tear bar, and one to hold. */
const FEED = [0x1b, 0x64, 0x04];
const CUT = [0x1d, 0x56, 0x42, 0x00];
const MIDDLE: SlipStyle = { align: 'centre' };

/**
 * Encodes the lines of a slip for the printer.
 * 小票编码为 ESC/POS 字节（GBK 汉字模式）；GBK 没有的字符印作 〓，绝不印问号。
 *
 * A character that GBK lacks is printed as 〓 (￥ for ¥, · for its look-alikes), never as question
 * marks: who reads the slip sees that something is missing, and the columns stay as they are.
 * Control characters are blanks: no text can hold a command.
 * @throws GBK_UNENCODABLE where this host reads no Chinese and no `decodeText` was given
 * @example
 * import { decodeGbkByTable } from 'quancun/gbk-table';
 * encodeEscPos([{ text: '充值' }], { decodeText: decodeGbkByTable }); // 1B40 1C26 B3E4D6B5 0A 1B6404
 */
export function encodeEscPos(
  lines: readonly SlipLine[],
  { decodeText = decodeGbk, end = 'feed' }: EscPosOptions = {},
): Uint8Array {
  const bytes = [...INIT];
  let set: SlipStyle = {};
  const change = (style: SlipStyle): void => {
    if (style.align !== set.align) bytes.push(0x1b, 0x61, style.align === 'centre' ? 1 : 0);
    if (style.weight !== set.weight) bytes.push(0x1b, 0x45, style.weight === 'bold' ? 1 : 0);
    if (style.size !== set.size) bytes.push(0x1d, 0x21, style.size === 'double' ? 0x11 : 0);
    set = style;
  };
  for (const line of lines) {
    change('qr' in line ? MIDDLE : line);
    if ('qr' in line) bytes.push(...qrCode(encodeText(line.qr, decodeText)));
    else bytes.push(...encodeText(line.text, decodeText), LF);
  }
  change({});
  return Uint8Array.from([...bytes, ...FEED, ...(end === 'cut' ? CUT : [])]);
}

function qrCode(data: readonly number[]): number[] {
  const said = [0x31, 0x50, 0x30, ...data];
  return [
    ...[0x1d, 0x28, 0x6b, 0x04, 0x00, 0x31, 0x41, 0x32, 0x00],
    ...[0x1d, 0x28, 0x6b, 0x03, 0x00, 0x31, 0x43, 0x06],
    ...[0x1d, 0x28, 0x6b, 0x03, 0x00, 0x31, 0x45, 0x31],
    ...[0x1d, 0x28, 0x6b, said.length & 0xff, said.length >> 8, ...said],
    ...[0x1d, 0x28, 0x6b, 0x03, 0x00, 0x31, 0x51, 0x30],
  ];
}

function encodeText(text: string, decodeText: DecodeText): number[] {
  const bytes: number[] = [];
  for (const character of text) bytes.push(...encodeCharacter(character, decodeText));
  return bytes;
}

/** A character that printers have: ASCII, or two bytes. Those of four bytes are in no printer. */
function encodeCharacter(character: string, decodeText: DecodeText): Uint8Array {
  // What is no sign is a blank, as wide as it was counted.
  if (character < ' ' || character === '\u007f') return Uint8Array.of(0x20);
  const code = tryEncode(INSTEAD[character] ?? character, decodeText);
  return code !== undefined && code.length <= 2 ? code : encodeGbk(MISSING, decodeText);
}

function tryEncode(character: string, decodeText: DecodeText): Uint8Array | undefined {
  try {
    return encodeGbk(character, decodeText);
  } catch (error) {
    if (isQuancunError(error) && error.code === 'GBK_UNENCODABLE') return undefined;
    throw error;
  }
}

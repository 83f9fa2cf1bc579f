/**
 * Status words: what a card means by SW1 SW2, by the table of its command first and by the general
 * one second. A status word is a hint: none ever proves that a card was not written.
 */
import { GENERAL_STATUS_WORDS, type StatusTable, type StatusText } from './status-words.js';
import { parseResponse, type Response, SW_OK } from './response.js';
import { QuancunError } from '../errors.js';
import { RESPONSE_LENGTH } from './errors.js';

/** A status word explained. */
export interface Status extends StatusText {
  readonly sw: number;
  /** Which table knew it. */
  readonly known: 'command' | 'general' | 'no';
  /** Tries left, from 63Cx. */
  readonly triesLeft?: number;
}

/** A card's answer: its fields, or the status word with which it said no. */
export type Outcome<T> =
  ({ readonly ok: true } & T) | { readonly ok: false; readonly status: Status };

const UNKNOWN: StatusText = {
  en: 'a status word that no table knows',
  zh: '未知状态字',
};

/**
 * Explains a status word.
 * 解释状态字（先查命令表，再查通用表）。
 * @example explainStatus(0x6a82).en; // 'no such file'
 */
export function explainStatus(sw: number, table: StatusTable = {}): Status {
  const hex = swText(sw);
  const own = lookUp(table, hex);
  const text = own ?? lookUp(GENERAL_STATUS_WORDS, hex);
  const known = own !== undefined ? 'command' : text !== undefined ? 'general' : 'no';
  const tries = sw >> 4 === 0x63c ? { triesLeft: sw & 0x0f } : {};
  return { sw, known, ...(text ?? UNKNOWN), ...tries };
}

/**
 * A status word as four hex digits, the way people and error details write it.
 * 状态字的四位十六进制文本。
 * @example swText(0x9000); // '9000'
 */
export function swText(sw: number): string {
  return sw.toString(16).toUpperCase().padStart(4, '0');
}

/**
 * The frame of every command file's `parse`: a status word other than 9000 becomes `ok: false`; the
 * data of 9000 must have one of the allowed lengths.
 * @throws RESPONSE_MALFORMED, RESPONSE_LENGTH (sent: yes)
 */
export function parseOutcome<T extends object>(
  response: Uint8Array,
  table: StatusTable,
  sizesBytes: readonly number[] | 'any',
  decode: (data: Uint8Array) => T,
): Outcome<T> {
  const { data, sw }: Response = parseResponse(response);
  if (sw !== SW_OK) return { ok: false, status: explainStatus(sw, table) };
  if (sizesBytes !== 'any' && !sizesBytes.includes(data.length)) {
    const expected = sizesBytes.join(' / ');
    throw new QuancunError(RESPONSE_LENGTH, {
      details: { expected, size: data.length },
      sent: 'yes',
    });
  }
  return { ok: true, ...decode(data) };
}

/** Exact first, then with one digit free, then with a byte free. */
function lookUp(table: StatusTable, hex: string): StatusText | undefined {
  return table[hex] ?? table[`${hex.slice(0, 3)}x`] ?? table[`${hex.slice(0, 2)}xx`];
}

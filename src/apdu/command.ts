/**
 * Command APDUs of ISO/IEC 7816-4: four cases, short and extended, built and parsed.
 *
 *   case 1   CLA INS P1 P2
 *   case 2   CLA INS P1 P2 Le
 *   case 3   CLA INS P1 P2 Lc data
 *   case 4   CLA INS P1 P2 Lc data Le
 */
import { concat, copyOf, expectRange } from '../bytes.js';
import { QuancunError } from '../errors.js';
import { COMMAND_MALFORMED } from './errors.js';

/** A command APDU. `ne` counts the bytes expected: 0 none, at most 65,536. */
export interface Command {
  /** Written in extended form though the short one would do. */
  readonly extended?: boolean;
  readonly cla: number;
  readonly ins: number;
  readonly p1: number;
  readonly p2: number;
  readonly data: Uint8Array;
  readonly ne: number;
}

/** What {@link buildCommand} takes: data and ne may be left out. */
export interface CommandInit {
  /** Extended form even where the short one would do. Without data and Ne there is but one form. */
  readonly extended?: boolean;
  readonly cla: number;
  readonly ins: number;
  readonly p1: number;
  readonly p2: number;
  readonly data?: Uint8Array;
  readonly ne?: number;
}

const NONE = new Uint8Array(0);
const SHORT_MAX_DATA = 0xff;
const SHORT_MAX_NE = 0x100;
const MAX_DATA = 0xffff;
const MAX_NE = 0x10000;

/**
 * Builds a command, short when it fits and nothing else was asked for, extended otherwise.
 * 组装命令 APDU（默认能用短格式则用短格式）。
 * @throws BYTES_RANGE
 * @example
 * import { fromHex } from 'quancun/bytes';
 * buildCommand({ cla: 0, ins: 0xa4, p1: 0, p2: 0, data: fromHex('3F00') }); // 00A40000023F00
 */
export function buildCommand(init: CommandInit): Uint8Array {
  const { cla, ins, p1, p2, data = NONE, ne = 0, extended = false } = init;
  for (const [field, value] of Object.entries({ cla, ins, p1, p2 })) {
    expectRange(field, value, 0, 0xff);
  }
  expectRange('Lc', data.length, 0, MAX_DATA);
  expectRange('Ne', ne, 0, MAX_NE);
  const header = Uint8Array.of(cla, ins, p1, p2);
  const bare = data.length === 0 && ne === 0;
  if (bare || (!extended && fitsShort(data, ne))) {
    const lc = data.length === 0 ? NONE : Uint8Array.of(data.length);
    const le = ne === 0 ? NONE : Uint8Array.of(ne & 0xff);
    return concat(header, lc, data, le);
  }
  const two = (value: number): Uint8Array => Uint8Array.of((value >> 8) & 0xff, value & 0xff);
  const marker = Uint8Array.of(0);
  if (data.length === 0) return concat(header, marker, two(ne));
  return concat(header, marker, two(data.length), data, ne === 0 ? NONE : two(ne));
}

/**
 * Parses a command of any case; the inverse of {@link buildCommand}, which gives the same bytes
 * again: an extended form that would fit the short one is marked `extended`.
 * 解析命令 APDU（四种情形、长短格式），与 {@link buildCommand} 互逆。
 * @throws COMMAND_MALFORMED
 * @example
 * import { fromHex } from 'quancun/bytes';
 * const { ins, data } = parseCommand(fromHex('00A40000023F00'));
 * data; // 3F00
 */
export function parseCommand(bytes: Uint8Array): Command {
  if (bytes.length < 4) throw malformed(bytes);
  const at = (index: number): number => bytes[index] ?? 0;
  const header = { cla: at(0), ins: at(1), p1: at(2), p2: at(3) };
  if (bytes.length === 4) return { ...header, data: NONE, ne: 0 };
  const first = at(4);
  if (bytes.length === 5) return { ...header, data: NONE, ne: first === 0 ? SHORT_MAX_NE : first };
  if (first !== 0) {
    const end = 5 + first;
    if (bytes.length === end) return { ...header, data: copyOf(bytes, 5, end), ne: 0 };
    if (bytes.length !== end + 1) throw malformed(bytes);
    const le = at(end);
    return { ...header, data: copyOf(bytes, 5, end), ne: le === 0 ? SHORT_MAX_NE : le };
  }
  const { data, ne } = parseExtended(bytes);
  const command = { ...header, data, ne };
  return fitsShort(data, ne) ? { ...command, extended: true } : command;
}

function fitsShort(data: Uint8Array, ne: number): boolean {
  return data.length <= SHORT_MAX_DATA && ne <= SHORT_MAX_NE;
}

function parseExtended(bytes: Uint8Array): { data: Uint8Array; ne: number } {
  const two = (index: number): number => ((bytes[index] ?? 0) << 8) | (bytes[index + 1] ?? 0);
  if (bytes.length < 7) throw malformed(bytes);
  const length = two(5);
  if (bytes.length === 7) return { data: NONE, ne: length === 0 ? MAX_NE : length };
  const end = 7 + length;
  if (length === 0) throw malformed(bytes);
  if (bytes.length === end) return { data: copyOf(bytes, 7, end), ne: 0 };
  if (bytes.length !== end + 2) throw malformed(bytes);
  const le = two(end);
  return { data: copyOf(bytes, 7, end), ne: le === 0 ? MAX_NE : le };
}

function malformed(bytes: Uint8Array): QuancunError {
  return new QuancunError(COMMAND_MALFORMED, { details: { size: bytes.length } });
}

/**
 * READ BINARY: bytes of a transparent file.
 *
 *   by SFI      00 B0 (80 + SFI) offset Le        the file becomes the current one
 *   current     00 B0 offset(15 bits) Le
 *
 * ISO 7816-4; PBOC 2.0. Cards answer 6Cxx with the right Le, or 6700/6B00 past the end.
 */
import { expectRange } from '../../bytes.js';
import { buildCommand } from '../command.js';
import { expectCommand, mismatch } from '../expect-command.js';
import { type Outcome, parseOutcome } from '../status.js';
import type { StatusTable } from '../status-words.js';

/** Where to read and how much. With `sfi` the offset is at most 255. */
export interface Request {
  readonly sfi?: number;
  readonly offset: number;
  /** Bytes to read, 1 to 256. */
  readonly ne: number;
}

/** What was read. */
export interface Answer {
  readonly data: Uint8Array;
}

/** What the status words mean here. */
export const statusWords: StatusTable = {
  '6981': { en: 'not a transparent file', zh: '不是透明文件' },
  '6982': { en: 'reading needs a PIN or a key', zh: '读取条件不满足（需 PIN 或密钥）' },
  '6A82': { en: 'no such file', zh: '未找到文件' },
  '6B00': { en: 'the offset is outside the file', zh: '偏移超出文件' },
};

/**
 * Builds READ BINARY.
 * 读透明文件。
 * @throws BYTES_RANGE
 * @example readBinary.build({ sfi: 0x15, offset: 0, ne: 50 }); // 00B0950032
 */
export function build({ sfi, offset, ne }: Request): Uint8Array {
  expectRange('ne', ne, 1, 256);
  if (sfi === undefined) {
    expectRange('offset', offset, 0, 0x7fff);
    return buildCommand({ cla: 0, ins: 0xb0, p1: offset >> 8, p2: offset & 0xff, ne });
  }
  expectRange('sfi', sfi, 1, 30);
  expectRange('offset', offset, 0, 0xff);
  return buildCommand({ cla: 0, ins: 0xb0, p1: 0x80 | sfi, p2: offset, ne });
}

/** The inverse of {@link build}. @throws COMMAND_MALFORMED, COMMAND_MISMATCH */
export function parseCommand(bytes: Uint8Array): Request {
  const command = expectCommand(bytes, { name: 'READ BINARY', cla: 0, ins: 0xb0, dataBytes: 0 });
  const { p1, p2 } = command;
  // Without Le a reader means "all there is".
  const ne = command.ne === 0 ? 256 : command.ne;
  if (ne > 256) throw mismatch('READ BINARY');
  if (p1 < 0x80) return { offset: p1 * 256 + p2, ne };
  const sfi = p1 & 0x7f;
  if (sfi < 1 || sfi > 30) throw mismatch('READ BINARY');
  return { sfi, offset: p2, ne };
}

/**
 * Parses the answer. @throws RESPONSE_MALFORMED
 * @example
 * import { fromHex, toHex } from 'quancun/bytes';
 * const answer = readBinary.parse(fromHex('B8CACBE09000'));
 * if (answer.ok) console.log(toHex(answer.data)); // B8CACBE0
 */
export function parse(response: Uint8Array): Outcome<Answer> {
  return parseOutcome(response, statusWords, 'any', (data) => ({ data }));
}

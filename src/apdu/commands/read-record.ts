/**
 * READ RECORD: one record of a record file.
 *
 *   00 B2 record P2 Le      P2 = SFI << 3 | 4 by number (cyclic files: 01 is the newest)
 *                           P2 = SFI << 3     by identifier (the record's TLV tag)
 *
 * ISO 7816-4; PBOC 2.0.
 */
import { expectRange } from '../../bytes.js';
import { buildCommand } from '../command.js';
import { expectCommand, mismatch } from '../expect-command.js';
import { type Outcome, parseOutcome } from '../status.js';
import type { StatusTable } from '../status-words.js';

/** Which record. `sfi` 0 is the current file. */
export interface Request {
  /** Record number from 1, or identifier with `by: 'identifier'`. */
  readonly record: number;
  readonly by?: 'number' | 'identifier';
  readonly sfi: number;
  /** Bytes expected, 1 to 256; 256 is "all there is". */
  readonly ne: number;
}

/** What was read. */
export interface Answer {
  readonly data: Uint8Array;
}

/** What the status words mean here. */
export const statusWords: StatusTable = {
  '6981': { en: 'not a record file', zh: '不是记录文件' },
  '6982': { en: 'reading needs the PIN', zh: '读取条件不满足（需先校验 PIN）' },
  '6A83': { en: 'there is no such record', zh: '没有该记录' },
};

/**
 * Builds READ RECORD.
 * 读记录文件。
 * @throws BYTES_RANGE
 * @example readRecord.build({ record: 1, sfi: 0x18, ne: 23 }); // 00B201C417
 */
export function build({ record, by = 'number', sfi, ne }: Request): Uint8Array {
  expectRange('record', record, 0, 255);
  expectRange('sfi', sfi, 0, 30);
  expectRange('ne', ne, 1, 256);
  const p2 = (sfi << 3) | (by === 'number' ? 4 : 0);
  return buildCommand({ cla: 0, ins: 0xb2, p1: record, p2, ne });
}

/** The inverse of {@link build}. @throws COMMAND_MALFORMED, COMMAND_MISMATCH */
export function parseCommand(bytes: Uint8Array): Request {
  const name = 'READ RECORD';
  const { p1, p2, ne } = expectCommand(bytes, { name, cla: 0, ins: 0xb2, dataBytes: 0 });
  const form = p2 & 0x07;
  const sfi = p2 >> 3;
  if ((form !== 0 && form !== 4) || sfi > 30 || ne > 256) throw mismatch(name);
  const request = { record: p1, sfi, ne: ne === 0 ? 256 : ne };
  return form === 4 ? request : { ...request, by: 'identifier' };
}

/**
 * Parses the answer. @throws RESPONSE_MALFORMED
 * @example
 * import { fromHex, toHex } from 'quancun/bytes';
 * const answer = readRecord.parse(fromHex('00019000'));
 * if (answer.ok) console.log(toHex(answer.data)); // 0001
 */
export function parse(response: Uint8Array): Outcome<Answer> {
  return parseOutcome(response, statusWords, 'any', (data) => ({ data }));
}

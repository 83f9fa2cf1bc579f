/**
 * APPEND RECORD: adds a record to a record file.
 *
 *   00 E2 00 (SFI << 3 | 4) Lc data
 *
 * ISO 7816-4; PBOC 2.0.
 */
import { expectRange } from '../../bytes.js';
import { buildCommand } from '../command.js';
import { expectCommand, mismatch } from '../expect-command.js';
import { type Outcome, parseOutcome } from '../status.js';
import type { StatusTable } from '../status-words.js';

/** The new record. */
export interface Request {
  readonly sfi: number;
  /** 1 to 255 bytes. */
  readonly data: Uint8Array;
}

/** Nothing comes back. */
export type Answer = Readonly<Record<never, never>>;

/** What the status words mean here. */
export const statusWords: StatusTable = {
  '6581': { en: 'writing the memory failed', zh: '写存储器失败' },
  '6982': { en: 'writing needs a key', zh: '写入条件不满足' },
  '6A84': { en: 'no space left in the file', zh: '文件空间不足' },
};

/**
 * Builds APPEND RECORD.
 * 追加记录。
 * @throws BYTES_RANGE
 */
export function build({ sfi, data }: Request): Uint8Array {
  expectRange('sfi', sfi, 0, 30);
  expectRange('Lc', data.length, 1, 255);
  return buildCommand({ cla: 0, ins: 0xe2, p1: 0, p2: (sfi << 3) | 4, data });
}

/** The inverse of {@link build}. @throws COMMAND_MALFORMED, COMMAND_MISMATCH */
export function parseCommand(bytes: Uint8Array): Request {
  const name = 'APPEND RECORD';
  const { p2, data } = expectCommand(bytes, { name, cla: 0, ins: 0xe2, p1: 0 });
  const sfi = p2 >> 3;
  if ((p2 & 0x07) !== 4 || sfi > 30 || data.length < 1 || data.length > 255) throw mismatch(name);
  return { sfi, data };
}

/** Parses the answer. @throws RESPONSE_MALFORMED, RESPONSE_LENGTH */
export function parse(response: Uint8Array): Outcome<Answer> {
  return parseOutcome(response, statusWords, [0], () => ({}));
}

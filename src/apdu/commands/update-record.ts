/**
 * UPDATE RECORD: writes one record of a record file.
 *
 *   00 DC record P2 Lc data    P2 = SFI << 3 | 4 by number, | 0 first, | 1 last, | 2 next,
 *                              | 3 previous (on a cyclic file: appends)
 *
 * ISO 7816-4; PBOC 2.0.
 */
import { expectRange } from '../../bytes.js';
import { buildCommand } from '../command.js';
import { expectCommand, mismatch } from '../expect-command.js';
import { type Outcome, parseOutcome } from '../status.js';
import type { StatusTable } from '../status-words.js';

const PLACES = ['first', 'last', 'next', 'previous', 'number'] as const;

/** Which record, and its new contents. */
export interface Request {
  readonly record: number;
  /** Low bits of P2. Default: by number. */
  readonly place?: (typeof PLACES)[number];
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
  '6A83': { en: 'there is no such record', zh: '没有该记录' },
  '6A84': { en: 'no space left in the file', zh: '文件空间不足' },
  '6A85': { en: 'the TLV header of the record would change', zh: '记录的 TLV 头不允许改变' },
};

/**
 * Builds UPDATE RECORD.
 * 写记录文件。
 * @throws BYTES_RANGE
 */
export function build({ record, place = 'number', sfi, data }: Request): Uint8Array {
  expectRange('record', record, 0, 255);
  expectRange('sfi', sfi, 0, 30);
  expectRange('Lc', data.length, 1, 255);
  const p2 = (sfi << 3) | PLACES.indexOf(place);
  return buildCommand({ cla: 0, ins: 0xdc, p1: record, p2, data });
}

/** The inverse of {@link build}. @throws COMMAND_MALFORMED, COMMAND_MISMATCH */
export function parseCommand(bytes: Uint8Array): Request {
  const name = 'UPDATE RECORD';
  const { p1, p2, data } = expectCommand(bytes, { name, cla: 0, ins: 0xdc });
  const place = PLACES[p2 & 0x07];
  const sfi = p2 >> 3;
  if (place === undefined || sfi > 30 || data.length < 1 || data.length > 255) {
    throw mismatch(name);
  }
  const request = { record: p1, sfi, data };
  return place === 'number' ? request : { ...request, place };
}

/** Parses the answer. @throws RESPONSE_MALFORMED, RESPONSE_LENGTH */
export function parse(response: Uint8Array): Outcome<Answer> {
  return parseOutcome(response, statusWords, [0], () => ({}));
}

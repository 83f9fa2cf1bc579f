/**
 * UPDATE BINARY: writes bytes of a transparent file.
 *
 *   by SFI      00 D6 (80 + SFI) offset Lc data
 *   current     00 D6 offset(15 bits) Lc data
 *
 * ISO 7816-4; PBOC 2.0. Files under line protection take it as 04 D6 with a MAC
 * (secure-messaging.ts).
 */
import { expectRange } from '../../bytes.js';
import { buildCommand } from '../command.js';
import { expectCommand, mismatch } from '../expect-command.js';
import { type Outcome, parseOutcome } from '../status.js';
import type { StatusTable } from '../status-words.js';

/** Where and what to write. With `sfi` the offset is at most 255. */
export interface Request {
  readonly sfi?: number;
  readonly offset: number;
  /** 1 to 255 bytes. */
  readonly data: Uint8Array;
}

/** Nothing comes back. */
export type Answer = Readonly<Record<never, never>>;

/** What the status words mean here. */
export const statusWords: StatusTable = {
  '6581': {
    en: 'writing the memory failed; the old contents may be gone',
    zh: '写存储器失败，原内容可能已变',
  },
  '6982': { en: 'writing needs a key', zh: '写入条件不满足' },
  '6987': { en: 'this file is written with a MAC only', zh: '该文件须带 MAC 写入' },
  '6988': { en: 'the MAC is wrong, nothing was written', zh: 'MAC 错误，未写入' },
  '6B00': { en: 'the offset is outside the file', zh: '偏移超出文件' },
};

/**
 * Builds UPDATE BINARY.
 * 写透明文件。
 * @throws BYTES_RANGE
 * @example
 * import { fromHex } from 'quancun/bytes';
 * updateBinary.build({ sfi: 0x16, offset: 0, data: fromHex('AA') }); // 00D6960001AA
 */
export function build({ sfi, offset, data }: Request): Uint8Array {
  expectRange('Lc', data.length, 1, 255);
  if (sfi === undefined) {
    expectRange('offset', offset, 0, 0x7fff);
    return buildCommand({ cla: 0, ins: 0xd6, p1: offset >> 8, p2: offset & 0xff, data });
  }
  expectRange('sfi', sfi, 1, 30);
  expectRange('offset', offset, 0, 0xff);
  return buildCommand({ cla: 0, ins: 0xd6, p1: 0x80 | sfi, p2: offset, data });
}

/** The inverse of {@link build}. @throws COMMAND_MALFORMED, COMMAND_MISMATCH */
export function parseCommand(bytes: Uint8Array): Request {
  const name = 'UPDATE BINARY';
  const { p1, p2, data } = expectCommand(bytes, { name, cla: 0, ins: 0xd6 });
  if (data.length < 1 || data.length > 255) throw mismatch(name);
  if (p1 < 0x80) return { offset: p1 * 256 + p2, data };
  const sfi = p1 & 0x7f;
  if (sfi < 1 || sfi > 30) throw mismatch(name);
  return { sfi, offset: p2, data };
}

/** Parses the answer. @throws RESPONSE_MALFORMED, RESPONSE_LENGTH */
export function parse(response: Uint8Array): Outcome<Answer> {
  return parseOutcome(response, statusWords, [0], () => ({}));
}

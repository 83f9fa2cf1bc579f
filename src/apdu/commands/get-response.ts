/**
 * GET RESPONSE (T=0): fetches the bytes that 61xx announced.
 *
 *   00 C0 00 00 Le
 *
 * ISO 7816-4.
 */
import { expectRange } from '../../bytes.js';
import { buildCommand } from '../command.js';
import { expectCommand, mismatch } from '../expect-command.js';
import { type Outcome, parseOutcome } from '../status.js';
import type { StatusTable } from '../status-words.js';

/** How many bytes, 1 to 256. */
export interface Request {
  readonly ne: number;
}

/** The bytes. */
export interface Answer {
  readonly data: Uint8Array;
}

/** What the status words mean here. */
export const statusWords: StatusTable = {
  '6F00': { en: 'nothing waits to be fetched', zh: '没有可取的数据' },
};

/**
 * Builds GET RESPONSE.
 * 取响应数据（T=0）。
 * @throws BYTES_RANGE
 * @example getResponse.build({ ne: 16 }); // 00C0000010
 */
export function build({ ne }: Request): Uint8Array {
  expectRange('ne', ne, 1, 256);
  return buildCommand({ cla: 0, ins: 0xc0, p1: 0, p2: 0, ne });
}

/** The inverse of {@link build}. @throws COMMAND_MALFORMED, COMMAND_MISMATCH */
export function parseCommand(bytes: Uint8Array): Request {
  const pattern = { name: 'GET RESPONSE', cla: 0, ins: 0xc0, p1: 0, p2: 0, dataBytes: 0 };
  const { ne } = expectCommand(bytes, pattern);
  if (ne < 1 || ne > 256) throw mismatch(pattern.name);
  return { ne };
}

/** Parses the answer. @throws RESPONSE_MALFORMED */
export function parse(response: Uint8Array): Outcome<Answer> {
  return parseOutcome(response, statusWords, 'any', (data) => ({ data }));
}

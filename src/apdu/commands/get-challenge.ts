/**
 * GET CHALLENGE: a random number, good for the next command only.
 *
 *   00 84 00 00 Le      Le = 04 or 08
 *
 * ISO 7816-4; PBOC 2.0.
 */
import { expectRange } from '../../bytes.js';
import { buildCommand } from '../command.js';
import { expectCommand, mismatch } from '../expect-command.js';
import { type Outcome, parseOutcome } from '../status.js';
import type { StatusTable } from '../status-words.js';

/** How many bytes: 4 or 8; 16 on SM4 cards. */
export interface Request {
  readonly ne: number;
}

/** The challenge. */
export interface Answer {
  readonly challenge: Uint8Array;
}

/** What the status words mean here. */
export const statusWords: StatusTable = {
  '6700': { en: 'the card gives challenges of another length', zh: '卡片不支持该长度的随机数' },
  '6A81': { en: 'the card gives no challenge, or is locked', zh: '不支持取随机数，或卡片已锁定' },
};

/**
 * Builds GET CHALLENGE.
 * 取随机数。
 * @throws BYTES_RANGE
 * @example getChallenge.build({ ne: 4 }); // 0084000004
 */
export function build({ ne }: Request): Uint8Array {
  expectRange('ne', ne, 1, 256);
  return buildCommand({ cla: 0, ins: 0x84, p1: 0, p2: 0, ne });
}

/** The inverse of {@link build}. @throws COMMAND_MALFORMED, COMMAND_MISMATCH */
export function parseCommand(bytes: Uint8Array): Request {
  const pattern = { name: 'GET CHALLENGE', cla: 0, ins: 0x84, p1: 0, p2: 0, dataBytes: 0 };
  const { ne } = expectCommand(bytes, pattern);
  if (ne < 1 || ne > 256) throw mismatch(pattern.name);
  return { ne };
}

/** Parses the answer. @throws RESPONSE_MALFORMED */
export function parse(response: Uint8Array): Outcome<Answer> {
  return parseOutcome(response, statusWords, 'any', (challenge) => ({ challenge }));
}

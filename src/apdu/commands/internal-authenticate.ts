/**
 * INTERNAL AUTHENTICATE: the card computes with a key of its own.
 *
 *   00 88 P1 keyId Lc data Le     P1: 00 encrypt (ISO: the only one), 01 decrypt, 02 MAC
 *
 * ISO 7816-4; FMCOS manual.
 */
import { expectRange } from '../../bytes.js';
import { buildCommand } from '../command.js';
import { expectCommand, mismatch } from '../expect-command.js';
import { type Outcome, parseOutcome } from '../status.js';
import type { StatusTable } from '../status-words.js';

/** The key, the operation and its input. */
export interface Request {
  /** P1. */
  readonly operation: number;
  readonly keyId: number;
  /** 1 to 255 bytes. */
  readonly data: Uint8Array;
}

/** The result. */
export interface Answer {
  readonly result: Uint8Array;
}

/** What the status words mean here. */
export const statusWords: StatusTable = {
  '6982': { en: 'using this key needs a PIN or another key', zh: '密钥使用条件不满足' },
  '6985': { en: 'the key is not for this use', zh: '密钥用途不符' },
  '6A88': { en: 'no such key', zh: '没有该密钥' },
};

/**
 * Builds INTERNAL AUTHENTICATE.
 * 内部认证。
 * @throws BYTES_RANGE
 */
export function build({ operation, keyId, data }: Request): Uint8Array {
  expectRange('Lc', data.length, 1, 255);
  return buildCommand({ cla: 0, ins: 0x88, p1: operation, p2: keyId, data, ne: 256 });
}

/** The inverse of {@link build}. @throws COMMAND_MALFORMED, COMMAND_MISMATCH */
export function parseCommand(bytes: Uint8Array): Request {
  const name = 'INTERNAL AUTHENTICATE';
  const { p1, p2, data } = expectCommand(bytes, { name, cla: 0, ins: 0x88 });
  if (data.length < 1 || data.length > 255) throw mismatch(name);
  return { operation: p1, keyId: p2, data };
}

/** Parses the answer. @throws RESPONSE_MALFORMED */
export function parse(response: Uint8Array): Outcome<Answer> {
  return parseOutcome(response, statusWords, 'any', (result) => ({ result }));
}

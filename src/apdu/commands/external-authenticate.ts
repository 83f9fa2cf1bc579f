/**
 * EXTERNAL AUTHENTICATE: answers the card's challenge, so that it opens a key's access rights.
 *
 *   00 82 00 keyId 08 E_k(challenge)     a 4-byte challenge is padded on the right with 00000000
 *                                        (SM4: with zeros to 16; Lc = 10)
 *
 * ISO 7816-4; PBOC 2.0.
 */
import { QuancunError } from '../../errors.js';
import { buildCommand } from '../command.js';
import { expectCommand, mismatch } from '../expect-command.js';
import { type Outcome, parseOutcome } from '../status.js';
import type { StatusTable } from '../status-words.js';
import { BYTES_RANGE } from '../../core-errors.js';

/** The key and the cryptogram. */
export interface Request {
  readonly keyId: number;
  /** 8 bytes; 16 with SM4. */
  readonly cryptogram: Uint8Array;
}

/** Nothing comes back. */
export type Answer = Readonly<Record<never, never>>;

/** What the status words mean here. */
export const statusWords: StatusTable = {
  '63Cx': { en: 'the cryptogram is wrong', zh: '外部认证失败' },
  '6983': { en: 'the key is blocked', zh: '密钥已锁定' },
  '6984': { en: 'no challenge was asked just before', zh: '未先取随机数' },
  '6A88': { en: 'no such key', zh: '没有该密钥' },
  '9302': { en: 'the cryptogram is wrong', zh: '外部认证失败' },
  '9403': { en: 'no such key', zh: '没有该密钥' },
};

/**
 * Builds EXTERNAL AUTHENTICATE.
 * 外部认证。
 * @throws BYTES_RANGE
 */
export function build({ keyId, cryptogram }: Request): Uint8Array {
  if (cryptogram.length !== 8 && cryptogram.length !== 16) {
    throw new QuancunError(BYTES_RANGE, { details: { field: 'Lc', min: 8, max: 16 } });
  }
  return buildCommand({ cla: 0, ins: 0x82, p1: 0, p2: keyId, data: cryptogram });
}

/** The inverse of {@link build}. @throws COMMAND_MALFORMED, COMMAND_MISMATCH */
export function parseCommand(bytes: Uint8Array): Request {
  const name = 'EXTERNAL AUTHENTICATE';
  const { p2, data } = expectCommand(bytes, { name, cla: 0, ins: 0x82, p1: 0 });
  if (data.length !== 8 && data.length !== 16) throw mismatch(name);
  return { keyId: p2, cryptogram: data };
}

/** Parses the answer. @throws RESPONSE_MALFORMED, RESPONSE_LENGTH */
export function parse(response: Uint8Array): Outcome<Answer> {
  return parseOutcome(response, statusWords, [0], () => ({}));
}

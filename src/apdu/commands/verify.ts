/**
 * VERIFY: presents the PIN. Never repeated by itself: after the last try the card is locked.
 *
 *   00 20 00 pinId Lc PIN(2–6)     ETC: 123456 as three BCD bytes, or six ASCII digits from
 *                                  version 40
 *
 * ISO 7816-4; PBOC 2.0; etc card sheet 2.3.
 */
import { expectRange } from '../../bytes.js';
import { buildCommand } from '../command.js';
import { expectCommand, mismatch } from '../expect-command.js';
import { type Outcome, parseOutcome } from '../status.js';
import type { StatusTable } from '../status-words.js';

/** The PIN as the card takes it. */
export interface Request {
  /** P2; 0 on ETC cards. */
  readonly pinId: number;
  /** 1 to 16 bytes. Secret: it goes into the command and nowhere else. */
  readonly pin: Uint8Array;
}

/** Nothing comes back. */
export type Answer = Readonly<Record<never, never>>;

/** What the status words mean here. */
export const statusWords: StatusTable = {
  '63Cx': { en: 'the PIN is wrong', zh: 'PIN 错误' },
  '6983': { en: 'the PIN is blocked', zh: 'PIN 已锁定' },
  '9302': { en: 'the PIN is wrong', zh: 'PIN 错误' },
  '9403': { en: 'the card has no PIN', zh: '卡内无 PIN' },
};

/**
 * Builds VERIFY.
 * 校验 PIN。
 * @throws BYTES_RANGE
 * @example
 * import { fromHex } from 'quancun/bytes';
 * verify.build({ pinId: 0, pin: fromHex('123456') }); // 0020000003123456
 */
export function build({ pinId, pin }: Request): Uint8Array {
  expectRange('Lc', pin.length, 1, 16);
  return buildCommand({ cla: 0, ins: 0x20, p1: 0, p2: pinId, data: pin });
}

/** The inverse of {@link build}. @throws COMMAND_MALFORMED, COMMAND_MISMATCH */
export function parseCommand(bytes: Uint8Array): Request {
  const name = 'VERIFY';
  const { p2, data } = expectCommand(bytes, { name, cla: 0, ins: 0x20, p1: 0 });
  if (data.length < 1 || data.length > 16) throw mismatch(name);
  return { pinId: p2, pin: data };
}

/**
 * Parses the answer. @throws RESPONSE_MALFORMED, RESPONSE_LENGTH
 * @example
 * import { fromHex } from 'quancun/bytes';
 * const answer = verify.parse(fromHex('63C2'));
 * if (!answer.ok) console.log(answer.status.en); // the PIN is wrong
 */
export function parse(response: Uint8Array): Outcome<Answer> {
  return parseOutcome(response, statusWords, [0], () => ({}));
}

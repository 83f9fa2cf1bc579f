/**
 * CREDIT FOR LOAD: writes the money (圈存). Sent once, never again by any layer.
 *
 *   80 52 00 00 0B date(4) time(3) MAC2(4) 04
 *   answer  0–3 TAC
 *
 * On success balance, online ATC + 1, log record and proof are written together or not at all.
 * PBOC 2.0 (JR/T 0025); FMCOS manual.
 */
import {
  buildCommand,
  expectCommand,
  type Outcome,
  parseOutcome,
  type StatusTable,
} from '../apdu/index.js';
import { concat, expectLength } from '../bytes.js';
import { type DateTime, decodeDateTime, encodeDateTime } from './date-time.js';

/** What the command carries. */
export interface Request extends DateTime {
  /** 4 bytes. Secret until it is used. */
  readonly mac2: Uint8Array;
}

/** What the card answers. */
export interface Answer {
  /** 4 bytes. The card's receipt. */
  readonly tac: Uint8Array;
}

/** What the status words mean here. None of them proves that the card was not written. */
export const statusWords: StatusTable = {
  '6581': {
    en: 'writing the memory failed; the card may be written all the same',
    zh: '写存储器失败，卡片仍可能已写入',
  },
  '6901': {
    en: 'no load is open: it was ended by another command, or is already written',
    zh: '没有已初始化的圈存：被其他命令中断，或已经写入',
  },
  '6982': {
    en: 'MAC2 or PIN refused by a card with its own status words',
    zh: 'MAC2 或 PIN 被拒（该卡状态字不同）',
  },
  '6985': {
    en: 'no load is open, or the application is locked',
    zh: '没有已初始化的圈存，或应用已锁定',
  },
  '9302': { en: 'MAC2 refused', zh: 'MAC2 被拒绝' },
  '9403': { en: 'the card has no TAC key', zh: '卡内没有 TAC 密钥' },
};

/**
 * Builds CREDIT FOR LOAD.
 * 圈存写卡（只发送一次）。
 * @throws DIGITS_INVALID, BYTES_LENGTH
 * @example
 * import { fromHex } from 'quancun/bytes';
 * const mac2 = fromHex('0641DCD8');
 * const command = creditForLoad.build({ date: '20140825', time: '103100', mac2 });
 * command; // 805200000B201408251031000641DCD804
 */
export function build(request: Request): Uint8Array {
  expectLength('mac2', request.mac2, 4);
  const data = concat(encodeDateTime(request), request.mac2);
  return buildCommand({ cla: 0x80, ins: 0x52, p1: 0x00, p2: 0, data, ne: 4 });
}

/** The inverse of {@link build}; Le may be missing. @throws COMMAND_MALFORMED, COMMAND_MISMATCH */
export function parseCommand(bytes: Uint8Array): Request {
  const pattern = { name: 'CREDIT FOR LOAD', cla: 0x80, ins: 0x52, p1: 0x00, p2: 0, dataBytes: 11 };
  const { data } = expectCommand(bytes, pattern);
  return { ...decodeDateTime(data, 0), mac2: data.slice(7) };
}

/**
 * Parses the answer. @throws RESPONSE_MALFORMED, RESPONSE_LENGTH (sent: yes)
 * @example
 * import { fromHex, toHex } from 'quancun/bytes';
 * const answer = creditForLoad.parse(fromHex('ED0F87559000'));
 * if (answer.ok) console.log(toHex(answer.tac)); // ED0F8755
 */
export function parse(response: Uint8Array): Outcome<Answer> {
  return parseOutcome(response, statusWords, [4], (tac) => ({ tac }));
}

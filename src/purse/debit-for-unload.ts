/**
 * DEBIT FOR UNLOAD: takes the money off (圈提). Sent once.
 *
 *   80 54 03 00 0B date(4) time(3) MAC2(4) 04
 *   answer  0–3 MAC3
 *
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
  /** 4 bytes. The card's receipt, under the session key. */
  readonly mac3: Uint8Array;
}

/** What the status words mean here. None of them proves that the card was not written. */
export const statusWords: StatusTable = {
  '6581': {
    en: 'writing the memory failed; the card may be written all the same',
    zh: '写存储器失败，卡片仍可能已写入',
  },
  '6901': {
    en: 'no unload is open, or it is already written',
    zh: '没有已初始化的圈提，或已经写入',
  },
  '9302': { en: 'MAC2 refused', zh: 'MAC2 被拒绝' },
};

/**
 * Builds DEBIT FOR UNLOAD.
 * 圈提（只发送一次）。
 * @throws DIGITS_INVALID, BYTES_LENGTH
 * @example
 * import { fromHex } from 'quancun/bytes';
 * const mac2 = fromHex('D151E449');
 * const command = debitForUnload.build({ date: '20240411', time: '212121', mac2 });
 * command; // 805403000B20240411212121D151E44904
 */
export function build(request: Request): Uint8Array {
  expectLength('mac2', request.mac2, 4);
  const data = concat(encodeDateTime(request), request.mac2);
  return buildCommand({ cla: 0x80, ins: 0x54, p1: 0x03, p2: 0, data, ne: 4 });
}

/** The inverse of {@link build}; Le may be missing. @throws COMMAND_MALFORMED, COMMAND_MISMATCH */
export function parseCommand(bytes: Uint8Array): Request {
  const pattern = {
    name: 'DEBIT FOR UNLOAD',
    cla: 0x80,
    ins: 0x54,
    p1: 0x03,
    p2: 0,
    dataBytes: 11,
  };
  const { data } = expectCommand(bytes, pattern);
  return { ...decodeDateTime(data, 0), mac2: data.slice(7) };
}

/**
 * Parses the answer. @throws RESPONSE_MALFORMED, RESPONSE_LENGTH (sent: yes)
 * @example
 * import { fromHex, toHex } from 'quancun/bytes';
 * const answer = debitForUnload.parse(fromHex('9002BD9B9000'));
 * if (answer.ok) console.log(toHex(answer.mac3)); // 9002BD9B
 */
export function parse(response: Uint8Array): Outcome<Answer> {
  return parseOutcome(response, statusWords, [4], (mac3) => ({ mac3 }));
}

/**
 * DEBIT FOR PURCHASE: takes the money (消费). Sent once.
 *
 *   80 54 01 00 0F terminalSerial(4) date(4) time(3) MAC1(4) 08
 *   answer  0–3 TAC · 4–7 MAC2      (GET TRANSACTION PROVE answers the other way round)
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
  /** Transaction number of the terminal, 4 bytes. */
  readonly terminalSerial: Uint8Array;
  /** 4 bytes, made by the terminal (PSAM). */
  readonly mac1: Uint8Array;
}

/** What the card answers. */
export interface Answer {
  /** 4 bytes: the card's receipt, for clearing. */
  readonly tac: Uint8Array;
  /** 4 bytes: proves to the terminal that the card debited. */
  readonly mac2: Uint8Array;
}

/** What the status words mean here. None of them proves that the card was not debited. */
export const statusWords: StatusTable = {
  '6581': {
    en: 'writing the memory failed; the card may be debited all the same',
    zh: '写存储器失败，卡片仍可能已扣款',
  },
  '6901': {
    en: 'no purchase is open, or it is already done',
    zh: '没有已初始化的消费，或已经完成',
  },
  '9302': { en: 'MAC1 refused', zh: 'MAC1 被拒绝' },
  '9401': { en: 'the balance is too low', zh: '余额不足' },
};

/**
 * Builds DEBIT FOR PURCHASE.
 * 消费扣款（只发送一次）。
 * @throws DIGITS_INVALID, BYTES_LENGTH
 * @example
 * import { fromHex } from 'quancun/bytes';
 * const mac1 = fromHex('D45737C5');
 * const terminalSerial = fromHex('00000000');
 * const request = { terminalSerial, date: '20161216', time: '134600', mac1 };
 * debitForPurchase.build(request); // 805401000F0000000020161216134600D45737C508
 */
export function build(request: Request): Uint8Array {
  const { terminalSerial, mac1 } = request;
  expectLength('terminalSerial', terminalSerial, 4);
  expectLength('mac1', mac1, 4);
  const data = concat(terminalSerial, encodeDateTime(request), mac1);
  return buildCommand({ cla: 0x80, ins: 0x54, p1: 0x01, p2: 0, data, ne: 8 });
}

/** The inverse of {@link build}; Le may be missing. @throws COMMAND_MALFORMED, COMMAND_MISMATCH */
export function parseCommand(bytes: Uint8Array): Request {
  const pattern = {
    name: 'DEBIT FOR PURCHASE',
    cla: 0x80,
    ins: 0x54,
    p1: 0x01,
    p2: 0,
    dataBytes: 15,
  };
  const { data } = expectCommand(bytes, pattern);
  return { terminalSerial: data.slice(0, 4), ...decodeDateTime(data, 4), mac1: data.slice(11) };
}

/**
 * Parses the answer. @throws RESPONSE_MALFORMED, RESPONSE_LENGTH (sent: yes)
 * @example
 * import { fromHex, toHex } from 'quancun/bytes';
 * const answer = debitForPurchase.parse(fromHex('8AF270DC66B54A6B9000'));
 * if (answer.ok) console.log(toHex(answer.tac)); // 8AF270DC
 */
export function parse(response: Uint8Array): Outcome<Answer> {
  return parseOutcome(response, statusWords, [8], (data) => ({
    tac: data.slice(0, 4),
    mac2: data.slice(4),
  }));
}

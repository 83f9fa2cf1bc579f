/**
 * GET TRANSACTION PROVE: the codes of the card's last transaction, for when its answer was lost.
 *
 *   80 5A 00 type 02 atc(2) 08
 *   answer  0–3 MAC · 4–7 TAC      (DEBIT answers the other way round; on a load MAC is zeros)
 *
 * Cards disagree whether `atc` is the counter before or after the transaction: ask both, and
 * believe only a TAC that verifies. 9406 proves nothing.
 *
 * PBOC 2.0 (JR/T 0025); FMCOS manual; purse fact sheet 3.3.
 */
import {
  buildCommand,
  expectCommand,
  type Outcome,
  parseOutcome,
  type StatusTable,
} from '../apdu/index.js';
import { expectRange, readUint, writeUint } from '../bytes.js';

/** Which transaction. */
export interface Request {
  /** 02 load, 06 purchase, 09 compound purchase … */
  readonly transactionType: number;
  readonly atc: number;
}

/** What the card answers. */
export interface Answer {
  /** 4 bytes. */
  readonly mac: Uint8Array;
  /** 4 bytes. */
  readonly tac: Uint8Array;
}

/** What the status words mean here. */
export const statusWords: StatusTable = {
  '6985': {
    en: 'the card keeps no proof of that transaction, or is locked; this proves nothing',
    zh: '卡内没有该交易的凭证，或应用已锁定（不能据此判定未写卡）',
  },
  '6A86': { en: 'the card knows no such transaction type', zh: '不支持该交易类型' },
  '6B00': { en: 'the card knows no such transaction type', zh: '不支持该交易类型' },
  '9406': {
    en: 'the card keeps no proof of that transaction; this proves nothing',
    zh: '卡内没有该交易的凭证（不能据此判定未写卡）',
  },
};

/**
 * Builds GET TRANSACTION PROVE.
 * 取交易认证。
 * @throws BYTES_RANGE
 * @example getTransactionProve.build({ transactionType: 2, atc: 1 }); // 805A000202000108
 */
export function build({ transactionType, atc }: Request): Uint8Array {
  expectRange('transactionType', transactionType, 0, 0xff);
  const data = writeUint(atc, 2, 'atc');
  return buildCommand({ cla: 0x80, ins: 0x5a, p1: 0, p2: transactionType, data, ne: 8 });
}

/** The inverse of {@link build}; Le may be missing. @throws COMMAND_MALFORMED, COMMAND_MISMATCH */
export function parseCommand(bytes: Uint8Array): Request {
  const pattern = { name: 'GET TRANSACTION PROVE', cla: 0x80, ins: 0x5a, p1: 0, dataBytes: 2 };
  const { p2, data } = expectCommand(bytes, pattern);
  return { transactionType: p2, atc: readUint(data, 0, 2) };
}

/**
 * Parses the answer. @throws RESPONSE_MALFORMED, RESPONSE_LENGTH
 * @example
 * import { fromHex, toHex } from 'quancun/bytes';
 * const answer = getTransactionProve.parse(fromHex('00000000ED0F87559000'));
 * if (answer.ok) console.log(toHex(answer.tac)); // ED0F8755
 */
export function parse(response: Uint8Array): Outcome<Answer> {
  return parseOutcome(response, statusWords, [8], (data) => ({
    mac: data.slice(0, 4),
    tac: data.slice(4),
  }));
}

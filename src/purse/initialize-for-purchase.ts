/**
 * INITIALIZE FOR PURCHASE: begins a purchase (消费初始化).
 *
 *   80 50 01 P2 0B keyIndex(1) amount(4) terminal(6) 0F     P2 = 01 ED, 02 EP
 *   answer  0–3 balance · 4–5 offline ATC · 6–8 overdraft limit · 9 key version · 10 algorithm
 *           · 11–14 random. No MAC.
 *
 * PBOC 2.0 (JR/T 0025); FMCOS manual.
 */
import { buildCommand, type Outcome, parseOutcome, type StatusTable } from '../apdu/index.js';
import { readUint } from '../bytes.js';
import { encodeInitialize, type InitializeRequest, parseInitialize } from './initialize.js';
import type { Balance } from '../money.js';
import { purseToP2, readBalance } from './purse-id.js';

/** What the command carries. */
export type Request = InitializeRequest;

/** What the card answers. */
export interface Answer extends Balance {
  /** Offline ATC: the counter value this purchase will spend. */
  readonly offlineAtc: number;
  readonly overdraftLimitFen: number;
  readonly keyVersion: number;
  readonly algorithm: number;
  /** 4 bytes, drawn by the card for this session. */
  readonly random: Uint8Array;
}

const NAME = 'INITIALIZE FOR PURCHASE';

/** What the status words mean here. */
export const statusWords: StatusTable = {
  '6581': { en: 'writing the memory failed; nothing has begun', zh: '写存储器失败，交易未开始' },
  '6901': { en: 'a compound purchase is open on the card', zh: '卡内有未完成的复合消费' },
  '6982': { en: 'the deposit asks for the PIN first', zh: '存折交易须先校验 PIN' },
  '9401': { en: 'the balance is too low', zh: '余额不足' },
  '9403': { en: 'the card has no purchase key with this index', zh: '卡内没有该索引的消费密钥' },
};

/**
 * Builds INITIALIZE FOR PURCHASE.
 * 消费初始化。
 * @throws BYTES_RANGE, BYTES_LENGTH
 * @example
 * import { fromHex } from 'quancun/bytes';
 * const terminal = fromHex('001122334455');
 * const command = initializeForPurchase.build({ keyIndex: 1, amountFen: 950, terminal });
 * command; // 805001020B01000003B60011223344550F
 */
export function build(request: Request): Uint8Array {
  const data = encodeInitialize(request);
  const p2 = purseToP2(request.purse ?? 'ep');
  return buildCommand({ cla: 0x80, ins: 0x50, p1: 0x01, p2, data, ne: 15 });
}

/** The inverse of {@link build}; Le may be missing. @throws COMMAND_MALFORMED, COMMAND_MISMATCH */
export function parseCommand(bytes: Uint8Array): Request {
  return parseInitialize(bytes, NAME, 0x01);
}

/**
 * Parses the answer. @throws RESPONSE_MALFORMED, RESPONSE_LENGTH
 * @example
 * import { fromHex } from 'quancun/bytes';
 * const answer = initializeForPurchase.parse(fromHex('0000138800050000000100112233449000'));
 * if (answer.ok) console.log(answer.offlineAtc); // 5
 */
export function parse(response: Uint8Array): Outcome<Answer> {
  return parseOutcome(response, statusWords, [15], (data) => ({
    ...readBalance(data, 0),
    offlineAtc: readUint(data, 4, 2),
    overdraftLimitFen: readUint(data, 6, 3),
    keyVersion: readUint(data, 9, 1),
    algorithm: readUint(data, 10, 1),
    random: data.slice(11, 15),
  }));
}

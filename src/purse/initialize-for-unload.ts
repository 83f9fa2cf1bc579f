/**
 * INITIALIZE FOR UNLOAD: begins an unload (圈提初始化), deposit only on most cards.
 *
 *   80 50 05 P2 0B keyIndex(1) amount(4) terminal(6) 10     P2 = 01 ED, 02 EP
 *   answer  0–3 balance · 4–5 online ATC · 6 key version · 7 algorithm · 8–11 random · 12–15 MAC1
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
  /** Online ATC: the counter value this load will spend. */
  readonly onlineAtc: number;
  readonly keyVersion: number;
  readonly algorithm: number;
  /** 4 bytes, drawn by the card for this session. */
  readonly random: Uint8Array;
  /** 4 bytes: the card's proof of balance, counter, amount and terminal. */
  readonly mac1: Uint8Array;
}

const NAME = 'INITIALIZE FOR UNLOAD';

/** What the status words mean here. */
export const statusWords: StatusTable = {
  '6581': { en: 'writing the memory failed; nothing has begun', zh: '写存储器失败，交易未开始' },
  '6901': { en: 'a compound purchase is open on the card', zh: '卡内有未完成的复合消费' },
  '6985': { en: 'the card does not allow unloads here', zh: '卡片不允许圈提' },
  '9401': { en: 'the balance is too low', zh: '余额不足' },
  '9403': { en: 'the card has no unload key with this index', zh: '卡内没有该索引的圈提密钥' },
};

/**
 * Builds INITIALIZE FOR UNLOAD.
 * 圈提初始化。
 * @throws BYTES_RANGE, BYTES_LENGTH
 * @example
 * import { fromHex } from 'quancun/bytes';
 * const terminal = fromHex('001122334455');
 * const command = initializeForUnload.build({ keyIndex: 1, amountFen: 950, terminal });
 * command; // 805005020B01000003B600112233445510
 */
export function build(request: Request): Uint8Array {
  const data = encodeInitialize(request);
  const p2 = purseToP2(request.purse ?? 'ep');
  return buildCommand({ cla: 0x80, ins: 0x50, p1: 0x05, p2, data, ne: 16 });
}

/** The inverse of {@link build}; Le may be missing. @throws COMMAND_MALFORMED, COMMAND_MISMATCH */
export function parseCommand(bytes: Uint8Array): Request {
  return parseInitialize(bytes, NAME, 0x05);
}

/** Parses the answer. @throws RESPONSE_MALFORMED, RESPONSE_LENGTH */
export function parse(response: Uint8Array): Outcome<Answer> {
  return parseOutcome(response, statusWords, [16], (data) => ({
    ...readBalance(data, 0),
    onlineAtc: readUint(data, 4, 2),
    keyVersion: readUint(data, 6, 1),
    algorithm: readUint(data, 7, 1),
    random: data.slice(8, 12),
    mac1: data.slice(12, 16),
  }));
}

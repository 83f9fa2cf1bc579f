/**
 * GET BALANCE: what is in the purse. Ends no session on most cards, and proves nothing: a balance
 * carries no code.
 *
 *   80 5C 00 P2 04      P2 = 01 ED, 02 EP
 *   answer  0–3 balance; some cards use the top bit as a flag
 *
 * PBOC 2.0 (JR/T 0025).
 */
import {
  buildCommand,
  expectCommand,
  mismatch,
  type Outcome,
  parseOutcome,
  type StatusTable,
} from '../apdu/index.js';
import type { Balance } from '../money.js';
import { type Purse, purseOfP2, purseToP2, readBalance } from './purse-id.js';

/** Which purse. Default: `ep`. */
export interface Request {
  readonly purse?: Purse;
}

/** What the card answers. */
export type Answer = Balance;

/** What the status words mean here. */
export const statusWords: StatusTable = {
  '6982': { en: 'the deposit asks for the PIN first', zh: '存折余额须先校验 PIN' },
  '6985': { en: 'the application is locked', zh: '应用已锁定' },
  '6A81': {
    en: 'no purse application is selected, or it is locked',
    zh: '未选择钱包应用，或应用已锁定',
  },
  '6A82': { en: 'there is no such purse', zh: '没有该钱包' },
};

/**
 * Builds GET BALANCE.
 * 读余额。
 * @example getBalance.build({}); // 805C000204
 */
export function build({ purse = 'ep' }: Request): Uint8Array {
  return buildCommand({ cla: 0x80, ins: 0x5c, p1: 0, p2: purseToP2(purse), ne: 4 });
}

/** The inverse of {@link build}; Le may be missing. @throws COMMAND_MALFORMED, COMMAND_MISMATCH */
export function parseCommand(bytes: Uint8Array): Request {
  const pattern = { name: 'GET BALANCE', cla: 0x80, ins: 0x5c, p1: 0, dataBytes: 0 };
  const purse = purseOfP2(expectCommand(bytes, pattern).p2);
  if (purse === undefined) throw mismatch(pattern.name);
  return purse === 'ep' ? {} : { purse };
}

/**
 * Parses the answer. @throws RESPONSE_MALFORMED, RESPONSE_LENGTH
 * @example
 * import { fromHex } from 'quancun/bytes';
 * const balance = getBalance.parse(fromHex('000013889000'));
 * if (balance.ok) console.log(balance.balanceFen); // 5000
 */
export function parse(response: Uint8Array): Outcome<Answer> {
  return parseOutcome(response, statusWords, [4], (data) => readBalance(data, 0));
}

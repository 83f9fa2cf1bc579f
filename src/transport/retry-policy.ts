/**
 * Which commands may be sent again after a doubtful exchange. Everything that is not known to be
 * harmless is not repeatable; what moves money, counters or tries never is.
 */

/** SELECT, GET CHALLENGE, GET RESPONSE aside, only reading commands: INS by class. */
const REPEATABLE_ISO: readonly number[] = [0xa4, 0xb0, 0xb2, 0x84];
/** INITIALIZE (moves nothing), GET BALANCE, GET TRANSACTION PROVE. */
const REPEATABLE_PURSE: readonly number[] = [0x50, 0x5c, 0x5a];

/**
 * Whether a command may be sent twice without harm. CREDIT FOR LOAD, DEBIT, UPDATE and VERIFY may
 * not: the first moves money, the last costs a try.
 * 命令是否可安全重发。
 * @example
 * import { fromHex } from 'quancun/bytes';
 * isRepeatable(fromHex('805C000204')); // true
 * isRepeatable(fromHex('805200000B2026112512000011223344')); // false
 */
export function isRepeatable(command: Uint8Array): boolean {
  const [cla = 0xff, ins = 0] = command;
  if (cla === 0x00) return REPEATABLE_ISO.includes(ins);
  if (cla === 0x80) return REPEATABLE_PURSE.includes(ins);
  return false;
}

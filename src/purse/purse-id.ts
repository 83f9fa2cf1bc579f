/** The two purses of an application: P2 names the purse. */
import { readUint } from '../bytes.js';
import { type Balance, splitBalance } from '../money.js';

/** `ep`: electronic purse (电子钱包, P2 = 02), the one ETC uses. `ed`: deposit (电子存折, 01). */
export type Purse = 'ep' | 'ed';

/** P2 of a purse. */
export function purseToP2(purse: Purse): number {
  return purse === 'ed' ? 0x01 : 0x02;
}

/** The purse of a P2; `undefined` for any other. */
export function purseOfP2(p2: number): Purse | undefined {
  return p2 === 0x01 ? 'ed' : p2 === 0x02 ? 'ep' : undefined;
}

/** Reads a four-byte balance. */
export function readBalance(data: Uint8Array, offset: number): Balance {
  return splitBalance(readUint(data, offset, 4));
}

/**
 * The four bytes of a balance, as 0.1.0 asked for them. An answer has them by that name now.
 * 余额四字节（0.1.0 写法；现直接取应答的 rawBalance）。
 * @example
 * import { fromHex } from 'quancun/bytes';
 * rawBalance(getBalance.parse(fromHex('8000164E9000')) as Balance); // 2147489358
 */
export function rawBalance(balance: Balance): number {
  return balance.rawBalance;
}

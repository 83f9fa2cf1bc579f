/**
 * The two purses of an application, and the form of money on the wire: P2 names the purse, a
 * balance is four bytes whose top bit some cards use as a flag.
 */
import { readUint } from '../bytes.js';

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

/** Balance without its top bit, and the bit: 8000164E is 57.10 yuan, never 21 million. */
export interface Balance {
  readonly balanceFen: number;
  readonly topBit: boolean;
}

const TOP_BIT = 0x80000000;

/** Reads a four-byte balance. */
export function readBalance(data: Uint8Array, offset: number): Balance {
  const raw = readUint(data, offset, 4);
  return { balanceFen: raw % TOP_BIT, topBit: raw >= TOP_BIT };
}

/**
 * The four bytes as one number again: what MAC1 covers.
 * 还原四字节原始余额（MAC1 覆盖的数值）。
 */
export function rawBalance({ balanceFen, topBit }: Balance): number {
  return topBit ? balanceFen + TOP_BIT : balanceFen;
}

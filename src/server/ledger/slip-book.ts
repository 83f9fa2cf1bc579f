/** How often an order's slip was printed: each print has a number, and no two of them the same. */
import type { Who } from '../../load/index.js';

/** One print. */
export interface SlipPrint {
  /** The request that asked for it: asked again, it is the same print. */
  readonly requestKey: string;
  readonly atMs: number;
  readonly who?: Who;
}

/** The part of a ledger that counts slips. */
export interface SlipBook {
  /**
   * Counts one more print of an order's slip, and answers its number: 1 for the first. Two servers
   * at the same moment never get the same one.
   * @throws LEDGER_BUSY
   */
  countSlip(orderId: string, print: SlipPrint): Promise<number>;
  /** An order's prints, in the order of their numbers. */
  findSlips(orderId: string): Promise<readonly SlipPrint[]>;
}

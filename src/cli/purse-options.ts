/** The words of every `purse` operation. */
import type { CommonOptions } from './output.js';

/** Options of every bench operation. */
export interface PurseOptions extends CommonOptions {
  readonly card: string;
  readonly select: string;
  readonly keys?: string;
  readonly purse: string;
  readonly amount?: string;
  readonly terminal?: string;
  readonly terminalSerial?: string;
  readonly date?: string;
  readonly time?: string;
  readonly type?: string;
  readonly atc?: string;
}

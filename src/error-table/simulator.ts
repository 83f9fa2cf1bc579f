/** Codes of the simulator room. */
import type { ErrorRows } from './row.js';

export const simulatorErrors = {} as const satisfies ErrorRows;

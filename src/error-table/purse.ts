/** Codes of the purse room. */
import type { ErrorRows } from './row.js';

export const purseErrors = {} as const satisfies ErrorRows;

/** Codes of the terminal room. */
import type { ErrorRows } from './row.js';

export const terminalErrors = {} as const satisfies ErrorRows;

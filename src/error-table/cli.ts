/** Codes of the cli room. */
import type { ErrorRows } from './row.js';

export const cliErrors = {} as const satisfies ErrorRows;

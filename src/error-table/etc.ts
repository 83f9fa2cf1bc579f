/** Codes of the etc room. */
import type { ErrorRows } from './row.js';

export const etcErrors = {} as const satisfies ErrorRows;

/** Codes of the load room. */
import type { ErrorRows } from './row.js';

export const loadErrors = {} as const satisfies ErrorRows;

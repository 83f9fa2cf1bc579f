/** Codes of the transport room. */
import type { ErrorRows } from './row.js';

export const transportErrors = {} as const satisfies ErrorRows;

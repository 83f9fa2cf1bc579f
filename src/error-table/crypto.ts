/** Codes of the crypto room. */
import type { ErrorRows } from './row.js';

export const cryptoErrors = {} as const satisfies ErrorRows;

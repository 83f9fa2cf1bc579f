/** Codes of the apdu room. */
import type { ErrorRows } from './row.js';

export const apduErrors = {} as const satisfies ErrorRows;

/** Codes of the server room. */
import type { ErrorRows } from './row.js';

export const serverErrors = {} as const satisfies ErrorRows;

/** Codes of the testing room. */
import type { ErrorRows } from './row.js';

export const testingErrors = {} as const satisfies ErrorRows;

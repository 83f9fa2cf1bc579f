/** Compares cryptograms of which a file writes only the left part. */
import { equalConstantTime } from '../bytes.js';
import { QuancunError } from '../errors.js';
import { BYTES_LENGTH } from '../core-errors.js';

/** No card sends less of a MAC. */
const MIN_BYTES = 4;

/**
 * Whether `part` is the left of `whole`.
 * @throws BYTES_LENGTH when it is shorter than four bytes or longer than the whole
 */
export function equalLeft(whole: Uint8Array, part: Uint8Array, field: string): boolean {
  if (part.length < MIN_BYTES || part.length > whole.length) {
    const expected = `${String(MIN_BYTES)} to ${String(whole.length)}`;
    throw new QuancunError(BYTES_LENGTH, { details: { field, expected, size: part.length } });
  }
  return equalConstantTime(whole.slice(0, part.length), part);
}

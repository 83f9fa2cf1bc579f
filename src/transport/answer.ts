/** What a host gave as an answer, made into one: bytes of our own, with a status word. */
import { QuancunError } from '../errors.js';
import { TRANSPORT_FRAME } from './errors.js';

/**
 * Copies the answer of a host: bytes, numbers, or numbers with a sign as Java has them.
 * @throws TRANSPORT_FRAME when there is no status word; the card had the command all the same
 */
export function takeAnswer(answer: ArrayLike<number> | undefined): Uint8Array {
  const bytes = Uint8Array.from(answer ?? []);
  if (bytes.length < 2) {
    throw new QuancunError(TRANSPORT_FRAME, {
      details: { problem: 'no status word' },
      sent: 'yes',
    });
  }
  return bytes;
}

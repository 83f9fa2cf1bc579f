/** What a host gave as an answer, made into one: bytes of our own, with a status word. */
import { QuancunError, type Sent } from '../errors.js';
import { TRANSPORT_FRAME } from './errors.js';

/**
 * The answer of a host that we know, and that says it succeeded.
 * @throws TRANSPORT_FRAME when there is no status word; the card had the command all the same
 */
export function takeAnswer(answer: unknown): Uint8Array {
  const bytes = bytesOf(answer ?? [], 'yes');
  if (bytes.length < 2) throw unreadable('no status word', 'yes');
  return bytes;
}

/**
 * Bytes of a host as bytes of our own, in whichever form it keeps them: a view of bytes or a
 * DataView, an ArrayBuffer, numbers (with a sign, as Java has them, or without), hex text. A copy,
 * never a view of what it gave.
 * @throws TRANSPORT_FRAME when it can be read in two ways, or in none
 */
export function bytesOf(given: unknown, sent: Sent = 'maybe'): Uint8Array {
  if (typeof given === 'string') return ofHex(given, sent);
  if (ArrayBuffer.isView(given)) return ofView(given, sent);
  // By its name: it may come from another realm, such as a mini program's.
  if (Object.prototype.toString.call(given) === '[object ArrayBuffer]') {
    return new Uint8Array(given as ArrayBuffer).slice();
  }
  if (!isList(given)) throw unreadable('neither bytes nor hex text', sent);
  const numbers = Array.from(given);
  if (!numbers.every(isByte)) throw unreadable('numbers that are no bytes', sent);
  return Uint8Array.from(numbers);
}

/** The error of an answer that cannot be taken for one. */
export function unreadable(problem: string, sent: Sent = 'maybe'): QuancunError {
  return new QuancunError(TRANSPORT_FRAME, { details: { problem }, sent });
}

/** Numbers of two bytes and more may stand for one byte each or for all of theirs: not guessed. */
function ofView(view: ArrayBufferView, sent: Sent): Uint8Array {
  const { BYTES_PER_ELEMENT: size = 1 } = view as { readonly BYTES_PER_ELEMENT?: number };
  if (size !== 1) throw unreadable('numbers of more than a byte', sent);
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength).slice();
}

function ofHex(text: string, sent: Sent): Uint8Array {
  const digits = text.replace(/\s+/g, '');
  if (!/^(?:[0-9A-Fa-f]{2})*$/.test(digits)) throw unreadable('text that is not hex', sent);
  const pairs = digits.match(/../g) ?? [];
  return Uint8Array.from(pairs, (pair) => Number.parseInt(pair, 16));
}

function isList(value: unknown): value is ArrayLike<unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const { length } = value as { readonly length?: unknown };
  return Number.isSafeInteger(length) && Number(length) >= 0 && Number(length) <= MAX_ANSWER_BYTES;
}

function isByte(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) >= -0x80 && Number(value) <= 0xff;
}

/** The longest answer there is: 65,536 bytes and a status word. */
const MAX_ANSWER_BYTES = 0x10002;

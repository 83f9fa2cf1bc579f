/** What every rule of the transport suite works with: a driver, the card in it, and comparisons. */
import { toHex } from '../bytes.js';
import { isQuancunError, type QuancunError } from '../errors.js';
import type { Transport } from '../transport/index.js';
import { broken } from './conformance.js';
import type { RecordingCard } from './recording-card.js';

/** A driver on a card, and what its host can do to the card. */
export interface TransportRig {
  readonly transport: Transport;
  /** The card leaves at the next exchange: before it gets the command, or before it answers. */
  readonly lose?: (when: 'before' | 'after') => void;
  /** The next exchange is never answered. Given where the driver obeys `timeoutMs` and `signal`. */
  readonly silence?: () => void;
  /** From now on the host delivers every answer twice. Given where a host can, as Bluetooth. */
  readonly repeat?: () => void;
}

/** A rig, and the card in it. */
export interface Opened extends TransportRig {
  readonly card: RecordingCard;
}

/** A rule: it answers what it would need where the rig cannot try it. */
export type Rule = (open: () => Promise<Opened>) => Promise<true | NotOffered>;

/** What a rig or its transport does not have. */
export type NotOffered = `no ${string}`;

/** The answer is the card's, byte for byte, and bytes. */
export function expectBytes(got: Uint8Array | undefined, wanted: Iterable<number>): void {
  // Numbers, ArrayBuffers and text would be read all the same; others than this library would not.
  const given: unknown = got;
  const form = typeof given === 'object' ? Object.prototype.toString.call(given) : typeof given;
  if (form !== '[object Uint8Array]') throw broken(`an answer is ${form}, not a Uint8Array`);
  const [seen, right] = [hex(got ?? []), hex(wanted)];
  if (seen !== right) throw broken(`got ${seen}, wanted ${right}`);
}

/** The card has seen these commands and no others. */
export function expectSeen(card: RecordingCard, wanted: readonly Uint8Array[]): void {
  const [seen, right] = [card.seen.map(hex).join(' '), wanted.map(hex).join(' ')];
  if (seen !== right) throw broken(`the card saw ${seen || 'nothing'}, asked was ${right}`);
}

/** The error of an exchange; it must be ours and say whether the card can have seen the command. */
export async function failureOf(exchange: Promise<unknown>): Promise<QuancunError> {
  const thrown = await exchange.then(
    () => broken('it was answered, and should have failed'),
    (error: unknown) => error,
  );
  if (isQuancunError(thrown, 'CONFORMANCE')) throw thrown;
  if (!isQuancunError(thrown)) throw broken('the error is not a QuancunError');
  if (!['no', 'maybe', 'yes'].includes(String(thrown.sent))) {
    throw broken(`${thrown.code} does not say whether the card can have seen the command`);
  }
  return thrown;
}

/** The error says that the card cannot have seen the command, and the card has not. */
export async function expectUnsent(
  { card }: Opened,
  exchange: Promise<unknown>,
  before = card.seen.length,
): Promise<QuancunError> {
  const error = await failureOf(exchange);
  if (error.sent !== 'no') throw broken(`${error.code} says sent: ${String(error.sent)}, not no`);
  if (card.seen.length !== before) throw broken(`${error.code} says no, and the card saw it`);
  return error;
}

/** The error does not deny what the card may have done. */
export async function expectNotDenied(exchange: Promise<unknown>): Promise<QuancunError> {
  const error = await failureOf(exchange);
  if (error.sent === 'no') throw broken(`${error.code} says no, and the card executed the command`);
  return error;
}

/** Long ones are cut: they are compared whole, and shown in part. */
function hex(bytes: Iterable<number>): string {
  return toHex(Uint8Array.from(bytes));
}

/**
 * Where the library meets a transport that anybody may have written: the one place that calls its
 * methods. Whatever form its bytes have, whatever it throws and however, what goes up from here is
 * bytes of our own, or an error that says whether the card can have had the command.
 */
import { copyOf } from '../bytes.js';
import { isQuancunError, QuancunError, restated } from '../errors.js';
import { ARGUMENT_INVALID } from '../json/errors.js';
import { promiseTry } from '../turns.js';
import { RESPONSE_MALFORMED } from '../apdu/errors.js';
import { bytesOf, unreadable } from './answer.js';
import { TRANSPORT_LOST } from './errors.js';
import type { TransmitOptions, Transport } from './transport.js';

/**
 * One command and its answer, over a transport of whatever maker: bytes in other forms (numbers,
 * an ArrayBuffer, hex text) and plain errors are taken for what they are.
 * 发送一条命令；宿主返回的数组、ArrayBuffer、十六进制文本及普通异常均统一处理。
 * @throws ARGUMENT_INVALID for what is no transport, RESPONSE_MALFORMED for an answer without a
 * status word, TRANSPORT_FRAME for one that is no bytes, and what the transport throws, with
 * `sent: 'maybe'` unless it says otherwise
 * @example
 * import { fromHex } from 'quancun/bytes';
 * declare const transport: Transport; // one that you wrote, in plain JavaScript
 * const answer = await transmitOne(transport, fromHex('00A40000023F00'));
 */
export async function transmitOne(
  transport: Transport,
  command: Uint8Array,
  options?: TransmitOptions,
): Promise<Uint8Array> {
  expectTransport(transport);
  // A stranger may write into what it is given.
  const own = copyOf(command);
  return answerOf(await honestly(() => transport.transmit(own, options)));
}

/**
 * One frame of commands and its answers; only where the transport has frames.
 * @throws as {@link transmitOne}
 */
export async function transmitFrame(
  transport: Transport,
  commands: readonly Uint8Array[],
  options?: TransmitOptions,
): Promise<Uint8Array[]> {
  const answers: unknown = await honestly(() => transport.transmitBatch?.(commands, options));
  if (!Array.isArray(answers)) throw unreadable('no list of answers');
  if (answers.length > commands.length) throw unreadable('more answers than commands');
  return answers.map(answerOf);
}

/** Resets the card; its ATR, where the transport tells one. */
export async function resetOf(transport: Transport): Promise<Uint8Array> {
  return bytesOf((await honestly(() => transport.reset?.())) ?? []);
}

/**
 * Stops where an option is no transport: a Promise of one that nobody awaited, bytes, nothing.
 * 检查参数是否为 Transport；未等待的 Promise 会明确指出。
 * @throws ARGUMENT_INVALID, which names the option
 * @example
 * declare const given: unknown;
 * expectTransport(given, 'transport');
 */
export function expectTransport(given: unknown, option = 'transport'): asserts given is Transport {
  const { transmit, info, then } = (given ?? {}) as Readonly<Record<string, unknown>>;
  const isWhole = typeof transmit === 'function' && typeof info === 'object' && info !== null;
  if (isWhole) return;
  const isPromise = typeof then === 'function';
  const problem = {
    en: `it must be a Transport, and is ${nameOf(given)}${isPromise ? ': await it first' : ''}`,
    zh: `应为 Transport，实际为 ${nameOf(given)}${isPromise ? '：请先 await' : ''}`,
  };
  throw new QuancunError(ARGUMENT_INVALID, { details: { what: option, problem }, sent: 'no' });
}

function answerOf(given: unknown): Uint8Array {
  const bytes = bytesOf(given ?? []);
  if (bytes.length >= 2) return bytes;
  throw new QuancunError(RESPONSE_MALFORMED, { details: { size: bytes.length }, sent: 'maybe' });
}

/** An error that does not know what was sent is one after which the card may have had it. */
async function honestly<T>(work: () => T | Promise<T>): Promise<T> {
  try {
    return await promiseTry(work);
  } catch (cause) {
    if (!isQuancunError(cause)) throw new QuancunError(TRANSPORT_LOST, { sent: 'maybe', cause });
    if (cause.sent !== undefined) throw cause;
    throw restated(cause, { sent: 'maybe', money: 'in-doubt', cause });
  }
}

function nameOf(given: unknown): string {
  if (given === undefined || given === null) return String(given);
  if (typeof given !== 'object') return typeof given;
  return Object.prototype.toString.call(given).slice('[object '.length, -1);
}

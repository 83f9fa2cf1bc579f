/**
 * What is the same for every host that carries one command at a time: bytes of our own on both
 * sides, refusals before anything is sent, and errors that say what the card can have seen. A
 * driver adds what its host is like.
 */
import {
  type ErrorCode,
  type ErrorRow,
  isQuancunError,
  QuancunError,
  type Sent,
} from '../errors.js';
import { copyOf } from '../bytes.js';
import { ARGUMENT_INVALID } from '../json/errors.js';
import { promiseTry } from '../turns.js';
import { takeAnswer } from './answer.js';
import type { Transport, TransportInfo, TransmitOptions } from './transport.js';
import {
  TRANSPORT_ABORTED,
  TRANSPORT_BUSY,
  TRANSPORT_CLOSED,
  TRANSPORT_LOST,
  TRANSPORT_TOO_LONG,
} from './errors.js';

/**
 * What an error of the host means: a row, such as TRANSPORT_LOST of `quancun/transport`, and
 * whether the card can have executed the command. A code without texts is told as a loss.
 */
export interface HostFailure extends Partial<Omit<ErrorRow, 'code'>> {
  readonly code: ErrorCode;
  readonly sent: Sent;
  /** The host's own code or name; never its text, which may repeat the command. */
  readonly hostCode?: string | number;
}

/** A host, as far as a driver must tell. */
export interface HostDriver {
  readonly info: TransportInfo;
  /**
   * Hands one command to the host; its answer is data and status word, in numbers, bytes or hex.
   * The bytes are a copy: the host may keep them.
   */
  exchange(
    command: Uint8Array<ArrayBuffer>,
  ): Promise<ArrayLike<number> | ArrayBuffer | string | undefined>;
  /** Reads the host's error. Without an answer it is a loss, and the card may have executed. */
  readonly explain: (error: unknown) => HostFailure | undefined;
  /** Resets the card; answers its ATR. */
  reset?(): Promise<Uint8Array>;
  close(): Promise<unknown>;
}

const UNKNOWN: HostFailure = { ...TRANSPORT_LOST, sent: 'maybe' };

/**
 * Makes a transport of a host. One exchange at a time: a second one is refused, unsent, and
 * {@link withQueue} makes them wait for each other.
 * 由宿主能力构造传输（一次一条命令，并如实说明卡片是否可能已收到命令）。
 * @throws ARGUMENT_INVALID for what is no driver;
 * from transmit TRANSPORT_BUSY, TRANSPORT_TOO_LONG, TRANSPORT_CLOSED and TRANSPORT_ABORTED
 * before anything is sent, TRANSPORT_FRAME, and what `explain` says
 * @example
 * import { fromHex, toHex } from 'quancun/bytes';
 * declare const line: { ask(hex: string): Promise<string>; hangUp(): Promise<void> };
 * const transport = hostTransport({
 *   info: { kind: 'line', maxBatch: 1 },
 *   exchange: async (command) => fromHex(await line.ask(toHex(command))),
 *   explain: () => undefined, // nothing is known of an error: the card may have executed
 *   close: () => line.hangUp(),
 * });
 */
export function hostTransport(driver: HostDriver): Transport {
  expectDriver(driver);
  const info = knownLimits(driver.info);
  let state: 'idle' | 'busy' | 'closed' = 'idle';
  const perform = async <T>(work: () => Promise<T>, details = {}): Promise<T> => {
    if (state === 'closed') throw new QuancunError(TRANSPORT_CLOSED, { sent: 'no' });
    if (state === 'busy') throw new QuancunError(TRANSPORT_BUSY, { sent: 'no' });
    state = 'busy';
    try {
      return await work();
    } catch (error) {
      throw explained(driver, error, details);
    } finally {
      if (state === 'busy') state = 'idle';
    }
  };
  const { reset } = driver;
  return {
    info,
    transmit: async (command, options) => {
      expectSendable(command, info, options);
      const copy = new Uint8Array(command);
      const exchange = async () => takeAnswer(await driver.exchange(copy));
      return perform(exchange, { size: command.length });
    },
    ...(reset === undefined
      ? {}
      : { reset: () => perform(async () => copyOf(await reset.call(driver))) }),
    close: async () => {
      if (state === 'closed') return;
      state = 'closed';
      // A host that cannot close has nothing open.
      await promiseTry(() => driver.close()).catch(() => undefined);
    },
  };
}

/** Hosts that do not know say 0, -1 or NaN: no command would fit. Unknown is not zero. */
function knownLimits({ maxCommandBytes, ...info }: TransportInfo): TransportInfo {
  return isCommandLimit(maxCommandBytes) ? { ...info, maxCommandBytes } : info;
}

/** Whether what a host says can be the longest command it carries: four bytes are the shortest. */
export function isCommandLimit(value: unknown): value is number {
  return typeof value === 'number' && value >= SHORTEST_COMMAND_BYTES;
}

const SHORTEST_COMMAND_BYTES = 4;

/** An error of ours that says what was sent stays as it is; a host's becomes one. */
export function explained(
  { explain, info }: Pick<HostDriver, 'explain'> & { readonly info: { readonly kind: string } },
  error: unknown,
  details: Readonly<Record<string, unknown>> = {},
): QuancunError {
  if (isQuancunError(error) && error.sent !== undefined) return error;
  const { sent, hostCode, ...row } = explain(error) ?? UNKNOWN;
  const facts = { ...details, host: info.kind, ...(hostCode === undefined ? {} : { hostCode }) };
  return new QuancunError({ ...TRANSPORT_LOST, ...row }, { details: facts, sent, cause: error });
}

/** Untyped hosts hand in anything: named here, and not by a TypeError of somebody's first line. */
function expectDriver(driver: unknown): void {
  const { info, ...rest } = (driver ?? {}) as Readonly<Record<string, unknown>>;
  const missing = ['exchange', 'explain', 'close'].find((name) => typeof rest[name] !== 'function');
  const what = typeof info === 'object' && info !== null ? missing : 'info';
  if (what === undefined) return;
  const problem =
    what === 'info'
      ? { en: 'it must be a TransportInfo', zh: '应为 TransportInfo' }
      : { en: 'it must be a function', zh: '应为函数' };
  throw new QuancunError(ARGUMENT_INVALID, { details: { what, problem }, sent: 'no' });
}

function expectSendable(
  command: Uint8Array,
  { maxCommandBytes }: TransportInfo,
  options: TransmitOptions | undefined,
): void {
  if (options?.signal?.aborted === true) {
    throw new QuancunError(TRANSPORT_ABORTED, { sent: 'no', money: 'untouched' });
  }
  if (maxCommandBytes !== undefined && command.length > maxCommandBytes) {
    const details = { size: command.length };
    throw new QuancunError(TRANSPORT_TOO_LONG, { details, sent: 'no' });
  }
}

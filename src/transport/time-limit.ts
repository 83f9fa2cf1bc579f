/**
 * An end for every exchange: a host that never answers is a time-out, and what comes from it later
 * is an answer to nothing. The time is the library's, measured by the Env: drivers have limits of
 * their own where their hosts obey them, and those come first.
 */
import type { Env } from '../env.js';
import { QuancunError } from '../errors.js';
import { ARGUMENT_INVALID } from '../json/errors.js';
import { expectTransport, resetOf, transmitOne } from './boundary.js';
import {
  TRANSPORT_ABORTED,
  TRANSPORT_CLOSED,
  TRANSPORT_LOST,
  TRANSPORT_TIMEOUT,
} from './errors.js';
import type { TransmitOptions, Transport } from './transport.js';
import { wrapTransmit } from './wrap.js';

/** How long. */
export interface TimeLimitOptions {
  /** Its `sleep` must last its time; one that is over at once keeps no limit. */
  readonly env: Pick<Env, 'sleep'>;
  /**
   * How long one exchange may take, a frame of several commands being one. Default: what the
   * driver gives a card ({@link TransportInfo.answerTimeoutMs}, else 3,000) and 500 more.
   */
  readonly exchangeTimeoutMs?: number;
}

/** The slowest command of a load takes a card a third of it. */
const DEFAULT_ANSWER_TIMEOUT_MS = 3_000;
/** The driver's own limit comes first: it knows better what was sent. */
const MARGIN_MS = 500;
/** Timers of hosts count in 31 bits; longer is not for ever but at once. */
const MAX_TIMER_MS = 0x7fff_ffff;
/** A sleep that is over after so few turns of the engine was none: that host has no timer. */
const TURNS_AT_ONCE = 64;

/**
 * Wraps a transport so that every exchange ends: by its answer, by time, by a signal, or by
 * `close`. A transport of whatever maker will do: bytes in other forms and plain errors are taken.
 * 每次交互都有终点：应答、超时、取消或关闭；宿主迟到的应答不会被当作下一条命令的应答。
 *
 * - Not answered in time: TRANSPORT_TIMEOUT; cancelled under way: TRANSPORT_ABORTED; closed under
 *   way: TRANSPORT_CLOSED. All three say `sent: 'maybe'`.
 * - After a time-out or a cancelled exchange the transport is lost: every further command is
 *   refused unsent, until a `reset` that comes after the old exchange has ended, or for good where
 *   it never does. Open another one then.
 * - Cancelled or closed before: `sent: 'no'`, the card never sees the command.
 *
 * @throws ARGUMENT_INVALID for what is no transport and for a limit that is none; on use
 * TRANSPORT_TIMEOUT, TRANSPORT_ABORTED, TRANSPORT_LOST, TRANSPORT_CLOSED, TRANSPORT_FRAME, and the
 * driver's
 * @example
 * import { envFrom } from 'quancun';
 * import { createVirtualCard, personalise } from 'quancun/simulator';
 * import { simulatorTransport } from 'quancun/transport/simulator';
 * const card = createVirtualCard(personalise({ kind: '3des-4x' }));
 * const transport = withTimeLimit(simulatorTransport(card), { env: envFrom(globalThis) });
 */
export function withTimeLimit(transport: Transport, options: TimeLimitOptions): Transport {
  expectTransport(transport);
  const limitMs = limitOf(transport, options);
  const watch = createWatch(options.env, limitMs, transport);
  const { reset } = transport;
  const limited = wrapTransmit(
    transport,
    (command, given) => watch.run(() => transmitOne(transport, command, given), given),
    (send) => (commands, given) => watch.run(() => send(commands, given), given),
  );
  const closing = (): Promise<void> => watch.close(() => transport.close());
  if (reset === undefined) return { ...limited, close: closing };
  return { ...limited, reset: () => watch.restart(() => resetOf(transport)), close: closing };
}

/**
 * Exchanges that were given up and have not come to an end. Whoever wraps the same transport again
 * must not take their answer for its own.
 */
const owed = new WeakMap<Transport, Promise<unknown>>();

/** Watches the exchanges of one transport. */
interface Watch {
  run<T>(work: () => Promise<T>, options: TransmitOptions | undefined): Promise<T>;
  restart<T>(reset: () => Promise<T>): Promise<T>;
  close(work: () => Promise<void>): Promise<void>;
}

function createWatch(env: Pick<Env, 'sleep'>, limitMs: number, transport: Transport): Watch {
  let state: 'open' | 'lost' | 'closed' = 'open';
  /** An exchange that was given up: a reset comes after it. */
  let abandoned: Promise<unknown> = Promise.resolve();
  const underWay = new Set<(error: QuancunError) => void>();
  const isClosed = (): boolean => state === 'closed';
  const expectNotClosed = (): void => {
    if (isClosed()) throw new QuancunError(TRANSPORT_CLOSED, { sent: 'no' });
  };
  const watched = async <T>(work: () => Promise<T>, options: TransmitOptions = {}): Promise<T> => {
    const exchange = work();
    try {
      return await untilEnd(exchange, { timeoutMs: limitMs, ...options }, env, underWay);
    } catch (error) {
      if (!(error instanceof Unfinished)) throw error;
      if (!isClosed()) state = 'lost';
      // Whatever the abandoned exchange still brings is not an answer to anything.
      abandoned = exchange.catch(() => undefined);
      const debt: Promise<unknown> = abandoned.finally(() => {
        if (owed.get(transport) === debt) owed.delete(transport);
      });
      owed.set(transport, debt);
      throw error.error;
    }
  };
  return {
    run: async (work, options) => {
      expectNotClosed();
      if (options?.signal?.aborted === true) throw cancelled('no');
      if (state === 'lost' || owed.has(transport)) {
        throw new QuancunError(TRANSPORT_LOST, { sent: 'no' });
      }
      return watched(work, options);
    },
    restart: async (reset) => {
      expectNotClosed();
      await watched(() => owed.get(transport) ?? abandoned);
      expectNotClosed();
      const answer = await watched(reset);
      if (!isClosed()) state = 'open';
      return answer;
    },
    close: async (work) => {
      if (isClosed()) return;
      state = 'closed';
      const closed = new QuancunError(TRANSPORT_CLOSED, { sent: 'maybe', money: 'in-doubt' });
      for (const end of [...underWay]) end(closed);
      // A host that does not even close is left to itself.
      await watched(work).catch((error: unknown) => {
        if (error !== undefined && !isTimeout(error)) throw error;
      });
    },
  };
}

/** The exchange goes on without its caller. */
class Unfinished extends Error {
  constructor(readonly error: QuancunError) {
    super(error.message);
  }
}

function untilEnd<T>(
  exchange: Promise<T>,
  { timeoutMs = DEFAULT_ANSWER_TIMEOUT_MS, signal }: TransmitOptions,
  env: Pick<Env, 'sleep'>,
  underWay: Set<(error: QuancunError) => void>,
): Promise<T> {
  let onAbort = (): void => undefined;
  let end = (_error: QuancunError): void => undefined;
  const outcome = new Promise<T>((resolve, reject) => {
    end = (error) => {
      reject(new Unfinished(error));
    };
    onAbort = () => {
      end(cancelled('maybe'));
    };
    exchange.then(resolve, reject);
  });
  underWay.add(end);
  signal?.addEventListener('abort', onAbort);
  const tidied = outcome.finally(() => {
    underWay.delete(end);
    signal?.removeEventListener('abort', onAbort);
  });
  const late = (isOver: boolean): void => {
    if (isOver) end(new QuancunError(TRANSPORT_TIMEOUT, { details: { timeoutMs }, sent: 'maybe' }));
  };
  // A host whose timer fails has none.
  passed(env, Math.min(timeoutMs, MAX_TIMER_MS), tidied).then(late, () => undefined);
  return tidied;
}

/** Whether the time has really passed. The timer is given up when `until` settles first. */
async function passed(
  env: Pick<Env, 'sleep'>,
  durationMs: number,
  until: Promise<unknown>,
): Promise<boolean> {
  let isOver = false;
  const settled = until.catch(() => undefined);
  const sleep = env.sleep(durationMs, settled).then(() => {
    isOver = true;
  });
  for (let turn = 0; turn < TURNS_AT_ONCE && !isOver; turn += 1) await Promise.resolve();
  if (isOver) return false;
  await sleep;
  return true;
}

function limitOf({ info }: Transport, { env, exchangeTimeoutMs }: TimeLimitOptions): number {
  const { sleep } = (env ?? {}) as Partial<Env>;
  if (typeof sleep !== 'function')
    throw wrongOption('env', 'it must be an Env with sleep', '应为带 sleep 的 Env');
  if (exchangeTimeoutMs === undefined) {
    const { answerTimeoutMs } = info;
    return (isLimit(answerTimeoutMs) ? answerTimeoutMs : DEFAULT_ANSWER_TIMEOUT_MS) + MARGIN_MS;
  }
  if (isLimit(exchangeTimeoutMs)) return exchangeTimeoutMs;
  throw wrongOption(
    'exchangeTimeoutMs',
    'it must be a number of milliseconds above 0',
    '应为大于 0 的毫秒数',
  );
}

function isLimit(value: unknown): value is number {
  return typeof value === 'number' && value > 0;
}

function wrongOption(what: string, en: string, zh: string): QuancunError {
  return new QuancunError(ARGUMENT_INVALID, { details: { what, problem: { en, zh } }, sent: 'no' });
}

function isTimeout(error: unknown): boolean {
  return (error as Partial<QuancunError>).code === TRANSPORT_TIMEOUT.code;
}

function cancelled(sent: 'no' | 'maybe'): QuancunError {
  const money = sent === 'no' ? 'untouched' : 'in-doubt';
  return new QuancunError(TRANSPORT_ABORTED, { sent, money });
}

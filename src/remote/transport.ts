/**
 * The server's hand: a transport whose exchanges travel to a terminal. Its state is in the store,
 * so another process can take over at any step; a step that was asked twice is done once.
 */
import { fromHex, toHex } from '../bytes.js';
import type { Env } from '../env.js';
import { QuancunError } from '../errors.js';
import type { TransmitOptions, Transport, TransportInfo } from '../transport/index.js';
import { createTurns } from '../turns.js';
import {
  EXPECTATION,
  MAX_COMMAND_BYTES,
  MAX_REMOTE_COMMANDS,
  type RemoteCommand,
} from './messages.js';
import type { RemoteStore } from '../remote-store.js';
import { claim, close, createDriver, type Driver, keepLease } from './driver.js';
import { LEASE_MS, type RemoteSession } from './session.js';
import { readSession } from './state.js';
import { perform } from './perform.js';
import { COMMAND_MALFORMED } from '../apdu/errors.js';

/** What drives a remote card. */
export interface RemoteTransportOptions {
  readonly store: RemoteStore;
  /** As the terminal named it. */
  readonly sessionId: string;
  readonly env: Env;
  /** Deadline of a step that has none of its own. Default: 10,000. */
  readonly answerTimeoutMs?: number;
  /**
   * Of a session that somebody drives: wait until that driver has been silent for its lease; take
   * it from whoever has it; or as `findAbandonedSessions` found it. Default: `when-silent`.
   */
  readonly takeOver?: 'when-silent' | 'at-once' | { readonly mark: string };
  /**
   * How long this driver may be silent before it counts as dead; it tells that it lives three times
   * as often. Default: 30,000.
   */
  readonly leaseMs?: number;
}

/** A command, and the status words after which the batch goes on. Default: `9000` alone. */
export interface RemoteBatchCommand {
  readonly command: Uint8Array;
  /** `9000`, `61xx`, `xxxx` … */
  readonly expect?: readonly string[];
}

/** How a batch is run. */
export interface RemoteRunOptions extends TransmitOptions {
  /**
   * The step that this is. A step that was asked before, by whatever process, is not done again:
   * its stored answers are given. Default: the next one.
   */
  readonly step?: number;
}

/** A transport over a remote terminal. */
export interface RemoteTransport extends Transport {
  /** The newest step that anybody has asked for. */
  step(): Promise<number>;
  /**
   * Runs a batch in one round trip; stops after the first unexpected answer. Fewer answers than
   * commands: the rest were not sent to the card.
   */
  run(commands: readonly RemoteBatchCommand[], options?: RemoteRunOptions): Promise<Uint8Array[]>;
}

/**
 * Drives a session: from here on the transport that drove it before drives it no more. One whose
 * driver is alive is refused, unless it is taken over at once.
 * 操作（接管）远程读卡会话，得到一个 Transport；原操作进程仍在运行时拒绝。
 *
 * Tells the store that it lives until it is closed, or nothing was asked of it for an hour.
 * @throws REMOTE_SESSION_UNKNOWN, REMOTE_DRIVEN, PROTOCOL_VERSION; on use REMOTE_TAKEN_OVER,
 * REMOTE_STEP, REMOTE_DRIVER_GONE, TRANSPORT_TIMEOUT, TRANSPORT_ABORTED, TRANSPORT_LOST,
 * TRANSPORT_CLOSED, and what the terminal's own transport threw
 * @example
 * import { envFrom, readCard } from 'quancun';
 * declare const store: RemoteStore, sessionId: string; // as onOpen of remoteServer has them
 * const transport = await remoteTransport({ store, sessionId, env: envFrom(globalThis) });
 * const { balanceFen } = await readCard(transport);
 */
export async function remoteTransport(options: RemoteTransportOptions): Promise<RemoteTransport> {
  const { env, leaseMs = LEASE_MS } = options;
  const owner = toHex(env.random(8));
  const session = await claim(options, owner, leaseMs);
  const driver = createDriver(options, owner, leaseMs, session);
  void keepLease(driver);
  const inTurn = createTurns();
  const run: RemoteTransport['run'] = async (commands, runOptions) => {
    const batch = commands.slice(0, MAX_REMOTE_COMMANDS).map(toMessage);
    return inTurn(() => perform(driver, { do: 'run', commands: batch }, runOptions));
  };
  const base: RemoteTransport = {
    info: infoOf(driver, session, options.answerTimeoutMs ?? 10_000),
    run,
    transmit: async (command, transmitOptions) => {
      const [answer] = await run([{ command }], transmitOptions);
      return answer ?? new Uint8Array(0);
    },
    transmitBatch: (commands, transmitOptions) =>
      run(
        commands.map((command) => ({ command })),
        transmitOptions,
      ),
    step: async () => (await readSession(options.store, options.sessionId)).session.step,
    close: () => {
      // What waits, waits no longer; then the terminal is told.
      driver.stop();
      return inTurn(() => close(driver));
    },
  };
  if (!session.card.canReset) return base;
  const reset = async (): Promise<Uint8Array> =>
    (await perform(driver, { do: 'reset' }, undefined))[0] ?? new Uint8Array(0);
  return { ...base, reset: () => inTurn(reset) };
}

/** What is left of the host's session is told anew with each report: the newest counts. */
function infoOf(
  driver: Driver,
  { card, sessionDeadlineMs }: RemoteSession,
  answerTimeoutMs: number,
): TransportInfo {
  const info: TransportInfo = {
    kind: 'remote',
    maxBatch: MAX_REMOTE_COMMANDS,
    answerTimeoutMs,
    contactless: card.contactless,
    ...(card.atr === null ? {} : { atr: fromHex(card.atr) }),
  };
  if (sessionDeadlineMs === null) return info;
  const get = (): number => driver.sessionDeadlineMs() ?? sessionDeadlineMs;
  return Object.defineProperty(info, 'sessionDeadlineMs', { get, enumerable: true });
}

/** What no terminal would take is refused here, unsent. */
function toMessage({ command, expect = ['9000'] }: RemoteBatchCommand): RemoteCommand {
  const { length: size } = command;
  if (size < 4 || size > MAX_COMMAND_BYTES || !expect.every((one) => EXPECTATION.test(one))) {
    throw new QuancunError(COMMAND_MALFORMED, { details: { size }, sent: 'no' });
  }
  return { command: toHex(command), expect };
}

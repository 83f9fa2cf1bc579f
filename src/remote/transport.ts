/**
 * The server's hand: a transport whose exchanges travel to a terminal. Its state is in the store,
 * so another process can take over at any step; a step that was asked twice is done once.
 */
import { fromHex, toHex } from '../bytes.js';
import type { Env } from '../env.js';
import { type ErrorRow, QuancunError, type Sent } from '../errors.js';
import type { TransmitOptions, Transport } from '../transport/index.js';
import { createTurns } from '../turns.js';
import {
  EXPECTATION,
  MAX_COMMAND_BYTES,
  MAX_REMOTE_COMMANDS,
  type RemoteCommand,
  type RemoteResult,
  type RemoteWork,
} from './messages.js';
import type { RemoteStore } from '../remote-store.js';
import { askStep, closeSession, giveUp, isSameWork, type RemoteSession } from './session.js';
import { readSession, writeSession } from './state.js';
import { waitForChange } from './store.js';
import { COMMAND_MALFORMED } from '../apdu/errors.js';
import {
  TRANSPORT_ABORTED,
  TRANSPORT_BUSY,
  TRANSPORT_CHAIN,
  TRANSPORT_CLOSED,
  TRANSPORT_DENIED,
  TRANSPORT_FRAME,
  TRANSPORT_LOST,
  TRANSPORT_TIMEOUT,
  TRANSPORT_TOO_LONG,
} from '../transport/errors.js';
import { REMOTE_STEP, REMOTE_TAKEN_OVER } from './errors.js';
import { LEDGER_BUSY } from '../signing/errors.js';

/** What drives a remote card. */
export interface RemoteTransportOptions {
  readonly store: RemoteStore;
  /** As the terminal named it. */
  readonly sessionId: string;
  readonly env: Env;
  /** Deadline of a step that has none of its own. Default: 10,000. */
  readonly answerTimeoutMs?: number;
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

/** How often a write is tried again when another one was faster. */
const MAX_RACES = 64;
/** A cancelled exchange notices within this time. */
const ABORT_CHECK_MS = 100;

/**
 * Takes a session over: from here on the transport that drove it before drives it no more.
 * 接管远程读卡会话，得到一个 Transport。
 *
 * @throws REMOTE_SESSION_UNKNOWN, PROTOCOL_VERSION; on use REMOTE_TAKEN_OVER, REMOTE_STEP,
 * TRANSPORT_TIMEOUT, TRANSPORT_ABORTED, TRANSPORT_LOST, TRANSPORT_CLOSED, and what the terminal's
 * own transport threw
 * @example
 * import { envFrom, readCard } from 'quancun';
 * declare const store: RemoteStore, sessionId: string; // as onOpen of remoteServer has them
 * const transport = await remoteTransport({ store, sessionId, env: envFrom(globalThis) });
 * const { balanceFen } = await readCard(transport);
 */
export async function remoteTransport(options: RemoteTransportOptions): Promise<RemoteTransport> {
  const owner = toHex(options.env.random(8));
  const { card, sessionDeadlineMs } = await change(options, (session) => ({ ...session, owner }));
  const driver: Driver = { ...options, owner };
  const inTurn = createTurns();
  const run: RemoteTransport['run'] = async (commands, runOptions) => {
    const batch = commands.slice(0, MAX_REMOTE_COMMANDS).map(toMessage);
    return inTurn(() => perform(driver, { do: 'run', commands: batch }, runOptions));
  };
  const base: RemoteTransport = {
    info: {
      kind: 'remote',
      maxBatch: MAX_REMOTE_COMMANDS,
      answerTimeoutMs: options.answerTimeoutMs ?? 10_000,
      contactless: card.contactless,
      ...(card.atr === null ? {} : { atr: fromHex(card.atr) }),
      ...(sessionDeadlineMs === null ? {} : { sessionDeadlineMs }),
    },
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
    close: () => inTurn(() => close(driver)),
  };
  if (!card.canReset) return base;
  const reset = async (): Promise<Uint8Array> =>
    (await perform(driver, { do: 'reset' }, undefined))[0] ?? new Uint8Array(0);
  return { ...base, reset: () => inTurn(reset) };
}

/** What no terminal would take is refused here, unsent. */
function toMessage({ command, expect = ['9000'] }: RemoteBatchCommand): RemoteCommand {
  const { length: size } = command;
  if (size < 4 || size > MAX_COMMAND_BYTES || !expect.every((one) => EXPECTATION.test(one))) {
    throw new QuancunError(COMMAND_MALFORMED, { details: { size }, sent: 'no' });
  }
  return { command: toHex(command), expect };
}

interface Driver extends RemoteTransportOptions {
  readonly owner: string;
}

async function perform(
  driver: Driver,
  work: RemoteWork,
  options: RemoteRunOptions = {},
): Promise<Uint8Array[]> {
  const { timeoutMs = driver.answerTimeoutMs ?? 10_000, signal } = options;
  if (work.do === 'run' && work.commands.length === 0) return [];
  const isCancelled = (): boolean => signal?.aborted === true;
  if (isCancelled()) throw new QuancunError(TRANSPORT_ABORTED, { sent: 'no' });
  const deadlineAtMs = driver.env.now() + timeoutMs;
  const step = await ask(driver, work, deadlineAtMs, options.step);
  for (let gaveUp = false; ;) {
    const { revision, session } = await readSession(driver.store, driver.sessionId);
    if (session.step !== step) throw new QuancunError(REMOTE_TAKEN_OVER, { sent: 'maybe' });
    if (session.phase === 'settled' && session.result !== null) {
      return unpack(session.result, timeoutMs);
    }
    const sent = session.phase === 'asked' || session.phase === 'withdrawn' ? 'no' : 'maybe';
    if (gaveUp || session.phase === 'withdrawn') {
      const row = isCancelled() ? TRANSPORT_ABORTED : TRANSPORT_TIMEOUT;
      throw new QuancunError(row, { details: { timeoutMs }, sent });
    }
    expectOpen(session, sent);
    const remainingMs = deadlineAtMs - driver.env.now();
    if (isCancelled() || remainingMs <= 0) {
      // Another one drives, and may wait for this very step: it is no longer ours to give up.
      expectOwner(driver, session, 'maybe');
      const place = { replaces: revision, atMs: driver.env.now() };
      gaveUp = await writeSession(driver.store, driver.sessionId, giveUp(session), place);
      continue;
    }
    const seen = { sessionId: driver.sessionId, revision };
    const maxMs = signal === undefined ? remainingMs : Math.min(remainingMs, ABORT_CHECK_MS);
    await waitForChange(driver.store, (ms, until) => driver.env.sleep(ms, until), seen, maxMs);
  }
}

/** Puts the step into the store, unless it is there already. */
async function ask(
  driver: Driver,
  work: RemoteWork,
  deadlineAtMs: number,
  step: number | undefined,
): Promise<number> {
  const asked = await change(driver, (session) => {
    expectOwner(driver, session, 'no');
    if (step === session.step && isSameWork(session.work, work)) return session;
    expectOpen(session, 'no');
    if (step !== undefined && step !== session.step + 1) {
      const details = { step, newest: session.step };
      throw new QuancunError(REMOTE_STEP, { details, sent: 'no' });
    }
    return askStep(session, work, deadlineAtMs);
  });
  return asked.step;
}

/** The terminal is told to stop; one who no longer drives closes nothing. */
async function close(driver: Driver): Promise<void> {
  await change(driver, (session) =>
    session.owner === driver.owner ? closeSession(session) : session,
  );
}

/** Makes the next state from the newest, until nobody was faster. */
async function change(
  { store, sessionId, env }: RemoteTransportOptions,
  next: (session: RemoteSession) => RemoteSession,
): Promise<RemoteSession> {
  for (let races = 0; races < MAX_RACES; races += 1) {
    const { revision, session } = await readSession(store, sessionId);
    const changed = next(session);
    if (changed === session) return session;
    const place = { replaces: revision, atMs: env.now() };
    if (await writeSession(store, sessionId, changed, place)) return changed;
  }
  throw new QuancunError(LEDGER_BUSY, { sent: 'no' });
}

function expectOwner(driver: Driver, session: RemoteSession, sent: Sent): void {
  if (session.owner !== driver.owner) throw new QuancunError(REMOTE_TAKEN_OVER, { sent });
}

function expectOpen(session: RemoteSession, sent: Sent): void {
  if (session.end === 'left') throw new QuancunError(TRANSPORT_LOST, { sent });
  if (session.end === 'closed') throw new QuancunError(TRANSPORT_CLOSED, { sent });
}

/**
 * The answers of a settled step. A command that surely was not sent, after others that were, is no
 * error yet: it has no answer, and may be asked again.
 */
function unpack({ answers: told, failure }: RemoteResult, timeoutMs: number): Uint8Array[] {
  const answers = told.map(fromHex);
  if (failure === null || (failure.sent === 'no' && answers.length > 0)) return answers;
  const details = { timeoutMs, problem: 'at the terminal', answered: answers.length };
  throw new QuancunError(rowFor(failure.code), { details, sent: failure.sent });
}

/** What a terminal's driver may answer; any other code is carried in the words of a loss. */
const AT_THE_TERMINAL = [
  ...[TRANSPORT_ABORTED, TRANSPORT_BUSY, TRANSPORT_CLOSED, TRANSPORT_DENIED, TRANSPORT_FRAME],
  ...[TRANSPORT_LOST, TRANSPORT_TIMEOUT, TRANSPORT_TOO_LONG, TRANSPORT_CHAIN],
];

function rowFor(code: string): ErrorRow {
  return AT_THE_TERMINAL.find((row) => row.code === code) ?? { ...TRANSPORT_LOST, code };
}

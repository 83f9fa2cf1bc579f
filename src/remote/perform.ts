/** One step of a driver: put into the store, waited for, given up in time, and unpacked. */
import { fromHex } from '../bytes.js';
import { type ErrorRow, isQuancunError, QuancunError, type Sent } from '../errors.js';
import type { TransmitOptions } from '../transport/index.js';
import type { RemoteResult, RemoteWork } from './messages.js';
import { askStep, giveUp, isSameWork, type RemoteSession } from './session.js';
import { readSession, type StoredSession, writeSession } from './state.js';
import { POLL_MS, waitForChange } from './store.js';
import { change, type Driver, expectOwner, failedStore, MAX_RACES } from './driver.js';
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
import { REMOTE_DRIVER_GONE, REMOTE_STEP, REMOTE_TAKEN_OVER } from './errors.js';

/** How a step is asked. */
interface StepOptions extends TransmitOptions {
  readonly step?: number;
}

/** Runs one step, or finds out what became of it. */
export async function perform(
  driver: Driver,
  work: RemoteWork,
  options: StepOptions = {},
): Promise<Uint8Array[]> {
  const { timeoutMs = driver.answerTimeoutMs ?? 10_000, signal } = options;
  if (work.do === 'run' && work.commands.length === 0) return [];
  const isCancelled = (): boolean => signal?.aborted === true;
  if (isCancelled()) throw new QuancunError(TRANSPORT_ABORTED, { sent: 'no' });
  if (driver.isStopped()) throw new QuancunError(TRANSPORT_CLOSED, { sent: 'no' });
  driver.use();
  const nowMs = driver.env.now();
  const deadlineAtMs = nowMs + timeoutMs;
  const step = await ask(driver, work, { nowMs, timeoutMs }, options.step);
  const { cancelled, leave } = cancelOf(driver, signal);
  try {
    const why = (): ErrorRow =>
      driver.isStopped() ? TRANSPORT_CLOSED : isCancelled() ? TRANSPORT_ABORTED : TRANSPORT_TIMEOUT;
    const isOver = (): boolean =>
      driver.isStopped() || isCancelled() || driver.env.now() >= deadlineAtMs;
    const result = await awaitResult(driver, { step, deadlineAtMs, isOver, why, cancelled });
    return unpack(result, timeoutMs);
  } finally {
    leave();
    driver.use();
  }
}

interface Waiting {
  readonly step: number;
  readonly deadlineAtMs: number;
  isOver(): boolean;
  why(): ErrorRow;
  readonly cancelled: Promise<void>;
}

async function awaitResult(driver: Driver, waiting: Waiting): Promise<RemoteResult> {
  const { store, sessionId, env } = driver;
  const { step, deadlineAtMs, isOver, why, cancelled } = waiting;
  const timeoutMs = Math.max(0, deadlineAtMs - env.now());
  for (let gaveUp = false, races = 0; ;) {
    const stored = await newest(driver, isOver);
    if (stored === undefined) continue;
    const { revision, session } = stored;
    driver.see(session);
    if (session.step !== step) throw new QuancunError(REMOTE_TAKEN_OVER, { sent: 'maybe' });
    if (session.phase === 'settled' && session.result !== null) return session.result;
    const sent = session.phase === 'asked' || session.phase === 'withdrawn' ? 'no' : 'maybe';
    if (!gaveUp) expectOpen(session, sent);
    if (gaveUp || session.phase === 'withdrawn') {
      throw new QuancunError(why(), { details: { timeoutMs }, sent, ...moneyOf(sent) });
    }
    if (isOver()) {
      // Another one drives, and may wait for this very step: it is no longer ours to give up.
      expectOwner(driver, session, 'maybe');
      if ((races += 1) > MAX_RACES)
        throw new QuancunError(why(), { sent: 'maybe', ...moneyOf('maybe') });
      const place = { replaces: revision, atMs: env.now() };
      const written = writeSession(store, sessionId, giveUp(session), place);
      gaveUp = await written.catch(failedStore('maybe'));
      continue;
    }
    const seen = { sessionId, revision };
    const sleep = (ms: number, until?: Promise<unknown>): Promise<void> => env.sleep(ms, until);
    const maxMs = deadlineAtMs - env.now();
    await waitForChange(store, sleep, seen, maxMs, cancelled).catch(() => env.sleep(POLL_MS));
  }
}

/** The newest state. While the store is away the step may go on: it is asked until the deadline. */
async function newest(driver: Driver, isOver: () => boolean): Promise<StoredSession | undefined> {
  try {
    return await readSession(driver.store, driver.sessionId);
  } catch (error) {
    const isAway = !isQuancunError(error, 'REMOTE_SESSION_UNKNOWN');
    if (!isAway || isOver()) return failedStore('maybe')(error);
    await driver.env.sleep(POLL_MS);
    return undefined;
  }
}

/** Settles when nobody waits for the step any more: cancelled, or the driver closed. */
function cancelOf(
  driver: Driver,
  signal: TransmitOptions['signal'],
): { readonly cancelled: Promise<void>; leave(): void } {
  if (signal === undefined) return { cancelled: driver.stopped, leave: () => undefined };
  let leave: () => void = () => undefined;
  const aborted = new Promise<void>((resolve) => {
    const listener = (): void => {
      resolve();
    };
    signal.addEventListener('abort', listener);
    leave = () => {
      signal.removeEventListener('abort', listener);
    };
  });
  return { cancelled: Promise.race([aborted, driver.stopped]), leave };
}

/** Puts the step into the store, unless it is there already. */
async function ask(
  driver: Driver,
  work: RemoteWork,
  span: Parameters<typeof askStep>[2],
  step: number | undefined,
): Promise<number> {
  let newestStep: number | undefined;
  const next = (session: RemoteSession): RemoteSession => {
    driver.see(session);
    expectOwner(driver, session, 'no');
    // A store may have written, and not have known: whoever drives alone has asked this step.
    const isOurs = newestStep !== undefined && session.step > newestStep;
    if (isOurs) return session;
    newestStep = session.step;
    if (step === session.step && isSameWork(session.work, work)) return session;
    expectOpen(session, 'no');
    if (step !== undefined && step !== session.step + 1) {
      const details = { step, newest: session.step };
      throw new QuancunError(REMOTE_STEP, { details, sent: 'no' });
    }
    return askStep(session, work, span);
  };
  return (await change(driver, next, 'maybe')).step;
}

function expectOpen({ end }: RemoteSession, sent: Sent): void {
  const row = { left: TRANSPORT_LOST, closed: TRANSPORT_CLOSED, failed: REMOTE_DRIVER_GONE };
  if (end !== 'open') throw new QuancunError(row[end], { sent, ...moneyOf(sent) });
}

/** A step that may have run may have moved money, whatever the row says of others. */
function moneyOf(sent: Sent): { readonly money?: 'in-doubt' } {
  return sent === 'no' ? {} : { money: 'in-doubt' };
}

/**
 * The answers of a settled step. A command that surely was not sent, after others that were, is no
 * error yet: it has no answer, and may be asked again.
 */
function unpack({ answers: told, failure }: RemoteResult, timeoutMs: number): Uint8Array[] {
  const answers = told.map(fromHex);
  if (failure === null || (failure.sent === 'no' && answers.length > 0)) return answers;
  const details = { timeoutMs, problem: 'at the terminal', answered: answers.length };
  const { sent } = failure;
  throw new QuancunError(rowFor(failure.code), { details, sent, ...moneyOf(sent) });
}

/** What a terminal's driver may answer; any other code is carried in the words of a loss. */
const AT_THE_TERMINAL = [
  ...[TRANSPORT_ABORTED, TRANSPORT_BUSY, TRANSPORT_CLOSED, TRANSPORT_DENIED, TRANSPORT_FRAME],
  ...[TRANSPORT_LOST, TRANSPORT_TIMEOUT, TRANSPORT_TOO_LONG, TRANSPORT_CHAIN],
];

function rowFor(code: string): ErrorRow {
  return AT_THE_TERMINAL.find((row) => row.code === code) ?? { ...TRANSPORT_LOST, code };
}

/** An end for every wait: for the authority, for a store, for a person. */
import type { Env } from '../env.js';
import type { QuancunError } from '../errors.js';
import { promiseTry } from '../turns.js';
import type { AbortSignalLike } from '../transport/index.js';

/** Timers of hosts count in 31 bits; longer is not for ever but at once. */
const MAX_TIMER_MS = 0x7fff_ffff;
/** A sleep that is over after so few turns of the engine was none: that host has no timer. */
const TURNS_AT_ONCE = 64;

/** How a wait ends that is not answered. */
export interface WaitOptions {
  readonly env: Pick<Env, 'now' | 'sleep'>;
  readonly limitMs: number;
  /** What is thrown when the time is over. */
  readonly late: () => QuancunError;
  readonly signal?: AbortSignalLike | undefined;
  /** What is thrown when it is cancelled. */
  readonly cancelled?: () => QuancunError;
}

/**
 * Waits for the work, and no longer than it may take. The work itself goes on: nobody can stop it,
 * so whoever needs to know how it ended looks at it as well.
 */
export function within<T>(work: () => T | Promise<T>, options: WaitOptions): Promise<T> {
  const { signal, cancelled } = options;
  if (cancelled !== undefined && signal?.aborted === true) return Promise.reject(cancelled());
  const running = promiseTry(work);
  let onAbort = (): void => undefined;
  const outcome = new Promise<T>((resolve, reject) => {
    running.then(resolve, reject);
    onAbort = () => {
      if (cancelled !== undefined) reject(cancelled());
    };
    signal?.addEventListener('abort', onAbort);
    isOver(running, options).then(
      (over) => {
        if (over) reject(options.late());
      },
      // A host whose timer fails has none.
      () => undefined,
    );
  });
  return outcome.finally(() => signal?.removeEventListener('abort', onAbort));
}

/**
 * Whether the time has passed before the work was done. The sleeps are counted; the clock, which
 * people set back and forth, says only that a sleep was too short: its rest is slept then.
 */
async function isOver(work: Promise<unknown>, { env, limitMs }: WaitOptions): Promise<boolean> {
  let isDone = false;
  const finish = (): void => {
    isDone = true;
  };
  const done = work.then(finish, finish);
  for (let leftMs = limitMs; leftMs > 0;) {
    const beforeMs = env.now();
    const askedMs = Math.min(leftMs, MAX_TIMER_MS);
    const isTimer = await slept(env.sleep(askedMs, done));
    if (isDone) return false;
    const passedMs = env.now() - beforeMs;
    // A clock that stands still or was set back: the sleep alone tells.
    const isClockRunning = passedMs > 0;
    if (!isClockRunning && !isTimer) return false;
    leftMs -= isClockRunning ? Math.min(passedMs, askedMs) : askedMs;
  }
  return !isDone;
}

/** Whether it took more than a few turns of the engine. */
async function slept(sleep: Promise<void>): Promise<boolean> {
  let isAwake = false;
  const awake = sleep.then(() => {
    isAwake = true;
  });
  for (let turn = 0; turn < TURNS_AT_ONCE && !isAwake; turn += 1) await Promise.resolve();
  const isTimer = !isAwake;
  await awake;
  return isTimer;
}

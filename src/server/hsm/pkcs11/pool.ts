/**
 * The children of one token: questions wait in one row, each child answers one at a time. A child
 * that is lost is replaced, and its question asked once more, which changes nothing: the same
 * question has the same answer. A PIN that was refused is never tried again.
 */
import { isQuancunError, QuancunError } from '../../../errors.js';
import { nameOf } from '../../outage/cause.js';
import { HSM_UNAVAILABLE } from '../../outage/errors.js';
import { HSM_PIN_REFUSED } from './errors.js';
import type { Question } from './messages.js';
import { TokenLost, type TokenProcess } from './process.js';

/** How a question ended, for metrics. */
export interface Pkcs11Call {
  readonly question: Question;
  /** From when it was asked, waiting included. */
  readonly latencyMs: number;
  /** The code that it failed with. */
  readonly code?: string;
}

/** What became of a child process, for metrics and logs. */
export interface Pkcs11Process {
  readonly event: 'opened' | 'lost' | 'refused';
  readonly pid?: number;
  /** Why it was lost: a signal, `TIMEOUT`, a CKR_… name; or the code it was refused with. */
  readonly problem?: string;
}

/** What a pool is made of. */
export interface PoolOptions {
  readonly start: () => Promise<TokenProcess>;
  readonly processes: number;
  readonly timeoutMs: number;
  readonly onCall: (call: Pkcs11Call) => void;
  readonly onProcess: (change: Pkcs11Process) => void;
}

/** Questions to any child of the pool. */
export interface TokenPool {
  ask(question: Question, query: unknown, limit: AskLimit): Promise<unknown>;
  close(): Promise<void>;
}

/** How long whoever asks waits. */
export interface AskLimit {
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  /** That much longer, of a question with which a server starts. */
  readonly openMs?: number;
}

interface Job {
  readonly question: Question;
  readonly query: unknown;
  tries: number;
  isOver: boolean;
  end(outcome: { readonly answer: unknown } | { readonly error: unknown }): void;
}

/** More than this wait for nothing: whoever asks next is told so at once. */
const MAX_WAITING = 2_000;
const MAX_TRIES = 2;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;

/** Makes the pool; its first child is started by its first question. */
export function tokenPool(options: PoolOptions): TokenPool {
  const idle: TokenProcess[] = [];
  const all = new Set<TokenProcess>();
  const waiting: Job[] = [];
  let starting: Promise<void> | undefined;
  let pauseMs = 0;
  let resting: NodeJS.Timeout | undefined;
  let lastProblem = 'TIMEOUT';
  let closed: QuancunError | undefined;

  const refuseAll = (error: unknown): void => {
    for (const job of waiting.splice(0)) job.end({ error });
  };
  /** One log-in at a time: as many as there are children would lock a token together. */
  const startOne = async (): Promise<void> => {
    try {
      const one = await options.start();
      pauseMs = 0;
      lastProblem = 'TIMEOUT';
      all.add(one);
      void one.ended.then((lost) => forget(one, lost));
      options.onProcess({ event: 'opened', ...pidOf(one) });
      if (closed === undefined) idle.push(one);
      else await one.close();
    } catch (error) {
      const problem = isQuancunError(error) ? error.code : codeOf(error);
      options.onProcess({ event: isQuancunError(error) ? 'refused' : 'lost', problem });
      lastProblem = problem;
      // A token that is away may come back; what it refuses, whoever asks is told.
      if (isQuancunError(error)) refuseAll(error);
      if (isQuancunError(error, HSM_PIN_REFUSED.code)) closed ??= error;
      pauseMs = Math.min(Math.max(FIRST_PAUSE_MS, 2 * pauseMs), LONGEST_PAUSE_MS);
      resting = setTimeout(() => {
        resting = undefined;
        pump();
      }, pauseMs).unref();
    }
  };
  const forget = (one: TokenProcess, lost: TokenLost): void => {
    all.delete(one);
    const at = idle.indexOf(one);
    if (at >= 0) idle.splice(at, 1);
    if (closed === undefined) {
      options.onProcess({ event: 'lost', ...pidOf(one), problem: lost.code });
    }
    pump();
  };
  const pump = (): void => {
    while (waiting.length > 0) {
      const one = idle.pop();
      if (one === undefined) break;
      void work(one, waiting.shift() as Job);
    }
    const isWanted = waiting.length > 0 && all.size < options.processes && closed === undefined;
    if (!isWanted || starting !== undefined || resting !== undefined) return;
    starting = startOne().finally(() => {
      starting = undefined;
      pump();
    });
  };
  const work = async (one: TokenProcess, job: Job): Promise<void> => {
    job.tries += 1;
    try {
      const answer = await one.ask(job.question, job.query, options.timeoutMs);
      idle.push(one);
      job.end({ answer });
    } catch (error) {
      const isLost = error instanceof TokenLost;
      if (!isLost) idle.push(one);
      const isAskedAgain = isLost && codeOf(error) !== 'TIMEOUT' && job.tries < MAX_TRIES;
      if (isAskedAgain && !job.isOver && closed === undefined) waiting.unshift(job);
      else job.end({ error: isLost ? unavailable(codeOf(error)) : error });
    }
    pump();
  };
  return {
    ask: (question, query, { timeoutMs = Infinity, signal, openMs = 0 }) =>
      new Promise((resolve, reject) => {
        const startMs = performance.now();
        const timer = setTimeout(
          () => job.end({ error: unavailable(lastProblem) }),
          Math.min(timeoutMs, options.timeoutMs + openMs),
        );
        const onAbort = (): void => job.end({ error: unavailable('ABORTED') });
        const job: Job = {
          ...{ question, query, tries: 0, isOver: false },
          end: (outcome) => {
            if (job.isOver) return;
            job.isOver = true;
            clearTimeout(timer);
            signal?.removeEventListener('abort', onAbort);
            const at = waiting.indexOf(job);
            if (at >= 0) waiting.splice(at, 1);
            const isFailed = 'error' in outcome;
            const code = isFailed ? { code: codeOf(outcome.error) } : {};
            options.onCall({ question, latencyMs: performance.now() - startMs, ...code });
            if (isFailed) reject(outcome.error as Error);
            else resolve(outcome.answer);
          },
        };
        signal?.addEventListener('abort', onAbort);
        if (closed !== undefined) job.end({ error: closed });
        else if (waiting.length >= MAX_WAITING) job.end({ error: unavailable('BUSY') });
        else waiting.push(job);
        pump();
      }),
    close: async () => {
      closed ??= unavailable('CLOSED');
      clearTimeout(resting);
      refuseAll(closed);
      await Promise.all([...all].map((one) => one.close()));
    },
  };
}

function unavailable(problem: string): QuancunError {
  return new QuancunError(HSM_UNAVAILABLE, { details: { problem } });
}

function codeOf(error: unknown): string {
  return isQuancunError(error) || error instanceof TokenLost ? error.code : nameOf(error);
}

function pidOf({ pid }: TokenProcess): { readonly pid?: number } {
  return pid === undefined ? {} : { pid };
}

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

type Outcome = { readonly answer: unknown } | { readonly error: Error };

interface Job {
  readonly question: Question;
  readonly query: unknown;
  tries: number;
  isOver: boolean;
  end(outcome: Outcome): void;
}

/** More than this wait for nothing: whoever asks next is told so at once. */
const MAX_WAITING = 2_000;
const MAX_TRIES = 2;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;

/** Makes the pool; its first child is started by its first question. */
export function tokenPool(options: PoolOptions): TokenPool {
  const pool = new Pool(options);
  return {
    ask: (question, query, limit) => pool.ask(question, query, limit),
    close: () => pool.close(),
  };
}

class Pool {
  private readonly idle: TokenProcess[] = [];
  private readonly all = new Set<TokenProcess>();
  private readonly waiting: Job[] = [];
  private isStarting = false;
  private pauseMs = 0;
  private resting: NodeJS.Timeout | undefined;
  private lastProblem = 'TIMEOUT';
  private closed: QuancunError | undefined;

  constructor(private readonly options: PoolOptions) {}

  ask(question: Question, query: unknown, limit: AskLimit): Promise<unknown> {
    const { timeoutMs = Infinity, signal, openMs = 0 } = limit;
    const { options, waiting } = this;
    return new Promise((resolve, reject) => {
      const startMs = performance.now();
      const giveUp = (): void => job.end({ error: unavailable(this.lastProblem) });
      const timer = setTimeout(giveUp, Math.min(timeoutMs, options.timeoutMs + openMs));
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
          if (isFailed) reject(outcome.error);
          else resolve(outcome.answer);
        },
      };
      signal?.addEventListener('abort', onAbort);
      if (this.closed !== undefined) job.end({ error: this.closed });
      else if (waiting.length >= MAX_WAITING) job.end({ error: unavailable('BUSY') });
      else waiting.push(job);
      this.pump();
    });
  }

  async close(): Promise<void> {
    this.closed ??= unavailable('CLOSED');
    clearTimeout(this.resting);
    this.refuseAll(this.closed);
    await Promise.all([...this.all].map((one) => one.close()));
  }

  /** Gives questions to whoever is idle, and starts another one where nobody is. */
  private pump(): void {
    for (;;) {
      if (this.idle.length === 0) break;
      const job = this.waiting.shift();
      if (job === undefined) break;
      const one = this.idle.pop();
      if (one !== undefined) void this.work(one, job);
    }
    const isWanted = this.waiting.length > 0 && this.all.size < this.options.processes;
    if (!isWanted || this.closed !== undefined) return;
    if (this.isStarting || this.resting !== undefined) return;
    this.isStarting = true;
    void this.startOne().finally(() => {
      this.isStarting = false;
      this.pump();
    });
  }

  /** One log-in at a time: as many as there are children would lock a token together. */
  private async startOne(): Promise<void> {
    try {
      const one = await this.options.start();
      this.pauseMs = 0;
      this.lastProblem = 'TIMEOUT';
      this.all.add(one);
      void one.ended.then((lost) => this.forget(one, lost));
      this.options.onProcess({ event: 'opened', ...pidOf(one) });
      if (this.closed === undefined) this.idle.push(one);
      else await one.close();
    } catch (error) {
      this.rest(error);
    }
  }

  /** A token that is away may come back; what it refuses, whoever asks is told. */
  private rest(error: unknown): void {
    const isRefused = isQuancunError(error);
    this.lastProblem = codeOf(error);
    this.options.onProcess({ event: isRefused ? 'refused' : 'lost', problem: this.lastProblem });
    if (isRefused) this.refuseAll(error);
    if (isQuancunError(error, HSM_PIN_REFUSED.code)) this.closed ??= error;
    this.pauseMs = Math.min(Math.max(FIRST_PAUSE_MS, 2 * this.pauseMs), LONGEST_PAUSE_MS);
    this.resting = setTimeout(() => {
      this.resting = undefined;
      this.pump();
    }, this.pauseMs).unref();
  }

  private forget(one: TokenProcess, lost: TokenLost): void {
    this.all.delete(one);
    const at = this.idle.indexOf(one);
    if (at >= 0) this.idle.splice(at, 1);
    if (this.closed === undefined) {
      this.options.onProcess({ event: 'lost', ...pidOf(one), problem: lost.code });
    }
    this.pump();
  }

  private async work(one: TokenProcess, job: Job): Promise<void> {
    job.tries += 1;
    try {
      const answer = await one.ask(job.question, job.query, this.options.timeoutMs);
      this.idle.push(one);
      job.end({ answer });
    } catch (error) {
      const isLost = error instanceof TokenLost;
      if (!isLost) this.idle.push(one);
      const isAskedAgain = isLost && error.code !== 'TIMEOUT' && job.tries < MAX_TRIES;
      if (isAskedAgain && !job.isOver && this.closed === undefined) this.waiting.unshift(job);
      else job.end({ error: isLost ? unavailable(error.code) : (error as Error) });
    }
    this.pump();
  }

  private refuseAll(error: Error): void {
    for (const job of this.waiting.splice(0)) job.end({ error });
  }
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

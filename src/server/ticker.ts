/**
 * The clock of a server: what is due is done, what has outlived its use forgotten, and another
 * database under the server noticed, for as long as it runs. Every server of a database runs one.
 */
import * as v from 'valibot';
import { expectOptions, wholeOf } from '../json/index.js';
import type { Env } from '../env.js';
import { tellApart } from '../turns.js';
import type { TickReport } from './due.js';
import type { RequestGuard } from './guard.js';
import type { BackOffice } from './service.js';

/** How a ticker runs. */
export interface TickerOptions {
  readonly env: Env;
  /** Whose old nonces, replies and wrong codes are forgotten. Absent: nobody's. */
  readonly guard?: RequestGuard;
  /** Pause between two rounds. Default: 60,000. */
  readonly everyMs?: number;
  /** A round that failed; the next one comes all the same. */
  readonly onError?: (error: unknown) => void;
  /** A round that has moved orders, or could not move some. */
  readonly onTick?: (report: TickReport) => void;
}

/** A ticker that runs. */
export interface Ticker {
  /** Resolves when the round that goes on has ended. */
  stop(): Promise<void>;
}

const EVERY_MS = 60_000;
const LOOK_EVERY_MS = 1_000;
/** A pause that a host's timer takes, and no hot loop. */
const TICKER = v.object({ sleep: v.function(), everyMs: v.exactOptional(wholeOf(1, 2 ** 31 - 1)) });
/** What one round does of each kind: so many batches of so many. */
const MAX_BATCHES = 100;
const BATCH = 500;

/**
 * Starts the clock of a server.
 * 启动定时任务：到期订单挂起/过期，并清理过期的门卫记录。
 * @example
 * import { envFrom } from 'quancun';
 * import { createTestAuthority } from 'quancun/testing';
 * const env = envFrom(globalThis);
 * const { authority } = createTestAuthority({ env });
 * const ticker = startTicker(authority, { env, guard: memoryGuard() });
 * await ticker.stop();
 */
export function startTicker(
  authority: Pick<BackOffice, 'tickDue'> & Partial<Pick<BackOffice, 'open'>>,
  options: TickerOptions,
): Ticker {
  const { env, everyMs = EVERY_MS } = expectTicker(options);
  let isStopped = false;
  let stop = (): void => undefined;
  const stopped = new Promise<void>((resolve) => {
    stop = () => {
      isStopped = true;
      resolve();
    };
  });
  const run = async (): Promise<void> => {
    while (!isStopped) {
      await round(authority, options, () => isStopped);
      await Promise.race([env.sleep(everyMs, stopped), stopped]);
    }
  };
  // A server that has nothing to do hears of another database, too: the others wait for it.
  const look = async (): Promise<void> => {
    while (!isStopped && authority.open !== undefined) {
      await authority.open().catch((error: unknown) => {
        tell(options.onError, error);
      });
      await Promise.race([env.sleep(LOOK_EVERY_MS, stopped), stopped]);
    }
  };
  const running = Promise.all([run(), look()]).then(() => undefined);
  return {
    stop: () => {
      stop();
      return running;
    },
  };
}

function expectTicker(options: TickerOptions): TickerOptions {
  const { everyMs } = options;
  expectOptions(
    TICKER,
    {
      sleep: (options.env as Partial<Env> | undefined)?.sleep,
      ...(everyMs === undefined ? {} : { everyMs }),
    },
    'startTicker',
  );
  return options;
}

async function round(
  authority: Pick<BackOffice, 'tickDue'>,
  { env, guard, onError, onTick }: TickerOptions,
  isStopped: () => boolean,
): Promise<void> {
  const tasks = [
    async (): Promise<boolean> => {
      const report = await authority.tickDue({ limit: BATCH });
      if (report.moved > 0 || report.problems.length > 0) onTick?.(report);
      // What could not be moved is found again: it is left to the next round.
      return report.due >= BATCH && report.moved > 0;
    },
    async (): Promise<boolean> => ((await guard?.forget(env.now(), BATCH)) ?? 0) >= BATCH,
  ];
  for (const task of tasks) {
    try {
      for (let batch = 0; batch < MAX_BATCHES && !isStopped(); batch += 1) {
        if (!(await task())) break;
      }
    } catch (error) {
      tell(onError, error);
    }
  }
}

/** Whoever listens does not stop the clock: the next round comes all the same. */
function tell(onError: TickerOptions['onError'], error: unknown): void {
  tellApart(() => onError?.(error));
}

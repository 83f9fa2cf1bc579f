/** The clock of payments: a sweep of each provider, again and again, for as long as it runs. */
import type { Env } from '../../env.js';
import { tellApart } from '../../turns.js';
import type { Payments } from './payments.js';
import type { SweepPart, SweepReport } from './sweep.js';

/** How sweeps run. */
export interface SweepsOptions {
  readonly env: Env;
  /** Pause between two sweeps of a provider. Default: 15,000. */
  readonly everyMs?: number;
  /** A sweep that failed as a whole; the next one comes all the same. */
  readonly onError?: (error: unknown, provider: string) => void;
  /** A sweep that has done something, or could not. */
  readonly onSweep?: (report: SweepReport, provider: string) => void;
}

/** Sweeps that run. */
export interface Sweeps {
  /** Resolves when the sweeps that go on have ended. */
  stop(): Promise<void>;
}

const EVERY_MS = 15_000;

/**
 * Starts the sweeps. Every server runs them: they share the work.
 * 启动支付查询与退款的定时任务。
 * @example
 * import { envFrom } from 'quancun';
 * const sweeps = startSweeps([], { env: envFrom(globalThis) });
 * await sweeps.stop();
 */
export function startSweeps(all: readonly Payments[], options: SweepsOptions): Sweeps {
  const { env, everyMs = EVERY_MS, onError, onSweep } = options;
  let isStopped = false;
  let stop = (): void => undefined;
  const stopped = new Promise<void>((resolve) => {
    stop = () => {
      isStopped = true;
      resolve();
    };
  });
  const run = async (payments: Payments, part: SweepPart): Promise<void> => {
    const { provider } = payments;
    while (!isStopped) {
      try {
        const report = await payments.sweep(part);
        if (isWorthTelling(report)) tellApart(() => onSweep?.(report, provider));
      } catch (error) {
        tellApart(() => onError?.(error, provider));
      }
      await Promise.race([env.sleep(everyMs, stopped), stopped]);
    }
  };
  // Each by itself: codes that hang hold up no refund.
  const running = Promise.all(
    all.flatMap((payments) => [run(payments, 'payments'), run(payments, 'refunds')]),
  ).then(() => undefined);
  return {
    stop: () => {
      stop();
      return running;
    },
  };
}

function isWorthTelling({ asked, refunded, pending, problems }: SweepReport): boolean {
  return asked + refunded + pending + problems.length > 0;
}

/** What a running server counts of itself: process, database, journal, HSM, clock and sweeps. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { isQuancunError } from '../../errors.js';
import { createHistogram, type MetricFamily, type MetricRow } from '../../server/http/index.js';
import type { FileJournal } from '../../server/files.js';
import type { BackOffice, Hsm, Payments } from '../../server/index.js';
import { lostLines, publish } from './log.js';

/** How many connections a pool has. */
export interface PoolCounts {
  readonly totalCount: number;
  readonly idleCount: number;
  readonly waitingCount: number;
}

/** Counts what passes through it. */
export interface Watch {
  hsm(hsm: Hsm): Hsm;
  clock<A extends Pick<BackOffice, 'tickDue'>>(authority: A): A;
  sweeps(payments: Payments): Payments;
  onRefused(code: string): void;
  measure(): readonly MetricFamily[];
}

/** Starts counting. */
export function startWatch(
  journal: Pick<FileJournal, 'position' | 'healthy'>,
  pool: PoolCounts | undefined,
): Watch {
  const delay = monitorEventLoopDelay({ resolution: 20 });
  delay.enable();
  const question = 'How long the HSM took to answer.';
  const questions = createHistogram('quancun_hsm_duration_seconds', 'question', question);
  const failures = createCounter('quancun_hsm_failures_total', 'Questions without an answer.');
  const refused = createCounter('quancun_refused_total', 'Connections that reached no route.');
  const rounds = createRounds();
  const ask = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    const startedMs = performance.now();
    let code: string | null = null;
    try {
      return await work();
    } catch (error) {
      code = codeOf(error);
      failures.add({ question: name, code });
      throw error;
    } finally {
      const durationMs = performance.now() - startedMs;
      questions.observe(name, durationMs);
      publish('hsm', { question: name, durationMs, code });
    }
  };
  return {
    hsm: (hsm) => ({
      verifyMac1: (query, call) => ask('verifyMac1', () => hsm.verifyMac1(query, call)),
      computeMac2: (query, call) => ask('computeMac2', () => hsm.computeMac2(query, call)),
      verifyTac: (query, call) => ask('verifyTac', () => hsm.verifyTac(query, call)),
      describeKeys: (call) => ask('describeKeys', () => hsm.describeKeys(call)),
    }),
    clock: (authority) => ({
      ...authority,
      tickDue: (due) => rounds.during('tick', () => authority.tickDue(due)),
    }),
    sweeps: (payments) => ({
      ...payments,
      sweep: (part) => rounds.during(`sweep ${payments.provider}`, () => payments.sweep(part)),
    }),
    onRefused: (code) => {
      refused.add({ code });
    },
    measure: () => [
      ...processGauges(delay),
      ...(pool === undefined ? [] : [poolGauge(pool)]),
      ...journalGauges(journal),
      ...[questions.family(), failures.family(), refused.family()],
      ...rounds.families(),
    ],
  };
}

function codeOf(error: unknown): string {
  return isQuancunError(error) ? error.code : 'INTERNAL';
}

type Labels = Readonly<Record<string, string>>;

function createCounter(name: string, help: string) {
  const rows = new Map<string, { labels: Labels; count: number }>();
  return {
    add: (labels: Labels): void => {
      const key = JSON.stringify(labels);
      rows.set(key, { labels, count: (rows.get(key)?.count ?? 0) + 1 });
    },
    family: (): MetricFamily => ({
      ...{ name, help, type: 'counter' },
      rows: [...rows.values()].map(({ labels, count }) => [labels, count]),
    }),
  };
}

/** Rounds of the clock and of sweeps: when each last succeeded, and how often it failed. */
function createRounds() {
  const last = new Map<string, number>();
  const failed = createCounter('quancun_round_failures_total', 'Rounds that failed as a whole.');
  return {
    during: async <T>(round: string, work: () => Promise<T>): Promise<T> => {
      try {
        const done = await work();
        last.set(round, Date.now() / 1000);
        return done;
      } catch (error) {
        failed.add({ round, code: codeOf(error) });
        throw error;
      }
    },
    families: (): readonly MetricFamily[] => [
      {
        name: 'quancun_round_last_success_timestamp_seconds',
        type: 'gauge',
        help: 'When the clock, and the sweep of each provider, last succeeded.',
        rows: [...last].map(([round, at]): MetricRow => [{ round }, at]),
      },
      failed.family(),
    ],
  };
}

function gauge(name: string, help: string, value: number): MetricFamily {
  return { name, type: 'gauge', help, rows: [[{}, value]] };
}

function processGauges(delay: ReturnType<typeof monitorEventLoopDelay>): readonly MetricFamily[] {
  const { rss, heapUsed } = process.memoryUsage();
  const seconds = (nanoseconds: number): number =>
    Number.isFinite(nanoseconds) ? nanoseconds / 1e9 : 0;
  const quantiles: MetricRow[] = [
    [{ quantile: '0.5' }, seconds(delay.percentile(50))],
    [{ quantile: '0.99' }, seconds(delay.percentile(99))],
    [{ quantile: '1' }, seconds(delay.max)],
  ];
  // Each reading tells of the time since the one before.
  delay.reset();
  return [
    gauge('quancun_process_resident_memory_bytes', 'Memory of the process.', rss),
    gauge('quancun_process_heap_bytes', 'Memory that JavaScript uses.', heapUsed),
    gauge('quancun_process_uptime_seconds', 'Since when it runs.', Math.round(process.uptime())),
    {
      name: 'quancun_event_loop_delay_seconds',
      type: 'gauge',
      help: 'How late the loop was since the last reading.',
      rows: quantiles,
    },
    {
      name: 'quancun_log_lines_lost_total',
      type: 'counter',
      help: 'Lines of the log that nobody took.',
      rows: [[{}, lostLines()]],
    },
  ];
}

function poolGauge({ totalCount, idleCount, waitingCount }: PoolCounts): MetricFamily {
  return {
    name: 'quancun_database_connections',
    type: 'gauge',
    help: 'Connections of the pool; waiting: requests that wait for one.',
    rows: [
      [{ state: 'total' }, totalCount],
      [{ state: 'idle' }, idleCount],
      [{ state: 'waiting' }, waitingCount],
    ],
  };
}

function journalGauges(
  journal: Pick<FileJournal, 'position' | 'healthy'>,
): readonly MetricFamily[] {
  const { sequence } = journal.position();
  return [
    gauge('quancun_journal_sequence', 'The last line of this journal.', sequence),
    gauge('quancun_journal_writable', '1 while it takes lines.', journal.healthy() ? 1 : 0),
  ];
}

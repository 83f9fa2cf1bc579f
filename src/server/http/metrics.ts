/**
 * Metrics as Prometheus text. How orders stand is read from the ledger, the same from every
 * instance; requests and visits are counted by each instance for itself, as Prometheus expects.
 */
import { UNSETTLED_STATES } from '../../load/index.js';
import type { OrderCount } from '../ledger/ledger.js';
import type { Answer } from './problem.js';
import { createHistogram, linesOf, type MetricFamily, type MetricRow } from './prometheus.js';

/** What one request was. */
export interface Counted {
  /** As the description writes it; `unknown` where it names none of ours. */
  readonly route: string;
  readonly answer: Answer;
  readonly code: string | null;
  readonly durationMs: number;
}

/** The counters of one instance. */
export interface Metrics {
  count(request: Counted): void;
  render(gauges: Gauges, nowMs: number): string;
}

/** What the databases count, the same for every instance. */
export interface OfLedger {
  readonly orders: readonly OrderCount[];
  readonly wrongDay: number;
  readonly wrongTacsDay: number;
  readonly isAlarmed: boolean;
  readonly waitsFor: number;
}

/** What is counted elsewhere. */
export interface Gauges {
  /** By the databases; absent while they are away. */
  readonly ofLedger: OfLedger | undefined;
  /** By this instance. */
  readonly inside: number;
  readonly shed: number;
  readonly isReady: boolean;
  /** By whoever runs the handler: process, pool, HSM, clock. */
  readonly others: readonly MetricFamily[];
}

/** For a card, a person, or money that is owed back. */
const WAITING: readonly string[] = [...new Set([...UNSETTLED_STATES, 'FROZEN', 'REFUND_DUE'])];

/** Makes them. */
export function createMetrics(): Metrics {
  const requests = new Map<string, { labels: Readonly<Record<string, string>>; count: number }>();
  const visitEnds = new Map<string, number>();
  const durations = createHistogram(
    'quancun_request_duration_seconds',
    'route',
    'How long requests to this instance took.',
  );
  return {
    count: ({ route, answer: { status, body }, code, durationMs }) => {
      const key = `${route} ${String(status)} ${code ?? ''}`;
      const known = requests.get(key);
      const labels = { route, status: String(status), code: code ?? '' };
      requests.set(key, { labels, count: (known?.count ?? 0) + 1 });
      durations.observe(route, durationMs);
      const end = route.endsWith('/visits') && status === 200 ? visitEnd(body) : undefined;
      if (end !== undefined) visitEnds.set(end, (visitEnds.get(end) ?? 0) + 1);
    },
    render: (gauges, nowMs) =>
      [
        ...(gauges.ofLedger === undefined ? [] : familiesOf(gauges.ofLedger, nowMs)).flatMap(
          linesOf,
        ),
        ...gaugesOf(gauges).flatMap(linesOf),
        ...linesOf({
          name: 'quancun_requests_total',
          type: 'counter',
          help: 'Requests to this instance.',
          rows: [...requests.values()].map(({ labels, count }) => [labels, count]),
        }),
        ...linesOf(durations.family()),
        ...linesOf({
          name: 'quancun_visit_ends_total',
          type: 'counter',
          help: 'Visits by how they ended; ORDER_FROZEN and COUNTER_WITHOUT_PROOF: unexplained counters.',
          rows: [...visitEnds].map(([code, count]) => [{ code }, count]),
        }),
        ...gauges.others.flatMap(linesOf),
        '',
      ].join('\n'),
  };
}

function familiesOf(
  { orders, wrongDay, wrongTacsDay, isAlarmed, waitsFor }: OfLedger,
  nowMs: number,
): readonly MetricFamily[] {
  const open = orders.filter(({ state }) => WAITING.includes(state));
  return [
    {
      name: 'quancun_orders',
      type: 'gauge',
      help: 'Orders by state; FROZEN waits for two people.',
      rows: orders.map(({ state, count }): MetricRow => [{ state }, count]),
    },
    {
      name: 'quancun_oldest_open_order_seconds',
      type: 'gauge',
      help: 'Since when the oldest order that waits for somebody has not moved.',
      rows: open.map(({ state, oldestUpdatedAtMs }): MetricRow => {
        return [{ state }, Math.max(0, Math.round((nowMs - oldestUpdatedAtMs) / 1000))];
      }),
    },
    gauge('quancun_wrong_codes_day', 'Wrong MAC1s of the last 24 hours.', wrongDay),
    gauge('quancun_wrong_tacs_day', 'Reports of 24 hours with a wrong TAC.', wrongTacsDay),
    gauge(
      'quancun_wrong_code_alarm',
      '1 while wrong MAC1s are too many, and every terminal has fewer of them.',
      +isAlarmed,
    ),
    gauge(
      'quancun_journals_awaited',
      'Journals that have not been compared; older orders wait for them.',
      waitsFor,
    ),
  ];
}

function gaugesOf({ inside, shed, isReady }: Gauges): readonly MetricFamily[] {
  return [
    gauge('quancun_ready', '1 while this instance can do its work, as /readyz says it.', +isReady),
    gauge('quancun_requests_inside', 'Signed requests that this instance works on.', inside),
    {
      name: 'quancun_shed_total',
      type: 'counter',
      help: 'New orders and questions that were sent away with SERVER_BUSY.',
      rows: [[{}, shed]],
    },
  ];
}

function gauge(name: string, help: string, value: number): MetricFamily {
  return { name, type: 'gauge', help, rows: [[{}, value]] };
}

/** The code a visit ended with, or the state it ended in. */
function visitEnd(body: string): string | undefined {
  const step = JSON.parse(body) as { do: string; code?: string; state?: string };
  return step.do === 'stop' ? (step.code ?? step.state) : undefined;
}

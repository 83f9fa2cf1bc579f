/**
 * Metrics as Prometheus text. How orders stand is read from the ledger, the same from every
 * instance; requests and visits are counted by each instance for itself, as Prometheus expects.
 */
import { UNSETTLED_STATES } from '../../load/index.js';
import type { OrderCount } from '../ledger/ledger.js';
import type { Answer } from './problem.js';

/** The counters of one instance. */
export interface Metrics {
  count(route: string, answer: Answer, code: string | null): void;
  render(orders: readonly OrderCount[], gauges: Gauges, nowMs: number): string;
}

/** What the databases count. */
export interface Gauges {
  readonly wrongDay: number;
  readonly wrongTacsDay: number;
  readonly isAlarmed: boolean;
  readonly waitsFor: number;
}

/** Makes them. */
export function createMetrics(): Metrics {
  const requests = new Map<string, number>();
  const visitEnds = new Map<string, number>();
  return {
    count: (route, { status, body }, code) => {
      add(requests, `route="${route}",status="${String(status)}",code="${code ?? ''}"`);
      const end = route.endsWith('/visits') && status === 200 ? visitEnd(body) : undefined;
      if (end !== undefined) add(visitEnds, `code="${end}"`);
    },
    render: (orders, { wrongDay, wrongTacsDay, isAlarmed, waitsFor }, nowMs) =>
      [
        ...family('quancun_orders', 'gauge', 'Orders by state; FROZEN waits for two people.', [
          ...orders.map(({ state, count }) => [`state="${state}"`, count] as const),
        ]),
        ...family(
          'quancun_oldest_open_order_seconds',
          'gauge',
          'Since when the oldest unsettled order has not moved.',
          orders
            .filter(({ state }) => UNSETTLED_STATES.includes(state))
            .map(({ state, oldestUpdatedAtMs }) => {
              const seconds = Math.max(0, Math.round((nowMs - oldestUpdatedAtMs) / 1000));
              return [`state="${state}"`, seconds] as const;
            }),
        ),
        ...family('quancun_wrong_codes_day', 'gauge', 'Wrong MAC1s of the last 24 hours.', [
          ['', wrongDay],
        ]),
        ...family('quancun_wrong_tacs_day', 'gauge', 'Reports of 24 hours with a wrong TAC.', [
          ['', wrongTacsDay],
        ]),
        ...family(
          'quancun_wrong_code_alarm',
          'gauge',
          '1 while wrong MAC1s are too many, and every terminal has fewer of them.',
          [['', isAlarmed ? 1 : 0]],
        ),
        ...family(
          'quancun_journals_awaited',
          'gauge',
          'Journals that have not been compared; older orders wait for them.',
          [['', waitsFor]],
        ),
        ...family('quancun_requests_total', 'counter', 'Requests to this instance.', requests),
        ...family(
          'quancun_visit_ends_total',
          'counter',
          'Visits by how they ended; ORDER_FROZEN and COUNTER_WITHOUT_PROOF: unexplained counters.',
          visitEnds,
        ),
        '',
      ].join('\n'),
  };
}

function family(
  name: string,
  type: 'gauge' | 'counter',
  help: string,
  rows: Iterable<readonly [labels: string, value: number]>,
): string[] {
  const lines = [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`];
  for (const [labels, value] of rows) {
    lines.push(`${name}${labels === '' ? '' : `{${labels}}`} ${String(value)}`);
  }
  return lines;
}

/** The code a visit ended with, or the state it ended in. */
function visitEnd(body: string): string | undefined {
  const step = JSON.parse(body) as { do: string; code?: string; state?: string };
  return step.do === 'stop' ? (step.code ?? step.state) : undefined;
}

function add(counts: Map<string, number>, labels: string): void {
  counts.set(labels, (counts.get(labels) ?? 0) + 1);
}

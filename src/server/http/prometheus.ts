/** The text form of metrics, as Prometheus and OpenMetrics readers take it (version 0.0.4). */

/** One metric: its name, what it says, and a value for each set of labels. */
export interface MetricFamily {
  /** `quancun_` and so on; a counter ends in `_total`, a unit stands last. */
  readonly name: string;
  readonly type: 'gauge' | 'counter' | 'histogram';
  readonly help: string;
  readonly rows: readonly MetricRow[];
}

/** Labels and value; a row of a histogram stands under a name with an ending of its own. */
export type MetricRow = readonly [
  labels: Readonly<Record<string, string>>,
  value: number,
  ending?: '_bucket' | '_sum' | '_count',
];

/** Seconds up to which waits are counted: from a cached answer to the end of every time limit. */
const BOUNDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Waits, counted in steps of length, for each route or question. */
export interface Histogram {
  observe(kind: string, durationMs: number): void;
  family(): MetricFamily;
}

/**
 * Makes one; its one label tells the kinds of waits apart.
 * 耗时直方图（Prometheus）。
 * @example
 * const calls = createHistogram('hsm_seconds', 'question', 'How long the HSM took.');
 * calls.observe('verifyMac1', 12);
 * calls.family().type; // 'histogram'
 */
export function createHistogram(name: string, label: string, help: string): Histogram {
  const rows = new Map<string, { steps: number[]; sum: number; count: number }>();
  return {
    observe: (kind, durationMs) => {
      const row = rows.get(kind) ?? { steps: BOUNDS.map(() => 0), sum: 0, count: 0 };
      rows.set(kind, row);
      const seconds = Math.max(0, durationMs) / 1000;
      const step = BOUNDS.findIndex((bound) => seconds <= bound);
      if (step >= 0) row.steps[step] = (row.steps[step] ?? 0) + 1;
      row.sum += seconds;
      row.count += 1;
    },
    family: () => ({
      ...{ name, type: 'histogram', help },
      rows: [...rows].flatMap(([kind, { steps, sum, count }]): MetricRow[] => {
        const one = { [label]: kind };
        let below = 0;
        const buckets = BOUNDS.map((bound, step): MetricRow => {
          below += steps[step] ?? 0;
          return [{ ...one, le: String(bound) }, below, '_bucket'];
        });
        return [
          ...buckets,
          [{ ...one, le: '+Inf' }, count, '_bucket'],
          [one, Math.round(sum * 1000) / 1000, '_sum'],
          [one, count, '_count'],
        ];
      }),
    }),
  };
}

/** A metric as lines. */
export function linesOf({ name, type, help, rows }: MetricFamily): readonly string[] {
  return [
    `# HELP ${name} ${help}`,
    `# TYPE ${name} ${type}`,
    ...rows.map(
      ([labels, value, ending = '']) => `${name}${ending}${labelsOf(labels)} ${String(value)}`,
    ),
  ];
}

/** `{a="1",b="2"}`; nothing for none. */
function labelsOf(labels: Readonly<Record<string, string>>): string {
  const all = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return all.length === 0 ? '' : `{${all.join(',')}}`;
}

function escaped(value: string): string {
  return value.replace(/[\\"\n]/g, (one) => (one === '\n' ? '\\n' : `\\${one}`));
}

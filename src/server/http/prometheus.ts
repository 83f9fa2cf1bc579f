/** The text form of metrics, as Prometheus and OpenMetrics readers take it (version 0.0.4). */

/** One metric: its name, what it says, and a value for each set of labels. */
export interface MetricFamily {
  /** `quancun_` and so on; a counter ends in `_total`, a unit stands last. */
  readonly name: string;
  readonly type: 'gauge' | 'counter';
  readonly help: string;
  readonly rows: readonly MetricRow[];
}

/** Labels and value; no labels where there is one value alone. */
export type MetricRow = readonly [labels: Readonly<Record<string, string>>, value: number];

/** Seconds up to which waits are counted: from a cached answer to the end of every time limit. */
const BOUNDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Waits, counted in steps of length, for each route or question. */
export interface Histogram {
  observe(label: string, durationMs: number): void;
  lines(): readonly string[];
}

/** Makes one; its one label tells the kinds of waits apart. */
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
    lines: () => [
      `# HELP ${name} ${help}`,
      `# TYPE ${name} histogram`,
      ...[...rows].flatMap(([kind, { steps, sum, count }]) => {
        const of = (more: Readonly<Record<string, string>>): string =>
          labelsOf({ [label]: kind, ...more });
        let below = 0;
        const buckets = BOUNDS.map((bound, step) => {
          below += steps[step] ?? 0;
          return `${name}_bucket${of({ le: String(bound) })} ${String(below)}`;
        });
        return [
          ...buckets,
          `${name}_bucket${of({ le: '+Inf' })} ${String(count)}`,
          `${name}_sum${of({})} ${String(Math.round(sum * 1000) / 1000)}`,
          `${name}_count${of({})} ${String(count)}`,
        ];
      }),
    ],
  };
}

/** A metric as lines. */
export function linesOf({ name, type, help, rows }: MetricFamily): readonly string[] {
  return [
    `# HELP ${name} ${help}`,
    `# TYPE ${name} ${type}`,
    ...rows.map(([labels, value]) => `${name}${labelsOf(labels)} ${String(value)}`),
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

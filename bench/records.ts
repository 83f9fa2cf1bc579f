/**
 * How long does 充值记录 take among 100,000 orders, and among a million? A page of 20 by plate and
 * colour within 30 days, as an operator asks; a plate has some twenty orders. And how long do the
 * counts take that `/health` and `/metrics` show?
 */
import type { BenchOptions } from './main.js';
import { type BenchStore, openPostgres, openSqlite } from './stores.js';

const QUERIES = 2000;
const COUNTS = 200;
const PLATE_ORDERS = 20;
const DAY_MS = 86_400_000;
const START_MS = Date.UTC(2026, 0, 1);

/** Measures both stores; `--large` adds ten million. */
export async function benchRecords({ large, only = '' }: BenchOptions): Promise<void> {
  const sizes = [100_000, 1_000_000, ...(large ? [10_000_000] : [])];
  for (const open of [openSqlite, openPostgres]) {
    if (!open.name.toLowerCase().includes(only)) continue;
    const store = await open();
    console.log(`\n充值记录, a page of 20 by plate and colour: ${store.name}`);
    console.log(
      '    orders    ms p50    ms p99   p99/p50   p50 against the smallest   counts ms p50    p99',
    );
    try {
      let [filled, smallest] = [0, Number.NaN];
      for (const size of sizes) {
        await fill(store, filled, size);
        filled = size;
        const [p50, p99] = percentiles(await measure(store, size));
        const counting = percentiles(await measureCounts(store));
        smallest = Number.isNaN(smallest) ? p50 : smallest;
        console.log(
          [
            String(size).padStart(10),
            p50.toFixed(3).padStart(10),
            p99.toFixed(3).padStart(10),
            (p99 / p50).toFixed(1).padStart(10),
            `${(p50 / smallest).toFixed(2)} ×`.padStart(26),
            ...counting.map((ms, at) => ms.toFixed(2).padStart(at === 0 ? 16 : 7)),
          ].join(''),
        );
      }
    } finally {
      await store.close();
    }
  }
}

/** Orders spread over a year, made by the database itself. */
async function fill(store: BenchStore, from: number, to: number): Promise<void> {
  const columns = [
    ...['order_id', 'idempotency_key', 'request', 'card_number', 'issuer_factor', 'key_index'],
    ...['amount_fen', 'state', 'probes_passed', 'bad_tacs', 'refused_credits', 'outlet', 'plate'],
    ...['plate_colour', 'created_at_ms', 'updated_at_ms', 'revision'],
  ];
  const plates = `(n * 7919) % ${String(Math.ceil(to / PLATE_ORDERS))}`;
  const time = `${String(START_MS)} + (n * 104729) % 31536000 * 1000`;
  await store.run(`
    WITH RECURSIVE numbers (n) AS (
      SELECT CAST(${String(from)} AS BIGINT) UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < ${String(to)}
    )
    INSERT INTO load_order (${columns.join(',')})
    SELECT 'ORDER' || n, 'key' || n, 'r', '62012200' || (10000000 + n % 5000000), 'B8CACBE0', 1,
      10000, 'CREDITED', 0, 0, 0, 'self', '甘A' || (10000 + ${plates}), 0, ${time}, ${time}, 3
    FROM numbers`);
  await store.run('ANALYZE');
}

/** The median, and what one in a hundred exceeds. */
function percentiles(took: number[]): readonly [p50: number, p99: number] {
  const sorted = took.sort((a, b) => a - b);
  const at = (share: number): number => sorted[Math.floor(sorted.length * share)] ?? 0;
  return [at(0.5), at(0.99)];
}

async function measureCounts(store: BenchStore): Promise<number[]> {
  const took: number[] = [];
  for (let count = 0; count < COUNTS; count += 1) {
    const startMs = performance.now();
    await store.ledger.counts();
    took.push(performance.now() - startMs);
  }
  return took;
}

async function measure(store: BenchStore, size: number): Promise<number[]> {
  const took: number[] = [];
  const plates = Math.ceil(size / PLATE_ORDERS);
  for (let query = -100; query < QUERIES; query += 1) {
    const plate = `甘A${String(10_000 + (((query + 100) * 104_729) % plates))}`;
    const fromMs = START_MS + ((query + 100) % 330) * DAY_MS;
    const startMs = performance.now();
    await store.ledger.findOrders({
      plate,
      plateColour: 0,
      fromMs,
      toMs: fromMs + 30 * DAY_MS,
      limit: 20,
    });
    if (query >= 0) took.push(performance.now() - startMs);
  }
  return took;
}

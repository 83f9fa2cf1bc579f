/**
 * What does a ledger cost when it has grown: 10⁵ orders, 10⁶, and with `--large` 10⁷? A page of 20
 * of 充值记录 by plate and colour within 30 days, as an operator asks; `/health` and `/metrics`; the
 * start of a server; and the room that an order takes.
 */
import { envFrom } from 'quancun';
import { memoryJournal } from 'quancun/server';
import { createHttpHandler } from 'quancun/server/http';
import { fill, PLATE_ORDERS, plateOf, START_MS } from './fill.js';
import { measured } from './loads.js';
import type { BenchOptions } from './main.js';
import { type BenchStore, openPostgres, openSqlite } from './stores.js';

const QUERIES = 2000;
const ASKED = 200;
const STARTS = 5;
const DAY_MS = 86_400_000;

/** Measures both stores; `--large` adds ten million. */
export async function benchRecords({ large, only = '' }: BenchOptions): Promise<void> {
  const sizes = [100_000, 1_000_000, ...(large ? [10_000_000] : [])];
  for (const open of [openSqlite, openPostgres]) {
    const store = await opened(open, only);
    if (store === undefined) continue;
    console.log(
      `\n充值记录, a page of 20 by plate and colour, and what else may grow: ${store.name}`,
    );
    console.log(
      '    orders  page ms p50    p99  against the smallest  health ms p50    p99' +
        '  metrics ms p50    p99  start ms  bytes an order',
    );
    try {
      let [filled, smallest] = [0, Number.NaN];
      for (const size of sizes) {
        await fill(store, filled, size);
        filled = size;
        const starts = await times(STARTS, () => store.reopen());
        const page = await measurePages(store, size);
        smallest = Number.isNaN(smallest) ? at(page, 0.5) : smallest;
        const [health, metrics] = await measureOpenRoutes(store);
        console.log(
          [
            String(size).padStart(10),
            at(page, 0.5).toFixed(3).padStart(13),
            at(page, 0.99).toFixed(3).padStart(7),
            `${(at(page, 0.5) / smallest).toFixed(2)} ×`.padStart(22),
            ...[health, metrics].flatMap((took) => [
              at(took, 0.5).toFixed(2).padStart(15),
              at(took, 0.99).toFixed(2).padStart(7),
            ]),
            at(starts, 0.5).toFixed(0).padStart(12),
            ((await store.sizeBytes()) / size).toFixed(0).padStart(16),
          ].join(''),
        );
      }
    } finally {
      await store.close();
    }
  }
}

async function opened(open: typeof openSqlite, only: string): Promise<BenchStore | undefined> {
  return open.name.toLowerCase().includes(only) ? open() : undefined;
}

/** How long each of so many took, shortest first. */
async function times(count: number, work: (number: number) => Promise<unknown>): Promise<number[]> {
  const took: number[] = [];
  for (let number = 0; number < count; number += 1) {
    const startMs = performance.now();
    await work(number);
    took.push(performance.now() - startMs);
  }
  return took.sort((a, b) => a - b);
}

/** What a share of them did not exceed. */
function at(sorted: readonly number[], share: number): number {
  return sorted[Math.floor(sorted.length * share)] ?? 0;
}

async function measurePages(store: BenchStore, size: number): Promise<number[]> {
  const vehicles = size / PLATE_ORDERS;
  const ask = async (query: number): Promise<void> => {
    const fromMs = START_MS + (query % 330) * DAY_MS;
    const plate = plateOf((query * 104_729) % vehicles);
    const time = { fromMs, toMs: fromMs + 30 * DAY_MS };
    await store.ledger.findOrders({ plate, plateColour: 0, ...time, limit: 20 });
  };
  await times(100, ask);
  return times(QUERIES, (query) => ask(query + 100));
}

/** What anybody may ask of a server, and of which nothing may depend on the past. */
async function measureOpenRoutes(store: BenchStore): Promise<[number[], number[]]> {
  const { ledger, guard } = store;
  const env = envFrom(globalThis);
  const { authority } = measured(ledger, memoryJournal());
  const handler = createHttpHandler({ authority, ledger, guard, env, callers: [] });
  const ask = (route: string) => async (): Promise<void> => {
    const reply = await handler.fetch(new Request(`http://localhost${route}`));
    if (reply.status !== 200) throw new Error(await reply.text());
    await reply.text();
  };
  await times(10, ask('/health'));
  return [await times(ASKED, ask('/health')), await times(ASKED, ask('/metrics'))];
}

/**
 * How many loads can one server authorise and confirm, both durable before they are answered? From
 * INITIALIZE FOR LOAD's answer to MAC2, and from the TAC to CREDITED. The yardstick of the same run
 * is the floor (bench/floor.ts): the same authority over two flushed logs, its state in memory.
 * Bare one-row commits of the store stand beside; their rate moves with the disk of the day.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileJournal } from 'quancun/server/files';
import { floorJournal, floorLedger } from './floor.js';
import { countFlushes, flushesSoFar } from './flushes.js';
import { benchHttp } from './http.js';
import { type Measured, measured, prepareLoads, rate } from './loads.js';
import type { BenchOptions } from './main.js';
import { median } from './rounds.js';
import { type BenchStore, openPostgres, openSqlite } from './stores.js';

const TERMINALS = [1, 8, 64];
const LOADS_OF_A_TURN = 192;

/** Measures both stores against the floor, and the served SQLite against the one in process. */
export async function benchServer({ rounds, profile, only = '' }: BenchOptions): Promise<void> {
  const turns = Math.min(rounds, 9);
  await countFlushes();
  for (const open of [openSqlite, openPostgres]) {
    if (profile && open === openPostgres) continue;
    if (!open.name.toLowerCase().includes(only)) continue;
    const store = await open();
    try {
      await benchStore(store, turns, profile);
      if (store.name === 'SQLite' && !profile) await benchHttp(store, turns);
    } finally {
      await store.close();
    }
  }
}

/** What was measured with one number of terminals, by turn. */
interface Series {
  readonly floor: number[];
  readonly store: number[];
  readonly bare: number[];
  readonly flushes: number[];
  readonly latency: number[];
  /** Processor time of a load, of the floor's and of the store's. */
  readonly cpuUs: [floor: number[], store: number[]];
}

async function benchStore(store: BenchStore, turns: number, profile: boolean): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'quancun-floor-'));
  const journals = [
    await fileJournal(join(store.folder, 'journal')),
    floorJournal(folder),
  ] as const;
  const own = measured(store.ledger, journals[0]);
  const floor = measured(floorLedger(folder), journals[1]);
  console.log(`\nloads a second, authorised and confirmed durably: ${store.name}`);
  console.log(
    'terminals   loads/s   of floor   floor/s   loads for a commit   flushes a load  floor CPU µs   CPU µs    ms p50    p99',
  );
  for (const terminals of TERMINALS) {
    const series: Series = {
      floor: [],
      store: [],
      bare: [],
      flushes: [],
      latency: [],
      cpuUs: [[], []],
    };
    for (let turn = -1; turn < turns; turn += 1) {
      await measureTurn({ store, own, floor, terminals, turn, profile }, series);
    }
    printSeries(terminals, series);
  }
  await Promise.all(journals.map((journal) => journal.close()));
  rmSync(folder, { recursive: true });
}

async function measureTurn(
  what: {
    readonly store: BenchStore;
    readonly own: Measured;
    readonly floor: Measured;
    readonly terminals: number;
    readonly turn: number;
    /** Nothing but the store, for a profiler to watch. */
    readonly profile: boolean;
  },
  series: Series,
): Promise<void> {
  const { store, own, floor, terminals, turn, profile } = what;
  const share = Math.ceil(LOADS_OF_A_TURN / terminals);
  const rates: number[] = [];
  for (const [at, one] of [floor, own].entries()) {
    if (profile && one === floor) continue;
    const work = await prepareLoads(one, terminals, share);
    const latency: number[] = [];
    const before = flushesSoFar();
    const startedCpu = process.cpuUsage();
    const perSecond = await rate(terminals, share, async (client, count) => {
      const startMs = performance.now();
      await work(client, count);
      latency.push(performance.now() - startMs);
    });
    rates[at] = perSecond;
    if (turn < 0) continue;
    const { user, system } = process.cpuUsage(startedCpu);
    series.cpuUs[at]?.push((user + system) / (terminals * share));
    if (one !== own) continue;
    series.flushes.push((flushesSoFar() - before) / (terminals * share));
    series.latency.push(...latency);
  }
  const bare = profile
    ? Number.NaN
    : await rate(terminals, share, (client) => store.commitRow(client));
  if (turn < 0) return;
  series.floor.push(rates[0] ?? Number.NaN);
  series.store.push(rates[1] ?? Number.NaN);
  series.bare.push(bare);
}

function printSeries(terminals: number, series: Series): void {
  const sorted = series.latency.sort((a, b) => a - b);
  const at = (share: number): number => sorted[Math.floor(sorted.length * share)] ?? Number.NaN;
  const against = (other: readonly number[]): number =>
    median(series.store.map((perSecond, turn) => perSecond / (other[turn] ?? Number.NaN)));
  console.log(
    [
      String(terminals).padStart(9),
      median(series.store).toFixed(0).padStart(10),
      against(series.floor).toFixed(2).padStart(11),
      median(series.floor).toFixed(0).padStart(10),
      against(series.bare).toFixed(3).padStart(21),
      median(series.flushes).toFixed(2).padStart(17),
      ...series.cpuUs.map((values) => median(values).toFixed(0).padStart(11)),
      at(0.5).toFixed(1).padStart(10),
      at(0.99).toFixed(1).padStart(7),
    ].join(''),
  );
}

/**
 * The PostgreSQL ledger beside TPC-B of pgbench, on the same server in the same run: transactions
 * of five prepared statements, sent by a program in C. A load is two decisions, so half of TPC-B
 * is what a ledger in C would reach that spends one such transaction on each.
 */
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createAuthority } from 'quancun/server';
import { fileJournal } from 'quancun/server/files';
import { postgresStores } from 'quancun/server/postgres';
import { createSchema, type RunningPostgres, startPostgres } from '../test/support/postgres.js';
import { prepay, recordCard, recordedEnv, recordedHsm, replayVisit } from './recorded-cards.js';
import { median } from './rounds.js';

const TERMINALS = [1, 8, 64];
/** At least as many branches as clients: fewer, and clients wait for each other's branch. */
const SCALE = 64;
const TURN_SECONDS = 4;
const LOADS_OF_A_TURN: Readonly<Record<number, number>> = { 1: 300, 8: 1200, 64: 3200 };

/** Measures loads against TPC-B with 1, 8 and 64 clients. */
export async function benchTpcb(turns: number): Promise<void> {
  const pgbench = findPgbench();
  console.log('\nloads a second against TPC-B of pgbench (-M prepared): PostgreSQL');
  if (pgbench === undefined) {
    console.log("not measured: pgbench is not here (Debian's postgresql package has it)");
    return;
  }
  const postgres = await startPostgres();
  try {
    await run(pgbench, ['-i', '-q', '-s', String(SCALE), postgres.url]);
    console.log('terminals     loads/s    TPC-B/s    loads for one of TPC-B    ms p50    ms p99');
    for (const terminals of TERMINALS) await benchTerminals(postgres, pgbench, terminals, turns);
  } finally {
    await postgres.stop();
  }
}

async function benchTerminals(
  postgres: RunningPostgres,
  pgbench: string,
  terminals: number,
  turns: number,
): Promise<void> {
  const [loads, transactions, ratios, latency]: [number[], number[], number[], number[]] = [
    [],
    [],
    [],
    [],
  ];
  for (let turn = 0; turn < turns; turn += 1) {
    const tpcb = await runTpcb(pgbench, postgres.url, terminals);
    const rate = await runLoads(postgres, terminals, turn, latency);
    loads.push(rate);
    transactions.push(tpcb);
    ratios.push(rate / tpcb);
  }
  latency.sort((a, b) => a - b);
  const at = (share: number): string =>
    (latency[Math.floor(latency.length * share)] ?? Number.NaN).toFixed(1).padStart(10);
  console.log(
    [
      String(terminals).padStart(9),
      median(loads).toFixed(0).padStart(12),
      median(transactions).toFixed(0).padStart(11),
      median(ratios).toFixed(2).padStart(26),
      at(0.5),
      at(0.99),
    ].join(''),
  );
}

/** A ledger of its own for each turn; what is prepared is not timed. */
async function runLoads(
  postgres: RunningPostgres,
  terminals: number,
  turn: number,
  latency: number[],
): Promise<number> {
  const share = Math.ceil((LOADS_OF_A_TURN[terminals] ?? 64) / terminals);
  const visits = Array.from({ length: share }, (_none, visit) => visit);
  const schema = `tpcb_${String(process.pid)}_${String(terminals)}_${String(turn)}`;
  await createSchema(postgres, schema);
  const { ledger } = await postgresStores(postgres.pool(schema, 8));
  const folder = mkdtempSync(join(tmpdir(), 'quancun-bench-'));
  const journal = await fileJournal(join(folder, 'journal'));
  const parts = { ledger, journal, hsm: recordedHsm, env: recordedEnv };
  const authority = createAuthority({ ...parts, policy: { issuer: 'sole' } });
  const cards = await Promise.all(
    Array.from({ length: terminals }, (_none, number) => recordCard(number, share)),
  );
  const orders = await Promise.all(cards.map((card) => prepay(authority, card, visits)));
  const startMs = performance.now();
  await Promise.all(
    cards.map(async (card, at) => {
      for (const visit of visits) {
        const beganMs = performance.now();
        await replayVisit(authority, card, visit, orders[at]?.[visit] ?? '');
        latency.push(performance.now() - beganMs);
      }
    }),
  );
  const rate = (terminals * share) / ((performance.now() - startMs) / 1000);
  await ledger.close();
  await journal.close();
  rmSync(folder, { recursive: true });
  return rate;
}

/** Transactions a second, as pgbench reports them. */
async function runTpcb(pgbench: string, url: string, clients: number): Promise<number> {
  const flags = ['-M', 'prepared', '-n', '-T', String(TURN_SECONDS), '-c', String(clients)];
  const said = await run(pgbench, [...flags, '-j', String(Math.min(clients, 2)), url]);
  const rate = Number(/^tps = ([\d.]+)/m.exec(said)?.[1]);
  if (!(rate > 0)) throw new Error(`pgbench said: ${said}`);
  return rate;
}

async function run(file: string, args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(file, [...args]);
  return stdout;
}

/** Debian keeps it by release, beside the server's own programs. */
function findPgbench(): string | undefined {
  const root = '/usr/lib/postgresql';
  const releases = existsSync(root) ? readdirSync(root) : [];
  const places = [
    ...releases.map((release) => join(root, release, 'bin/pgbench')),
    ...(process.env.PATH ?? '').split(':').map((folder) => join(folder, 'pgbench')),
  ];
  return places.find((place) => existsSync(place));
}

/**
 * Rolling restarts: servers of this release and of the next one side by side on one PostgreSQL,
 * under 64 terminals, forwards and back. The next release is this one's source with one more
 * migration that expands every table.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CLI, ROOT } from '../../build/entries.js';
import { type ServerProcess, startServer } from '../kill/server-process.js';
import { type Caller, createTerminal } from '../kill/terminal.js';
import { type Balancer, openBalancer } from '../support/balancer.js';
import { buildNextRelease, NEXT_MIGRATION } from '../support/next-release.js';
import { createSchema, type RunningPostgres, startPostgres } from '../support/postgres.js';

const TERMINALS = 64;
/**
 * A slow machine is not what is tried. The terminals share one process's connections, and may meet
 * several in a row that lead to the server that ends: twice the tries of a client of its own.
 */
const PATIENCE = { timeoutMs: 60_000, maxTries: 6 };
/** A statement that names no columns, or a plan that was kept, would notice each of these. */
const EXPAND = [
  ...['card', 'load_order', 'binding', 'attempt', 'payment', 'settlement', 'transfer'],
  ...['audit_event', 'nonce', 'reply', 'wrong_code', 'awaited_payment', 'remote_session'],
  ...['journal', 'ledger_state', 'order_count', 'slip'],
].map((table) => `ALTER TABLE ${table} ADD COLUMN of_next INTEGER NOT NULL DEFAULT 7`);

const folder = mkdtempSync(join(tmpdir(), 'quancun-rolling-'));
const program = join(ROOT, `dist/${CLI.name}.js`);
const keys = join(folder, 'keys');
const servers = new Map<string, ServerProcess>();
const ports = new Map<string, number>();
let postgres: RunningPostgres;
let balancer: Balancer;
let db = '';

beforeAll(async () => {
  execFileSync(process.execPath, [program, 'test-keys', keys]);
  postgres = await startPostgres();
  const schema = `rolling_${String(process.pid)}`;
  await createSchema(postgres, schema);
  const url = new URL(postgres.url);
  url.searchParams.set('options', `-c search_path=${schema}`);
  db = url.href;
  balancer = await openBalancer();
});

afterAll(async () => {
  const all = [...servers.values()];
  all.forEach((server) => {
    server.kill('SIGKILL');
  });
  await Promise.all(all.map(({ ended }) => ended));
  balancer.close();
  await postgres.stop();
  rmSync(folder, { recursive: true, force: true });
});

function start(name: string, release: string): ServerProcess {
  const journal = join(folder, `${name}.journal`);
  return startServer({ db, journal, keys: join(keys, 'server.json'), program: release });
}

/** Ends a server in order, and starts another release in its place, with its journal. */
async function roll(name: string, release: string): Promise<void> {
  const former = servers.get(name);
  ports.delete(name);
  balancer.route([...ports.values()]);
  former?.kill('SIGTERM');
  // On a slow machine it is ended by its deadline: as safe as a crash.
  expect(await former?.ended).toMatch(/^status 0 $|ended by force/);
  const server = start(name, release);
  servers.set(name, server);
  const url = await server.url;
  if (url === undefined) throw new Error(await server.ended);
  ports.set(name, Number(new URL(url).port));
  balancer.route([...ports.values()]);
}

test('this release and the next, side by side', { timeout: 600_000 }, async () => {
  const next = await buildNextRelease({ statements: EXPAND });
  for (const name of ['A', 'B']) {
    const server = start(name, program);
    servers.set(name, server);
    const url = await server.url;
    if (url === undefined) throw new Error(await server.ended);
    ports.set(name, Number(new URL(url).port));
  }
  balancer.route([...ports.values()]);
  const caller = JSON.parse(readFileSync(join(keys, 'terminal.json'), 'utf8')) as Caller;
  const terminals = Array.from({ length: TERMINALS }, (_none, index) =>
    createTerminal(index + 1, caller, (below) => below >> 1, PATIENCE),
  );
  const outcomes = new Map<string, number>();
  const count = (outcome: string): void => {
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
  };
  const startMs = Date.now();
  const failures: string[] = [];
  let isOver = false;
  const working = terminals.map(async (terminal) => {
    do {
      const result = await terminal.visit(balancer.url);
      count(result.outcome);
      if (result.outcome === 'refused')
        failures.push(
          `${String(Date.now() - startMs)} ${result.error.code} ${causesOf(result.error).join(' < ')}`,
        );
    } while (!isOver);
  });
  for (const [name, release] of [
    ...[['A', next] as const, ['B', next] as const],
    // Back, and forward again: the schema has been expanded since.
    ...[['A', program] as const, ['A', next] as const],
  ]) {
    await roll(name, release);
  }
  isOver = true;
  await Promise.all(working);
  console.log('visits while rolling:', Object.fromEntries(outcomes));
  expect(failures).toEqual([]);
  expect([...outcomes.keys()]).toEqual(['credited']);
  for (const { accepted, card } of terminals) {
    expect(card.state.ep.onlineAtc).toBe(accepted.length);
  }
});

test('a release that contracts admits no older one', { timeout: 300_000 }, async () => {
  const contracting = await buildNextRelease({
    statements: ['DROP INDEX wrong_code_time'],
    oldestReader: NEXT_MIGRATION,
  });
  const schema = `contracted_${String(process.pid)}`;
  await createSchema(postgres, schema);
  const url = new URL(postgres.url);
  url.searchParams.set('options', `-c search_path=${schema}`);
  db = url.href;
  const newer = start('C', contracting);
  expect(await newer.url).toBeDefined();
  newer.kill('SIGTERM');
  await newer.ended;
  const older = start('C', program);
  expect(await older.url).toBeUndefined();
  expect(await older.ended).toContain('LEDGER_NEWER');
});

/** The texts of what was thrown beneath, outermost first. */
function causesOf(error: { readonly cause?: unknown }): string[] {
  const { cause } = error;
  return cause instanceof Error ? [cause.message, ...causesOf(cause)] : [];
}

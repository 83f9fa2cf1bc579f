/**
 * Waiting terminals on PostgreSQL: woken across processes, also when the listening connection has
 * died, and for nothing while nothing happens.
 */
import type pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { postgresStores } from '../../src/server/ledger/postgres.js';
import { createSchema, type RunningPostgres, startPostgres } from '../support/postgres.js';

let postgres: RunningPostgres;
beforeAll(async () => {
  postgres = await startPostgres();
}, 60_000);
afterAll(() => postgres.stop());

const NOW_MS = Date.UTC(2026, 10, 24);
const HOUR_MS = 3_600_000;
const pause = (durationMs: number) => new Promise((resolve) => setTimeout(resolve, durationMs));

/** Two processes, and how many statements the first has sent. */
async function open(schema: string) {
  await createSchema(postgres, schema);
  let statements = 0;
  const pool = postgres.pool(schema, 4);
  const counted = new WeakSet<pg.PoolClient>();
  pool.on('connect', (client) => {
    if (counted.has(client)) return;
    counted.add(client);
    const query = client.query.bind(client) as (...words: unknown[]) => unknown;
    Object.assign(client, {
      query: (...words: unknown[]) => {
        statements += 1;
        return query(...words);
      },
    });
  });
  const here = await postgresStores(pool);
  const there = await postgresStores(postgres.pool(schema, 4));
  return { here, there, statements: () => statements };
}

/** As a server waits: it reads again whenever it is woken. */
async function until(
  stores: Awaited<ReturnType<typeof open>>['here'],
  id: string,
  revision: number,
) {
  for (;;) {
    const entry = await stores.sessions.read(id);
    if ((entry?.revision ?? 0) > revision) return;
    await stores.sessions.changed?.(id, revision, HOUR_MS);
  }
}

test('a write in another process wakes at once, also after the connection died', async () => {
  const { here, there } = await open(`waiting_${String(process.pid)}_1`);
  await here.sessions.write('s', '0', 0, NOW_MS);
  const killer = postgres.pool('public', 1);
  // Were each found by looking alone, this would take minutes.
  for (let revision = 1; revision <= 60; revision += 1) {
    const woken = until(here, 's', revision);
    if (revision === 30) {
      const { rowCount } = await killer.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
          WHERE pid <> pg_backend_pid() AND query LIKE 'LISTEN%'`,
      );
      expect(rowCount).toBe(1);
    }
    expect(await there.sessions.write('s', String(revision), revision, NOW_MS)).toBe(true);
    await woken;
  }
  await here.ledger.close();
  await there.ledger.close();
}, 60_000);

test('a hundred that wait ask nothing while nothing happens, and each is woken by its own', async () => {
  const { here, there, statements } = await open(`waiting_${String(process.pid)}_2`);
  const ids = Array.from({ length: 100 }, (_one, at) => `s${String(at)}`);
  for (const id of ids) await here.sessions.write(id, 'a', 0, NOW_MS);
  const woken: string[] = [];
  const waiting = ids.map(async (id) => {
    await until(here, id, 1);
    woken.push(id);
  });
  // What it takes to begin: a read and a look for each, LISTEN, and the looking before that.
  await pause(1_500);
  const before = statements();
  await pause(2_000);
  // Polled twenty times a second, these would be thousands.
  expect(statements() - before).toBeLessThan(20);
  expect(woken).toEqual([]);
  await there.sessions.write('s7', 'b', 1, NOW_MS);
  await waiting[7];
  expect(woken).toEqual(['s7']);
  for (const id of ids) await there.sessions.write(id, 'b', 1, NOW_MS);
  await Promise.all(waiting);
  await here.ledger.close();
  await there.ledger.close();
}, 60_000);

test('who waits when the ledger is closed is told, not left', async () => {
  const { here, there } = await open(`waiting_${String(process.pid)}_3`);
  await here.sessions.write('s', 'a', 0, NOW_MS);
  const waiting = until(here, 's', 1).catch((error: unknown) => error);
  await pause(500);
  await here.ledger.close();
  expect(await waiting).toMatchObject({ code: 'LEDGER_UNAVAILABLE' });
  await there.ledger.close();
});

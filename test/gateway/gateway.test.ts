/**
 * `npm run test:gateway -- --kills 300` kills two servers on PostgreSQL 200 times and the one on
 * SQLite 100 times, in the midst of payments and refunds at a provider that misbehaves; with `--db`
 * one of them as often as is said. Every test run has a share.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { createSchema, startPostgres } from '../support/postgres.js';
import { copyBooks } from '../support/sqlite-books.js';
import { runCampaign } from './campaign.js';
import type { Ground } from './town.js';

const { GATEWAY_KILLS: KILLS, GATEWAY_DB: ONLY, GATEWAY_SEED: SEED = '1' } = process.env;
const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'quancun-gateway-'));
  folders.push(folder);
  return folder;
}

/** Of each hundred kills two thirds are of the two servers. */
const share = (part: number, always: number): number => {
  if (KILLS === undefined) return always;
  return Math.ceil(Number(KILLS) * (ONLY === undefined ? part : 1));
};
const timeoutOf = (kills: number): number => 300_000 + kills * 15_000;

async function campaign(name: string, ground: Ground, kills: number): Promise<void> {
  const tell = (figures: string): void => {
    console.log(`${name}: ${figures}`);
  };
  const { wrong, moments, ...figures } = await runCampaign(ground, kills, Number(SEED), tell);
  const told = Object.entries({ ...figures, ...moments }).map(
    ([what, count]) => `${what} ${String(count)}`,
  );
  const words = `--kills ${String(kills)} --db ${name.toLowerCase()} --seed ${SEED}`;
  console.log(`${name}: ${told.join(', ')}, wrong ${String(wrong.length)}; again: ${words}`);
  expect(wrong).toEqual([]);
  expect(figures.differenceFen).toBe(0);
  // One that stood still would conserve money, too.
  expect(figures.payments).toBeGreaterThan(kills / 2);
  expect(figures.refunds).toBeGreaterThan(kills / 8);
  expect(figures.credits).toBeGreaterThan(kills / 8);
}

describe('SIGKILL in the midst of QR payments', () => {
  const onSqlite = share(1 / 3, 4);
  test.runIf(ONLY !== 'postgres')(
    'of the server on SQLite: every fen is on a card or back, once',
    { timeout: timeoutOf(onSqlite) },
    async () => {
      const folder = makeFolder();
      const file = join(folder, 'orders.db');
      const copy = makeFolder();
      const read = (table: string) => {
        const books = copyBooks(file, copy);
        const rows = books.rows(table);
        books.close();
        return Promise.resolve(rows);
      };
      await campaign('SQLite', { folder, db: `sqlite:${file}`, servers: 1, read }, onSqlite);
    },
  );

  const onPostgres = share(2 / 3, 6);
  test.runIf(ONLY !== 'sqlite')(
    'of two servers on PostgreSQL: the same',
    { timeout: timeoutOf(onPostgres) },
    async () => {
      const postgres = await startPostgres();
      try {
        const schema = `gateway_${String(process.pid)}`;
        await createSchema(postgres, schema);
        const pool = postgres.pool(schema, 2);
        const url = new URL(postgres.url);
        url.searchParams.set('options', `-c search_path=${schema}`);
        const read = async (table: string) =>
          (await pool.query<Record<string, unknown>>(`SELECT * FROM ${table}`)).rows;
        const ground = { folder: makeFolder(), db: url.href, servers: 2, read };
        await campaign('Postgres', ground, onPostgres);
      } finally {
        await postgres.stop();
      }
    },
  );
});

/**
 * `npm run test:kill -- --kills 1000` kills the server on SQLite a thousand times and then the one
 * on PostgreSQL 300 times; with `--db` one of them as often as is said. Every test run has a share.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { createSchema, startPostgres } from '../support/postgres.js';
import { copyBooks } from '../support/sqlite-books.js';
import { type Ground, runCampaign } from './campaign.js';
import { readSegments } from './journal-auditor.js';

const { KILL_KILLS: KILLS, KILL_DB: ONLY, KILL_SEED: SEED = '1', CI } = process.env;
const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'quancun-kill-'));
  folders.push(folder);
  return folder;
}

/** The books are read from a copy: what recovery does is left to the server. */
function sqliteGround(): Ground {
  const folder = makeFolder();
  const file = join(folder, 'orders.db');
  return {
    folder,
    db: `sqlite:${file}`,
    openBooks: () => {
      const books = copyBooks(file, makeFolder());
      return Promise.resolve({
        read: (table) => Promise.resolve(books.rows(table)),
        journal: () => readSegments(join(folder, 'journal')),
        close: () => {
          books.close();
          return Promise.resolve();
        },
      });
    },
  };
}

async function campaign(name: string, ground: Ground, kills: number): Promise<void> {
  const { wrong, ...figures } = await runCampaign(ground, kills, Number(SEED));
  // What every third kill waits for: a server that could no longer credit would show here.
  const wanted = Math.floor(kills / 3);
  const told = Object.entries(figures).map(([what, count]) => `${what} ${String(count)}`);
  console.log(`${name}: ${told.join(', ')}, wrong ${String(wrong.length)}, seed ${SEED}`);
  expect(wrong).toEqual([]);
  expect(figures.kills).toBe(kills);
  expect(figures.credits).toBeGreaterThanOrEqual(wanted);
  // INIT, MAC2 and TAC of every credit went through OpenSSL.
  expect(figures.cryptograms).toBeGreaterThanOrEqual(3 * figures.credits);
}

describe('SIGKILL', () => {
  const kills = (inCi: number, here: number, share: number): number => {
    if (KILLS === undefined) return CI === 'true' ? inCi : here;
    return Math.ceil(Number(KILLS) * (ONLY === undefined ? share : 1));
  };

  // A kill takes seconds, and more where the machine has other work.
  const timeoutOf = (count: number): number => 600_000 + count * 15_000;

  test.runIf(ONLY !== 'postgres')(
    'of the server on SQLite: nothing acknowledged is lost, nothing is credited twice',
    { timeout: timeoutOf(kills(300, 30, 1)) },
    () => campaign('SQLite', sqliteGround(), kills(300, 30, 1)),
  );

  test.runIf(ONLY !== 'sqlite')(
    'of the server on PostgreSQL: the same',
    { timeout: timeoutOf(kills(100, 10, 0.3)) },
    async () => {
      const postgres = await startPostgres();
      try {
        const schema = `kill_${String(process.pid)}`;
        await createSchema(postgres, schema);
        const pool = postgres.pool(schema, 2);
        const folder = makeFolder();
        const url = new URL(postgres.url);
        url.searchParams.set('options', `-c search_path=${schema}`);
        const ground: Ground = {
          folder,
          db: url.href,
          openBooks: async () => {
            // One snapshot of all tables: a killed server's last COMMIT may still be on its way.
            const client = await pool.connect();
            await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
            return {
              read: async (table) => {
                const known = await client.query('SELECT to_regclass($1) AS oid', [table]);
                const [row] = known.rows as { oid: unknown }[];
                if (row?.oid === null) return [];
                const { rows } = await client.query(`SELECT * FROM ${table}`);
                return rows as Record<string, unknown>[];
              },
              journal: () => readSegments(join(folder, 'journal')),
              close: async () => {
                await client.query('COMMIT');
                client.release();
              },
            };
          },
        };
        await campaign('PostgreSQL', ground, kills(100, 10, 0.3));
      } finally {
        await postgres.stop();
      }
    },
  );
});

/**
 * Databases that forget, under the real program: `npm run test:forget -- --rounds N --db
 * sqlite|postgres --seed S`, and a share of it in every test run.
 */
import { copyFileSync, existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { askForCopy } from '../../src/server/files.js';
import { generator } from '../kill/campaign.js';
import { type ServerProcess, startServer } from '../kill/server-process.js';
import { copyBooks, type Row } from '../support/sqlite-books.js';
import { ownPostgres } from '../support/own-postgres.js';
import { quancun, temporaryFolder } from '../support/quancun-process.js';
import { type Books, type Ground, readCallers, runRounds } from './rounds.js';

const { FORGET_ROUNDS: ROUNDS, FORGET_DB: ONLY, FORGET_SEED: SEED = '1', CI } = process.env;
const roundsOf = (inCi: number, here: number): number =>
  ROUNDS === undefined ? (CI === 'true' ? inCi : here) : Number(ROUNDS);

let started: ServerProcess[] = [];
afterAll(() => {
  for (const server of started) server.kill('SIGKILL');
});

async function makeKeys(folder: string): Promise<string> {
  const keys = join(folder, 'keys');
  expect((await quancun('test-keys', keys)).status).toBe(0);
  return keys;
}

/** Starts one that has to listen. */
async function start(db: string, keys: string, journal: string) {
  const server = startServer({ db, keys: join(keys, 'server.json'), journal });
  started.push(server);
  const url = await server.url;
  if (url === undefined) throw new Error(await server.ended);
  return { server, url };
}

async function stop(server: ServerProcess, signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
  server.kill(signal);
  await server.ended;
  started = started.filter((one) => one !== server);
}

/** Without its journal a server is refused, and never listens. */
async function expectRefused(db: string, keys: string, journal: string): Promise<void> {
  renameSync(journal, `${journal}-away`);
  const refused = startServer({ db, keys: join(keys, 'server.json'), journal });
  started.push(refused);
  expect(await refused.url).toBe(undefined);
  expect(await refused.ended).toMatch(/^status 1 .*JOURNAL_MISSING/s);
  rmSync(journal, { force: true });
  renameSync(`${journal}-away`, journal);
}

const REFUNDS = ['REFUND_DUE', 'REFUNDED'];
const REPAIRS = ['repair-issue', 'repair-refund'];

async function readBooks(read: (table: string) => Promise<readonly Row[]>): Promise<Books> {
  const [orders, payments] = [await read('load_order'), await read('payment')];
  const receiptsOf = (states: readonly string[]): string[] => {
    const those = orders.filter(({ state }) => states.includes(String(state)));
    const ids = new Set(those.map((row) => row.order_id));
    return payments.filter((row) => ids.has(row.order_id)).map((row) => String(row.transaction_id));
  };
  const events = await read('audit_event');
  return {
    refunded: receiptsOf(REFUNDS),
    held: receiptsOf(['HELD']),
    repairs: events.filter(({ evidence }) => REPAIRS.includes(String(evidence))).length,
  };
}

async function campaign(name: string, ground: Ground, keys: string, rounds: number) {
  const draw = generator(Number(SEED));
  const { wrong, ...figures } = await runRounds(ground, readCallers(keys), rounds, draw);
  const told = Object.entries(figures).map(([what, count]) => `${what} ${String(count)}`);
  console.log(`${name}: ${told.join(', ')}, wrong ${String(wrong.length)}, seed ${SEED}`);
  expect(wrong).toEqual([]);
  // Three customers and a stranger a round, each with a credit or the money at the end.
  expect(figures.customers).toBe(4 * rounds);
  expect(figures.repairs).toBeGreaterThan(0);
  expect(figures.credits + figures.returned).toBeGreaterThanOrEqual(4 * rounds);
}

describe('a database that is put back to a copy under the real program', () => {
  test.runIf(ONLY !== 'postgres')('SQLite', { timeout: 3_600_000 }, async () => {
    const folder = temporaryFolder();
    const keys = await makeKeys(folder);
    const [file, copy] = [join(folder, 'orders.db'), join(folder, 'copy.db')];
    const journal = join(folder, 'journal');
    const readings = temporaryFolder();
    const db = `sqlite:${file}`;
    let now = await start(db, keys, journal);
    let backs = 0;
    const ground: Ground = {
      urls: () => [now.url],
      takeCopy: async () => {
        rmSync(copy, { force: true });
        expect(await askForCopy(file, copy)).toBe(true);
      },
      putBack: async () => {
        await stop(now.server, backs % 2 === 0 ? 'SIGKILL' : 'SIGTERM');
        copyFileSync(copy, file);
        for (const end of ['-wal', '-shm']) rmSync(file + end, { force: true });
        if (backs % 4 === 0) await expectRefused(db, keys, journal);
        backs += 1;
        now = await start(db, keys, journal);
      },
      read: async () => {
        const books = copyBooks(file, readings);
        const found = await readBooks((table) => Promise.resolve(books.rows(table)));
        books.close();
        for (const end of ['', '-wal']) rmSync(join(readings, `copy.db${end}`), { force: true });
        return found;
      },
    };
    await campaign('SQLite', ground, keys, roundsOf(20, 4));
    expect(existsSync(journal)).toBe(true);
    await stop(now.server, 'SIGTERM');
  });
});

test.runIf(ONLY !== 'sqlite')(
  'PostgreSQL: data folders and databases put back under two servers',
  { timeout: 3_600_000 },
  async () => {
    const folder = temporaryFolder();
    const keys = await makeKeys(folder);
    const postgres = await ownPostgres();
    try {
      await postgres.admin('CREATE DATABASE orders');
      const db = postgres.url('orders');
      const journals = ['A', 'B'].map((name) => join(folder, name));
      const servers: { server: ServerProcess; url: string }[] = [];
      for (const journal of journals) servers.push(await start(db, keys, journal));
      const draw = generator(Number(SEED) + 1);
      let byFolder = false;
      const kick =
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'orders'";
      const ground: Ground = {
        urls: () => servers.map(({ url }) => url),
        takeCopy: async () => {
          byFolder = draw(2) === 0;
          if (byFolder) await postgres.snapshot();
          else await postgres.copyDatabase('orders', 'orders_copy');
        },
        putBack: async () => {
          if (byFolder) await postgres.putBack();
          else {
            await postgres.admin(
              'ALTER DATABASE orders WITH ALLOW_CONNECTIONS false',
              kick,
              'DROP DATABASE orders WITH (FORCE)',
              'ALTER DATABASE orders_copy RENAME TO orders',
            );
          }
        },
        read: async () => {
          const pool = postgres.pool('orders');
          const found = await readBooks(
            async (table) => (await pool.query(`SELECT * FROM ${table}`)).rows as readonly Row[],
          );
          await pool.end();
          return found;
        },
      };
      await campaign('PostgreSQL', ground, keys, roundsOf(12, 4));
      for (const { server } of servers) await stop(server, 'SIGKILL');
      await expectRefused(db, keys, journals[0] ?? '');
    } finally {
      for (const server of started) await stop(server, 'SIGKILL');
      await postgres.stop();
    }
  },
);

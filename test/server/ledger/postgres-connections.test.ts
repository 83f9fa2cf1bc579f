/**
 * Connections to PostgreSQL that die, hang or are refused: the process lives, every wait ends, each
 * failure has its code, and what was asked again is decided once.
 */
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { isQuancunError } from '../../../src/errors.js';
import { postgresOptions, postgresStores } from '../../../src/server/ledger/postgres.js';
import { createTestAuthority } from '../../../src/testing/index.js';
import { manualEnv } from '../../support/manual-env.js';
import { orderRequest } from '../../support/http-messages.js';
import { createSchema, type RunningPostgres, startPostgres } from '../../support/postgres.js';
import { tcpProxy, type TcpProxy } from '../../support/tcp-proxy.js';

let postgres: RunningPostgres;
let schemas = 0;
const proxies: TcpProxy[] = [];
beforeAll(async () => {
  postgres = await startPostgres();
}, 60_000);
afterAll(async () => {
  for (const proxy of proxies) await proxy.close();
  await postgres.stop();
});

async function newSchema(): Promise<string> {
  const schema = `connections_${String(process.pid)}_${String(++schemas)}`;
  await createSchema(postgres, schema);
  return schema;
}

/** A pool whose packets go through a proxy. */
async function throughProxy(schema: string, max = 4) {
  const url = new URL(postgres.url);
  const proxy = await tcpProxy(Number(url.port));
  proxies.push(proxy);
  url.port = String(proxy.port);
  url.searchParams.set('options', `-c search_path=${schema}`);
  const pool = new pg.Pool({ ...postgresOptions(url.href), max, connectionTimeoutMillis: 300 });
  return { proxy, pool };
}

async function failure(work: Promise<unknown>): Promise<{ code: string; money?: string }> {
  try {
    await work;
    return { code: 'none' };
  } catch (error) {
    return isQuancunError(error)
      ? { code: error.code, money: error.money }
      : { code: `no code: ${String(error)}` };
  }
}

const payment = (orderId: string, transactionId: string) =>
  ({ protocol: 1, orderId, provider: 'cash', transactionId, amountFen: 10_000 }) as const;

describe('a connection that ends in use', () => {
  test('a hundred terminations under load: nothing is lost, and the process lives', async () => {
    const schema = await newSchema();
    const pool = postgres.pool(schema, 8);
    const { ledger } = await postgresStores(pool);
    const { authority } = createTestAuthority({ env: manualEnv(), ledger });
    const { orderId } = await authority.createOrder(orderRequest());
    let isOver = false;
    let done = 0;
    const codes = new Set<string>();
    const asking = Array.from({ length: 16 }, async (_one, worker) => {
      for (let count = 0; !isOver; count += 1) {
        const number = `R${String(worker)}-${String(count)}`;
        // The same message again until it is answered: each is booked once.
        for (let isBooked = false; !isBooked;) {
          const { code } = await failure(authority.confirmPayment(payment(orderId, number)));
          codes.add(code);
          isBooked = code === 'none';
        }
        done += 1;
      }
    });
    const killer = postgres.pool('public', 1);
    for (let killed = 0; killed < 100;) {
      const { rowCount } = await killer.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
          WHERE pid <> pg_backend_pid() AND backend_type = 'client backend' LIMIT 2`,
      );
      killed += rowCount ?? 0;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    isOver = true;
    await Promise.all(asking);
    expect(
      [...codes].filter((code) => !['none', 'LEDGER_UNAVAILABLE', 'LEDGER_BUSY'].includes(code)),
    ).toEqual([]);
    expect(codes).toContain('LEDGER_UNAVAILABLE');
    const { rows } = await pool.query<{ count: string }>('SELECT COUNT(*) AS count FROM payment');
    expect(Number(rows[0]?.count)).toBe(done);
    await ledger.close();
  });

  test('the answer to COMMIT is lost: in doubt, and the same message again decides it', async () => {
    const schema = await newSchema();
    const { proxy, pool } = await throughProxy(schema);
    const { ledger } = await postgresStores(pool, { timeoutMs: 500 });
    const { authority } = createTestAuthority({ env: manualEnv(), ledger });
    const { orderId } = await authority.createOrder(orderRequest());
    proxy.cutAtAnswer('SELECT 1');
    // Reading changes nothing; a decision is one statement, which commits by itself.
    expect(await failure(ledger.read(orderId))).toMatchObject({ money: 'untouched' });
    proxy.cutAtAnswer('done');
    expect(await failure(authority.confirmPayment(payment(orderId, 'R1')))).toEqual({
      code: 'LEDGER_UNAVAILABLE',
      money: 'in-doubt',
    });
    expect(await authority.confirmPayment(payment(orderId, 'R1'))).toMatchObject({ state: 'PAID' });
    expect(await authority.confirmPayment(payment(orderId, 'R1'))).toMatchObject({ state: 'PAID' });
    await ledger.close();
  });
});

describe('a network that swallows packets', () => {
  test('every wait ends, and all works again once it is back', async () => {
    const { proxy, pool } = await throughProxy(await newSchema(), 8);
    const { ledger, guard } = await postgresStores(pool, { timeoutMs: 600 });
    const ask = () => failure(ledger.findUnsettled('6201220000001234'));
    // Connections stand idle and in use, as on a day of work.
    expect(await Promise.all(Array.from({ length: 8 }, ask))).toEqual(
      Array(8).fill({ code: 'none' }),
    );
    proxy.swallow();
    const lost = await Promise.all([
      ...Array.from({ length: 20 }, ask),
      failure(guard.countWrong('mac1', 0)),
    ]);
    expect(new Set(lost.map(({ code }) => code))).toEqual(new Set(['LEDGER_UNAVAILABLE']));
    proxy.heal();
    // One after the other: no connection of before is waited for any more.
    for (let count = 0; count < 10; count += 1) expect(await ask()).toEqual({ code: 'none' });
    await ledger.close();
  });

  test('closing does not wait for a statement that nobody will answer', async () => {
    const { proxy, pool } = await throughProxy(await newSchema());
    // Far longer than this test may take.
    const { ledger } = await postgresStores(pool, { timeoutMs: 600_000 });
    expect(await failure(ledger.findUnsettled('6201220000001234'))).toEqual({ code: 'none' });
    proxy.swallow();
    const asked = failure(ledger.findUnsettled('6201220000001234'));
    await vi.waitFor(() => {
      expect(pool.idleCount).toBeLessThan(pool.totalCount);
    });
    await ledger.close();
    expect(await asked).toMatchObject({ code: 'LEDGER_UNAVAILABLE' });
  });

  test('idle connections that a firewall has forgotten cost one wait, not one each', async () => {
    const { proxy, pool } = await throughProxy(await newSchema(), 8);
    const { ledger } = await postgresStores(pool, { timeoutMs: 600 });
    const ask = () => failure(ledger.findUnsettled('6201220000001234'));
    await Promise.all(Array.from({ length: 8 }, ask));
    proxy.swallow();
    proxy.heal();
    const codes = [];
    for (let count = 0; count < 10; count += 1) codes.push((await ask()).code);
    expect(codes).toEqual(['LEDGER_UNAVAILABLE', ...Array<string>(9).fill('none')]);
    await ledger.close();
  });

  test('closing waits for nothing that does not answer', async () => {
    const { proxy, pool } = await throughProxy(await newSchema());
    const { ledger } = await postgresStores(pool, { timeoutMs: 300 });
    proxy.swallow();
    const asked = failure(ledger.counts());
    await ledger.close();
    await ledger.close();
    expect(await asked).toMatchObject({ code: 'LEDGER_UNAVAILABLE' });
    expect(await failure(ledger.counts())).toMatchObject({ code: 'LEDGER_UNAVAILABLE' });
  });
});

describe('a statement that was chosen to break a deadlock', () => {
  test.each([
    ['read', 'payment'],
    ['createOrder', 'card'],
  ] as const)('%s is asked again', async (name, last) => {
    const schema = await newSchema();
    const { ledger } = await postgresStores(postgres.pool(schema, 4));
    const { authority } = createTestAuthority({ env: manualEnv(), ledger });
    const { orderId } = await authority.createOrder(orderRequest());
    const ask =
      name === 'read'
        ? () => ledger.read(orderId)
        : () => authority.createOrder(orderRequest({ idempotencyKey: 'another' }));
    const migration = await postgres.pool(schema, 1).connect();
    try {
      // As a migration does it: one table, then another, in its own order. It never gives way.
      await migration.query("SET deadlock_timeout TO '60s'");
      await migration.query('BEGIN');
      await migration.query(`LOCK TABLE ${last}`);
      const asked = failure(ask());
      const held = await vi.waitFor(() => heldByWhoWaits(schema));
      await migration.query(`LOCK TABLE ${held}`);
      await migration.query('COMMIT');
      expect(await asked).toEqual({ code: 'none' });
    } finally {
      migration.release(true);
    }
    await ledger.close();
  });

  /** A table that a connection has locked which waits for another one. */
  async function heldByWhoWaits(schema: string): Promise<string> {
    const { rows } = await postgres.pool(schema, 1).query<{ name: string }>(
      `SELECT l.relation::regclass::text AS name FROM pg_locks l
        JOIN pg_class c ON c.oid = l.relation AND c.relkind = 'r'
        WHERE c.relnamespace = current_schema()::regnamespace AND l.granted
          AND l.pid IN (SELECT pid FROM pg_locks WHERE NOT granted)`,
    );
    const [first] = rows;
    if (first === undefined) throw new Error('nobody waits yet');
    return first.name;
  }
});

describe('what a database refuses, and what is none', () => {
  const opened = (change: (url: URL) => void) => {
    const url = new URL(postgres.url);
    change(url);
    const pool = new pg.Pool({ ...postgresOptions(url.href), max: 2 });
    return failure(postgresStores(pool, { timeoutMs: 2_000 })).finally(() => pool.end());
  };
  test.each<readonly [string, string, (url: URL) => void]>([
    ['a wrong password', 'LEDGER_ACCESS_DENIED', (url) => (url.password = 'wrong')],
    ['no password', 'LEDGER_ACCESS_DENIED', (url) => (url.password = '')],
    ['an unknown role', 'LEDGER_ACCESS_DENIED', (url) => (url.username = 'nobody')],
    ['an unknown database', 'LEDGER_DATABASE_UNKNOWN', (url) => (url.pathname = '/nowhere')],
    ['a host that is none', 'LEDGER_UNAVAILABLE', (url) => (url.hostname = 'nowhere.invalid')],
    ['a port where nobody listens', 'LEDGER_UNAVAILABLE', (url) => (url.port = '1')],
    [
      'a schema that does not exist',
      'LEDGER_DATABASE_UNKNOWN',
      (url) => url.searchParams.set('options', '-c search_path=nowhere'),
    ],
    [
      'transactions that may only read',
      'LEDGER_READ_ONLY',
      (url) => url.searchParams.set('options', '-c default_transaction_read_only=on'),
    ],
  ])('%s: %s', async (_name, code, change) => {
    expect(await opened(change)).toEqual({ code, money: 'untouched' });
  });

  test('a primary that becomes read-only says so, and works again afterwards', async () => {
    const schema = await newSchema();
    const { ledger } = await postgresStores(postgres.pool(schema, 2));
    const { authority } = createTestAuthority({ env: manualEnv(), ledger });
    const admin = postgres.pool('public', 1);
    await admin.query('ALTER SYSTEM SET default_transaction_read_only = on');
    await admin.query('SELECT pg_reload_conf()');
    let code = 'none';
    for (let tries = 0; code === 'none' && tries < 500; tries += 1) {
      ({ code } = await failure(
        authority.createOrder(orderRequest({ idempotencyKey: `k${String(tries)}` })),
      ));
      if (code === 'ORDER_OPEN') code = 'none';
    }
    expect(code).toBe('LEDGER_READ_ONLY');
    await admin.query('SET default_transaction_read_only = off');
    await admin.query('ALTER SYSTEM RESET default_transaction_read_only');
    await admin.query('SELECT pg_reload_conf()');
    for (let tries = 0; code !== 'none' && tries < 500; tries += 1) {
      ({ code } = await failure(authority.createOrder(orderRequest({ idempotencyKey: 'again' }))));
    }
    expect(code).toBe('none');
    await ledger.close();
  });

  test('a newer schema is refused, unless it admits this version', async () => {
    const schema = await newSchema();
    const { ledger } = await postgresStores(postgres.pool(schema, 2));
    await ledger.close();
    const pool = postgres.pool(schema, 1);
    const open = async () => {
      const stores = await postgresStores(postgres.pool(schema, 2));
      await stores.ledger.close();
    };
    await pool.query('INSERT INTO schema_version (version) VALUES (1000)');
    expect((await failure(open())).code).toBe('LEDGER_NEWER');
    await pool.query('ALTER TABLE schema_version ADD COLUMN IF NOT EXISTS oldest_reader INTEGER');
    expect((await failure(open())).code).toBe('LEDGER_NEWER');
    await pool.query('UPDATE schema_version SET oldest_reader = 999 WHERE version = 1000');
    expect((await failure(open())).code).toBe('LEDGER_NEWER');
    await pool.query('UPDATE schema_version SET oldest_reader = 1 WHERE version = 1000');
    expect((await failure(open())).code).toBe('none');
  });
});

/** `serve` on a PostgreSQL that goes away, in a process of its own: it lives, answers, and ends. */
import { type ChildProcess, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CLI, ROOT } from '../../build/entries.js';
import { createSchema, type RunningPostgres, startPostgres } from '../support/postgres.js';
import { events, quancun, temporaryFolder } from '../support/quancun-process.js';
import { startServed } from '../support/served.js';
import { tcpProxy, type TcpProxy } from '../support/tcp-proxy.js';

const PROGRAM = join(ROOT, `dist/${CLI.name}.js`);
const folder = temporaryFolder();
const children: ChildProcess[] = [];
let postgres: RunningPostgres;
let proxy: TcpProxy;
beforeAll(async () => {
  postgres = await startPostgres();
  proxy = await tcpProxy(Number(new URL(postgres.url).port));
  await createSchema(postgres, 'serve_outages');
  expect((await quancun('test-keys', join(folder, 'keys'))).status).toBe(0);
}, 60_000);
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await proxy.close();
  await postgres.stop();
});

function database(change: (url: URL) => void = () => undefined): string {
  const url = new URL(postgres.url);
  url.port = String(proxy.port);
  url.searchParams.set('options', '-c search_path=serve_outages');
  change(url);
  return url.href;
}

const words = (db: string) => [
  ...['serve', '--db', db, '--keys', join(folder, 'keys/server.json')],
  ...['--journal', join(folder, 'issues.journal'), '--port', '0', '--json'],
];

async function start() {
  const child = spawn(process.execPath, [PROGRAM, ...words(database())], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  let out = '';
  const port = await new Promise<string>((found, failed) => {
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text;
      const [, digits] = /"port":(\d+)/.exec(out) ?? [];
      if (digits !== undefined) found(digits);
    });
    child.once('exit', () => {
      failed(new Error(out + said));
    });
  });
  const ended = new Promise<number | null>((exit) => child.once('exit', exit));
  const health = async () => {
    const response = await fetch(`http://127.0.0.1:${port}/health`);
    const { code } = (await response.json()) as { code?: string };
    return [response.status, code ?? 'ok'] as const;
  };
  const watched = async (path: string) => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`);
    return [response.status, await response.json()] as const;
  };
  return { child, port, ended, health, watched, said: () => said };
}

test('every connection ended: 503 at most, and the process goes on', async () => {
  const { child, ended, health } = await start();
  expect(await health()).toEqual([200, 'ok']);
  const killer = postgres.pool('public', 1);
  for (let round = 0; round < 20; round += 1) {
    const asked = [health(), health(), health()];
    await killer.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'`,
    );
    for (const [status] of await Promise.all(asked)) expect([200, 503]).toContain(status);
  }
  let [status] = await health();
  for (let tries = 0; status !== 200 && tries < 20; tries += 1) [status] = await health();
  expect(status).toBe(200);
  child.kill('SIGTERM');
  expect(await ended).toBe(0);
});

test('packets swallowed: health answers, the log says why, and it works again', async () => {
  const { child, port, ended, health, watched, said } = await start();
  expect(await health()).toEqual([200, 'ok']);
  expect(await watched('/readyz')).toEqual([200, { status: 'ready', reasons: [] }]);
  proxy.swallow();
  expect(await health()).toEqual([503, 'LEDGER_UNAVAILABLE']);
  expect(said()).toContain('"cause":"NoAnswer ETIMEDOUT"');
  expect(await watched('/readyz')).toMatchObject([
    503,
    { reasons: [{ code: 'LEDGER_UNAVAILABLE' }] },
  ]);
  const metrics = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  // What watches it hears that it is not ready, and not that it is gone.
  expect(metrics).toMatch(/^quancun_ready 0$/m);
  expect(metrics).not.toContain('quancun_orders');
  expect(await watched('/livez')).toMatchObject([200, { status: 'live' }]);
  proxy.heal();
  let [status] = await health();
  for (let tries = 0; status !== 200 && tries < 10; tries += 1) [status] = await health();
  expect(status).toBe(200);
  child.kill('SIGTERM');
  expect(await ended).toBe(0);
});

test('SIGTERM ends it while the database swallows what it is asked', async () => {
  const { child, ended, health } = await start();
  expect(await health()).toEqual([200, 'ok']);
  proxy.swallow();
  const asked = Promise.allSettled([health(), health()]);
  await new Promise((resolve) => setTimeout(resolve, 300));
  child.kill('SIGTERM');
  // Not by a signal: it has ended by itself.
  expect([0, 1]).toContain(await ended);
  await asked;
  proxy.heal();
});

test.each<readonly [string, string, (url: URL) => void]>([
  ['a wrong password', 'LEDGER_ACCESS_DENIED', (url) => (url.password = 'wrong')],
  ['a database that is none', 'LEDGER_DATABASE_UNKNOWN', (url) => (url.pathname = '/none')],
  ['a port where nobody is', 'LEDGER_UNAVAILABLE', (url) => (url.port = '1')],
])('%s: said in one line with its code', async (_name, code, change) => {
  const { status, out, err } = await quancun(...words(database(change)));
  expect([status, events(out).at(-1)?.code]).toEqual([1, code]);
  expect(out + err).not.toContain('wrong');
});

describe('the password of the database', () => {
  const secret = 'p@ss/wo:rd';
  const withoutPassword = () => {
    return database((url) => {
      url.username = 'teller';
      url.password = '';
    });
  };
  const withPassword = () => {
    return database((url) => {
      url.username = 'teller';
      url.password = encodeURIComponent(secret);
    });
  };
  beforeAll(async () => {
    const pool = postgres.pool('public', 1);
    await pool.query(`CREATE ROLE teller SUPERUSER LOGIN PASSWORD '${secret}'`);
    writeFileSync(join(folder, 'password'), `${secret}\n`);
  });
  const rest = () => [
    '--keys',
    join(folder, 'keys/server.json'),
    '--journal',
    join(folder, 'issues.journal'),
  ];

  test.each<readonly [string, () => readonly string[], () => Record<string, string>]>([
    ['QUANCUN_DB', () => [], () => ({ QUANCUN_DB: withPassword() })],
    [
      '--db-password-file',
      () => ['--db', withoutPassword(), '--db-password-file', join(folder, 'password')],
      () => ({}),
    ],
    ['PGPASSWORD', () => ['--db', withoutPassword()], () => ({ PGPASSWORD: secret })],
  ])('by %s: in no list of processes, and no warning', async (_name, dbWords, env) => {
    const served = await startServed([...dbWords(), ...rest()], { env: env() });
    children.push(served.child);
    expect(served.child.spawnargs.join(' ')).not.toContain('ss/wo');
    expect(served.logged()).not.toContain('password');
    const metrics = await (await fetch(`http://127.0.0.1:${String(served.port)}/metrics`)).text();
    expect(metrics).toMatch(/quancun_database_connections\{state="total"\} [1-9]/);
    expect(metrics).toContain('quancun_database_connections{state="waiting"} 0');
    served.child.kill('SIGTERM');
    expect(await served.ended).toBe(0);
  });

  test('in the words: it goes on, and warns without repeating it', async () => {
    const served = await startServed(['--db', withPassword(), ...rest()]);
    children.push(served.child);
    expect(served.logged()).toContain('"event":"password-in-arguments"');
    expect(served.logged()).not.toContain('ss/wo');
    served.child.kill('SIGTERM');
    expect(await served.ended).toBe(0);
  });
});

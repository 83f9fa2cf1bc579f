/** What operations need of the built server, attacked over real sockets. */
import { connect, type Socket } from 'node:net';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { envFrom } from '../../src/env.js';
import { serverClient } from '../../src/terminal/index.js';
import { events, quancun, temporaryFolder } from '../support/quancun-process.js';
import { sendRaw, type Served, type ServeOptions, startServed } from '../support/served.js';

const folder = temporaryFolder();
const keys = join(folder, 'keys/server.json');
const children: Served[] = [];
let databases = 0;
beforeAll(async () => {
  expect((await quancun('test-keys', join(folder, 'keys'))).status).toBe(0);
});
afterAll(() => {
  for (const { child } of children) child.kill('SIGKILL');
});

async function start(words: readonly string[] = [], options: ServeOptions = {}): Promise<Served> {
  databases += 1;
  const db = `sqlite:${join(folder, `orders-${String(databases)}.db`)}`;
  const served = await startServed(['--db', db, '--keys', keys, ...words], options);
  children.push(served);
  return served;
}
const at = (port: number | undefined, path: string, init: RequestInit = {}) =>
  fetch(`http://127.0.0.1:${String(port)}${path}`, init);
async function end({ child, ended }: Served): Promise<number | null> {
  child.kill('SIGTERM');
  return ended;
}

describe('ports', () => {
  test('with an admin port, metrics and reasons are told there alone', async () => {
    const served = await start(['--admin-port', '0']);
    const { port, adminPort } = served;
    expect(await (await at(port, '/livez')).json()).toEqual({ status: 'live' });
    expect(await (await at(port, '/readyz')).json()).toEqual({ status: 'ready' });
    expect((await at(port, '/metrics')).status).toBe(404);
    const ready = { status: 'ready', reasons: [] };
    expect(await (await at(adminPort, '/readyz')).json()).toEqual(ready);
    expect((await at(adminPort, '/v1/orders', { method: 'POST' })).status).toBe(404);
    const metrics = await (await at(adminPort, '/metrics')).text();
    for (const name of [
      'quancun_ready 1',
      'quancun_journal_writable 1',
      'quancun_journal_sequence',
      'quancun_hsm_duration_seconds_count{question="describeKeys"}',
      'quancun_round_last_success_timestamp_seconds{round="tick"}',
      'quancun_process_resident_memory_bytes',
      'quancun_event_loop_delay_seconds{quantile="0.99"}',
      'quancun_requests_total{route="unknown",status="404",code="ROUTE_UNKNOWN"}',
      'quancun_request_duration_seconds_bucket{route="/livez",le="+Inf"} 1',
    ]) {
      expect(metrics).toContain(name);
    }
    expect(await end(served)).toBe(0);
  });

  test('a port that is taken has a code, the admin port too', async () => {
    const served = await start();
    const db = ['--db', `sqlite:${join(folder, 'taken.db')}`, '--keys', keys, '--json'];
    for (const words of [
      ['--port', String(served.port)],
      ['--port', '0', '--admin-port', String(served.port)],
    ]) {
      const { status, out } = await quancun('serve', ...db, ...words);
      expect([status, events(out).at(-1)]).toMatchObject([
        1,
        { code: 'PORT_UNAVAILABLE', details: { problem: 'EADDRINUSE' }, money: 'untouched' },
      ]);
      // It never worked with its journal, so nobody waits for that.
      const journals = await quancun('journal', ...db.slice(0, 2), '--json');
      expect(events(journals.out)).toMatchObject([{ event: 'journal', state: 'sealed' }]);
    }
    expect(await end(served)).toBe(0);
  });
});

describe('what is no request of ours', () => {
  const post = 'POST /v1/orders HTTP/1.1\r\nhost: a\r\n';
  test.each([
    ['a header without a name', 'GET / HTTP/1.1\r\n: x\r\n\r\n', '400', 'REQUEST_MALFORMED'],
    ['no HTTP', 'hello\r\n\r\n', '400', 'REQUEST_MALFORMED'],
    ['no host', 'GET /livez HTTP/1.1\r\nconnection: close\r\n\r\n', '400', 'REQUEST_MALFORMED'],
    [
      'two lengths',
      `${post}content-length: 1\r\ncontent-length: 2\r\n\r\nab`,
      '400',
      'REQUEST_MALFORMED',
    ],
    [
      'headers without an end',
      `GET / HTTP/1.1\r\nx: ${'a'.repeat(20_000)}\r\n\r\n`,
      '400',
      'REQUEST_MALFORMED',
    ],
    [
      'PUT',
      'PUT /v1/orders HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n',
      '405',
      'METHOD_NOT_ALLOWED',
    ],
    [
      'no signature',
      `${post}content-length: 2\r\nconnection: close\r\n\r\n{}`,
      '401',
      'SIGNATURE_INVALID',
    ],
  ])('%s: a problem with a code', async (_name, text, status, code) => {
    const served = children.find(({ child }) => child.exitCode === null) ?? (await start());
    const told = await sendRaw(served.port, text);
    expect(told.slice(0, 12)).toBe(`HTTP/1.1 ${status}`);
    expect(told.toLowerCase()).toContain('content-type: application/problem+json');
    expect(told).toContain(`"code":"${code}"`);
    expect((await at(served.port, '/livez')).status).toBe(200);
  });
});

test('500 connections that dribble keep nobody out, and are let go', async () => {
  const served = await start(['--max-at-once', '50']);
  const answers: string[] = [];
  const slow = Array.from({ length: 500 }, (_one, index) => {
    return new Promise<Socket>((open) => {
      const socket = connect(served.port, '127.0.0.1', () => {
        // Half of them never end their headers, half their body.
        const whole = 'POST /v1/orders HTTP/1.1\r\nhost: a\r\ncontent-length: 100\r\n';
        socket.write(index % 2 === 0 ? whole : `${whole}\r\n{`);
        open(socket);
      });
      socket.on('data', (part) => answers.push(String(part)));
      socket.on('error', () => undefined);
    });
  });
  const sockets = await Promise.all(slow);
  const closed = sockets.map((socket) => new Promise((gone) => socket.once('close', gone)));
  const { keyId, secret } = await credentials();
  const url = `http://127.0.0.1:${String(served.port)}/`;
  const client = serverClient({ url, keyId, secret, fetch, env: envFrom(globalThis) });
  // Not one of them is inside: there is room for those who have something to say.
  expect((await client.findOrders({ plate: '甘A12345', fromMs: 0, toMs: 1 })).records).toEqual([]);
  await Promise.all(closed);
  expect(answers.filter((text) => text.includes('REQUEST_TIMEOUT'))).toHaveLength(500);
  expect(served.logged()).not.toContain('"code":"INTERNAL"');
  expect(await end(served)).toBe(0);
});

async function credentials(): Promise<{ keyId: string; secret: string }> {
  const { readFile } = await import('node:fs/promises');
  const text = await readFile(join(folder, 'keys/terminal.json'), 'utf8');
  return JSON.parse(text) as { keyId: string; secret: string };
}

test('SIGTERM: readiness falls, what comes is still answered, and then it ends', async () => {
  const served = await start(['--drain-ms', '2000']);
  expect((await at(served.port, '/readyz')).status).toBe(200);
  served.child.kill('SIGTERM');
  let last = await at(served.port, '/readyz');
  while (last.status === 200) last = await at(served.port, '/readyz');
  expect(await last.json()).toMatchObject({ reasons: [{ code: 'SERVER_CLOSING' }] });
  expect((await at(served.port, '/livez')).status).toBe(200);
  expect(await served.ended).toBe(0);
  await expect(at(served.port, '/livez')).rejects.toThrow();
});

test('a log that nobody reads any more ends nothing', async () => {
  const served = await start();
  served.child.stderr?.destroy();
  served.child.stdout?.destroy();
  for (let asked = 0; asked < 20; asked += 1) {
    expect((await at(served.port, '/livez')).status).toBe(200);
  }
  expect(await (await at(served.port, '/metrics')).text()).toMatch(
    /quancun_log_lines_lost_total [1-9]/,
  );
  expect(await end(served)).toBe(0);
});

test('whoever traces hears of requests and of the HSM, and of no secret', async () => {
  const listener = join(folder, 'listener.mjs');
  writeFileSync(
    listener,
    `import { subscribe } from 'node:diagnostics_channel';
    for (const name of ['request', 'hsm'])
      subscribe('quancun:' + name, (event) => console.error('heard ' + name + ' ' + JSON.stringify(event)));`,
  );
  const served = await start([], { node: ['--import', listener] });
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  await at(served.port, '/readyz', { headers: { traceparent, 'x-request-id': 'till-7-000123' } });
  expect(await end(served)).toBe(0);
  expect(served.logged()).toMatch(/heard hsm \{"question":"describeKeys","durationMs":/);
  const [, event = '{}'] = /heard request (.*)/.exec(served.logged()) ?? [];
  const names = { route: '/readyz', status: 200, requestId: 'till-7-000123', traceparent };
  expect(JSON.parse(event)).toMatchObject(names);
});

test('a file that says too much is refused before a database is made', async () => {
  const config = join(folder, 'serve.json');
  writeFileSync(config, JSON.stringify({ db: `sqlite:${folder}/none.db`, keys, drainMS: 1 }));
  const { status, out } = await quancun('serve', '--config', config, '--json');
  expect([status, events(out).at(-1)?.code]).toEqual([2, 'JSON_INVALID']);
});

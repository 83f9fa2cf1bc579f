/** The counter door over a socket: what a page gets, and what another site's page does not. */
import { request as ask, type IncomingHttpHeaders } from 'node:http';
import { serve } from '@hono/node-server';
import { afterAll, expect, test } from 'vitest';
import { createCounterDoor } from '../../../src/server/http/index.js';
import { type Caller, addPerson, memoryPersons } from '../../../src/server/index.js';
import { CARD_NUMBER, orderRequest } from '../../support/http-messages.js';
import { OFFICE, openServer, TERMINAL } from '../../support/signed-fetch.js';

const ORIGIN = 'https://counter.example';
const NAME = '__Host-quancun-session';
const persons = memoryPersons();
const callers: Caller[] = [
  { ...TERMINAL, scopes: ['recharge', 'query-outlet'], persons: true, outlet: 'north' },
  { ...OFFICE, scopes: ['recharge'], persons: true },
];
const server = openServer({ persons, callers });
const keeping = { persons, env: server.env, by: 'setup' };
await addPerson(keeping, { personId: 'li', name: '李', roles: ['operator'], password: '481592' });

const door = createCounterDoor({
  server: (request) => server.handler.fetch(request),
  origin: ORIGIN,
  // Of two devices, told apart by what the proxy says of the connection.
  device: (request) => (request.headers.get('x-device') === 'office' ? OFFICE : TERMINAL),
  env: server.env,
});
const port = await new Promise<number>((found) => {
  const listening = serve({ fetch: door.fetch, port: 0, hostname: '127.0.0.1' }, (info) => {
    found(info.port);
  });
  afterAll(() => listening.close());
});

interface Heard {
  readonly status: number;
  readonly text: string;
  readonly headers: IncomingHttpHeaders;
}

const OWN = { origin: ORIGIN, 'sec-fetch-site': 'same-origin', 'content-type': 'application/json' };

function send(
  path: string,
  body: object | undefined,
  headers: Record<string, string> = OWN,
): Promise<Heard> {
  const method = body === undefined ? 'GET' : 'POST';
  return new Promise((resolve, reject) => {
    const sent = ask({ port, host: '127.0.0.1', path, method, headers }, (answered) => {
      let text = '';
      answered.setEncoding('utf8').on('data', (part: string) => (text += part));
      answered.on('end', () => {
        resolve({ status: answered.statusCode ?? 0, text, headers: answered.headers });
      });
    });
    sent.on('error', reject);
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
}
const codeOf = ({ text }: Heard): unknown => (JSON.parse(text) as { code?: string }).code;
const login = { personId: 'li', password: '481592' };
const unsettled = { protocol: 1, cardNumber: CARD_NUMBER };

/** The cookie of somebody who has just logged in, as a browser sends it back. */
async function cookieOf(headers: Record<string, string> = {}): Promise<string> {
  const [set = ''] =
    (await send('/counter/sessions', login, { ...OWN, ...headers })).headers['set-cookie'] ?? [];
  return set.split(';')[0] ?? '';
}

test('a login gives the page who it is, and the browser a cookie that no script reads', async () => {
  const told = await send('/counter/sessions', login);
  const [set = ''] = told.headers['set-cookie'] ?? [];
  expect(set).toMatch(
    new RegExp(`^${NAME}=[0-9A-F]{64}; Path=/; HttpOnly; SameSite=Strict; Secure$`),
  );
  const token = set.slice(NAME.length + 1, NAME.length + 65);
  expect(told.text).not.toContain(token);
  expect(told.text).not.toContain(TERMINAL.secret);
  expect(JSON.parse(told.text)).toMatchObject({ personId: 'li', outlet: 'north' });
  expect(told.headers['cache-control']).toBe('no-store');
});

test('with the cookie the page makes an order, in its person’s name and its device’s', async () => {
  const headers = { ...OWN, cookie: await cookieOf(), 'idempotency-key': 'k1' };
  const told = await send('/counter/orders', orderRequest({ outlet: undefined }), headers);
  expect(told.status).toBe(200);
  const { orderId } = JSON.parse(told.text) as { orderId: string };
  const { who } = (await server.ledger.read(orderId))?.situation.order ?? {};
  expect(who).toMatchObject({ by: TERMINAL.keyId, person: 'li' });
  const { origin: _page, ...ofGet } = headers;
  expect((await send(`/counter/orders/${orderId}`, undefined, ofGet)).status).toBe(200);
});

test('another site’s page gets nothing, whatever it sends, also with the cookie', async () => {
  const cookie = await cookieOf();
  const before = server.log.length;
  const forged: Record<string, string>[] = [
    { ...OWN, 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' },
    { ...OWN, 'sec-fetch-site': 'same-site', origin: 'https://other.counter.example' },
    { ...OWN, 'sec-fetch-site': 'none' },
    { ...OWN, origin: 'https://evil.example' },
    { ...OWN, origin: 'null' },
    { ...OWN, origin: 'https://counter.example.evil.example' },
    { ...OWN, origin: 'http://counter.example' },
    // A browser that says nothing of the site still says the origin of what is posted.
    { 'content-type': 'application/json', origin: 'https://evil.example' },
    { 'content-type': 'application/json' },
  ];
  for (const headers of forged) {
    const told = await send('/counter/orders/unsettled', unsettled, { ...headers, cookie });
    expect([headers, told.status, codeOf(told)]).toEqual([headers, 403, 'ORIGIN_REFUSED']);
    expect(told.headers['access-control-allow-origin']).toBeUndefined();
  }
  for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data']) {
    const headers = { ...OWN, 'content-type': type, cookie };
    expect((await send('/counter/orders/unsettled', unsettled, headers)).status).toBe(400);
  }
  expect(server.log).toHaveLength(before);
});

test('a stolen cookie is nobody’s at another device, and a page cannot sign or name a session', async () => {
  const cookie = await cookieOf();
  const there = { ...OWN, cookie, 'x-device': 'office' };
  const stolen = await send('/counter/orders/unsettled', unsettled, there);
  expect([stolen.status, codeOf(stolen)]).toEqual([401, 'SESSION_REQUIRED']);
  const token = cookie.slice(NAME.length + 1);
  const named = { ...OWN, 'quancun-session': token, 'quancun-key-id': OFFICE.keyId };
  expect(codeOf(await send('/counter/orders/unsettled', unsettled, named))).toBe(
    'SESSION_REQUIRED',
  );
  const doubled = { ...OWN, cookie: `${cookie}; ${NAME}=${'0'.repeat(64)}` };
  expect(codeOf(await send('/counter/orders/unsettled', unsettled, doubled))).toBe(
    'SESSION_REQUIRED',
  );
});

test('logout takes the cookie away, and the token is worth nothing after it', async () => {
  const cookie = await cookieOf();
  const told = await send('/counter/sessions/end', {}, { ...OWN, cookie });
  expect(told.headers['set-cookie']).toEqual([
    `${NAME}=; Path=/; HttpOnly; SameSite=Strict; Secure; Max-Age=0`,
  ]);
  const again = await send('/counter/orders/unsettled', unsettled, { ...OWN, cookie });
  expect(codeOf(again)).toBe('SESSION_REQUIRED');
  expect(again.headers['set-cookie']?.[0]).toContain('Max-Age=0');
});

test('a query behind the address changes nothing of that: no token told, and the cookie set', async () => {
  const told = await send('/counter/sessions?x=1', login);
  const [set = ''] = told.headers['set-cookie'] ?? [];
  expect(set).toMatch(new RegExp(`^${NAME}=[0-9A-F]{64}; `));
  expect(told.text).not.toMatch(/[0-9A-F]{64}|"session"/);
  const cookie = set.split(';')[0] ?? '';
  const ended = await send('/counter/sessions/end?x', {}, { ...OWN, cookie });
  expect([ended.status, ended.headers['set-cookie']?.[0]]).toEqual([
    200,
    expect.stringContaining('Max-Age=0'),
  ]);
});

test('no token is told, however the server answers at these addresses', async () => {
  const token = 'AB'.repeat(32);
  const { origin, env } = { origin: ORIGIN, env: server.env };
  for (const [path, status] of [
    ['/counter/sessions', 201],
    ['/counter/sessions/current', 200],
  ] as const) {
    const told = Response.json({ personId: 'li', session: token }, { status });
    const odd = createCounterDoor({
      ...{ origin, env, device: TERMINAL },
      server: () => Promise.resolve(told),
    });
    const sent = { method: 'POST', headers: OWN, body: '{}' };
    const heard = await odd.fetch(new Request(`${ORIGIN}${path}`, sent));
    expect([heard.status, await heard.json()]).toEqual([status, { personId: 'li' }]);
  }
});

test('what is neither GET nor POST is no method of the door', async () => {
  for (const method of ['HEAD', 'PUT', 'DELETE', 'OPTIONS']) {
    const request = new Request(`${ORIGIN}/counter/orders/unsettled`, { method, headers: OWN });
    const told = await door.fetch(request);
    expect([method, told.status, told.headers.get('allow')]).toEqual([method, 405, 'GET, POST']);
  }
});

test('nothing but /counter/…, no way around it, and no more than a body’s worth', async () => {
  for (const path of [
    '/v1/orders/unsettled',
    '/counter',
    '/counter/',
    '/counter//x',
    '/counter/%2e%2e/metrics',
    '/counter/orders/../../health',
  ]) {
    expect([path, (await send(path, unsettled)).status]).toEqual([path, 404]);
  }
  const long = { ...unsettled, cardNumber: '0'.repeat(20_000) };
  expect((await send('/counter/orders/unsettled', long)).status).toBe(413);
});

test('an origin whose cookies others can read, or that is none, makes no door', () => {
  const make = (origin: string) => () =>
    createCounterDoor({
      ...{ server: (request) => server.handler.fetch(request), origin },
      ...{ device: TERMINAL, env: server.env },
    });
  for (const origin of ['http://counter.example', 'counter', '', `${ORIGIN}/`, `${ORIGIN}/page`]) {
    expect(make(origin), origin).toThrow(expect.objectContaining({ code: 'ARGUMENT_INVALID' }));
  }
  for (const origin of [ORIGIN, 'http://localhost:8080', 'http://127.0.0.1:8080']) {
    expect(make(origin), origin).not.toThrow();
  }
});

/** What watches a server, how it is spoken to wrongly, and when it takes nothing new. */
import { describe, expect, test } from 'vitest';
import { createReadiness } from '../../../src/server/http/index.js';
import { createTestAuthority } from '../../../src/testing/index.js';
import { manualEnv } from '../../support/manual-env.js';
import { orderRequest, paymentRequest } from '../../support/http-messages.js';
import { OFFICE, openServer } from '../../support/signed-fetch.js';

const json = async (response: Response): Promise<unknown> => response.json();

async function metricsOf({ handler }: ReturnType<typeof openServer>): Promise<string> {
  return (await handler.fetch(new Request('http://x/metrics'))).text();
}

describe('liveness and readiness', () => {
  test('a server that can do its work says so', async () => {
    const server = openServer();
    expect(await server.ask('GET', '/livez')).toMatchObject({ status: 200 });
    const { status, text } = await server.ask('GET', '/readyz');
    expect([status, JSON.parse(text)]).toEqual([200, { status: 'ready', reasons: [] }]);
  });

  test('an HSM that is away, a ledger that fails, a journal that is full: each is told', async () => {
    const env = manualEnv();
    const { authority } = createTestAuthority({ env });
    const away = { describeKeys: () => Promise.reject(new Error('secret words of a driver')) };
    const full = { ...authority, isWritable: () => false };
    const codes = async (parts: Partial<Parameters<typeof createReadiness>[0]>) => {
      const reasons = await createReadiness({ authority, env, ...parts }).check();
      expect(JSON.stringify(reasons)).not.toContain('secret words');
      return reasons.map(({ code }) => code);
    };
    expect(await codes({})).toEqual([]);
    expect(await codes({ hsm: away })).toEqual(['HSM_UNAVAILABLE']);
    expect(await codes({ authority: full })).toEqual(['JOURNAL_UNAVAILABLE']);
    const broken = { ...authority, open: () => Promise.reject(new Error('secret words')) };
    expect(await codes({ authority: broken, hsm: away })).toEqual(['INTERNAL', 'HSM_UNAVAILABLE']);
  });

  test('asked by many at once it looks once, and again after a second', async () => {
    const env = manualEnv();
    const { authority } = createTestAuthority({ env });
    let looks = 0;
    const open = () => {
      looks += 1;
      return authority.open();
    };
    const readiness = createReadiness({ authority: { ...authority, open }, env });
    await Promise.all(Array.from({ length: 50 }, () => readiness.check()));
    expect(looks).toBe(1);
    env.advance(1_000);
    await readiness.check();
    expect(looks).toBe(2);
  });

  test('about to close, it falls at once, lives, and answers what is sent to it', async () => {
    const env = manualEnv();
    const { authority } = createTestAuthority({ env });
    const readiness = createReadiness({ authority, env });
    const server = openServer({ readiness });
    expect((await server.ask('GET', '/readyz')).status).toBe(200);
    readiness.close();
    const { status, text, headers } = await server.ask('GET', '/readyz');
    expect([status, headers.get('retry-after')]).toEqual([503, '1']);
    expect(JSON.parse(text)).toMatchObject({ reasons: [{ code: 'SERVER_CLOSING' }] });
    expect((await server.ask('GET', '/livez')).status).toBe(200);
    expect((await server.ask('POST', '/v1/orders', orderRequest(), { key: 'k' })).status).toBe(200);
  });

  test('with a port of its own for them, metrics and reasons are told there alone', async () => {
    const server = openServer({ adminApart: true });
    expect((await server.handler.fetch(new Request('http://x/metrics'))).status).toBe(404);
    expect(JSON.parse((await server.ask('GET', '/readyz')).text)).toEqual({ status: 'ready' });
    const at = (path: string) => server.handler.admin.fetch(new Request(`http://x${path}`));
    expect(await json(await at('/readyz'))).toEqual({ status: 'ready', reasons: [] });
    expect((await at('/metrics')).status).toBe(200);
    expect((await at('/v1/orders')).status).toBe(404);
  });
});

describe('with an admin port', () => {
  test('whoever passes by learns that it works or not; why, and how many orders, stay inside', async () => {
    for (const isWritable of [true, false]) {
      const env = manualEnv();
      const { authority, ledger } = createTestAuthority({ env });
      const full = { ...authority, isWritable: () => isWritable };
      const { handler } = openServer({ authority: full, ledger, adminApart: true });
      const ask = async (from: { fetch(request: Request): Promise<Response> }) =>
        json(await from.fetch(new Request('http://x/health')));
      expect(await ask(handler)).toEqual({ status: isWritable ? 'ok' : 'not ok' });
      const told = { status: isWritable ? 'ok' : 'the journal cannot be written' };
      expect(await ask(handler.admin)).toMatchObject({ ...told, orders: {} });
    }
  });
});

describe('an address that is spoken to wrongly', () => {
  test.each([
    ['PUT', '/v1/orders', 'POST'],
    ['GET', '/v1/orders', 'POST'],
    ['DELETE', '/v1/orders/ABC', 'GET, HEAD'],
    ['POST', '/livez', 'GET, HEAD'],
    ['GET', '/callbacks/wechat', 'POST'],
  ])('%s %s: 405, and what it takes', async (method, path, allow) => {
    const { status, headers, json: told } = await openServer().ask(method, path);
    expect([status, told.code, headers.get('allow')]).toEqual([405, 'METHOD_NOT_ALLOWED', allow]);
    expect(headers.get('content-type')).toBe('application/problem+json');
  });

  test('HEAD is answered as GET, without a body', async () => {
    const server = openServer();
    for (const path of ['/livez', '/readyz', '/health', '/metrics', '/openapi.json']) {
      const response = await server.handler.fetch(
        new Request(`http://x${path}`, { method: 'HEAD' }),
      );
      expect([path, response.status, await response.text()]).toEqual([path, 200, '']);
    }
  });

  test('401 says how requests are signed', async () => {
    const server = openServer();
    const told = await server.ask('POST', '/v1/orders', orderRequest(), {
      sentBody: '{}',
      key: 'k',
    });
    expect([told.status, told.headers.get('www-authenticate')]).toEqual([
      401,
      'QUANCUN2 realm="quancun"',
    ]);
  });
});

describe('metrics', () => {
  test('count what names none of our addresses, and how long each took', async () => {
    const server = openServer({
      measure: () => [
        { name: 'quancun_test', type: 'gauge', help: 'Ours.', rows: [[{ of: 'a"b\\c\n' }, 7]] },
      ],
    });
    await server.ask('GET', '/nothing/6201220000001234');
    await server.ask('PUT', '/v1/orders');
    await server.ask('POST', '/v1/orders', orderRequest(), { key: 'k' });
    const lines = (await metricsOf(server)).split('\n');
    for (const line of [
      'quancun_requests_total{route="unknown",status="404",code="ROUTE_UNKNOWN"} 1',
      'quancun_requests_total{route="/v1/orders",status="405",code="METHOD_NOT_ALLOWED"} 1',
      'quancun_request_duration_seconds_bucket{route="/v1/orders",le="0.005"} 2',
      'quancun_request_duration_seconds_bucket{route="/v1/orders",le="+Inf"} 2',
      'quancun_request_duration_seconds_count{route="/v1/orders"} 2',
      'quancun_orders{state="CREATED"} 1',
      'quancun_ready 1',
      'quancun_requests_inside 0',
      'quancun_shed_total 0',
      'quancun_test{of="a\\"b\\\\c\\n"} 7',
    ]) {
      expect(lines).toContain(line);
    }
    expect(lines.join('\n')).not.toContain('6201');
  });
});

test('while the ledger is away metrics are told without it, that it is not ready among them', async () => {
  const plain = openServer();
  const away = () => Promise.reject(new Error('gone'));
  const authority = { ...plain.authority, open: away };
  const server = openServer({ authority, ledger: { ...plain.ledger, counts: away } });
  const told = await metricsOf(server);
  expect(told).toMatch(/^quancun_ready 0$/m);
  expect(told).not.toContain('quancun_orders');
});

describe('what a request is called', () => {
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

  test('its own id and its trace stand in the log line, and the id in the answer', async () => {
    const server = openServer();
    const names = { 'x-request-id': '0193a4c2-7f6e-7a31-9b1c-0242ac120002', traceparent };
    const { headers } = await server.ask('GET', '/livez', undefined, { headers: names });
    expect(headers.get('x-request-id')).toBe(names['x-request-id']);
    expect(server.log[0]).toMatchObject({ requestId: names['x-request-id'], traceparent });
  });

  test.each([
    ['none', {}],
    ['too long to be no secret', { 'x-request-id': '5a'.repeat(32) }],
    ['of another form', { 'x-request-id': 'a b', traceparent: `${traceparent}-more` }],
    ['a card number', { 'x-request-id': '6201220000001234' }],
    ['a card number in groups', { 'x-request-id': '6201-2200-0000-1234' }],
    [
      'a trace of card numbers',
      { traceparent: `00-${'6201220000001234'.repeat(2)}-b7ad6b7169203331-01` },
    ],
  ])('%s: an id is made, and the trace is left out', async (_name, headers) => {
    const server = openServer();
    const told = await server.ask('GET', '/livez', undefined, { headers });
    expect(told.headers.get('x-request-id')).toMatch(/^[a-p]{32}$/);
    expect(server.log[0]?.requestId).toBe(told.headers.get('x-request-id'));
    expect(server.log[0]).not.toHaveProperty('traceparent');
  });
});

describe('pages of other origins', () => {
  const origin = 'https://counter.example';
  const asked = (from: string) => ({ origin: from, 'access-control-request-method': 'POST' });

  test('none may ask unless its origin is on the list', async () => {
    const preflight = await openServer().ask('OPTIONS', '/v1/orders', undefined, {
      headers: asked(origin),
    });
    expect(preflight.status).toBe(405);
    expect([...preflight.headers.keys()].join()).not.toContain('access-control');
    const server = openServer({ corsOrigins: [origin] });
    const other = await server.ask('OPTIONS', '/v1/orders', undefined, {
      headers: asked('https://counter.example.evil'),
    });
    expect([other.status, other.headers.get('access-control-allow-origin')]).toEqual([405, null]);
    expect(other.headers.get('vary')).toBe('origin');
  });

  test('one on the list may send what is signed, and read the answer; no cookie', async () => {
    const server = openServer({ corsOrigins: [origin] });
    const { status, headers } = await server.ask('OPTIONS', '/v1/orders', undefined, {
      headers: asked(origin),
    });
    expect([status, headers.get('access-control-allow-origin')]).toEqual([204, origin]);
    expect(headers.get('access-control-allow-methods')).toBe('POST');
    for (const name of ['quancun-signature', 'idempotency-key', 'traceparent']) {
      expect(headers.get('access-control-allow-headers')).toContain(name);
    }
    expect(headers.get('access-control-allow-credentials')).toBeNull();
    const made = await server.ask('POST', '/v1/orders', orderRequest(), {
      key: 'k',
      headers: { origin },
    });
    expect([made.status, made.headers.get('access-control-allow-origin')]).toEqual([200, origin]);
  });

  test('an origin with a path is no origin', () => {
    expect(() => openServer({ corsOrigins: [`${origin}/`] })).toThrow();
  });
});

describe('more than it can carry', () => {
  test('new orders and questions are sent away; payments and visits are not', async () => {
    let leave = (): void => undefined;
    const gate = new Promise<void>((resolve) => (leave = resolve));
    const plain = openServer();
    const made = await plain.ask('POST', '/v1/orders', orderRequest(), { key: 'k1' });
    const orderId = String(made.json.orderId);
    const ledger = {
      ...plain.ledger,
      findOrders: async (...args: Parameters<typeof plain.ledger.findOrders>) => {
        await gate;
        return plain.ledger.findOrders(...args);
      },
    };
    const { authority } = plain;
    const server = openServer({ authority, ledger, maxAtOnce: 3 });
    const query = { plate: '甘A12345', fromMs: 0, toMs: 1 };
    const held = Array.from({ length: 3 }, () => server.ask('POST', '/v1/orders/query', query));
    // Signed requests are admitted in several turns of the loop.
    while (!(await metricsOf(server)).includes('quancun_requests_inside 3'))
      await Promise.resolve();
    const away = await server.ask('POST', '/v1/orders', orderRequest(), { key: 'k2' });
    expect([away.status, away.json.code]).toEqual([503, 'SERVER_BUSY']);
    expect(away.headers.get('retry-after')).toBe('1');
    expect(away.json).toMatchObject({ money: 'untouched', retry: 'safe' });
    const burst = Array.from({ length: 100 }, () => server.ask('POST', '/v1/orders/query', query));
    for (const { status } of await Promise.all(burst)) expect(status).toBe(503);
    const pay = await server.ask('POST', `/v1/orders/${orderId}/payments`, paymentRequest(), {
      key: 'k3',
    });
    expect(pay.status).toBe(200);
    const voided = await server.ask('POST', '/v1/refunds/query', {}, { caller: OFFICE });
    expect(voided.status).toBe(200);
    leave();
    await Promise.all(held);
    expect(await metricsOf(server)).toContain('quancun_shed_total 101');
    expect((await server.ask('POST', '/v1/orders/query', query)).status).not.toBe(503);
  });
});

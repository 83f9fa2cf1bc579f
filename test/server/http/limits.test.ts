/** Guessing is bounded; what the operator sees names no card. */
import { describe, expect, test } from 'vitest';
import { CARD_NUMBER, orderRequest, paymentRequest } from '../../support/http-messages.js';
import type { HttpOptions } from '../../../src/server/http/index.js';
import { openServer, TERMINAL, type Twist } from '../../support/signed-fetch.js';

/** A well-formed INIT answer with a MAC1 that is wrong. */
const WRONG = `${'00'.repeat(4)}0000${'0000'}${'11223344'}${'DEADBEEF'}9000`;

async function paidOrder(server: ReturnType<typeof openServer>) {
  const made = await server.ask('POST', '/v1/orders', orderRequest(), { key: 'k1' });
  const orderId = String(made.json.orderId);
  await server.ask('POST', `/v1/orders/${orderId}/payments`, paymentRequest(), { key: 'k2' });
  const path = `/v1/orders/${orderId}/visits`;
  const visit = (evidence: object, cardNumber = CARD_NUMBER, twist: Twist = {}) =>
    server.ask('POST', path, { protocol: 1, cardNumber, evidence }, twist);
  const visitBy = (terminal: number) => visit(guess, CARD_NUMBER, { caller: callerOf(terminal) });
  return { orderId, path, visit, visitBy };
}
const guess = { kind: 'initialized', terminal: '000000000001', response: WRONG };
const NO_LIMITS = { wrongPerTerminalAndCardDay: 1000, wrongPerCardDay: 1000 };

const callerOf = (terminal: number) => ({
  keyId: `T${String(terminal)}`,
  secret: `${String(terminal)}c`.repeat(32),
});

/** A server with so many terminals more, T0 and on. */
function openFleet(terminals: number, limits: HttpOptions['limits'] = {}) {
  const numbers = Array.from({ length: terminals }, (_, at) => at);
  const callers = [TERMINAL, ...numbers.map(callerOf)];
  return openServer({ limits, callers: callers.map((one) => ({ ...one, scopes: ['recharge'] })) });
}

test('who can guess does not clear, and everybody’s are cleared on purpose', async () => {
  const till = { ...callerOf(0), scopes: ['recharge', 'supervise', 'release'] as const };
  const office = { ...callerOf(1), scopes: ['back-office'] as const };
  const server = openServer({ callers: [till, office].map((one) => ({ ...one })) });
  const clear = async (caller: Twist['caller'], request: object) => {
    const { status, json } = await server.ask('POST', '/v1/limits/clear', request, {
      ...{ key: 'c1', ...(caller === undefined ? {} : { caller }) },
    });
    return [status, json.code];
  };
  const reason = 'looked at';
  expect(await clear(callerOf(0), { reason, all: true })).toEqual([403, 'SCOPE_MISSING']);
  expect(await clear(callerOf(1), { reason })).toEqual([400, 'MESSAGE_INVALID']);
  const both = { reason, all: true, keyId: 'T0' };
  expect(await clear(callerOf(1), both)).toEqual([400, 'MESSAGE_INVALID']);
  expect(await clear(callerOf(1), { reason, all: true })).toEqual([200, undefined]);
});

describe('wrong codes', () => {
  test('three of one card stop one terminal for it, for a day', async () => {
    const server = openServer();
    const { visit } = await paidOrder(server);
    for (let tries = 0; tries < 3; tries += 1) {
      expect((await visit(guess)).json).toMatchObject({ do: 'stop', code: 'MAC1_INVALID' });
      server.env.advance(1_000);
    }
    const refused = await visit(guess);
    expect(refused).toMatchObject({
      status: 429,
      json: { code: 'TOO_MANY_WRONG_CODES', money: 'untouched' },
    });
    // Proofs and questions are still heard: a credited card must be able to say so.
    expect((await visit({ kind: 'present' })).status).toBe(200);
    // What it says is when the oldest one leaves its day: a second earlier it is too early.
    const seconds = Number(refused.headers.get('retry-after'));
    expect(seconds).toBe(24 * 3_600 - 3);
    server.env.advance(seconds * 1_000 - 1);
    expect((await visit(guess)).status).toBe(429);
    server.env.advance(1);
    expect((await visit(guess)).status).toBe(200);
  });

  test('a terminal is stopped by its own count, whichever cards it names', async () => {
    const server = openServer({
      limits: { ...NO_LIMITS, wrongPerTerminalHour: 3 },
    });
    const { visit } = await paidOrder(server);
    for (let tries = 0; tries < 3; tries += 1) await visit(guess);
    const refused = await visit(guess);
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '3600']);
    server.env.advance(3_600_000);
    expect((await visit(guess)).status).toBe(200);
  });

  test('one terminal counts for two: three of them stop a card for all', async () => {
    const server = openFleet(4);
    const { visitBy } = await paidOrder(server);
    for (const terminal of [0, 0, 0, 1, 1]) expect((await visitBy(terminal)).status).toBe(200);
    // The third of the first has counted for nothing, so a card's fifth is still to come.
    expect((await visitBy(0)).status).toBe(429);
    expect((await visitBy(2)).status).toBe(200);
    for (const terminal of [1, 2, 3]) expect((await visitBy(terminal)).status).toBe(429);
  });

  test('above the day’s count of all each terminal has fewer, and there is an alarm', async () => {
    const limits = { wrongPerDay: 4, wrongPerTerminalHourSlowed: 1, wrongPerCardDay: 1000 };
    const server = openFleet(6, limits);
    const { visitBy } = await paidOrder(server);
    for (const terminal of [0, 1, 2, 3]) expect((await visitBy(terminal)).status).toBe(200);
    expect(server.log.filter(({ event }) => event === 'wrong-code-alarm')).toEqual([]);
    // The fleet is not stopped: one that has shown none is heard, and then has had its share.
    expect((await visitBy(4)).status).toBe(200);
    for (const terminal of [0, 4]) expect((await visitBy(terminal)).status).toBe(429);
    const [alarm, ...more] = server.log.filter(({ event }) => event !== undefined);
    expect(more).toEqual([]);
    expect(alarm).toMatchObject({ level: 'error', event: 'wrong-code-alarm', wrongPerDay: 4 });
    const scrape = new Request('http://authority.test/metrics');
    const metrics = await (await server.handler.fetch(scrape)).text();
    expect(metrics).toContain('quancun_wrong_code_alarm 1');
    server.env.advance(24 * 3_600_000);
    expect((await visitBy(0)).status).toBe(200);
    expect(server.log.at(-2)).toMatchObject({ event: 'wrong-code-alarm-ended' });
  });

  test('a stolen request is not heard again when a clock that ran ahead is put right', async () => {
    const server = openServer();
    const { visit } = await paidOrder(server);
    const stolen = { nonce: '0f'.repeat(16), timestamp: String(server.env.now()) };
    expect((await visit({ kind: 'present' }, CARD_NUMBER, stolen)).status).toBe(200);
    server.env.advance(11 * 60_000);
    expect((await visit({ kind: 'present' })).status).toBe(200);
    await server.guard.forget(server.env.now(), 100);
    server.env.advance(-11 * 60_000);
    const again = await visit({ kind: 'present' }, CARD_NUMBER, stolen);
    expect(again).toMatchObject({ status: 401, json: { code: 'REQUEST_REPLAYED' } });
  });

  test('another card’s evidence changes nothing and counts against nobody', async () => {
    const server = openServer();
    const { visit } = await paidOrder(server);
    const told = await visit(guess, '6201220000009999');
    expect(told.json).toMatchObject({ do: 'stop', code: 'CARD_MISMATCH', state: 'PAID' });
    expect(told.text).not.toContain(CARD_NUMBER);
    expect(await server.guard.countWrong('mac1', 0)).toBe(0);
  });

  test('a garbled answer is no guess', async () => {
    const server = openServer();
    const { visit } = await paidOrder(server);
    await visit({ kind: 'initialized', terminal: '000000000001', response: 'AABB9000' });
    expect(await server.guard.countWrong('mac1', 0)).toBe(0);
  });
});

describe('what operators see', () => {
  test('one line a request, without card number, body or secret', async () => {
    const server = openServer();
    const { visit } = await paidOrder(server);
    await visit(guess);
    const text = JSON.stringify(server.log);
    expect(server.log).toHaveLength(3);
    expect(server.log[2]).toMatchObject({
      method: 'POST',
      route: '/v1/orders/:orderId/visits',
      caller: 'terminal-1',
      status: 200,
      code: null,
    });
    for (const secret of [CARD_NUMBER, 'DEADBEEF', '5a5a5a', WRONG])
      expect(text).not.toContain(secret);
  });

  test('metrics count orders, their age, wrong codes and how visits ended', async () => {
    const server = openServer();
    const { visit } = await paidOrder(server);
    await visit(guess);
    server.env.advance(90_000);
    const response = await server.handler.fetch(new Request('http://authority.test/metrics'));
    const text = await response.text();
    expect(response.headers.get('content-type')).toContain('text/plain');
    expect(text).toContain('quancun_orders{state="PAID"} 1');
    expect(text).toContain('quancun_oldest_open_order_seconds{state="PAID"} 90');
    expect(text).toContain('quancun_wrong_codes_day 1');
    expect(text).toContain('quancun_visit_ends_total{code="MAC1_INVALID"} 1');
    expect(text).toMatch(/quancun_requests_total\{route="\/v1\/orders",status="200",code=""\} 1/);
    for (const line of text.trim().split('\n')) {
      expect(line).toMatch(/^(# (HELP|TYPE) \w+ .+|\w+(\{(\w+="[^"]*",?)+\})? \d+)$/);
    }
  });

  test('health counts orders; when the ledger fails it says so with a status', async () => {
    const server = openServer();
    const ask = async (handler = server.handler) =>
      handler.fetch(new Request('http://authority.test/health'));
    expect((await ask()).status).toBe(200);
    const broken = openServer({
      ledger: { ...server.ledger, counts: () => Promise.reject(new Error('disk full')) },
    });
    const told = await ask(broken.handler);
    expect(told.status).toBe(500);
    expect(await told.text()).not.toContain('disk full');
  });

  test('an address that is none', async () => {
    const server = openServer();
    const told = await server.ask('GET', '/v1/cards');
    expect(told).toMatchObject({ status: 404, json: { code: 'ROUTE_UNKNOWN' } });
  });
});

describe('records', () => {
  test('pages follow each other without gap or repeat', async () => {
    const server = openServer();
    const made: string[] = [];
    for (let number = 0; number < 7; number += 1) {
      server.env.advance(number % 2 === 0 ? 0 : 1000);
      const request = orderRequest({ idempotencyKey: `o${String(number)}` });
      const told = await server.ask('POST', '/v1/orders', request, { key: `k${String(number)}` });
      made.push(String(told.json.orderId));
      server.env.advance(1);
    }
    const nowMs = server.env.now();
    const [fromMs, toMs] = [nowMs - 60_000, nowMs + 1];
    const range = { plate: '甘A12345', plateColour: 0, fromMs, toMs, limit: 3 };
    const found: string[] = [];
    let cursor: string | null = null;
    do {
      const told = await server.ask('POST', '/v1/orders/query', {
        ...range,
        ...(cursor === null ? {} : { cursor }),
      });
      found.push(...(told.json.records ?? []).map(({ orderId }) => orderId));
      cursor = told.json.next ?? null;
    } while (cursor !== null);
    expect(found).toEqual([...made].reverse());
  });

  test.each([
    [{ plate: '甘A12345', fromMs: 0, toMs: 31 * 86_400_000 }, 'RANGE_TOO_LONG'],
    [{ plate: '甘A12345', fromMs: 5, toMs: 4 }, 'RANGE_REVERSED'],
    [{ fromMs: 0, toMs: 1 }, 'SCOPE_MISSING'],
    [{ states: ['HELD'], plateColour: 0, fromMs: 0, toMs: 1 }, 'SCOPE_MISSING'],
    [{ plate: '甘A12345', fromMs: 0 }, 'MESSAGE_INVALID'],
    [{ plate: ' · ', fromMs: 0, toMs: 1 }, 'MESSAGE_INVALID'],
    [{ states: [], plate: '甘A12345', fromMs: 0, toMs: 1 }, 'MESSAGE_INVALID'],
    [{ states: ['LOST'], plate: '甘A12345', fromMs: 0, toMs: 1 }, 'MESSAGE_INVALID'],
    [{ payment: 'receipt-1' }, 'MESSAGE_INVALID'],
    [{ orderId: 'A', fromMs: 5, toMs: 4 }, 'RANGE_REVERSED'],
    [{ cardNumber: '123', fromMs: 0, toMs: 1 }, 'MESSAGE_INVALID'],
    [{ plate: '甘A12345', fromMs: 0, toMs: 1, limit: 1000 }, 'MESSAGE_INVALID'],
    [{ plate: '甘A12345', fromMs: 0, toMs: 1, cursor: "1' OR 1=1" }, 'MESSAGE_INVALID'],
    [{ plate: '甘A12345', fromMs: 0, toMs: 1, order: 'asc' }, 'MESSAGE_INVALID'],
  ])('%j: %s', async (query, code) => {
    const told = await openServer().ask('POST', '/v1/orders/query', query);
    expect(told.json).toMatchObject({ code, money: 'untouched' });
  });
});

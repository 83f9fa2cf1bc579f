/** Who is let in, and that whoever is not changes nothing. */
import { describe, expect, test } from 'vitest';
import { openServer, TERMINAL, type Twist } from '../../support/signed-fetch.js';
import { orderRequest } from '../../support/http-messages.js';

const CARD = { protocol: 1, cardNumber: '6201220000001234' };
const ask = async (twist: Twist, body: unknown = CARD) => {
  const server = openServer();
  return { server, told: await server.ask('POST', '/v1/orders/unsettled', body, twist) };
};

describe('the door', () => {
  test('a request that OpenSSL signed as described is let in', async () => {
    const { told } = await ask({});
    expect(told).toMatchObject({ status: 200, json: { order: null } });
  });

  test('a terminal of before signs under version 1: let in; a session is signed by 2 alone', async () => {
    expect((await ask({ version: 1 })).told).toMatchObject({ status: 200, json: { order: null } });
    expect((await ask({ session: 'S-1' })).told).toMatchObject({ status: 200 });
  });

  const REFUSED: readonly (readonly [string, Twist, number, string])[] = [
    [
      'a wrong secret',
      { caller: { keyId: 'terminal-1', secret: '00'.repeat(32) } },
      401,
      'SIGNATURE_INVALID',
    ],
    [
      'an unknown key id',
      { caller: { keyId: 'nobody', secret: TERMINAL.secret } },
      401,
      'SIGNATURE_INVALID',
    ],
    ['another body than was signed', { sentBody: '{"protocol":1}' }, 401, 'SIGNATURE_INVALID'],
    [
      'a signature of another form',
      { headers: { 'quancun-signature': 'AB' } },
      401,
      'SIGNATURE_INVALID',
    ],
    [
      'a session that was not signed',
      { headers: { 'quancun-session': 'S-1' } },
      401,
      'SIGNATURE_INVALID',
    ],
    [
      'a session under version 1',
      { version: 1, headers: { 'quancun-session': 'S-1' } },
      400,
      'MESSAGE_INVALID',
    ],
    [
      'an idempotency key that was not signed',
      { headers: { 'idempotency-key': 'other' } },
      401,
      'SIGNATURE_INVALID',
    ],
    ['a nonce of another form', { nonce: 'short' }, 401, 'SIGNATURE_INVALID'],
    ['a time that is no time', { timestamp: 'now' }, 401, 'SIGNATURE_INVALID'],
    [
      'a clock that is 10 minutes slow',
      { timestamp: String(Date.UTC(2026, 10, 23, 1, 50)) },
      401,
      'CLOCK_SKEW',
    ],
    [
      'a clock that is 10 minutes fast',
      { timestamp: String(Date.UTC(2026, 10, 23, 2, 10)) },
      401,
      'CLOCK_SKEW',
    ],
  ];
  test.each(REFUSED)('%s: refused', async (_name, twist, status, code) => {
    const { told } = await ask(twist);
    expect(told.status).toBe(status);
    expect(told.json).toMatchObject({ code, money: 'untouched', status });
    expect(told.headers.get('content-type')).toBe('application/problem+json');
  });

  test('the very same request a second time is refused, and changes nothing', async () => {
    const server = openServer();
    const nonce = 'ab'.repeat(16);
    const first = await server.ask('POST', '/v1/orders', orderRequest(), { nonce, key: 'k1' });
    const second = await server.ask('POST', '/v1/orders', orderRequest(), { nonce, key: 'k1' });
    expect([first.status, second.status]).toEqual([200, 401]);
    expect(second.json.code).toBe('REQUEST_REPLAYED');
    expect(await server.ledger.counts()).toMatchObject([{ state: 'CREATED', count: 1 }]);
  });

  test('a signature is for one path and one method', async () => {
    const server = openServer();
    const { handler } = server;
    let stolen: Headers | undefined;
    const spy = openServer({
      log: () => undefined,
    });
    // Signed for /unsettled, sent to /query.
    const original = spy.handler.fetch.bind(spy.handler);
    spy.handler.fetch = (request) => {
      stolen = request.headers;
      return original(request);
    };
    await spy.ask('POST', '/v1/orders/unsettled', CARD);
    const request = new Request('http://authority.test/v1/orders/query', {
      method: 'POST',
      headers: stolen ?? {},
      body: JSON.stringify(CARD),
    });
    expect((await handler.fetch(request)).status).toBe(401);
  });

  test('a terminal may not do what is the back office’s', async () => {
    const { server } = await ask({});
    const told = await server.ask('POST', '/v1/orders/ABC/refund', {}, { key: 'k1' });
    expect(told).toMatchObject({ status: 403, json: { code: 'SCOPE_MISSING' } });
  });

  test('a terminal with a limit of its own', async () => {
    const server = openServer();
    const request = orderRequest({ amountFen: 5_000_001 });
    const told = await server.ask('POST', '/v1/orders', request, { key: 'k1' });
    expect(told).toMatchObject({ status: 403, json: { code: 'AMOUNT_OVER_TERMINAL_LIMIT' } });
    expect(await server.ledger.counts()).toEqual([]);
  });
});

describe('bodies', () => {
  const BROKEN: readonly (readonly [string, unknown, number, string])[] = [
    ['no JSON', '{"protocol":', 400, 'MESSAGE_INVALID'],
    ['a list', '[1,2]', 400, 'MESSAGE_INVALID'],
    ['a text', '"order"', 400, 'MESSAGE_INVALID'],
    ['null', 'null', 400, 'MESSAGE_INVALID'],
    ['an unknown field', { ...orderRequest(), amount: 100 }, 400, 'MESSAGE_INVALID'],
    ['a wrong type', { ...orderRequest(), amountFen: '100' }, 400, 'MESSAGE_INVALID'],
    ['half a fen', orderRequest({ amountFen: 0.5 }), 400, 'MESSAGE_INVALID'],
    [
      'another version of the messages',
      { ...orderRequest(), protocol: 2 },
      400,
      'PROTOCOL_VERSION',
    ],
    ['no money', orderRequest({ amountFen: 0 }), 422, 'AMOUNT_RANGE'],
    ['a negative amount', orderRequest({ amountFen: -100 }), 422, 'AMOUNT_RANGE'],
    [
      'a file that is no EF 0015',
      { ...orderRequest(), issueInformation: 'ABCD' },
      400,
      'MESSAGE_INVALID',
    ],
    ['1 MB', `{"x":"${'9'.repeat(1_000_000)}"}`, 413, 'BODY_TOO_LARGE'],
  ];
  test.each(BROKEN)('%s: refused, and nothing is changed', async (_name, body, status, code) => {
    const server = openServer();
    const told = await server.ask('POST', '/v1/orders', body, { key: 'k1' });
    expect(told.status).toBe(status);
    expect(told.json).toMatchObject({ code, money: 'untouched' });
    expect(told.json.messageZh).toMatch(/\p{Script=Han}/u);
    expect(told.json.hint?.zh).toMatch(/\p{Script=Han}/u);
    expect(await server.ledger.counts()).toEqual([]);
  });

  test('a body that never ends is cut off at the limit, not read to its end', async () => {
    const server = openServer();
    let pulled = 0;
    const body = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        pulled += 1;
        controller.enqueue(new Uint8Array(4096));
      },
    });
    const request = new Request('http://authority.test/v1/orders', {
      method: 'POST',
      body,
      duplex: 'half',
    });
    expect((await server.handler.fetch(request)).status).toBe(413);
    expect(pulled).toBeLessThan(16);
  });
});

describe('what two callers share', () => {
  const twice = (change: object) => () =>
    openServer({
      callers: [
        { ...TERMINAL, scopes: ['recharge'] },
        { ...TERMINAL, keyId: 'other', secret: 'cd'.repeat(32), scopes: ['recharge'], ...change },
      ],
    });
  test.each([
    ['a key id', { keyId: TERMINAL.keyId }],
    ['a secret', { secret: TERMINAL.secret.toUpperCase() }],
  ])('%s would make one of them both', (_what, change) => {
    expect(twice(change)).toThrow(expect.objectContaining({ code: 'ARGUMENT_INVALID' }));
    expect(twice({})).not.toThrow();
  });
});

describe('texts', () => {
  const NUL = 'a\u0000b';
  test.each([
    ['outlet', { ...orderRequest(), outlet: NUL }],
    ['idempotencyKey', { ...orderRequest(), idempotencyKey: NUL }],
    ['outlet', { ...orderRequest(), outlet: 'a\ud800b' }],
  ])(
    'a database would cut or change %s: refused before anything is written',
    async (field, body) => {
      const server = openServer();
      const told = await server.ask('POST', '/v1/orders', body, { key: 'k1' });
      expect(told).toMatchObject({ status: 400, json: { code: 'MESSAGE_INVALID' } });
      expect(told.text).toContain(field);
    },
  );

  test('a mark of the byte order belongs to what was signed; what is no UTF-8 is refused', async () => {
    const body = JSON.stringify(CARD);
    expect((await ask({ sentBody: `\ufeff${body}` })).told.json.code).toBe('SIGNATURE_INVALID');
    const server = openServer();
    const bytes = Uint8Array.of(0x7b, 0xff, 0x7d);
    const init = { method: 'POST', body: bytes };
    const response = await server.handler.fetch(new Request('http://a.test/v1/orders', init));
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ code: 'MESSAGE_INVALID' });
  });
});

test('the log names a caller that is known, and nothing that a stranger wrote there', async () => {
  const { server } = await ask({ caller: { keyId: 'ab'.repeat(32), secret: '00'.repeat(32) } });
  await server.ask('POST', '/v1/orders/unsettled', CARD);
  expect(server.log.map(({ caller }) => caller)).toEqual([null, TERMINAL.keyId]);
});

test('a card whose number has letters is refused before there is an order to pay', async () => {
  const server = openServer();
  const request = orderRequest();
  const issueInformation = request.issueInformation.replace('6201220000001234', '620122AB00001234');
  expect(issueInformation).not.toBe(request.issueInformation);
  const told = await server.ask(
    'POST',
    '/v1/orders',
    { ...request, issueInformation },
    { key: 'k' },
  );
  expect(told).toMatchObject({ status: 422, json: { code: 'CARD_NUMBER_UNREADABLE' } });
});

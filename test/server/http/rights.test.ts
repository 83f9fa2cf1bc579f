/** What a caller's record grants: scopes, outlet, terminal number, two secrets, a source. */
import { describe, expect, test } from 'vitest';
import type { Caller } from '../../../src/server/index.js';
import { CARD_NUMBER, orderRequest, paymentRequest } from '../../support/http-messages.js';
import { OFFICE, openServer, TERMINAL, type ToldJson } from '../../support/signed-fetch.js';

const caller = (changes: Partial<Caller>): Caller => ({
  ...TERMINAL,
  scopes: ['recharge'],
  ...changes,
});
const open = (changes: Partial<Caller>, office: Partial<Caller> = {}) =>
  openServer({ callers: [caller(changes), { ...OFFICE, scopes: ['back-office'], ...office }] });
const today = (nowMs: number) => ({ fromMs: nowMs - 3_600_000, toMs: nowMs + 1 });

async function newOrder(server: ReturnType<typeof openServer>, changes = {}): Promise<string> {
  const told = await server.ask('POST', '/v1/orders', orderRequest(changes), { key: 'k1' });
  expect(told.status).toBe(200);
  return String(told.json.orderId);
}

describe('scopes', () => {
  test('QR alone: orders and codes, and no word of cash or of a POS', async () => {
    const server = open({ scopes: ['recharge-qr'] });
    const orderId = await newOrder(server);
    for (const provider of ['cash', 'pos']) {
      const said = paymentRequest({ provider });
      const told = await server.ask('POST', `/v1/orders/${orderId}/payments`, said, { key: 'k2' });
      expect(told).toMatchObject({ status: 403, json: { code: 'PAYMENT_NOT_REPORTABLE' } });
    }
  });

  test('with cash beside it, and as the one word of before, it is heard', async () => {
    for (const scopes of [['recharge-qr', 'cash'], ['recharge']] as const) {
      const server = open({ scopes });
      const path = `/v1/orders/${await newOrder(server)}/payments`;
      expect((await server.ask('POST', path, paymentRequest(), { key: 'k2' })).status).toBe(200);
    }
  });

  test('the own outlet’s orders are shown, and nobody else’s', async () => {
    const server = open({ scopes: ['recharge', 'query-outlet'], outlet: 'north' });
    const orderId = await newOrder(server, { outlet: undefined });
    const ids = async (asked: object, twist = {}): Promise<unknown> => {
      const { json } = await server.ask('POST', '/v1/orders/query', asked, twist);
      return json.code ?? json.records?.map((one) => one.orderId);
    };
    const range = today(server.env.now());
    expect(await ids(range)).toEqual([orderId]);
    expect(await ids({ ...range, cardNumber: CARD_NUMBER })).toEqual([orderId]);
    // Another outlet's terminal, on the same ledger.
    const other = openServer({
      ...{ ledger: server.ledger, authority: server.authority, env: server.env },
      callers: [caller({ scopes: ['query-outlet'], outlet: 'south' })],
    });
    const told = await other.ask('POST', '/v1/orders/query', { ...range, orderId });
    expect(told.json.records).toEqual([]);
    const placeless = open({ scopes: ['query-outlet'] });
    const refused = await placeless.ask('POST', '/v1/orders/query', { ...range, orderId });
    expect(refused).toMatchObject({ status: 403, json: { code: 'SCOPE_MISSING' } });
  });

  test('an auditor reads everything, and changes nothing', async () => {
    const server = open({}, { scopes: ['audit'] });
    const orderId = await newOrder(server);
    const ask = (path: string, body: object): Promise<{ json: ToldJson; status: number }> =>
      server.ask('POST', path, body, { caller: OFFICE, key: 'k9' });
    expect((await ask('/v1/orders/query', today(server.env.now()))).json.records).toHaveLength(1);
    for (const path of ['/v1/refunds/query', '/v1/worklist/query', '/v1/journals/query']) {
      expect((await ask(path, {})).status).toBe(200);
    }
    const acts = ['cancel', 'void', 'withdraw-void', 'refund', 'release', 'not-taken', 'payments'];
    for (const act of acts) {
      const told = await ask(`/v1/orders/${orderId}/${act}`, {});
      expect([act, told.json.code]).toEqual([act, 'SCOPE_MISSING']);
    }
  });

  test('supervise cancels and gives nothing back; finance the other way round', async () => {
    const acts = { supervise: 'cancel', finance: 'refund', release: 'release' } as const;
    for (const scope of ['supervise', 'finance', 'release'] as const) {
      const server = open({}, { scopes: [scope] });
      const orderId = await newOrder(server);
      for (const [needed, act] of Object.entries(acts)) {
        const path = `/v1/orders/${orderId}/${act}`;
        const { status } = await server.ask('POST', path, {}, { caller: OFFICE, key: `k${act}` });
        expect([scope, act, status === 403]).toEqual([scope, act, needed !== scope]);
      }
    }
  });
});

describe('where a caller stands', () => {
  test('outlet and terminal number are its record’s, whatever a body says', async () => {
    const server = open({ outlet: 'north', terminal: '000000000042' });
    const orderId = await newOrder(server, { outlet: undefined, terminal: '000000000043' });
    const order = (await server.ledger.read(orderId))?.situation.order;
    expect(order).toMatchObject({ outlet: 'north', terminal: '000000000042' });
    const elsewhere = orderRequest({ outlet: 'south', idempotencyKey: 'o2' });
    const told = await server.ask('POST', '/v1/orders', elsewhere, { key: 'k2' });
    expect(told.json.code).toBe('OUTLET_REFUSED');
  });

  test('where neither says it, nothing is made up', async () => {
    const told = await open({}).ask('POST', '/v1/orders', orderRequest({ outlet: undefined }), {
      key: 'k1',
    });
    expect(told).toMatchObject({ status: 400, json: { code: 'MESSAGE_INVALID' } });
  });
});

describe('an order of another outlet', () => {
  const SOUTH = { keyId: 'south-1', secret: 'd5'.repeat(32) } as const;
  const SOUTH_TILL = { keyId: 'south-2', secret: 'd6'.repeat(32) } as const;
  const outlets = () =>
    openServer({
      callers: [
        caller({ outlet: 'north', scopes: ['recharge', 'back-office'] }),
        { ...SOUTH, scopes: ['recharge', 'back-office'], outlet: 'south' },
        { ...SOUTH_TILL, scopes: ['recharge'], outlet: 'south' },
        { ...OFFICE, scopes: ['back-office'] },
      ],
    });
  const ACTS = {
    cancel: {},
    void: {},
    'withdraw-void': {},
    refund: {},
    'not-taken': { terminal: '00044010100A', reason: 'x' },
    release: { release: 'refund' },
  };

  test('is no matter of a device that stands elsewhere: neither acts, nor its history', async () => {
    const server = outlets();
    const orderId = await newOrder(server, { outlet: undefined });
    const path = `/v1/orders/${orderId}`;
    const foreign = {
      ...{ atc: 1, amountFen: 1, rawBalanceAfter: 1, terminal: '00044010100A' },
      ...{ date: '20260115', time: '100000', tac: '00112233' },
    };
    const before = await server.ledger.read(orderId);
    for (const [act, body] of Object.entries({ ...ACTS, 'foreign-record': foreign })) {
      const asked = { caller: SOUTH, key: `k${act}` };
      const { json } = await server.ask('POST', `${path}/${act}`, body, asked);
      expect([act, json.code]).toEqual([act, 'OUTLET_REFUSED']);
    }
    const told = await server.ask('GET', `${path}/history`, undefined, { caller: SOUTH });
    expect(told.json.code).toBe('OUTLET_REFUSED');
    expect(await server.ledger.read(orderId)).toEqual(before);
    for (const one of [TERMINAL, OFFICE]) {
      const seen = await server.ask('GET', `${path}/history`, undefined, { caller: one });
      expect(seen.status).toBe(200);
    }
    const cancelled = await server.ask('POST', `${path}/cancel`, {}, { key: 'own' });
    expect(cancelled.json.state).toBe('EXPIRED');
  });

  test('is paid, found and loaded there all the same; its slip is theirs who had a hand', async () => {
    const server = outlets();
    const orderId = await newOrder(server, { outlet: undefined });
    const path = `/v1/orders/${orderId}`;
    const slip = async (keyed: string, who: typeof SOUTH | typeof SOUTH_TILL) =>
      (await server.ask('POST', `${path}/slips`, {}, { caller: who, key: keyed })).json.code;
    const asked = { caller: SOUTH, key: 'pay' };
    expect((await server.ask('GET', path, undefined, { caller: SOUTH })).status).toBe(200);
    expect(await slip('s1', SOUTH)).toBe('OUTLET_REFUSED');
    const paid = await server.ask('POST', `${path}/payments`, paymentRequest(), asked);
    expect(paid.status).toBe(200);
    const body = { protocol: 1, cardNumber: CARD_NUMBER };
    const found = await server.ask('POST', '/v1/orders/unsettled', body, { caller: SOUTH });
    expect(found.text).toContain(orderId);
    expect(await slip('s2', SOUTH)).toBeUndefined();
    expect(await slip('s3', SOUTH_TILL)).toBeUndefined();
  });
});

describe('two secrets of one key id', () => {
  const former = { secret: 'c3'.repeat(32), until: '2030-01-01T08:00:00+08:00' };
  const asks = async (server: ReturnType<typeof openServer>, secret: string) =>
    (
      await server.ask(
        'POST',
        '/v1/orders/unsettled',
        {
          ...{ protocol: 1, cardNumber: CARD_NUMBER },
        },
        { caller: { keyId: TERMINAL.keyId, secret } },
      )
    ).status;

  test('both are heard until the moment that is written, then the new one alone', async () => {
    const server = open({ former });
    expect([await asks(server, TERMINAL.secret), await asks(server, former.secret)]).toEqual([
      200, 200,
    ]);
    expect(await asks(server, 'd4'.repeat(32))).toBe(401);
    server.env.advance(Date.UTC(2030, 0, 1) - server.env.now());
    expect([await asks(server, TERMINAL.secret), await asks(server, former.secret)]).toEqual([
      200, 401,
    ]);
  });

  test('nobody else’s secret, not even a former one’s', () => {
    const doubled = () => open({ former: { ...former, secret: OFFICE.secret } });
    expect(doubled).toThrow(expect.objectContaining({ code: 'ARGUMENT_INVALID' }));
  });

  test('the secret that stands for nobody is heard under no key id', async () => {
    expect(await asks(open({}), '00'.repeat(32))).toBe(401);
  });
});

describe('callers of a source', () => {
  test('are asked for anew each time; what the source gets wrong admits nobody', async () => {
    let known: Caller | undefined = caller({});
    const server = openServer({ callers: () => Promise.resolve(known) });
    const status = async (): Promise<number> =>
      (await server.ask('POST', '/v1/orders/unsettled', { protocol: 1, cardNumber: CARD_NUMBER }))
        .status;
    expect(await status()).toBe(200);
    known = undefined;
    expect(await status()).toBe(401);
    known = caller({ keyId: 'another' });
    expect(await status()).toBe(401);
    known = { ...caller({}), maxAmountFen: '1,000' as unknown as number };
    expect(await status()).toBe(500);
    known = caller({ scopes: ['query'] });
    expect(await status()).toBe(403);
    expect(server.log.map((line) => line.caller)).toEqual([
      ...[TERMINAL.keyId, null, null, null, TERMINAL.keyId],
    ]);
  });
});

/** The description that is served, held to what the server does. */
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { envFrom } from '../../../src/env.js';
import { ERROR_TABLE } from '../../../src/error-table.js';
import { OPENAPI } from '../../../src/server/http/index.js';
import { statusOf } from '../../../src/server/http/problem.js';
import { routes } from '../../../src/server/http/routes.js';
import { SIGNATURE_HEADERS } from '../../../src/signing/index.js';
import { createVirtualCard, personalise } from '../../../src/simulator/index.js';
import { readCard, recharge, serverClient } from '../../../src/terminal/index.js';
import { simulatorTransport } from '../../../src/transport/drivers/simulator.js';
import { type Described, expectDescribed, fitsSchema, PATHS } from '../../support/described.js';
import { orderRequest, paymentRequest } from '../../support/http-messages.js';
import { OFFICE, openServer, TERMINAL } from '../../support/signed-fetch.js';

/** The codes that an answer lists. */
function codesOf(answer: object): string[] {
  const listed = /"code":\{"enum":(\[[^\]]*\])/.exec(JSON.stringify(answer))?.[1] ?? '[]';
  return JSON.parse(listed) as string[];
}

const OPEN = [
  ...['GET /livez', 'GET /readyz', 'GET /health', 'GET /metrics', 'GET /openapi.json'],
  'POST /callbacks/{provider}',
];
const operations = Object.entries(PATHS).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => {
    return { name: `${method.toUpperCase()} ${path}`, path, method, operation };
  }),
);
const signed = operations.filter(({ name }) => !OPEN.includes(name));
const served = routes({ ...openServer(), door: null as never });

/** Every `$ref` below a value. */
function refsIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, below]) =>
    key === '$ref' ? [String(below)] : refsIn(below),
  );
}

function at(ref: string): unknown {
  const names = ref.replace(/^#\//, '').split('/');
  return names.reduce<unknown>((value, name) => (value as Record<string, unknown>)[name], OPENAPI);
}

/** The header parameters of an operation, by name. */
function headersOf({ parameters = [] }: Described): string[] {
  return parameters
    .map(({ $ref }) => at($ref ?? '') as { readonly name: string; readonly in: string })
    .filter((parameter) => parameter.in === 'header')
    .map(({ name }) => name.toLowerCase());
}

describe('openapi.json', () => {
  test('describes every route, what is open, and nothing else', () => {
    const routed = served.map(({ method, path }) => `${method} ${path}`);
    expect(operations.map(({ name }) => name).sort()).toEqual([...routed, ...OPEN].sort());
  });

  test('is OpenAPI 3.1 whose references resolve and whose operations have names of their own', () => {
    expect(OPENAPI.openapi).toMatch(/^3\.1\.\d$/);
    const refs = new Set(refsIn(OPENAPI));
    expect(refs.size).toBeGreaterThan(15);
    for (const ref of refs) expect([ref, typeof at(ref)]).toEqual([ref, 'object']);
    const ids = operations.map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(/^[a-z][A-Za-z]+$/);
    // Every name in an address is a parameter of its operation.
    for (const { path, operation } of operations) {
      const named = (operation.parameters ?? []).map((one) =>
        one.$ref === undefined ? one.name : (at(one.$ref) as { readonly name: string }).name,
      );
      for (const [, name] of path.matchAll(/\{(\w+)\}/g)) expect(named).toContain(name);
    }
    expect(JSON.parse(JSON.stringify(OPENAPI))).toEqual(OPENAPI);
  });

  test('every component is used, and JSON schema of its draft', () => {
    const used = new Set(refsIn(OPENAPI));
    for (const [kind, all] of Object.entries(OPENAPI.components as Record<string, object>)) {
      if (kind === 'securitySchemes') continue;
      for (const name of Object.keys(all)) expect(used).toContain(`#/components/${kind}/${name}`);
    }
    const schemas = (OPENAPI.components as { schemas: Record<string, object> }).schemas;
    const meta = new Ajv2020({ strict: false });
    for (const schema of Object.values(schemas)) expect(meta.validateSchema(schema)).toBe(true);
  });

  test('says what is signed, where a key is needed, and whose route it is', () => {
    for (const { name, operation } of signed) {
      const route = served.find(({ method, path }) => `${method} ${path}` === name);
      const headers = headersOf(operation);
      const { idempotencyKey, ...always } = SIGNATURE_HEADERS;
      expect(headers).toEqual(expect.arrayContaining(Object.values(always)));
      expect([name, headers.includes(idempotencyKey)]).toEqual([name, route?.money]);
      expect([name, operation['x-scope']]).toEqual([name, route?.scope]);
      expect(operation.security).toEqual([{ signature: [] }]);
    }
    for (const { operation } of operations.filter(({ name }) => OPEN.includes(name))) {
      expect(operation.security).toEqual([]);
    }
  });

  test('every code is in the table, at its own status, and told by its text', () => {
    for (const { operation } of operations) {
      for (const [status, answer] of Object.entries(operation.responses)) {
        for (const code of codesOf(answer)) {
          expect(Object.keys(ERROR_TABLE)).toContain(code);
          expect([code, String(statusOf(code))]).toEqual([code, status]);
        }
      }
      for (const code of operation['x-stop-codes'] ?? []) {
        expect(Object.keys(ERROR_TABLE)).toContain(code);
      }
    }
    const all = operations.flatMap(({ operation }) =>
      Object.values(operation.responses).flatMap(codesOf),
    );
    expect(new Set(all).size).toBeGreaterThan(35);
  });

  test('a code with a status of its own is answered somewhere', () => {
    const answered = operations.flatMap(({ operation }) => Object.keys(operation.responses));
    for (const status of ['400', '401', '403', '404', '409', '413', '422', '429', '500', '503']) {
      expect(answered).toContain(status);
    }
  });

  test('is served to whoever asks', async () => {
    const server = openServer();
    const request = new Request('http://authority.test/openapi.json');
    const served: unknown = await (await server.handler.fetch(request)).json();
    expect(served).toEqual(JSON.parse(JSON.stringify(OPENAPI)));
  });

  test('every request and every answer of a whole recharge fits it', async () => {
    const server = openServer();
    const seen: string[] = [];
    const client = serverClient({
      ...TERMINAL,
      url: 'http://authority.test',
      env: { ...envFrom(globalThis), now: server.env.now },
      fetch: async (url, init) => {
        const path = new URL(url).pathname.replace(/[0-9A-Z]{20}/, '{orderId}');
        const method = init.method.toLowerCase();
        if (init.body !== undefined) {
          const content = PATHS[path]?.[method]?.requestBody?.content ?? {};
          const schema = content['application/json']?.schema ?? {};
          expect([path, fitsSchema(schema, JSON.parse(init.body))]).toEqual([path, true]);
        }
        const response = await server.handler.fetch(new Request(url, init));
        const text = await response.text();
        expectDescribed(init.method, new URL(url).pathname, response.status, text);
        seen.push(path.split('/').pop() ?? '');
        return { status: response.status, text: () => Promise.resolve(text) };
      },
    });
    const card = createVirtualCard(personalise({ kind: '3des-4x' }));
    const transport = simulatorTransport(card);
    const result = await recharge({
      transport,
      authority: client,
      env: envFrom(globalThis),
      terminal: '000440101001',
      pin: '123456',
      amountFen: 10_000,
      outlet: 'self',
      takePayment: () =>
        Promise.resolve({ provider: 'cash', transactionId: 'receipt-1', amountFen: 10_000 }),
    });
    expect(result).toMatchObject({ outcome: 'credited', provedBy: 'tac' });
    const { issue } = await readCard(transport);
    const { orderId } = result as { orderId: string };
    expect(await client.getOrder(orderId)).toMatchObject({ state: 'CREDITED' });
    expect(await client.getOrder('0'.repeat(20))).toBeUndefined();
    expect(await client.findUnsettled(issue.cardNumber)).toBeUndefined();
    const toMs = server.env.now() + 1;
    const page = await client.findOrders({ plate: issue.plate, fromMs: toMs - 1000, toMs });
    const told = { why: 'ORDER_CLOSED', message: 'The order has ended: credited' };
    const zh = {
      messageZh: '订单已结束：已入卡',
      hint: { zh: '客户已付款的，先查退款，再决定是否新建订单。' },
    };
    expect(page.records).toMatchObject([{ orderId, loadable: false, ...told, ...zh }]);
    expect(new Set(seen)).toEqual(
      new Set([
        'check',
        'taking',
        'orders',
        'payments',
        'visits',
        '{orderId}',
        'unsettled',
        'query',
      ]),
    );
  });

  test('the back office’s answers fit it too', async () => {
    const server = openServer();
    const made = await server.ask('POST', '/v1/orders', orderRequest(), { key: 'k1' });
    const { orderId } = made.json as { orderId: string };
    const path = `/v1/orders/${orderId}`;
    await server.ask('POST', `${path}/payments`, paymentRequest(), { key: 'k2' });
    const office = (name: string) =>
      server.ask('POST', `${path}/${name}`, {}, { key: name, caller: OFFICE });
    const cancelled = await office('cancel');
    expect(cancelled.json.state).toBe('REFUND_DUE');
    expect((await office('void')).json.code).toBe('ORDER_NOT_CANCELLABLE');
    expect((await office('withdraw-void')).status).toBe(200);
    const refunded = await office('refund');
    expect(refunded.json.state).toBe('REFUNDED');
  });
});

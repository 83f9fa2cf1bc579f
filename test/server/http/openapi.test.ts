/** The description that is served, held to what the server does. */
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { OPENAPI } from '../../../src/server/http/index.js';
import { routes } from '../../../src/server/http/routes.js';
import { readCard, recharge, serverClient } from '../../../src/terminal/index.js';
import { orderRequest, paymentRequest } from '../../support/http-messages.js';
import { OFFICE, openServer, TERMINAL, type Told } from '../../support/signed-fetch.js';
import { createVirtualCard, personalise } from '../../../src/simulator/index.js';
import { simulatorTransport } from '../../../src/transport/drivers/simulator.js';
import { envFrom } from '../../../src/env.js';

interface Described {
  readonly summary: string;
  readonly parameters: readonly { readonly name: string }[];
  readonly requestBody?: { readonly content: Record<string, { schema: { $ref: string } }> };
  readonly responses: Record<string, { content: Record<string, { schema: { $ref: string } }> }>;
}
const paths = OPENAPI.paths as Record<string, Record<string, Described>>;
const schemas = (OPENAPI.components as { schemas: Record<string, object> }).schemas;
const ajv = new Ajv2020({ strict: false });
ajv.addSchema({ $id: 'api', components: { schemas } });

function schemaOf(path: string, method: string, which: 'request' | 'response' | 'problem') {
  const operation = paths[path]?.[method];
  const content =
    which === 'request'
      ? operation?.requestBody?.content['application/json']
      : which === 'response'
        ? operation?.responses['200']?.content['application/json']
        : operation?.responses.default?.content['application/problem+json'];
  const validate = ajv.getSchema(`api${content?.schema.$ref ?? ''}`);
  if (validate === undefined) throw new Error(`${path} has no schema`);
  return validate;
}

describe('openapi.json', () => {
  test('describes every route, and no other', () => {
    const server = openServer();
    const inside = { ...server, door: null as never };
    const served = routes(inside).map(
      ({ method, path }) => `${method} ${path.replace(/:orderId\{.*\}\}/, '{orderId}')}`,
    );
    const described = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(described.sort()).toEqual(served.sort());
  });

  test('says where an Idempotency-Key is needed, exactly where it is', () => {
    const server = openServer();
    for (const { method, path, money } of routes({ ...server, door: null as never })) {
      const described =
        paths[path.replace(/:orderId\{.*\}\}/, '{orderId}')]?.[method.toLowerCase()];
      const names = described?.parameters.map(({ name }) => name) ?? [];
      expect([path, names.includes('Idempotency-Key')]).toEqual([path, money]);
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
          const validate = schemaOf(path, method, 'request');
          expect([path, validate(JSON.parse(init.body)), validate.errors]).toEqual([
            path,
            true,
            null,
          ]);
        }
        const response = await server.handler.fetch(new Request(url, init));
        const text = await response.text();
        const validate = schemaOf(path, method, response.status === 200 ? 'response' : 'problem');
        expect([path, validate(JSON.parse(text)), validate.errors]).toEqual([path, true, null]);
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
    expect(page.records).toMatchObject([{ orderId, loadable: false, why: 'ORDER_CLOSED' }]);
    expect(new Set(seen)).toEqual(
      new Set(['orders', 'payments', 'visits', '{orderId}', 'unsettled', 'query']),
    );
  });

  test('the back office’s answers fit it too', async () => {
    const server = openServer();
    const fits = (told: Told, name: string): void => {
      const path = `/v1/orders/{orderId}/${name}`;
      const validate = schemaOf(path, 'post', told.status === 200 ? 'response' : 'problem');
      expect([name, validate(told.json), validate.errors]).toEqual([name, true, null]);
    };
    const made = await server.ask('POST', '/v1/orders', orderRequest(), { key: 'k1' });
    const { orderId } = made.json as { orderId: string };
    const path = `/v1/orders/${orderId}`;
    await server.ask('POST', `${path}/payments`, paymentRequest(), { key: 'k2' });
    const office = (name: string) =>
      server.ask('POST', `${path}/${name}`, {}, { key: name, caller: OFFICE });
    const cancelled = await office('cancel');
    expect(cancelled.json.state).toBe('REFUND_DUE');
    fits(cancelled, 'cancel');
    fits(await office('void'), 'void');
    fits(await office('withdraw-void'), 'withdraw-void');
    const refunded = await office('refund');
    expect(refunded.json.state).toBe('REFUNDED');
    fits(refunded, 'refund');
  });
});

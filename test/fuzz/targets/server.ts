/** Bodies, paths and headers at the server's door, signed and not. */
import { createHash, createHmac } from 'node:crypto';
import { createHttpHandler } from '../../../src/server/http/index.js';
import { memoryGuard } from '../../../src/server/index.js';
import { createTestAuthority } from '../../../src/testing/index.js';
import { manualEnv } from '../../support/manual-env.js';
import { issueInformation, orderRequest } from '../../support/http-messages.js';
import { type FuzzTarget, jsonOf, law, textOf } from '../target.js';

const SECRET = '5a'.repeat(32);
const env = manualEnv();
const { authority, ledger } = createTestAuthority({ env, policy: { issuer: 'sole' } });
const handler = createHttpHandler({
  ...{ authority, ledger, guard: memoryGuard(), env },
  callers: [{ keyId: 'all-1', secret: SECRET, scopes: ['recharge', 'query', 'back-office'] }],
});
const { orderId } = await authority.createOrder(orderRequest());

/** One request, as JSON that is mutated. */
interface Asked {
  readonly method?: unknown;
  readonly path?: unknown;
  readonly body?: unknown;
  readonly headers?: unknown;
}

/** A schema of the published description, as far as a body is made from it. */
interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly minimum?: number;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly anyOf?: readonly Schema[];
}
interface Described {
  readonly paths: Readonly<
    Record<
      string,
      Readonly<
        Record<
          string,
          {
            readonly requestBody?: {
              readonly content: Readonly<Record<string, { readonly schema: Schema }>>;
            };
          }
        >
      >
    >
  >;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}
const described = (await (
  await handler.fetch(new Request('http://authority.test/openapi.json'))
).json()) as Described;

/** Values that fit the form of their field, where one is needed. */
const KNOWN: Readonly<Record<string, unknown>> = {
  ...orderRequest(),
  ...{
    orderId,
    provider: 'cash',
    transactionId: 'R1',
    amountFen: 10_000,
    terminal: '000440101001',
  },
  ...{ day: '2026-02-03', cardNumber: '6201220000001234', plate: '甘A12345', plateColour: 0 },
  issueInformation: issueInformation(),
};

/** A body with every field of its form. */
function bodyOf(schema: Schema, depth = 0): unknown {
  if (schema.$ref !== undefined) {
    return bodyOf(described.components.schemas[schema.$ref.split('/').at(-1) ?? ''] ?? {}, depth);
  }
  if (schema.const !== undefined) return schema.const;
  if (schema.enum !== undefined) return schema.enum[0];
  if (schema.anyOf !== undefined) return bodyOf(schema.anyOf[0] ?? {}, depth);
  if (schema.items !== undefined) return [bodyOf(schema.items, depth + 1)];
  if (schema.properties !== undefined && depth < 4) {
    return Object.fromEntries(
      Object.entries(schema.properties).map(([name, one]) => [
        name,
        KNOWN[name] ?? bodyOf(one, depth + 1),
      ]),
    );
  }
  if (schema.type === 'boolean') return true;
  if (schema.type === 'number' || schema.type === 'integer') return schema.minimum ?? 1;
  return 'x';
}

const SEEDS = Object.entries(described.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, { requestBody }]) => ({
    method,
    path: path.replace('{orderId}', orderId).replace('{provider}', 'cash'),
    ...(requestBody === undefined
      ? {}
      : { body: bodyOf(Object.values(requestBody.content)[0]?.schema ?? {}) }),
  })),
);
let requests = 0;

/** Any value in a header that Fetch takes. */
function headersOf(given: unknown): Record<string, string> {
  const headers: Record<string, string> = {};
  if (typeof given !== 'object' || given === null) return headers;
  for (const [name, value] of Object.entries(given)) {
    if (/^[\w-]+$/.test(name)) headers[name] = String(value).replace(/[^\x20-\x7e]/g, '');
  }
  return headers;
}

async function ask(asked: Asked, isSigned: boolean): Promise<void> {
  const method = typeof asked.method === 'string' ? asked.method.toUpperCase() : 'POST';
  const path = `/${typeof asked.path === 'string' ? asked.path.replace(/^\/+/, '') : ''}`;
  const takesBody = !['GET', 'HEAD'].includes(method);
  const body =
    typeof asked.body === 'string' ? asked.body : (JSON.stringify(asked.body ?? null) ?? '');
  let request: Request;
  try {
    const url = new URL(`http://authority.test${path}`);
    const sent = url.pathname + url.search;
    const text = takesBody ? body : '';
    const signed = isSigned ? signatureOf(method, sent, text) : {};
    const headers = { ...headersOf(asked.headers), ...signed };
    request = new Request(url, { method, headers, ...(takesBody ? { body } : {}) });
  } catch {
    // Fetch itself would not send it.
    return;
  }
  const response = await handler.fetch(request);
  const told = await response.text();
  law(response.status !== 500, `${String(response.status)} ${told.slice(0, 200)}`);
  const type = response.headers.get('content-type') ?? '';
  if (response.status >= 400) law(type.includes('problem+json'), `a refusal as ${type}`);
  law(!told.includes(SECRET), 'an answer with a secret in it');
}

function signatureOf(method: string, path: string, body: string): Record<string, string> {
  requests += 1;
  const [timestamp, nonce] = [String(env.now()), requests.toString(16).padStart(32, '0')];
  const digest = createHash('sha256').update(body).digest('hex');
  const lines = ['QUANCUN2', method, path, timestamp, nonce, digest, `key-${nonce}`, ''];
  const mac = createHmac('sha256', Buffer.from(SECRET, 'hex'))
    .update(lines.join('\n'))
    .digest('hex');
  // Nonces are kept for a time: it goes on, so that they are forgotten.
  if (requests % 1000 === 0) env.advance(600_000);
  return {
    'quancun-key-id': 'all-1',
    'quancun-timestamp': timestamp,
    'quancun-nonce': nonce,
    'quancun-signature': `2:${mac}`,
    'idempotency-key': `key-${nonce}`,
  };
}

const REQUESTS: FuzzTarget = {
  name: 'requests',
  form: 'json',
  seeds: SEEDS.map((one) => JSON.stringify(one)),
  words: ['"amountFen"', '"orderId"', '"protocol"', '%2e%2e', '?', '&', '\\u0000', '甘A12345'],
  run: async (input) => {
    const asked = jsonOf(input)?.value;
    if (typeof asked === 'object' && asked !== null) {
      await ask(asked, true);
      await ask(asked, false);
    } else await ask({ path: '/v1/orders', body: textOf(input) }, true);
  },
};

export const SERVER: readonly FuzzTarget[] = [REQUESTS];

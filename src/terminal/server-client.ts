/**
 * The authority behind HTTP, as a terminal sees it. Every request is signed afresh and may be sent
 * again: each of them is idempotent on the server. What a lost reply leaves open, the next visit
 * of the card settles; a TAC that could not be delivered waits in the outbox.
 */
import { toHex } from '../bytes.js';
import type { Env } from '../env.js';
import { isQuancunError, QuancunError } from '../errors.js';
import {
  type Authority,
  type CreateOrderRequest,
  type OrderView,
  PROTOCOL_VERSION,
  type RecordsPage,
  type RecordsRequest,
  type Step,
  type VisitReport,
} from '../load/index.js';
import { digestText, SIGNATURE_HEADERS, signRequest } from '../signing/index.js';
import type { Outbox } from './outbox.js';
import { SERVER_UNREACHABLE } from '../signing/errors.js';

/** The part of `fetch` that is used. */
export type FetchLike = (
  url: string,
  init: {
    readonly method: string;
    readonly headers: Record<string, string>;
    readonly body?: string;
  },
) => Promise<{ readonly status: number; text(): Promise<string> }>;

/** Where the server is, and who asks. */
export interface ServerClientOptions {
  /** Such as `https://host:8080`. */
  readonly url: string;
  readonly fetch: FetchLike;
  readonly env: Env;
  readonly keyId: string;
  /** 32 bytes, hex. */
  readonly secret: string;
  /** Default: 10,000. */
  readonly timeoutMs?: number;
  /** Sendings of one request, with growing pauses. Default: 3. */
  readonly maxTries?: number;
  readonly outbox?: Outbox;
}

/** The authority, and what else a server tells its operators. */
export interface ServerClient extends Authority {
  /** 充值记录, newest first. @throws RANGE_TOO_LONG, SCOPE_MISSING */
  findOrders(request: RecordsRequest): Promise<RecordsPage>;
}

/**
 * Makes the client.
 * 授权中心 HTTP 客户端。
 * @throws from every method SERVER_UNREACHABLE, and whatever the server refuses with
 * @example
 * const authority = serverClient({
 *   ...{ url: 'https://etc.example/', keyId: 'T1', secret: '11'.repeat(32) },
 *   ...{ fetch, env: envFrom(globalThis) },
 * });
 * // … and then: recharge({ authority, … })
 */
export function serverClient(options: ServerClientOptions): ServerClient {
  const post = async <T>(path: string, body: object, key?: string): Promise<T> =>
    (await ask(options, 'POST', path, JSON.stringify(body), key)) as T;
  const order = (orderId: string, action: string): string => `${orderPath(orderId)}/${action}`;
  const send = (report: VisitReport): Promise<Step> => {
    const { orderId, ...body } = report;
    return post<Step>(order(orderId, 'visits'), body);
  };
  return {
    createOrder: (request: CreateOrderRequest) =>
      post<OrderView>('/v1/orders', request, digestText(request.idempotencyKey)),
    // One payment, one key: provider and number are what makes it itself.
    confirmPayment: ({ orderId, ...payment }) =>
      post<OrderView>(
        order(orderId, 'payments'),
        payment,
        digestText(JSON.stringify([payment.provider, payment.transactionId])),
      ),
    next: async (report) => {
      await options.outbox?.flush(send);
      try {
        return await send(report);
      } catch (error) {
        if (report.evidence.kind === 'credited') await options.outbox?.put(report);
        throw error;
      }
    },
    findUnsettled: async (cardNumber) => {
      const path = '/v1/orders/unsettled';
      const body = { protocol: PROTOCOL_VERSION, cardNumber };
      return (await post<{ order: OrderView | null }>(path, body)).order ?? undefined;
    },
    findOrders: (request) => post<RecordsPage>('/v1/orders/query', request),
    getOrder: async (orderId) => {
      try {
        return (await ask(options, 'GET', orderPath(orderId), '')) as OrderView;
      } catch (error) {
        if (isQuancunError(error, 'ORDER_UNKNOWN')) return undefined;
        throw error;
      }
    },
  };
}

/** An order's number, as the text it is: it never leads to another address. */
function orderPath(orderId: string): string {
  return `/v1/orders/${encodeURIComponent(orderId)}`;
}

/**
 * Sends until an answer comes; a server that is busy is asked again too. What is no answer of ours
 * (a proxy's page, half a body) is no answer.
 */
async function ask(
  options: ServerClientOptions,
  method: string,
  path: string,
  body: string,
  key?: string,
): Promise<unknown> {
  const { env, maxTries = 3 } = options;
  let failure: unknown;
  for (let tries = 0; tries < maxTries; tries += 1) {
    if (tries > 0) await env.sleep(200 * 4 ** (tries - 1));
    try {
      const { status, text } = await sendOnce(options, method, path, body, key);
      const json: unknown = JSON.parse(text);
      if (status === 200) return json;
      failure = QuancunError.fromJSON(json);
      if (status !== 503) break;
    } catch (error) {
      failure = error;
    }
  }
  if (isQuancunError(failure) && failure.code !== 'JSON_INVALID') throw failure;
  throw new QuancunError(SERVER_UNREACHABLE, { cause: failure });
}

async function sendOnce(
  options: ServerClientOptions,
  method: string,
  path: string,
  body: string,
  key: string | undefined,
): Promise<{ readonly status: number; readonly text: string }> {
  const { env, keyId, secret, timeoutMs = 10_000 } = options;
  const timestamp = String(env.now());
  const nonce = toHex(env.random(16));
  const headers: Record<string, string> = {
    [SIGNATURE_HEADERS.keyId]: keyId,
    [SIGNATURE_HEADERS.timestamp]: timestamp,
    [SIGNATURE_HEADERS.nonce]: nonce,
    [SIGNATURE_HEADERS.signature]: signRequest(secret, { method, path, timestamp, nonce, body }),
    ...(body === '' ? {} : { 'content-type': 'application/json' }),
    ...(key === undefined ? {} : { 'idempotency-key': key }),
  };
  const url = options.url.replace(/\/$/, '') + path;
  const exchange = options
    .fetch(url, { method, headers, ...(body === '' ? {} : { body }) })
    .then(async (response) => ({ status: response.status, text: await response.text() }));
  const timeout = env.sleep(timeoutMs, exchange).then(() => {
    throw new Error('timeout');
  });
  return Promise.race([exchange, timeout]);
}

/**
 * The authority behind HTTP, as a terminal sees it. Every request is signed afresh and may be sent
 * again: each of them is idempotent on the server. What a lost reply leaves open, the next visit
 * of the card settles; a TAC that could not be delivered waits in the outbox.
 */
import type * as v from 'valibot';
import { fromHex, toHex } from '../bytes.js';
import type { Env } from '../env.js';
import { isQuancunError, QuancunError } from '../errors.js';
import { ef0015 } from '../etc/index.js';
import { checkJson } from '../json/index.js';
import type {
  Authority,
  OrderView,
  RecordsPage,
  RecordsRequest,
  Step,
  VisitReport,
} from '../load/index.js';
import {
  CARD_REPORT,
  ORDER_VIEW,
  PROTOCOL_VERSION,
  RECORDS_PAGE,
  GATEWAY_PROBLEM,
  REFUSAL,
  STEP,
  UNSETTLED,
} from '../messages/index.js';
import { sha256Hex, SIGNATURE_HEADERS, signRequest } from '../signing/index.js';
import type { Outbox } from './outbox.js';
import { SERVER_UNREACHABLE } from '../signing/errors.js';
import { ANSWERED_BY_ANOTHER, STEP_UNKNOWN } from './errors.js';

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
  /** 充值记录, newest first. @throws RANGE_TOO_LONG, RANGE_REVERSED, SCOPE_MISSING */
  findOrders(request: RecordsRequest): Promise<RecordsPage>;
}

/** What is asked, and what an answer to it must be. */
interface Question<Schema extends v.GenericSchema> {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: object;
  readonly key?: string;
  readonly reply: Schema;
  /** Whether it is the answer to this question: a proxy may have kept one to another. */
  readonly answers?: (reply: v.InferOutput<Schema>) => boolean;
}

/**
 * Makes the client.
 * 授权中心 HTTP 客户端。
 * @throws from every method SERVER_UNREACHABLE, ANSWERED_BY_ANOTHER where something on the way has
 *   answered for the server, and whatever the server refuses with, codes that this version does not
 *   know included
 * @example
 * const authority = serverClient({
 *   ...{ url: 'https://etc.example/', keyId: 'T1', secret: '11'.repeat(32) },
 *   ...{ fetch, env: envFrom(globalThis) },
 * });
 * // … and then: recharge({ authority, … })
 */
export function serverClient(options: ServerClientOptions): ServerClient {
  const { outbox } = options;
  const send = ({ orderId, ...body }: VisitReport): Promise<Step> =>
    ask(options, { method: 'POST', path: `${orderPath(orderId)}/visits`, body, reply: STEP });
  return {
    checkCard: (request) =>
      ask(options, {
        method: 'POST',
        path: '/v1/cards/check',
        body: request,
        reply: CARD_REPORT,
        answers: ({ cardNumber }) =>
          cardNumber === ef0015.decode(fromHex(request.issueInformation)).cardNumber,
      }),
    beginPayment: ({ orderId, ...body }) =>
      ask(options, {
        method: 'POST',
        path: `${orderPath(orderId)}/taking`,
        body,
        reply: ORDER_VIEW,
        answers: (order) => order.orderId === orderId,
      }),
    endPayment: ({ orderId, ...body }) =>
      ask(options, {
        method: 'POST',
        path: `${orderPath(orderId)}/taking/end`,
        body,
        reply: ORDER_VIEW,
        answers: (order) => order.orderId === orderId,
      }),
    createOrder: (request) =>
      ask(options, {
        method: 'POST',
        path: '/v1/orders',
        body: request,
        key: sha256Hex(request.idempotencyKey),
        reply: ORDER_VIEW,
        answers: ({ cardNumber, amountFen }) =>
          amountFen === request.amountFen &&
          cardNumber === ef0015.decode(fromHex(request.issueInformation)).cardNumber,
      }),
    confirmPayment: ({ orderId, ...payment }) =>
      ask(options, {
        method: 'POST',
        path: `${orderPath(orderId)}/payments`,
        body: payment,
        // One message, one key. Told again at another visit, with a date that the till draws anew,
        // it is another message: the ledger books a number once.
        key: sha256Hex(
          JSON.stringify([payment.provider, payment.transactionId, payment.paidAtMs ?? null]),
        ),
        reply: ORDER_VIEW,
        answers: (order) => order.orderId === orderId,
      }),
    next: async (report) => {
      await outbox?.flush(send);
      try {
        return await send(report);
      } catch (error) {
        if (report.evidence.kind === 'credited') await outbox?.put(report);
        throw error;
      }
    },
    findUnsettled: async (cardNumber) => {
      const { order } = await ask(options, {
        method: 'POST',
        path: '/v1/orders/unsettled',
        body: { protocol: PROTOCOL_VERSION, cardNumber },
        reply: UNSETTLED,
        answers: (reply) => reply.order === null || reply.order.cardNumber === cardNumber,
      });
      return order ?? undefined;
    },
    findOrders: (request) =>
      ask(options, {
        method: 'POST',
        path: '/v1/orders/query',
        body: request,
        reply: RECORDS_PAGE,
        answers: ({ records }) =>
          request.cardNumber === undefined ||
          records.every(({ cardNumber }) => cardNumber === request.cardNumber),
      }),
    getOrder: (orderId) => getOrder(options, orderId),
  };
}

async function getOrder(
  options: ServerClientOptions,
  orderId: string,
): Promise<OrderView | undefined> {
  try {
    return await ask(options, {
      method: 'GET',
      path: orderPath(orderId),
      reply: ORDER_VIEW,
      answers: (order) => order.orderId === orderId,
    });
  } catch (error) {
    if (isQuancunError(error, 'ORDER_UNKNOWN')) return undefined;
    throw error;
  }
}

/** An order's number, as the text it is: it never leads to another address. */
function orderPath(orderId: string): string {
  return `/v1/orders/${encodeURIComponent(orderId)}`;
}

/** What a sending came to; a failure says whether the same question may be sent again. */
type Heard<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly failure: QuancunError; readonly again: boolean };

/**
 * Sends until an answer comes. Again is asked where nothing of the server's was heard, or where it
 * is busy; whatever else it refuses with, known or not, is its answer.
 */
async function ask<Schema extends v.GenericSchema>(
  options: ServerClientOptions,
  question: Question<Schema>,
): Promise<v.InferOutput<Schema>> {
  const { env, maxTries = 3 } = options;
  let failure = new QuancunError(SERVER_UNREACHABLE);
  for (let tries = 0; tries < maxTries; tries += 1) {
    if (tries > 0) await env.sleep(200 * 4 ** (tries - 1));
    const heard = await hear(options, question);
    if (heard.ok) return heard.value;
    failure = heard.failure;
    if (!heard.again) break;
  }
  throw failure;
}

async function hear<Schema extends v.GenericSchema>(
  options: ServerClientOptions,
  question: Question<Schema>,
): Promise<Heard<v.InferOutput<Schema>>> {
  const { method, path, body, key, reply, answers } = question;
  const text = body === undefined ? '' : JSON.stringify(body);
  let said: { readonly status: number; readonly text: string };
  try {
    said = await sendOnce(options, method, path, text, key);
  } catch (thrown) {
    // An error of ours speaks of a wrong option; of the line it is the host that complains.
    if (isQuancunError(thrown)) throw thrown;
    const failure = new QuancunError(SERVER_UNREACHABLE, { cause: thrown });
    return { ok: false, failure, again: true };
  }
  const json = jsonOf(said.text);
  if (said.status !== 200) return { ok: false, ...refusal(said.status, json) };
  const checked = checkJson(reply, json);
  if (checked.ok && answers?.(checked.value) !== false) return checked;
  if (isStepOfAnother(reply, json)) {
    const failure = new QuancunError(STEP_UNKNOWN, { details: { problem: 'do' } });
    return { ok: false, failure, again: false };
  }
  return { ok: false, ...another(200, checked.ok ? 'another order' : checked.problem) };
}

/** A newer server may want what this version cannot do: asking again changes nothing. */
function isStepOfAnother(reply: v.GenericSchema, json: unknown): boolean {
  if (reply !== STEP || typeof json !== 'object' || json === null || !('do' in json)) return false;
  const said = json.do;
  return (
    typeof said === 'string' && !STEP.options.some(({ entries }) => entries.do.literal === said)
  );
}

/**
 * The server's own refusal. Whatever else refuses knows nothing of orders and money: what it says
 * is passed on as its words, and never under its code, which may look like one of ours.
 */
function refusal(status: number, json: unknown) {
  if (checkJson(REFUSAL, json).ok) {
    return { failure: QuancunError.fromJSON(json), again: status === 503 };
  }
  const words = wordsOf(json);
  if (status < 500) return another(status, words ?? 'a refusal');
  const details = { status, ...(words === undefined ? {} : { problem: words }) };
  return { failure: new QuancunError(SERVER_UNREACHABLE, { details }), again: true };
}

/** A page that asks to log in may be gone the next time; who refuses by content stays. */
function another(status: number, problem: string) {
  const details = { status, problem };
  const failure = new QuancunError(ANSWERED_BY_ANOTHER, { details });
  return { failure, again: status < 400 };
}

/** What a problem of another's gateway (RFC 9457) says for people. */
function wordsOf(json: unknown): string | undefined {
  const checked = checkJson(GATEWAY_PROBLEM, json);
  if (!checked.ok) return undefined;
  const { title, detail, code } = checked.value;
  return [title, detail, code].filter((one) => one !== undefined).join('; ');
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
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
    [SIGNATURE_HEADERS.signature]: signRequest(secret, {
      ...{ method, path, timestamp, nonce, body },
      ...(key === undefined ? {} : { idempotencyKey: key }),
    }),
    ...(body === '' ? {} : { 'content-type': 'application/json' }),
    ...(key === undefined ? {} : { [SIGNATURE_HEADERS.idempotencyKey]: key }),
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

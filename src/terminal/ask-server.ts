/**
 * One question to the server, over HTTP: signed afresh at each sending, sent again where nothing of
 * the server's was heard, and its answer held to what it must be.
 */
import type * as v from 'valibot';
import { toHex } from '../bytes.js';
import type { Env } from '../env.js';
import { type ErrorCode, isQuancunError, QuancunError } from '../errors.js';
import { checkJson } from '../json/index.js';
import { ARGUMENT_INVALID } from '../json/errors.js';
import { GATEWAY_PROBLEM, REFUSAL, STEP } from '../messages/index.js';
import { SIGNATURE_HEADERS, signRequest } from '../signing/index.js';
import { tellApart } from '../turns.js';
import type { Outbox } from './outbox.js';
import { CLOCK_SKEW, SERVER_UNREACHABLE } from '../signing/errors.js';
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

/** Where the server is, and who asks: a device with its key, or a page behind a counter door. */
export type ServerClientOptions = DeviceClientOptions | PageClientOptions;

/** A device that signs by itself. */
export interface DeviceClientOptions extends LineOptions {
  readonly keyId: string;
  /** 32 bytes, hex. */
  readonly secret: string;
  /**
   * The session of the person at this device, asked for at each sending; empty: nobody is logged
   * in. Only where the device's record says that persons log in there.
   */
  readonly session?: () => string | Promise<string>;
}

/**
 * A page that holds no key: what it asks goes to `/counter/…` of its own origin, where the counter
 * door signs it, and the person's session is a cookie that no script reads.
 */
export interface PageClientOptions extends LineOptions {
  readonly signedBy: 'counter-door';
}

/** What every client needs. */
export interface LineOptions {
  /** Such as `https://host:8080`; of a page, its own `location.origin`. */
  readonly url: string;
  readonly fetch: FetchLike;
  readonly env: Env;
  /** Default: 10,000. */
  readonly timeoutMs?: number;
  /** Sendings of one request, with growing pauses. Default: 3. */
  readonly maxTries?: number;
  readonly outbox?: Outbox;
  /** Told before a request is sent again: for a screen. */
  readonly onRetry?: (retry: {
    readonly tries: number;
    readonly waitMs: number;
    readonly code: ErrorCode;
  }) => void;
}

/** What is asked, and what an answer to it must be. */
export interface Question<Schema extends v.GenericSchema> {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: object;
  readonly key?: string;
  readonly reply: Schema;
  /** Whether it is the answer to this question: a proxy may have kept one to another. */
  readonly answers?: (reply: v.InferOutput<Schema>) => boolean;
}

/** A server as this client knows it. */
export interface Line {
  readonly options: ServerClientOptions;
  /** How far the server's clock is ahead of this device's, as it said when it refused ours. */
  offsetMs: number;
}

/** What a sending came to; a failure says whether the same question may be sent again. */
type Heard<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly failure: QuancunError; readonly again: boolean };

/**
 * Sends until an answer comes. Again is asked where nothing of the server's was heard, or where it
 * is busy; whatever else it refuses with, known or not, is its answer.
 */
export async function askServer<Schema extends v.GenericSchema>(
  line: Line,
  question: Question<Schema>,
): Promise<v.InferOutput<Schema>> {
  const { options } = line;
  expectClientOptions(options);
  const { env, maxTries = 3 } = options;
  let failure = new QuancunError(SERVER_UNREACHABLE);
  for (let tries = 0; tries < maxTries; tries += 1) {
    if (tries > 0) await pause(options, tries, failure);
    let heard = await hear(line, question);
    // Signed by the server's own clock it is let in, and no try is lost for it.
    if (!heard.ok && setClock(line, heard.failure, env)) heard = await hear(line, question);
    if (heard.ok) return heard.value;
    failure = heard.failure;
    if (!heard.again) break;
  }
  throw failure;
}

/** The handheld's clock may be off by years: the server says what time it is. */
function setClock(line: Line, failure: QuancunError, env: Env): boolean {
  const { serverMs } = failure.details;
  if (failure.code !== CLOCK_SKEW.code || !Number.isSafeInteger(serverMs)) return false;
  line.offsetMs = (serverMs as number) - env.now();
  return true;
}

async function pause(
  { env, onRetry }: ServerClientOptions,
  tries: number,
  { code }: QuancunError,
): Promise<void> {
  const waitMs = 200 * 4 ** (tries - 1);
  tellApart(() => onRetry?.({ tries: tries + 1, waitMs, code }));
  await env.sleep(waitMs);
}

/** Wrong from the start, and never the line's fault. */
function expectClientOptions(options: ServerClientOptions): void {
  const { url, fetch, env } = options;
  const wrong = (what: string, en: string, zh: string): QuancunError =>
    new QuancunError(ARGUMENT_INVALID, { details: { what, problem: { en, zh } } });
  const { now, random, sleep } = (env ?? {}) as Partial<Env>;
  if ([now, random, sleep].some((one) => typeof one !== 'function')) {
    throw wrong(
      'env',
      'it must be an Env, such as envFrom(globalThis)',
      '应为 Env，如 envFrom(globalThis)',
    );
  }
  if (typeof fetch !== 'function') throw wrong('fetch', 'it must be a function', '应为函数');
  if (typeof url !== 'string' || !/^https?:\/\/[^/]/i.test(url)) {
    throw wrong('url', 'it must begin with https:// or http://', '应以 https:// 或 http:// 开头');
  }
  if (isOfPage(options)) return;
  const { keyId, secret, session } = options;
  if (session !== undefined && typeof session !== 'function') {
    throw wrong('session', 'it must be a function', '应为函数');
  }
  if (typeof keyId !== 'string' || keyId === '')
    throw wrong('keyId', 'it must be a text', '应为文本');
  if (typeof secret !== 'string' || !/^[0-9a-f]{64}$/i.test(secret)) {
    throw wrong('secret', 'it must be 64 hex digits', '应为 64 位十六进制数字');
  }
}

const isOfPage = (options: ServerClientOptions): options is PageClientOptions =>
  'signedBy' in options && options.signedBy === 'counter-door';

async function hear<Schema extends v.GenericSchema>(
  line: Line,
  question: Question<Schema>,
): Promise<Heard<v.InferOutput<Schema>>> {
  const { method, path, body, key, reply, answers } = question;
  const text = body === undefined ? '' : JSON.stringify(body);
  let said: { readonly status: number; readonly text: string };
  try {
    said = await sendOnce(line, method, path, text, key);
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

function sendOnce(
  { options, offsetMs }: Line,
  method: string,
  path: string,
  body: string,
  key: string | undefined,
): Promise<{ readonly status: number; readonly text: string }> {
  const { env, timeoutMs = 10_000 } = options;
  const send = async (): Promise<{ readonly status: number; readonly text: string }> => {
    const headers: Record<string, string> = {
      ...(isOfPage(options) ? {} : await signed(options, offsetMs, { method, path, body, key })),
      ...(body === '' ? {} : { 'content-type': 'application/json' }),
      ...(key === undefined ? {} : { [SIGNATURE_HEADERS.idempotencyKey]: key }),
    };
    // The door's address is the server's own, under a name that the page's origin has for it.
    const address = isOfPage(options) ? path.replace('/v1/', '/counter/') : path;
    const url = options.url.replace(/\/$/, '') + address;
    const asked = { method, headers, ...(body === '' ? {} : { body }) };
    const response = await options.fetch(url, asked);
    return { status: response.status, text: await response.text() };
  };
  const exchange = send();
  const timeout = env.sleep(timeoutMs, exchange).then(() => {
    throw new Error('timeout');
  });
  return Promise.race([exchange, timeout]);
}

/** The headers of a device: its key, the moment, and what is signed. */
async function signed(
  { env, keyId, secret, ...options }: DeviceClientOptions,
  offsetMs: number,
  asked: {
    readonly method: string;
    readonly path: string;
    readonly body: string;
    readonly key: string | undefined;
  },
): Promise<Record<string, string>> {
  const { key, ...parts } = asked;
  const session = (await options.session?.()) ?? '';
  const timestamp = String(Math.round(env.now() + offsetMs));
  const nonce = toHex(env.random(16));
  const idempotencyKey = key === undefined ? {} : { idempotencyKey: key };
  return {
    [SIGNATURE_HEADERS.keyId]: keyId,
    [SIGNATURE_HEADERS.timestamp]: timestamp,
    [SIGNATURE_HEADERS.nonce]: nonce,
    [SIGNATURE_HEADERS.signature]: signRequest(secret, {
      ...{ ...parts, timestamp, nonce, session },
      ...idempotencyKey,
    }),
    ...(session === '' ? {} : { [SIGNATURE_HEADERS.session]: session }),
  };
}

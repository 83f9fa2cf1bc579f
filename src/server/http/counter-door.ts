/**
 * The door of a counter page: `/counter/…` on the page's own origin, for `/v1/…` of a server. The
 * page holds no key. Its person's session is a cookie that no script reads and no other site sends,
 * and what the page asks is signed here, with the device's key.
 */
import { toHex } from '../../bytes.js';
import type { Env } from '../../env.js';
import { QuancunError } from '../../errors.js';
import { expectOptions, hexOf, objectOf, textOf } from '../../json/index.js';
import { ARGUMENT_INVALID, MESSAGE_INVALID } from '../../json/errors.js';
import { hostHashing, signRequest, SIGNATURE_HEADERS } from '../../signing/index.js';
import { SIGNATURE_INVALID } from '../../signing/errors.js';
import { ORIGIN_REFUSED, ROUTE_UNKNOWN } from '../errors.js';
import { readBody } from './door.js';
import { METHOD_NOT_ALLOWED } from './errors.js';
import { problem } from './problem.js';
import type { Caller } from './terminals.js';

/** What a door is made of. */
export interface CounterDoorOptions {
  /** The server behind it: a handler in this process, or a `fetch` that reaches one. */
  readonly server: (request: Request) => Promise<Response>;
  /** Where the page is, as browsers say it: `https://counter.example`. Plain http: loopback alone. */
  readonly origin: string;
  /**
   * The key of the device, with `persons: true` in its record; of several, by what tells them apart
   * outside of the page, such as a client certificate. Never by what a page says.
   */
  readonly device:
    DeviceKey | ((request: Request) => DeviceKey | undefined | Promise<DeviceKey | undefined>);
  readonly env: Env;
  /** Default: 16,384. */
  readonly maxBodyBytes?: number;
}

/** What the door signs with: key id, and secret of 32 bytes, hex. */
export type DeviceKey = Pick<Caller, 'keyId' | 'secret'>;

const PATH = /^\/counter(\/[A-Za-z0-9][A-Za-z0-9-]*)+$/;
const SESSIONS = /^\/v1\/sessions(\/|$)/;
const METHODS = ['GET', 'POST'];
const TOKEN = /^[0-9A-F]{64}$/;
const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];
/** What of a page's request is passed on, beside its body. */
const PASSED = ['idempotency-key', 'traceparent', 'x-request-id'];
const KEY = objectOf({ keyId: textOf(256, /^[\x21-\x7e]*$/), secret: hexOf(32) });

/**
 * Makes a door.
 * 柜台页面的同源入口（会话为 HttpOnly Cookie，由服务端签名）。
 * @throws ARGUMENT_INVALID for an origin that is none, or whose cookies anybody on the way reads
 * @example
 * import { envFrom } from 'quancun';
 * import { type HttpHandler } from 'quancun/server/http';
 * declare const handler: HttpHandler, secret: string;
 * const door = createCounterDoor({
 *   server: (request) => handler.fetch(request),
 *   origin: 'https://counter.example',
 *   device: { keyId: 'till-1', secret },
 *   env: envFrom(globalThis),
 * });
 * // door.fetch(request) for whatever comes to /counter/…
 */
export function createCounterDoor(options: CounterDoorOptions): {
  fetch(request: Request): Promise<Response>;
} {
  const cookie = cookieOf(options.origin);
  const { device } = options;
  if (typeof device !== 'function') expectOptions(KEY, device, 'createCounterDoor: device');
  return {
    fetch: async (request) => {
      try {
        return await pass(options, cookie, request);
      } catch (error) {
        const { status, body, contentType, headers: more } = problem(error);
        const headers = { 'content-type': contentType, 'cache-control': 'no-store', ...more };
        return new Response(body, { status, headers });
      }
    },
  };
}

interface Cookie {
  readonly name: string;
  readonly flags: string;
}

/** `__Host-`: of this very host, set by nobody else, and never sent in clear. */
function cookieOf(origin: string): Cookie {
  const url = URL.canParse(origin) ? new URL(origin) : undefined;
  const isSafe = url?.protocol === 'https:' || isLoopback(url?.hostname ?? '');
  if (url?.origin !== origin || !isSafe) {
    const problem = {
      en: 'origin must be such as "https://counter.example"',
      zh: 'origin 应形如 "https://counter.example"',
    };
    throw new QuancunError(ARGUMENT_INVALID, { details: { what: 'createCounterDoor', problem } });
  }
  const flags = 'Path=/; HttpOnly; SameSite=Strict';
  if (url.protocol !== 'https:') return { name: 'quancun-session', flags };
  return { name: '__Host-quancun-session', flags: `${flags}; Secure` };
}

/** Names under `localhost` are this machine too (RFC 6761), and each has cookies of its own. */
function isLoopback(hostname: string): boolean {
  return LOOPBACK.includes(hostname) || hostname.endsWith('.localhost');
}

async function pass(
  { server, origin, device, env, maxBodyBytes = 16_384 }: CounterDoorOptions,
  cookie: Cookie,
  request: Request,
): Promise<Response> {
  const { pathname, search } = new URL(request.url);
  if (!PATH.test(pathname)) throw new QuancunError(ROUTE_UNKNOWN);
  const { method } = request;
  if (!METHODS.includes(method)) {
    throw new QuancunError(METHOD_NOT_ALLOWED, { details: { allow: METHODS.join(', ') } });
  }
  expectOwnPage(request, origin);
  const key = typeof device === 'function' ? await device(request) : device;
  if (key === undefined) throw new QuancunError(SIGNATURE_INVALID);
  const body = method === 'GET' ? '' : await readBody(request, maxBodyBytes);
  const route = `/v1${pathname.slice('/counter'.length)}`;
  const path = `${route}${search}`;
  const session = tokenIn(request, cookie);
  const timestamp = String(env.now());
  const [nonce, idempotencyKey] = [
    toHex(env.random(16)),
    request.headers.get('idempotency-key') ?? '',
  ];
  const parts = { method, path, timestamp, nonce, body, idempotencyKey, session };
  const headers = new Headers({
    [SIGNATURE_HEADERS.keyId]: key.keyId,
    [SIGNATURE_HEADERS.timestamp]: timestamp,
    [SIGNATURE_HEADERS.nonce]: nonce,
    [SIGNATURE_HEADERS.signature]: signRequest(key.secret, parts, 2, hostHashing()),
    'content-type': 'application/json',
  });
  if (session !== '') headers.set(SIGNATURE_HEADERS.session, session);
  for (const name of PASSED) {
    const value = request.headers.get(name);
    if (value !== null) headers.set(name, value);
  }
  const sent = method === 'GET' ? { method, headers } : { method, headers, body };
  return answerOf(await server(new Request(`${origin}${path}`, sent)), route, cookie);
}

/**
 * Another site's page can make a browser ask, and cannot make it lie about where it stands. What
 * says neither is no browser that this door is for.
 * @throws ORIGIN_REFUSED, MESSAGE_INVALID for a body that a form could send
 */
function expectOwnPage({ method, headers }: Request, origin: string): void {
  const [site, from] = [headers.get('sec-fetch-site'), headers.get('origin')];
  const isOwn = (site ?? 'same-origin') === 'same-origin' && (from ?? origin) === origin;
  if (!isOwn || (site === null && from === null)) throw new QuancunError(ORIGIN_REFUSED);
  if (method === 'GET') return;
  const [type = ''] = (headers.get('content-type') ?? '').split(';');
  if (type.trim().toLowerCase() === 'application/json') return;
  throw new QuancunError(MESSAGE_INVALID, { details: { problem: 'Content-Type' } });
}

/** Two cookies of one name: nobody knows which is whose. */
function tokenIn(request: Request, { name }: Cookie): string {
  const pairs = (request.headers.get('cookie') ?? '').split(';').map((pair) => pair.trim());
  const tokens = pairs.filter((pair) => pair.startsWith(`${name}=`));
  const token = tokens[0]?.slice(name.length + 1) ?? '';
  return tokens.length === 1 && TOKEN.test(token) ? token : '';
}

/**
 * The token goes into the cookie, and out of what the page reads: by the route that answered,
 * whatever query stood behind its address.
 */
async function answerOf(answered: Response, route: string, cookie: Cookie): Promise<Response> {
  const { status } = answered;
  const headers = new Headers({ 'cache-control': 'no-store' });
  for (const name of ['content-type', 'retry-after', 'x-request-id', 'www-authenticate']) {
    const value = answered.headers.get(name);
    if (value !== null) headers.set(name, value);
  }
  const text = await answered.text();
  const json = parsed(text);
  const isOver = status === 401 && json?.code === 'SESSION_REQUIRED';
  if (isOver || (status === 200 && ENDING.includes(route))) {
    headers.set('set-cookie', `${cookie.name}=; ${cookie.flags}; Max-Age=0`);
  }
  if (!SESSIONS.test(route) || json?.session === undefined) {
    return new Response(text, { status, headers });
  }
  const { session, ...shown } = json;
  if (status === 200 && typeof session === 'string' && TOKEN.test(session)) {
    headers.set('set-cookie', `${cookie.name}=${session}; ${cookie.flags}`);
  }
  return new Response(JSON.stringify(shown), { status, headers });
}

/** After these nobody is logged in here any more. */
const ENDING = ['/v1/sessions/end', '/v1/shifts/close'];

function parsed(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return (JSON.parse(text) ?? undefined) as Readonly<Record<string, unknown>> | undefined;
  } catch {
    return undefined;
  }
}

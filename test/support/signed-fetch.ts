/**
 * A server in this process, and a caller that signs by OpenSSL: what the library signs is checked
 * by another implementation, and the other way round.
 */
import { createHash, createHmac, randomBytes } from 'node:crypto';
import { createHttpHandler, type HttpOptions } from '../../src/server/http/index.js';
import { memoryGuard } from '../../src/server/index.js';
import { createTestAuthority } from '../../src/testing/index.js';
import { expectDescribed } from './described.js';
import { manualEnv } from './manual-env.js';

/** Recorded against the published form, with a fixed secret. */
export const TERMINAL = { keyId: 'terminal-1', secret: '5a'.repeat(32) } as const;
export const OFFICE = { keyId: 'office-1', secret: 'a5'.repeat(32) } as const;

/** How one request is made wrong. */
export interface Twist {
  readonly key?: string;
  readonly caller?: { readonly keyId: string; readonly secret: string };
  readonly nonce?: string;
  readonly timestamp?: string;
  /** Sent instead of the body that was signed. */
  readonly sentBody?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** QUANCUN1 or QUANCUN2. Default: 2. */
  readonly version?: 1 | 2;
  /** Signed as the session of a person, and sent. */
  readonly session?: string;
}

/** What an answer may carry. */
export interface ToldJson {
  readonly code?: string;
  readonly messageZh?: string;
  readonly hint?: { readonly zh: string };
  readonly orderId?: string;
  readonly state?: string;
  readonly booked?: string;
  readonly refunds?: readonly object[];
  readonly records?: readonly { readonly orderId: string }[];
  readonly next?: string | null;
}

/** An answer. */
export interface Told {
  readonly status: number;
  readonly text: string;
  readonly json: ToldJson;
  readonly headers: Headers;
}

/** Opens the server. */
export function openServer(options: Partial<HttpOptions> = {}) {
  const env = manualEnv();
  const test = createTestAuthority({ env, policy: { issuer: 'sole' } });
  const guard = memoryGuard();
  const log: Readonly<Record<string, unknown>>[] = [];
  const handler = createHttpHandler({
    authority: test.authority,
    ledger: test.ledger,
    guard,
    env,
    callers: [
      { ...TERMINAL, scopes: ['recharge', 'query'], maxAmountFen: 5_000_000 },
      { ...OFFICE, scopes: ['query', 'back-office'] },
    ],
    log: (line) => log.push(line),
    ...options,
  });

  async function ask(
    method: string,
    path: string,
    body?: unknown,
    twist: Twist = {},
  ): Promise<Told> {
    const { caller = TERMINAL } = twist;
    const text = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body);
    const timestamp = twist.timestamp ?? String(env.now());
    const nonce = twist.nonce ?? randomBytes(16).toString('hex');
    const digest = createHash('sha256').update(text).digest('hex');
    const { version = 2, key = '', session = '' } = twist;
    const six = [`QUANCUN${String(version)}`, method, path, timestamp, nonce, digest];
    const lines = version === 1 ? six : [...six, key, session];
    const mac = createHmac('sha256', Buffer.from(caller.secret, 'hex'))
      .update(lines.join('\n'))
      .digest('hex');
    const sent = twist.sentBody ?? text;
    const response = await handler.fetch(
      new Request(`http://authority.test${path}`, {
        method,
        headers: {
          'quancun-key-id': caller.keyId,
          'quancun-timestamp': timestamp,
          'quancun-nonce': nonce,
          'quancun-signature': version === 1 ? mac : `2:${mac}`,
          ...(twist.key === undefined ? {} : { 'idempotency-key': twist.key }),
          ...(session === '' ? {} : { 'quancun-session': session }),
          ...twist.headers,
        },
        ...(sent === '' ? {} : { body: sent }),
      }),
    );
    const told = await response.text();
    const { status, headers } = response;
    expectDescribed(method, path, status, told);
    const isJson = headers.get('content-type')?.includes('json') === true;
    const json = isJson ? (JSON.parse(told) as ToldJson) : {};
    return { status, text: told, json, headers };
  }
  return { ...test, env, guard, log, handler, ask };
}

/** Headers and parameters of the description, and where a part of it is found by its name. */
import { SIGNATURE_HEADERS } from '../../signing/index.js';
import { REQUEST_ID } from './mark.js';

/** JSON that is only passed on. */
export type Json = Readonly<Record<string, unknown>>;

/** The key stands apart: only what moves money has one. */
export const HEADERS: Readonly<
  Record<Exclude<keyof typeof SIGNATURE_HEADERS, 'idempotencyKey'>, string>
> = {
  keyId: 'Who signs.',
  timestamp: 'Milliseconds since 1970-01-01 UTC, 13 digits; at most two minutes off.',
  nonce: '32 hex digits, never used twice.',
  signature:
    '`2:` and HMAC-SHA-256 under the secret of the key id: 64 hex digits, lower case. Without the prefix it is of QUANCUN1, which covers neither Idempotency-Key nor session.',
  session: 'The session of the person who asks; absent where the device alone does.',
};
const ORDER_ID = {
  name: 'orderId',
  in: 'path',
  required: true,
  schema: { type: 'string', pattern: '^[0-9A-Z]{1,64}$' },
};
const IDEMPOTENCY_KEY = {
  name: 'Idempotency-Key',
  in: 'header',
  required: true,
  description:
    'The same key with another request is refused. The same request again is done once: it gets the same bytes, or, for an order and its payment, how they stand now.',
  schema: { type: 'string', pattern: '^[\\x21-\\x7e]{1,64}$' },
};

/** What a request may be called; unsigned, and in nobody's way. */
const NAMES = {
  requestId: {
    ...{ name: REQUEST_ID, in: 'header', required: false },
    description: 'The id of the request in logs; another one is made where this is of no form.',
    schema: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9_.-]{7,35}$' },
  },
  traceparent: {
    ...{ name: 'traceparent', in: 'header', required: false },
    description: 'W3C Trace Context: told in the log line of the request.',
    schema: { type: 'string' },
  },
};

/** A part of the description, by its name. */
export const component = (kind: string, name: string): Json => ({
  $ref: `#/components/${kind}/${name}`,
});

/** Headers that every answer of a status has. */
export function saidBeside(status: number): Json {
  const header = (description: string): Json => ({ description, schema: { type: 'string' } });
  return {
    [REQUEST_ID]: component('headers', 'requestId'),
    ...(status === 401 ? { 'www-authenticate': header('How requests are signed.') } : {}),
    ...(status === 405 ? { allow: header('What this address takes.') } : {}),
    ...([429, 503].includes(status) ? { 'retry-after': header('Seconds.') } : {}),
  };
}

/** Every parameter of a header, and the one of an address. */
export function parameters(): Json {
  const all = Object.entries(HEADERS).map(([key, description]) => {
    const name = SIGNATURE_HEADERS[key as keyof typeof HEADERS];
    const required = key !== 'session';
    return [key, { name, in: 'header', required, description, schema: { type: 'string' } }];
  });
  return {
    ...(Object.fromEntries(all) as Json),
    ...NAMES,
    orderId: ORDER_ID,
    idempotencyKey: IDEMPOTENCY_KEY,
  };
}

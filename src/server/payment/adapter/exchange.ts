/**
 * One request to a provider and its reply as bytes: what is verified is what came, before anybody
 * parsed it. A second address is tried only where the first could not be connected to, so that
 * nothing is ever sent twice by us. Redirections are not followed.
 */
import { isQuancunError } from '../../../errors.js';
import type { PortCall } from '../port.js';
import { failed } from './failed.js';

/** `fetch` as hosts have it. 宿主的 fetch。 */
export type AdapterFetch = (url: string, init: RequestInit) => Promise<Response>;

/** Where requests go. */
export interface Line {
  readonly fetch: AdapterFetch;
  /** In their order: those behind the first are for when it cannot be connected to. */
  readonly baseUrls: readonly string[];
}

/** A request. */
export interface Outgoing {
  readonly method: 'GET' | 'POST';
  /** Path and query, from `/`. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** A reply. */
export interface Incoming {
  readonly status: number;
  readonly header: (name: string) => string | undefined;
  readonly bytes: Uint8Array;
  /** The provider's clock, by the `Date` header. */
  readonly asOfMs?: number;
}

/** A reply of an interface is a few kB; a bill says its own limit. */
const MAX_REPLY_BYTES = 1 << 20;

/** Sends a request. @throws PAYMENT_PROVIDER_FAILED */
export async function exchange(
  line: Line,
  outgoing: Outgoing,
  { signal }: PortCall,
  maxBytes: number = MAX_REPLY_BYTES,
): Promise<Incoming> {
  const { method, path, headers, body } = outgoing;
  const init: RequestInit = { method, headers, redirect: 'manual', signal };
  if (body !== undefined) init.body = body;
  let trouble: unknown;
  for (const base of line.baseUrls) {
    try {
      const response = await line.fetch(base + path, init);
      return await received(response, maxBytes);
    } catch (cause) {
      if (!isUnconnected(cause) || signal.aborted) throw asFailed(cause);
      trouble = cause;
    }
  }
  throw failed('it could not be connected to', trouble);
}

/** Host not found, refused, not reachable, or no handshake of TCP in time: nothing was sent. */
const UNCONNECTED: readonly unknown[] = [
  ...['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'ENETDOWN'],
  'UND_ERR_CONNECT_TIMEOUT',
];

function isUnconnected(thrown: unknown): boolean {
  const cause = fieldOf(thrown, 'cause');
  const attempts = fieldOf(cause, 'errors');
  if (Array.isArray(attempts) && attempts.length > 0) {
    return attempts.every((one) => UNCONNECTED.includes(fieldOf(one, 'code')));
  }
  return UNCONNECTED.includes(fieldOf(cause, 'code'));
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null
    ? (value as Readonly<Record<string, unknown>>)[name]
    : undefined;
}

function asFailed(cause: unknown): unknown {
  return isQuancunError(cause)
    ? cause
    : failed('it could not be reached, or the answer was lost', cause);
}

async function received(response: Response, maxBytes: number): Promise<Incoming> {
  const bytes = await bytesOf(response, maxBytes);
  const header = (name: string): string | undefined => response.headers.get(name) ?? undefined;
  const date = Date.parse(header('date') ?? '');
  const asOf = Number.isNaN(date) ? {} : { asOfMs: date };
  return { status: response.status, header, bytes, ...asOf };
}

async function bytesOf(response: Response, maxBytes: number): Promise<Uint8Array> {
  if (response.body === null) return new Uint8Array(0);
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of response.body as AsyncIterable<Uint8Array>) {
    size += part.length;
    if (size > maxBytes) throw failed('the answer is too long');
    parts.push(part);
  }
  return Buffer.concat(parts);
}

/** JSON in UTF-8, or nothing where it is none. */
export function jsonOf(bytes: Uint8Array): unknown {
  const text = textOrNothing(bytes);
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Text in UTF-8, byte for byte, or nothing where it is none. */
export function textOrNothing(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

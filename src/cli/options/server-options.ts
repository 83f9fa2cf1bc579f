/** The files that the server and its terminals are started with. */
import { QuancunError } from '../../errors.js';
import type { SoftKeySet } from '../../server/index.js';
import type { Caller } from '../../server/http/index.js';
import { type FetchLike, type ServerClient, serverClient } from '../../terminal/index.js';
import { readJson } from './card-url.js';
import { type CommonOptions, UsageError } from '../output.js';
import { nodeEnv } from '../run.js';
import { JSON_INVALID } from '../../core-errors.js';

/** `serve --keys FILE`: test keys, and the terminals that may call. */
export interface ServerKeys {
  readonly keys: readonly SoftKeySet[];
  readonly callers: readonly Caller[];
}

/** Reads the server's key file. */
export function readServerKeys(file: string): ServerKeys {
  const json = readJson(file) as Partial<Record<string, unknown>> | null;
  const { hsm, terminals } = json ?? {};
  const set = hsm as { allowSoftwareKeys?: unknown; keys?: unknown } | undefined;
  if (set?.allowSoftwareKeys !== 'test' || !isList(set.keys, isKeySet)) {
    throw wrong(file, 'hsm must be { "allowSoftwareKeys": "test", "keys": [ … ] }');
  }
  if (!isList(terminals, isCaller)) {
    throw wrong(file, 'terminals must be a list of { keyId, secret (64 hex digits), scopes }');
  }
  return { keys: set.keys as unknown as SoftKeySet[], callers: terminals as unknown as Caller[] };
}

/** Options of every command that asks a server. */
export interface ServerOptions extends CommonOptions {
  readonly server: string;
  readonly credentials: string;
}

/** A client for the server that the options name. */
export function openServer({ server, credentials }: ServerOptions): ServerClient {
  const { keyId, secret } = (readJson(credentials) ?? {}) as Partial<Record<string, unknown>>;
  if (typeof keyId !== 'string' || !isSecret(secret)) {
    throw wrong(credentials, 'it must be { "keyId", "secret" (64 hex digits) }');
  }
  return serverClient({ url: server, fetch: boundedFetch, env: nodeEnv, keyId, secret });
}

/** Ends with its request: a server that hangs must not keep the command from ending. */
const boundedFetch: FetchLike = (url, init) =>
  fetch(url, { ...init, signal: AbortSignal.timeout(15_000) });

type Fields = Readonly<Record<string, unknown>>;

function isList(value: unknown, check: (fields: Fields) => boolean): value is Fields[] {
  return (
    Array.isArray(value) &&
    value.every((one: unknown) => typeof one === 'object' && one !== null && check(one as Fields))
  );
}

function isKeySet({ keyIndex, cipher, hierarchy, loadKey, tacKey }: Fields): boolean {
  const isKey = (key: unknown): boolean => typeof key === 'string' && /^[0-9A-F]{32}$/i.test(key);
  return (
    Number.isInteger(keyIndex) &&
    ['3des', 'sm4'].includes(String(cipher)) &&
    ['national', 'provincial', 'card'].includes(String(hierarchy)) &&
    isKey(loadKey) &&
    isKey(tacKey)
  );
}

function isCaller({ keyId, secret, scopes }: Fields): boolean {
  const known = ['recharge', 'query', 'back-office'];
  const allowed = Array.isArray(scopes) && scopes.every((scope) => known.includes(String(scope)));
  return typeof keyId === 'string' && isSecret(secret) && allowed;
}

function isSecret(secret: unknown): secret is string {
  return typeof secret === 'string' && /^[0-9A-F]{64}$/i.test(secret);
}

function wrong(what: string, problem: string): UsageError {
  return new UsageError(new QuancunError(JSON_INVALID, { details: { what, problem } }));
}

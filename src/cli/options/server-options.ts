/** The files that the server and its terminals are started with. */
import { dirname, isAbsolute, join } from 'node:path';
import * as v from 'valibot';
import { expectFile, maybe, objectOf, saying, textOf } from '../../json/index.js';
import { CALLER, SOFT_KEY_SET, type SoftKeySet } from '../../server/index.js';
import type { Caller } from '../../server/http/index.js';
import { type FetchLike, type ServerClient, serverClient } from '../../terminal/index.js';
import { PKCS11_TOKEN, type Pkcs11Token } from '../../server/hsm/pkcs11/index.js';
import { readJson, readText } from './files.js';
import { type CommonOptions, fromOption } from '../output.js';
import { nodeEnv } from '../run.js';

/** `serve --keys FILE`: test keys or a token, and the terminals that may call. */
export const SERVER_KEYS_FILE = v.pipe(
  objectOf({
    hsm: maybe(
      objectOf({
        allowSoftwareKeys: v.literal('test'),
        keys: v.array(SOFT_KEY_SET),
      }),
    ),
    /** The PIN is in a file of its own, named relative to this one. */
    pkcs11: maybe(objectOf({ ...PKCS11_TOKEN.entries, pinFile: textOf(1024) })),
    terminals: v.array(CALLER),
  }),
  v.check(
    ({ hsm, pkcs11 }) => (hsm === undefined) !== (pkcs11 === undefined),
    saying('an object with either "hsm" or "pkcs11"', '含 "hsm" 或 "pkcs11" 之一的对象'),
  ),
);

/** `--credentials FILE`: who calls. An entry of the server's `terminals` will do as it stands. */
export const CREDENTIALS_FILE = v.object({
  keyId: CALLER.entries.keyId,
  secret: CALLER.entries.secret,
});

/** Where a server's keys are. */
export type ServerHsm =
  | { readonly kind: 'software'; readonly keys: readonly SoftKeySet[] }
  | { readonly kind: 'pkcs11'; readonly token: Pkcs11Token; readonly pinFile: string };

/** What the server is started with. */
export interface ServerKeys {
  readonly keys: ServerHsm;
  readonly callers: readonly Caller[];
}

/** Reads the server's key file. */
export function readServerKeys(file: string): ServerKeys {
  const json = readJson(file);
  const { hsm, pkcs11, terminals } = fromOption(() => expectFile(SERVER_KEYS_FILE, json, file));
  if (pkcs11 === undefined) {
    return { keys: { kind: 'software', keys: hsm?.keys ?? [] }, callers: terminals };
  }
  const { pinFile: name, ...token } = pkcs11;
  const pinFile = isAbsolute(name) ? name : join(dirname(file), name);
  // One that is not there is said before anything is opened.
  readText(pinFile);
  return { keys: { kind: 'pkcs11', token, pinFile }, callers: terminals };
}

/** Options of every command that asks a server. */
export interface ServerOptions extends CommonOptions {
  readonly server: string;
  readonly credentials: string;
}

/** A client for the server that the options name. */
export function openServer({ server, credentials }: ServerOptions): ServerClient {
  const json = readJson(credentials);
  const { keyId, secret } = fromOption(() => expectFile(CREDENTIALS_FILE, json, credentials));
  return serverClient({ url: server, fetch: boundedFetch, env: nodeEnv, keyId, secret });
}

/** Ends with its request: a server that hangs must not keep the command from ending. */
const boundedFetch: FetchLike = (url, init) =>
  fetch(url, { ...init, signal: AbortSignal.timeout(15_000) });

/** The files that the server and its terminals are started with. */
import { existsSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import * as v from 'valibot';
import { expectFile, maybe, objectOf, saying, textOf } from '../../json/index.js';
import { CALLER, SOFT_KEY_SET, type SoftKeySet } from '../../server/index.js';
import type { Caller } from '../../server/http/index.js';
import { PKCS11_TOKEN, type Pkcs11Token } from '../../server/hsm/pkcs11/index.js';
import {
  type FetchLike,
  type OfficeClient,
  officeClient,
  type ServerClient,
  serverClient,
  type ServerClientOptions,
} from '../../terminal/index.js';
import { readJson, readText } from './files.js';
import { type CommonOptions, fromOption, UsageError } from '../output.js';
import { QuancunError } from '../../errors.js';
import { FILE_UNREADABLE } from '../errors.js';
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
  fromOption(() => expectFile(DISTINCT, { terminals }, file));
  if (pkcs11 === undefined) {
    return { keys: { kind: 'software', keys: hsm?.keys ?? [] }, callers: terminals };
  }
  const { pinFile: name, ...token } = pkcs11;
  const pinFile = isAbsolute(name) ? name : join(dirname(file), name);
  // One that is not there is said before anything is opened.
  readText(pinFile);
  const { module } = token;
  // A name without a folder is the system's to find.
  if (isAbsolute(module) && !existsSync(module)) {
    throw new UsageError(new QuancunError(FILE_UNREADABLE, { details: { file: module } }));
  }
  return { keys: { kind: 'pkcs11', token, pinFile }, callers: terminals };
}

/** A second entry of a key id, or of somebody's secret, is named by its place alone. */
const DISTINCT = objectOf({
  terminals: v.pipe(
    v.array(CALLER),
    v.rawCheck(({ dataset, addIssue }) => {
      if (!dataset.typed) return;
      const first = new Map<string, number>();
      for (const [at, { keyId, secret, former }] of dataset.value.entries()) {
        const fields = { keyId: `key ${keyId}`, secret: secret.toUpperCase() };
        const all = { ...fields, former: former?.secret.toUpperCase() ?? `none ${String(at)}` };
        for (const [name, value] of Object.entries(all)) {
          const other = first.get(value);
          const own = { input: dataset.value, value: dataset.value[at] };
          if (other !== undefined) {
            addIssue({
              message: saying(
                `another one than that of terminals[${String(other)}]`,
                `与 terminals[${String(other)}] 不同的值`,
              ),
              path: [
                { type: 'array', origin: 'value', key: at, ...own },
                { type: 'unknown', origin: 'value', input: null, key: name, value: null },
              ],
            });
          }
          first.set(value, at);
        }
      }
    }),
  ),
});

/** Options of every command that asks a server. */
export interface ServerOptions extends CommonOptions {
  readonly server: string;
  readonly credentials: string;
  /** Of the person who has logged in, where a command lets one. */
  readonly session?: string;
}

/** A client for the server that the options name. */
export function openServer(options: ServerOptions): ServerClient {
  return serverClient(clientOptions(options));
}

/** The same for a back office. */
export function openOffice(options: ServerOptions): OfficeClient {
  return officeClient(clientOptions(options));
}

function clientOptions({ server, credentials, session }: ServerOptions): ServerClientOptions {
  const json = readJson(credentials);
  const { keyId, secret } = fromOption(() => expectFile(CREDENTIALS_FILE, json, credentials));
  const known = session === undefined ? {} : { session: () => session };
  return { url: server, fetch: boundedFetch, env: nodeEnv, keyId, secret, ...known };
}

/** Ends with its request: a server that hangs must not keep the command from ending. */
const boundedFetch: FetchLike = (url, init) =>
  fetch(url, { ...init, signal: AbortSignal.timeout(15_000) });

/** The files that the server and its terminals are started with. */
import * as v from 'valibot';
import { expectFile, objectOf } from '../../json/index.js';
import { CALLER, SOFT_KEY_SET, type SoftKeySet } from '../../server/index.js';
import type { Caller } from '../../server/http/index.js';
import {
  type FetchLike,
  type OfficeClient,
  officeClient,
  type ServerClient,
  serverClient,
  type ServerClientOptions,
} from '../../terminal/index.js';
import { readJson } from './files.js';
import { type CommonOptions, fromOption } from '../output.js';
import { nodeEnv } from '../run.js';

/** `serve --keys FILE`: test keys, and the terminals that may call. */
export const SERVER_KEYS_FILE = objectOf({
  hsm: objectOf({
    allowSoftwareKeys: v.literal('test'),
    keys: v.array(SOFT_KEY_SET),
  }),
  terminals: v.array(CALLER),
});

/** `--credentials FILE`: who calls. An entry of the server's `terminals` will do as it stands. */
export const CREDENTIALS_FILE = v.object({
  keyId: CALLER.entries.keyId,
  secret: CALLER.entries.secret,
});

/** What the server is started with. */
export interface ServerKeys {
  readonly keys: readonly SoftKeySet[];
  readonly callers: readonly Caller[];
}

/** Reads the server's key file. */
export function readServerKeys(file: string): ServerKeys {
  const json = readJson(file);
  const { hsm, terminals } = fromOption(() => expectFile(SERVER_KEYS_FILE, json, file));
  return { keys: hsm.keys, callers: terminals };
}

/** Options of every command that asks a server. */
export interface ServerOptions extends CommonOptions {
  readonly server: string;
  readonly credentials: string;
}

/** A client for the server that the options name. */
export function openServer(options: ServerOptions): ServerClient {
  return serverClient(clientOptions(options));
}

/** The same for a back office. */
export function openOffice(options: ServerOptions): OfficeClient {
  return officeClient(clientOptions(options));
}

function clientOptions({ server, credentials }: ServerOptions): ServerClientOptions {
  const json = readJson(credentials);
  const { keyId, secret } = fromOption(() => expectFile(CREDENTIALS_FILE, json, credentials));
  return { url: server, fetch: boundedFetch, env: nodeEnv, keyId, secret };
}

/** Ends with its request: a server that hangs must not keep the command from ending. */
const boundedFetch: FetchLike = (url, init) =>
  fetch(url, { ...init, signal: AbortSignal.timeout(15_000) });

/** What a command of the back office asks a server: one signed question, and its answer checked. */
import type * as v from 'valibot';
import { toHex } from '../../bytes.js';
import { QuancunError } from '../../errors.js';
import { checkJson, expectFile } from '../../json/index.js';
import { REFUSAL } from '../../messages/index.js';
import { SIGNATURE_HEADERS, signRequest } from '../../signing/index.js';
import { SERVER_UNREACHABLE } from '../../signing/errors.js';
import { fromOption } from '../output.js';
import { nodeEnv } from '../run.js';
import { readJson } from './files.js';
import { CREDENTIALS_FILE, type ServerOptions } from './server-options.js';

/** Asks once. @throws what the server refuses with; SERVER_UNREACHABLE where there is none */
export async function askOffice<Schema extends v.GenericSchema>(
  { server, credentials, session }: ServerOptions,
  path: string,
  request: object,
  reply: Schema,
  idempotencyKey?: string,
): Promise<v.InferOutput<Schema>> {
  const json = readJson(credentials);
  const { keyId, secret } = fromOption(() => expectFile(CREDENTIALS_FILE, json, credentials));
  const body = JSON.stringify(request);
  const [timestamp, nonce] = [String(nodeEnv.now()), toHex(nodeEnv.random(16))];
  const key = idempotencyKey === undefined ? {} : { idempotencyKey };
  const person = session === undefined ? {} : { session };
  const signed = { method: 'POST', path, timestamp, nonce, body, ...key, ...person };
  const response = await fetch(server.replace(/\/$/, '') + path, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      [SIGNATURE_HEADERS.keyId]: keyId,
      [SIGNATURE_HEADERS.timestamp]: timestamp,
      [SIGNATURE_HEADERS.nonce]: nonce,
      [SIGNATURE_HEADERS.signature]: signRequest(secret, signed),
      ...(session === undefined ? {} : { [SIGNATURE_HEADERS.session]: session }),
      ...(idempotencyKey === undefined
        ? {}
        : { [SIGNATURE_HEADERS.idempotencyKey]: idempotencyKey }),
    },
    body,
    signal: AbortSignal.timeout(15_000),
  }).catch((cause: unknown) => {
    throw new QuancunError(SERVER_UNREACHABLE, { cause });
  });
  const said: unknown = await response.json().catch(() => undefined);
  if (checkJson(REFUSAL, said).ok) throw QuancunError.fromJSON(said);
  const checked = checkJson(reply, said);
  if (response.status === 200 && checked.ok) return checked.value;
  throw new QuancunError(SERVER_UNREACHABLE, { details: { status: response.status } });
}

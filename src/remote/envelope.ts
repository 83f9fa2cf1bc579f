/**
 * The envelope of every remote message, over HTTP and WebSocket alike: signed with the terminal's
 * secret in both directions. An answer is signed over the nonce of its question, so neither can be
 * replayed, and none can be passed off as the answer to another.
 */
import { toHex } from '../bytes.js';
import type { Env } from '../env.js';
import { QuancunError } from '../errors.js';
import { type SignedParts, signRequest, verifyRequest } from '../signing/index.js';
import { invalid, parseJson } from './parse.js';
import { CLOCK_SKEW, REQUEST_REPLAYED, SIGNATURE_INVALID } from '../signing/errors.js';

/** Who signs: the terminal's key, known to the server. */
export interface RemoteKey {
  readonly keyId: string;
  /** 32 bytes, hex. */
  readonly secret: string;
}

/** What remembers nonces: `memoryGuard()` and the guards of the SQL ledgers do. */
export interface NonceGuard {
  /** `false`: this key has used this nonce before. */
  spendNonce(keyId: string, nonce: string, atMs: number): Promise<boolean>;
}

/** A message, and what it is signed with. */
interface Envelope {
  readonly keyId: string;
  readonly timestamp: string;
  readonly nonce: string;
  readonly signature: string;
  readonly body: string;
}

/** A question that was let in. */
export interface Question {
  readonly key: RemoteKey;
  readonly body: string;
  /** Puts the answer into its envelope. */
  seal(answer: string): string;
}

/** A question on its way. */
export interface Asked {
  readonly text: string;
  /** The answer's body. @throws SIGNATURE_INVALID, MESSAGE_INVALID */
  open(text: string): string;
}

/** The longest text that is looked at: sixteen answers, and room. */
export const MAX_TEXT_CHARS = 32_768;

const PATH = '/remote/1';

/** Seals a terminal's question. */
export function sealQuestion(
  key: RemoteKey,
  body: string,
  env: Pick<Env, 'now' | 'random'>,
): Asked {
  const timestamp = String(env.now());
  const nonce = toHex(env.random(16));
  const parts = (method: string, content: string): SignedParts => {
    return { method, path: PATH, timestamp, nonce, body: content };
  };
  const signature = signRequest(key.secret, parts('ASK', body));
  const text = JSON.stringify({ keyId: key.keyId, timestamp, nonce, signature, body });
  return {
    text,
    open: (answer) => {
      const envelope = parseEnvelope(answer);
      // A server that cannot tell who asks cannot sign; all it can do is refuse.
      if (envelope.signature === '') return unsigned(envelope.body);
      if (!verifyRequest(key.secret, parts('ANSWER', envelope.body), envelope.signature)) {
        throw new QuancunError(SIGNATURE_INVALID);
      }
      return envelope.body;
    },
  };
}

/**
 * Opens a question at the server.
 * @throws MESSAGE_INVALID, SIGNATURE_INVALID, CLOCK_SKEW, REQUEST_REPLAYED
 */
export async function openQuestion(
  text: string,
  keys: readonly RemoteKey[],
  guard: NonceGuard,
  { nowMs, maxSkewMs }: { readonly nowMs: number; readonly maxSkewMs: number },
): Promise<Question> {
  const { keyId, timestamp, nonce, signature, body } = parseEnvelope(text);
  const key = keys.find((one) => one.keyId === keyId);
  const parts = { path: PATH, timestamp, nonce };
  const wellFormed = /^\d{13}$/.test(timestamp) && /^[0-9A-F]{32}$/.test(nonce);
  const signed = key !== undefined && { ...parts, method: 'ASK', body };
  // The same refusal for an unknown key and for a wrong signature.
  if (!wellFormed || signed === false || !verifyRequest(key?.secret ?? '', signed, signature)) {
    throw new QuancunError(SIGNATURE_INVALID);
  }
  if (key === undefined) throw new QuancunError(SIGNATURE_INVALID);
  if (Math.abs(nowMs - Number(timestamp)) > maxSkewMs) {
    throw new QuancunError(CLOCK_SKEW, { details: { serverMs: nowMs } });
  }
  if (!(await guard.spendNonce(keyId, nonce, nowMs))) throw new QuancunError(REQUEST_REPLAYED);
  return {
    key,
    body,
    seal: (answer) => {
      const answered = { ...parts, method: 'ANSWER', body: answer };
      return envelopeText({ nonce, signature: signRequest(key.secret, answered), body: answer });
    },
  };
}

/** A refusal for somebody unknown. */
export function sealUnsigned(body: string): string {
  return envelopeText({ nonce: '', signature: '', body });
}

function envelopeText(fields: Pick<Envelope, 'nonce' | 'signature' | 'body'>): string {
  return JSON.stringify({ keyId: '', timestamp: '', ...fields });
}

/** Only a refusal may come without a signature: it makes nobody do anything. */
function unsigned(body: string): string {
  const json = parseJson(body);
  const refusal = typeof json === 'object' && json !== null && 'do' in json && json.do === 'refuse';
  if (!refusal) throw new QuancunError(SIGNATURE_INVALID);
  return body;
}

const FIELDS = ['keyId', 'timestamp', 'nonce', 'signature', 'body'] as const;

function parseEnvelope(text: string): Envelope {
  if (text.length > MAX_TEXT_CHARS) throw invalid('too long');
  const json = parseJson(text);
  if (typeof json !== 'object' || json === null) throw invalid('an envelope');
  const fields: Readonly<Record<string, unknown>> = { ...json };
  for (const name of FIELDS) if (typeof fields[name] !== 'string') throw invalid(name);
  if (Object.keys(fields).length !== FIELDS.length) throw invalid('an unknown field');
  return json as Envelope;
}

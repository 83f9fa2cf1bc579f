/**
 * The envelope of every remote message, over HTTP and WebSocket alike: signed with the terminal's
 * secret in both directions. An answer is signed over the nonce of its question, so neither can be
 * replayed, and none can be passed off as the answer to another.
 */
import * as v from 'valibot';
import { toHex } from '../bytes.js';
import type { Env } from '../env.js';
import { QuancunError } from '../errors.js';
import { declared, expectJson, type Told } from '../json/index.js';
import { SIGNATURE_INVALID } from '../signing/errors.js';
import {
  expectAdmitted,
  hostHashing,
  type NonceGuard,
  type SignedParts,
  type SigningKey,
  signRequest,
  verifyRequest,
} from '../signing/index.js';
import { REMOTE_REFUSED_UNSIGNED } from './errors.js';
import { invalid, parseJson } from './messages.js';

export type { NonceGuard } from '../signing/index.js';

/** Who signs: the terminal's key, known to the server. */
export interface RemoteKey extends SigningKey {}

/** The longest text that is looked at: sixteen answers, and room. */
export const MAX_TEXT_CHARS = 32_768;

export const REMOTE_ENVELOPE = /* @__PURE__ */ declared(() =>
  v.strictObject({
    keyId: v.string(),
    timestamp: v.string(),
    nonce: v.string(),
    signature: v.string(),
    body: v.string(),
  }),
);

/** A message, and what it is signed with; all empty but the body where nobody signed. */
interface Envelope extends Told<typeof REMOTE_ENVELOPE> {}

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
  /** The answer's body. @throws REMOTE_REFUSED_UNSIGNED, SIGNATURE_INVALID, MESSAGE_INVALID */
  open(text: string): string;
}

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
      if (envelope.signature === '') throw unsigned(envelope.body);
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
  const parts = { path: PATH, timestamp, nonce };
  const asked = { ...parts, method: 'ASK', body, keyId, signature };
  const { key, version } = await expectAdmitted(asked, {
    ...{ keys, guard, nowMs, maxSkewMs },
    hashing: hostHashing(),
  });
  return {
    key,
    body,
    seal: (answer) => {
      const answered = { ...parts, method: 'ANSWER', body: answer };
      // A terminal of before is answered as it asks.
      const answerSignature = signRequest(key.secret, answered, version, hostHashing());
      return envelopeText({ nonce, signature: answerSignature, body: answer });
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

/**
 * A server that cannot tell who asks cannot sign; all it can do is refuse, and so can anybody on
 * the way. It makes nobody do anything: its texts and money state are not taken over, and its code
 * is no more than a hint.
 */
function unsigned(body: string): QuancunError {
  const json = parseJson(body);
  const { do: kind, error } = fieldsOf(json);
  if (kind !== 'refuse') return new QuancunError(SIGNATURE_INVALID);
  const { code } = fieldsOf(error);
  const said = typeof code === 'string' && /^[A-Z][A-Z0-9_]{0,63}$/.test(code) ? code : 'no code';
  return new QuancunError(REMOTE_REFUSED_UNSIGNED, { details: { said } });
}

function fieldsOf(json: unknown): Readonly<Record<string, unknown>> {
  return typeof json === 'object' && json !== null ? { ...json } : {};
}

/** What a line of the host's own hands over need not even be a text. */
function parseEnvelope(text: unknown): Envelope {
  if (typeof text !== 'string') throw invalid('a text');
  if (text.length > MAX_TEXT_CHARS) throw invalid('too long');
  return expectJson(REMOTE_ENVELOPE, parseJson(text));
}

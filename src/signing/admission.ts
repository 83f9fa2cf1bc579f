/**
 * The admission of a signed request, over whatever line it came: form, key, signature, clock and
 * nonce, in this order. The nonce comes last, so that nobody without a key can fill its memory or
 * spend another's.
 */
import { QuancunError } from '../errors.js';
import { ARGUMENT_INVALID, MESSAGE_INVALID } from '../json/errors.js';
import { type Hashing, portableHashing } from './digest.js';
import { CLOCK_SKEW, REQUEST_REPLAYED, SIGNATURE_INVALID } from './errors.js';
import {
  type SignatureVersion,
  signatureVersionOf,
  type SignedParts,
  unsignable,
  verifyRequest,
} from './request.js';

/** Who signs: a key that the server knows. */
export interface SigningKey {
  readonly keyId: string;
  /** 32 bytes, hex. */
  readonly secret: string;
}

/** A key as a server keeps it. */
export interface KnownKey extends SigningKey {
  /** The secret before, while both are heard. */
  readonly formerSecret?: string;
}

/** What remembers nonces: `memoryGuard()` and the guards of the SQL ledgers do. */
export interface NonceGuard {
  /** `false`: this key has used this nonce before. */
  spendNonce(keyId: string, nonce: string, atMs: number): Promise<boolean>;
}

/** A request that asks to be let in. */
export interface SignedRequest extends SignedParts {
  readonly keyId: string;
  readonly signature: string;
}

/** What a request is held to. */
export interface Admission<Key extends KnownKey> {
  readonly keys: readonly Key[];
  readonly guard: NonceGuard;
  readonly nowMs: number;
  /** How far a request's clock may be off. */
  readonly maxSkewMs: number;
  readonly hashing?: Hashing;
}

/**
 * Two keys are two, in number and in secret. Whoever has one secret could be both of the people
 * that a release takes, or send again under the other number what was signed once.
 * @throws ARGUMENT_INVALID
 */
export function expectDistinctKeys(keys: readonly KnownKey[], what: string): void {
  const [ids, secrets] = [new Set<string>(), new Set<string>()];
  for (const { keyId, secret, formerSecret } of keys) {
    const own = [secret, formerSecret ?? secret].map((hex) => hex.toUpperCase());
    const isTaken = own.some((hex) => secrets.has(hex));
    const field = ids.has(keyId) ? 'keyId' : isTaken ? 'secret' : '';
    if (field !== '') {
      const problem = {
        en: `two of its keys have the same ${field}`,
        zh: `有两个密钥的 ${field} 相同`,
      };
      throw new QuancunError(ARGUMENT_INVALID, { details: { what, problem } });
    }
    ids.add(keyId);
    for (const hex of own) secrets.add(hex);
  }
}

/** Whose secret stands in for an unknown key's, so that both take the same work. */
const NOBODY = '00'.repeat(32);

/**
 * Lets a request in, once, or says why not. An unknown key and a wrong signature are refused alike,
 * in word and in work.
 * @throws SIGNATURE_INVALID, CLOCK_SKEW, REQUEST_REPLAYED; MESSAGE_INVALID when a field is of a
 * form that nobody can sign, such as a session under version 1
 */
export async function expectAdmitted<Key extends KnownKey>(
  request: SignedRequest,
  { keys, guard, nowMs, maxSkewMs, hashing = portableHashing }: Admission<Key>,
): Promise<{ readonly key: Key; readonly version: SignatureVersion }> {
  const { keyId, timestamp, nonce, signature } = request;
  const key = keys.find((one) => one.keyId === keyId);
  const version = signatureVersionOf(signature);
  const wellFormed = /^\d{13}$/.test(timestamp) && /^[0-9A-Fa-f]{32}$/.test(nonce);
  if (!wellFormed || version === undefined) throw new QuancunError(SIGNATURE_INVALID);
  const problem = unsignable(request, version);
  if (problem !== undefined) throw new QuancunError(MESSAGE_INVALID, { details: { problem } });
  const { secret = NOBODY, formerSecret = NOBODY } = key ?? {};
  const right =
    verifyRequest(secret, request, signature, hashing) ||
    (verifyRequest(formerSecret, request, signature, hashing) && key?.formerSecret !== undefined);
  // Nobody's secret is public: what it signs is as wrong as anything else.
  if (!right || key === undefined) throw new QuancunError(SIGNATURE_INVALID);
  if (Math.abs(nowMs - Number(timestamp)) > maxSkewMs) {
    throw new QuancunError(CLOCK_SKEW, { details: { serverMs: nowMs } });
  }
  if (!(await guard.spendNonce(key.keyId, nonce, nowMs))) throw new QuancunError(REQUEST_REPLAYED);
  return { key, version };
}

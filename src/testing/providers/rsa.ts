/** RSA keys of 2048 bits, and signatures with them: both providers use SHA256withRSA in base64. */
import { createPrivateKey, createPublicKey, createSign, type KeyObject } from 'node:crypto';
import { TEST_PRIMES } from './test-primes.js';

/** A key pair of RSA-2048. */
export interface RsaPair {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

/** Whose key it is; a stranger's is nobody's, and what a forger signs with. */
export type KeyOwner = keyof typeof TEST_PRIMES;

const pairs = new Map<KeyOwner, RsaPair>();

/** The key pair of an owner, from its primes (RFC 8017 §3.2). */
export function rsaPairOf(owner: KeyOwner): RsaPair {
  const known = pairs.get(owner);
  if (known !== undefined) return known;
  const [p, q] = [fromBase64url(TEST_PRIMES[owner].p), fromBase64url(TEST_PRIMES[owner].q)];
  const [one, e] = [BigInt(1), BigInt(65_537)];
  const d = inverse(e, (p - one) * (q - one));
  const parts = { n: p * q, e, d, p, q, dp: d % (p - one), dq: d % (q - one), qi: inverse(q, p) };
  const key: Record<string, string> = { kty: 'RSA' };
  for (const [name, value] of Object.entries(parts)) key[name] = toBase64url(value);
  const privateKey = createPrivateKey({ key, format: 'jwk' });
  const pair = { privateKey, publicKey: createPublicKey(privateKey) };
  pairs.set(owner, pair);
  return pair;
}

/** x with a·x ≡ 1 (mod m), by Euclid's algorithm. */
function inverse(a: bigint, m: bigint): bigint {
  let [rest, next, x, nextX] = [m, a % m, BigInt(0), BigInt(1)];
  while (next > 0) {
    const times = rest / next;
    [rest, next, x, nextX] = [next, rest - times * next, nextX, x - times * nextX];
  }
  return x < 0 ? x + m : x;
}

function fromBase64url(text: string): bigint {
  return BigInt(`0x${Buffer.from(text, 'base64url').toString('hex')}`);
}

function toBase64url(value: bigint): string {
  const hex = value.toString(16);
  return Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex').toString('base64url');
}

/** SHA256withRSA, in base64. */
export function signText(text: string, key: KeyObject): string {
  return createSign('RSA-SHA256').update(text, 'utf8').sign(key, 'base64');
}

/** A private key as PKCS#8, a public one as SPKI. */
export function pemOf(key: KeyObject): string {
  const type = key.type === 'private' ? 'pkcs8' : 'spki';
  return key.export({ type, format: 'pem' }).toString();
}

/** RSA keys of 2048 bits, and signatures with them: both providers use SHA256withRSA in base64. */
import { createSign, generateKeyPair, type KeyObject, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';

const generate = promisify(generateKeyPair);

/** A key pair of RSA-2048. */
export interface RsaPair {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

/** Whose key it is. */
export type KeyOwner =
  'merchant' | 'platform' | 'platform public key' | 'app' | 'alipay' | 'alipay root' | 'stranger';

const pairs = new Map<KeyOwner, Promise<RsaPair>>();

/**
 * The key pair of an owner, made anew in each process and once in it: a pair takes a good part of a
 * second, and a suite starts many servers.
 */
export function rsaPairOf(owner: KeyOwner): Promise<RsaPair> {
  const pair = pairs.get(owner) ?? generate('rsa', { modulusLength: 2048 });
  pairs.set(owner, pair);
  return pair;
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

/** Decimal digits by chance. */
export function randomDigits(count: number): string {
  return [...randomBytes(count)].map((byte) => String(byte % 10)).join('');
}

/** 40 hex digits, of which the first is no zero that a reader might drop. */
export function makeSerialNumber(): string {
  return `5${randomBytes(20).toString('hex').slice(1)}`.toUpperCase();
}

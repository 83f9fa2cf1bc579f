/**
 * RSA keys of a merchant and of its provider, and the one signature that both providers use:
 * SHA256withRSA (RSASSA-PKCS1-v1_5). A merchant's key may stay in an HSM: then a function signs.
 */
import {
  createPrivateKey,
  createPublicKey,
  KeyObject,
  sign,
  verify,
  X509Certificate,
} from 'node:crypto';
import * as v from 'valibot';
import { saying } from '../../../json/index.js';
import type { PortCall } from '../port.js';
import { failed } from './failed.js';

/**
 * Signs with a key that does not leave its HSM: SHA256withRSA over the bytes, as bytes or base64.
 * 由加密机签名的函数（SHA256withRSA）。
 */
export type Signer = (bytes: Uint8Array, call: PortCall) => Promise<Uint8Array | string>;

/**
 * A merchant's private key: PEM or bare base64 text, a KeyObject, or a function that signs.
 * 商户私钥：PEM 或 Base64 文本、KeyObject，或签名函数。
 */
export type SigningKey = string | KeyObject | Signer;

/** Both providers ask for 2048 bits. */
const MIN_MODULUS_BITS = 2048;

/** A declaration of {@link SigningKey}. */
export const signingKey = () =>
  v.custom<SigningKey>(
    (given) => typeof given === 'function' || readPrivateKey(given) !== undefined,
    saying(
      'an RSA private key of 2048 bits or more (PEM text or KeyObject), or a function that signs',
      ' 2048 位以上的 RSA 私钥（PEM 文本或密钥对象），或签名函数',
    ),
  );

/** A declaration of a provider's public key: PEM or bare base64 text, or a KeyObject. */
export const verifyingKey = () =>
  v.custom<string | KeyObject>(
    (given) => readPublicKey(given) !== undefined,
    saying('an RSA public key of 2048 bits or more', ' 2048 位以上的 RSA 公钥'),
  );

/** A declaration of a certificate as PEM text. */
export const certificatePem = () =>
  v.custom<string>(
    (given) => readCertificate(given) !== undefined,
    saying('a certificate as PEM text', ' PEM 格式的证书'),
  );

/** A private key, or nothing where it is none. */
export function readPrivateKey(given: unknown): KeyObject | undefined {
  if (given instanceof KeyObject) return given.type === 'private' ? strong(given) : undefined;
  if (typeof given !== 'string') return undefined;
  if (given.includes('-----')) return tried(() => strong(createPrivateKey(given)));
  // The key tools of Alipay write bare base64, PKCS#8 or PKCS#1.
  const key = decodeBase64(given.replace(/\s+/g, ''));
  if (key === undefined) return undefined;
  return (
    tried(() => strong(createPrivateKey({ key, format: 'der', type: 'pkcs8' }))) ??
    tried(() => strong(createPrivateKey({ key, format: 'der', type: 'pkcs1' })))
  );
}

/** A public key, or nothing where it is none. A private key is never taken for its public half. */
export function readPublicKey(given: unknown): KeyObject | undefined {
  if (given instanceof KeyObject) return given.type === 'public' ? strong(given) : undefined;
  if (typeof given !== 'string' || given.includes('PRIVATE')) return undefined;
  if (given.includes('-----')) return tried(() => strong(createPublicKey(given)));
  const key = decodeBase64(given.replace(/\s+/g, ''));
  if (key === undefined) return undefined;
  return tried(() => strong(createPublicKey({ key, format: 'der', type: 'spki' })));
}

/** A certificate with an RSA key, or nothing where it is none. */
export function readCertificate(given: unknown): X509Certificate | undefined {
  if (typeof given !== 'string' || !given.includes('-----BEGIN CERTIFICATE-----')) return undefined;
  return tried(() => {
    const certificate = new X509Certificate(given);
    return strong(certificate.publicKey) === undefined ? undefined : certificate;
  });
}

/** Signs a text; base64. What an HSM answers is held to its form. */
export function signerOf(given: SigningKey): (text: string, call: PortCall) => Promise<string> {
  if (typeof given === 'function') {
    return async (text, call) => {
      const signature = await given(new TextEncoder().encode(text), call);
      if (signature instanceof Uint8Array) return Buffer.from(signature).toString('base64');
      if (typeof signature === 'string' && decodeBase64(signature) !== undefined) return signature;
      throw failed('the signer gave no signature');
    };
  }
  const key = readPrivateKey(given);
  return async (text) => {
    if (key === undefined) throw failed('there is no key to sign with');
    return sign('RSA-SHA256', Buffer.from(text, 'utf8'), key).toString('base64');
  };
}

/** Whether a base64 signature is the key's over these bytes. */
export function isSignedBy(key: KeyObject, bytes: Uint8Array, signature: string): boolean {
  const decoded = decodeBase64(signature);
  return decoded !== undefined && verify('RSA-SHA256', bytes, key, decoded);
}

/** Base64 as it is written, or nothing: Node's own decoder skips what it does not know. */
export function decodeBase64(text: string): Buffer | undefined {
  const whole = text.length % 4 === 0 && /^[A-Za-z0-9+/]+={0,2}$/.test(text);
  return whole ? Buffer.from(text, 'base64') : undefined;
}

function strong(key: KeyObject): KeyObject | undefined {
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
  return key.asymmetricKeyType === 'rsa' && bits >= MIN_MODULUS_BITS ? key : undefined;
}

/** The engine's message is dropped: it may tell of the key. */
function tried<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

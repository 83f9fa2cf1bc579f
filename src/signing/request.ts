/// <reference path="../crypto/engines.d.ts" />
/**
 * How a terminal signs a request and a server checks it: HMAC-SHA-256 over the method, the path,
 * the time, a nonce and the body's hash, one a line. On node-forge, the same on every host.
 */
import hmac from 'node-forge/lib/hmac.js';
import sha256 from 'node-forge/lib/sha256.js';
import { equalConstantTime, fromHex } from '../bytes.js';

/** What is signed. */
export interface SignedParts {
  readonly method: string;
  /** With its query, without the host. */
  readonly path: string;
  /** Milliseconds since 1970-01-01 UTC, as text. */
  readonly timestamp: string;
  /** 32 hex digits, never used twice. */
  readonly nonce: string;
  readonly body: string;
}

/** The headers of a signed request. */
export const SIGNATURE_HEADERS = {
  keyId: 'quancun-key-id',
  timestamp: 'quancun-timestamp',
  nonce: 'quancun-nonce',
  signature: 'quancun-signature',
} as const;

/**
 * SHA-256 of a text in UTF-8, as 64 hex digits.
 * 文本摘要（SHA-256）。
 */
export function digestText(text: string): string {
  return sha256.create().update(text, 'utf8').digest().toHex();
}

/**
 * Signs a request.
 * 请求签名（HMAC-SHA-256）。
 * @param secret hex, 32 bytes
 * @returns 64 hex digits
 */
export function signRequest(secret: string, parts: SignedParts): string {
  const { method, path, timestamp, nonce, body } = parts;
  const text = ['QUANCUN1', method, path, timestamp, nonce, digestText(body)].join('\n');
  const mac = hmac.create();
  mac.start('sha256', String.fromCharCode(...fromHex(secret)));
  mac.update(text);
  return mac.digest().toHex();
}

/**
 * Whether a signature is right, in a time that does not tell where it is wrong.
 * 校验请求签名（常数时间）。
 */
export function verifyRequest(secret: string, parts: SignedParts, signature: string): boolean {
  if (!/^[0-9a-f]{64}$/.test(signature)) return false;
  return equalConstantTime(fromHex(signRequest(secret, parts)), fromHex(signature));
}

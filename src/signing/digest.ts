/**
 * SHA-256 (FIPS 180-4) and HMAC (RFC 2104) on @noble/hashes: small, audited, and the same on every
 * host. A server hands in its own {@link Hashing}; both give the same bytes.
 *
 * @noble/hashes is part of this package's own build. By itself it is an ES module for Node 20.19
 * and newer, and as a whole it makes BigInts when it loads, which mini programs do not have.
 */
import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { fromHex, toHex } from '../bytes.js';
import { encodeUtf8 } from './utf8.js';

/** What hashes: ours, or the host's. Texts are UTF-8, answers are 64 lower-case hex digits. */
export interface Hashing {
  sha256(text: string): string;
  /** @param secret hex */
  hmacSha256(secret: string, text: string): string;
}

/** The hashing that runs everywhere. */
export const portableHashing: Hashing = {
  sha256: (text) => lowerHex(sha256(encodeUtf8(text))),
  hmacSha256: (secret, text) => lowerHex(hmac(sha256, fromHex(secret), encodeUtf8(text))),
};

/**
 * SHA-256 of a text in UTF-8, as 64 lower-case hex digits.
 * 文本摘要（SHA-256）。
 */
export function sha256Hex(text: string): string {
  return portableHashing.sha256(text);
}

function lowerHex(bytes: Uint8Array): string {
  return toHex(bytes).toLowerCase();
}

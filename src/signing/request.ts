/**
 * How a terminal signs a request and a server checks it: HMAC-SHA-256 over a text of eight lines,
 * joined by a line feed (0A), with none at the end, in UTF-8.
 *
 *   QUANCUN2                the version
 *   POST                    the method, in capitals
 *   /v1/orders?x=1          the path with its query, as it is sent, without the host
 *   1764028800000           milliseconds since 1970-01-01 UTC
 *   00112233445566778899AABBCCDDEEFF   the nonce, 32 hex digits, never used twice
 *   <64 hex digits>         SHA-256 of the body, in lower case; of no body, of the empty text
 *   receipt-000123          the Idempotency-Key; an empty line if there is none
 *                           the session of a person (`quancun-session`); empty if there is none
 *
 * Worked example: the lines above, with the body `{"amountFen":100}` and no session, are
 *
 *   QUANCUN2\nPOST\n/v1/orders?x=1\n1764028800000\n00112233445566778899AABBCCDDEEFF\n
 *   fb41bcc04966867cd3afc24abc2ba01cf45a56dc53bf7bc1aeb2c4838365e361\nreceipt-000123\n
 *
 * (one text; its last line is empty), and under the secret 5A…5A (32 bytes) the header
 * `quancun-signature` is
 *
 *   2:22e8d21bf566d6ea46de4d6e5c83bec4e8a43457586ac71c9d0d776faf39139d
 *
 * More of them, right and wrong, are in `vectors/request-signatures.json`.
 *
 * Version 1 has the first six lines, beginning with QUANCUN1, and its header is the 64 digits
 * alone. Terminals of before go on with it. What that means: under 1 the Idempotency-Key is not
 * signed, so whoever can change a request on its way can send it once under another key; and 1
 * knows no sessions: a request of version 1 that names one is refused, never admitted without it.
 * The first line keeps the two apart: no signature of one version is right for a text of the other,
 * so taking `2:` or a header off a request leaves one whose signature is wrong.
 */
import { equalConstantTime, fromHex } from '../bytes.js';
import { QuancunError } from '../errors.js';
import { MESSAGE_INVALID } from '../json/errors.js';
import { type Hashing, portableHashing } from './digest.js';

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
  /** The Idempotency-Key; absent or empty: none. */
  readonly idempotencyKey?: string;
  /** The session of a person at the terminal; absent or empty: none. */
  readonly session?: string;
}

/** The version of a signed text. */
export type SignatureVersion = 1 | 2;

/** The headers of a signed request. */
export const SIGNATURE_HEADERS = {
  keyId: 'quancun-key-id',
  timestamp: 'quancun-timestamp',
  nonce: 'quancun-nonce',
  signature: 'quancun-signature',
  idempotencyKey: 'idempotency-key',
  session: 'quancun-session',
} as const;

/**
 * The text that is signed. Every field but the body is printable ASCII, so none holds a line feed,
 * and two requests that differ never give the same text.
 * 待签名文本（QUANCUN2 八行，QUANCUN1 六行）。
 * @throws MESSAGE_INVALID when a field is not, or when version 1 is asked to sign a session
 */
export function signedText(
  parts: SignedParts,
  version: SignatureVersion = 2,
  hashing: Hashing = portableHashing,
): string {
  const wrong = unsignable(parts, version);
  if (wrong !== undefined) throw new QuancunError(MESSAGE_INVALID, { details: { problem: wrong } });
  const { method, path, timestamp, nonce, body, idempotencyKey = '', session = '' } = parts;
  const six = [`QUANCUN${String(version)}`, method, path, timestamp, nonce, hashing.sha256(body)];
  return (version === 1 ? six : [...six, idempotencyKey, session]).join('\n');
}

/**
 * Signs a request.
 * 请求签名（HMAC-SHA-256）。
 * @param secret hex, 32 bytes
 * @returns what stands in the header: `2:` and 64 hex digits, or under version 1 the digits alone
 * @throws MESSAGE_INVALID
 */
export function signRequest(
  secret: string,
  parts: SignedParts,
  version: SignatureVersion = 2,
  hashing: Hashing = portableHashing,
): string {
  const prefix = version === 1 ? '' : `${String(version)}:`;
  return prefix + hashing.hmacSha256(secret, signedText(parts, version, hashing));
}

/**
 * Whether a signature is right, in a time that does not tell where it is wrong.
 * 校验请求签名（常数时间；同时接受版本 1 与 2）。
 */
export function verifyRequest(
  secret: string,
  parts: SignedParts,
  signature: string,
  hashing: Hashing = portableHashing,
): boolean {
  const version = signatureVersionOf(signature);
  if (version === undefined || unsignable(parts, version) !== undefined) return false;
  const [wanted, given] = [signRequest(secret, parts, version, hashing), signature];
  return equalConstantTime(fromHex(wanted.slice(-64)), fromHex(given.slice(-64)));
}

/** Which version a signature is of; `undefined` when it is not of the form of any. */
export function signatureVersionOf(signature: string): SignatureVersion | undefined {
  if (/^[0-9a-f]{64}$/.test(signature)) return 1;
  return /^2:[0-9a-f]{64}$/.test(signature) ? 2 : undefined;
}

const LINES_OF_1 = ['method', 'path', 'timestamp', 'nonce'] as const;
const LINES_OF_2 = [...LINES_OF_1, 'idempotencyKey', 'session'] as const;

/** The name of the first field that cannot be signed under a version. */
export function unsignable(parts: SignedParts, version: SignatureVersion): string | undefined {
  // Version 1 would leave the session out without a word.
  if (version === 1 && (parts.session ?? '') !== '') return 'session';
  const lines: readonly (typeof LINES_OF_2)[number][] = version === 1 ? LINES_OF_1 : LINES_OF_2;
  return lines.find((name) => !/^[\x20-\x7e]*$/.test(parts[name] ?? ''));
}

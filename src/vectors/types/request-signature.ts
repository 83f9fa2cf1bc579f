/**
 * A signed request, version 1 or 2: secret, method, path, timestamp, nonce, body, idempotencyKey
 * and session (absent: none) → signature, as in its header; the signed `text` where it is given.
 */
import * as v from 'valibot';
import type { Cipher } from '../../crypto/index.js';
import { signatureVersionOf, signedText, verifyRequest } from '../../signing/index.js';
import type { Findings } from '../findings.js';
import { hex, type TestOf, textLike } from '../forms.js';

export const type = 'requestSignature';
export const about = 'A signed request; absent fields are empty lines of the signed text.';

/** What a test holds. */
export const fields = {
  secret: hex(),
  method: textLike({}),
  path: textLike({}),
  timestamp: textLike({}),
  nonce: textLike({}),
  body: textLike({}),
  idempotencyKey: v.exactOptional(textLike({})),
  session: v.exactOptional(textLike({})),
  text: v.exactOptional(textLike({})),
  signature: textLike({}),
};
type Test = TestOf<typeof fields>;

/** Compares the text, and verifies the signature. */
export function run(test: Test, _cipher: Cipher, findings: Findings): void {
  const { secret, signature, text, idempotencyKey = '', session = '', ...rest } = test;
  const { method, path, timestamp, nonce, body } = rest;
  const parts = { method, path, timestamp, nonce, body, idempotencyKey, session };
  findings.add('signature', verifyRequest(secret, parts, signature));
  const version = signatureVersionOf(signature);
  if (text !== undefined && version !== undefined) {
    findings.add('text', signedText(parts, version) === text);
  }
}

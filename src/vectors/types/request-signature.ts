/**
 * A signed request, version 1 or 2: secret, method, path, timestamp, nonce, body, idempotencyKey
 * and session (absent: none) → signature, as in its header; the signed `text` where it is given.
 */
import type { Cipher } from '../../crypto/index.js';
import { signatureVersionOf, signedText, verifyRequest } from '../../signing/index.js';
import type { Fields } from '../fields.js';
import type { Findings } from '../findings.js';

export const type = 'requestSignature';

/** Compares the text, and verifies the signature. */
export function check(fields: Fields, _cipher: Cipher, findings: Findings): void {
  const maybe = (name: string): string => (fields.has(name) ? fields.text(name) : '');
  const parts = {
    ...{ method: fields.text('method'), path: fields.text('path'), body: fields.text('body') },
    ...{ timestamp: fields.text('timestamp'), nonce: fields.text('nonce') },
    ...{ idempotencyKey: maybe('idempotencyKey'), session: maybe('session') },
  };
  const signature = fields.text('signature');
  findings.add('signature', verifyRequest(fields.text('secret'), parts, signature));
  const version = signatureVersionOf(signature);
  if (fields.has('text') && version !== undefined) {
    findings.add('text', signedText(parts, version) === fields.text('text'));
  }
}

/**
 * Line protection: key, challenge, header (CLA INS P1 P2 Lc), plain → ciphertext (optional), mac.
 * Lc counts the body and the MAC; a header that says otherwise is refused.
 */
import { encipherBody } from '../../apdu/index.js';
import { concat, equalConstantTime, expectLength } from '../../bytes.js';
import {
  type Cipher,
  computeMac,
  MAC_BYTES,
  padChallenge,
  secureMessagingKey,
} from '../../crypto/index.js';
import type { Fields } from '../fields.js';
import type { Findings } from '../findings.js';
import { equalLeft } from '../left-part.js';

export const type = 'secureMessaging';

const HEADER_BYTES = 5;

/** Compares the cipher when there is one, and the MAC over header and body. */
export function check(fields: Fields, cipher: Cipher, findings: Findings): void {
  const [key, plain] = [fields.bytes('key'), fields.bytes('plain')];
  const [mac, challenge] = [fields.bytes('mac'), fields.bytes('challenge')];
  const header = fields.bytes('header');
  expectLength('header', header, HEADER_BYTES);
  const ciphertext = fields.optionalBytes('ciphertext');
  if (ciphertext !== undefined) {
    const computed = encipherBody(plain, secureMessagingKey(cipher, key));
    findings.add('ciphertext', equalConstantTime(computed, ciphertext));
  }
  const body = ciphertext ?? plain;
  findings.add('Lc', header[4] === body.length + MAC_BYTES);
  const iv = padChallenge(challenge, cipher.blockSizeBytes);
  const computed = computeMac(cipher, key, concat(header, body), iv);
  findings.add('mac', equalLeft(computed, mac, 'mac'));
}

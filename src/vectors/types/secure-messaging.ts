/**
 * Line protection: key, challenge, header (CLA INS P1 P2 Lc), plain → ciphertext (optional), mac.
 * Lc counts the body and the MAC; a header that says otherwise is refused.
 */
import * as v from 'valibot';
import { encipherBody } from '../../apdu/index.js';
import { concat, equalConstantTime, expectLength } from '../../bytes.js';
import {
  type Cipher,
  computeMac,
  MAC_BYTES,
  padChallenge,
  secureMessagingKey,
} from '../../crypto/index.js';
import { bytesOf, hex, hexBytes, type TestOf } from '../forms.js';
import type { Findings } from '../findings.js';
import { equalLeft } from '../left-part.js';

export const type = 'secureMessaging';
export const about = 'Line protection.';

/** What a test holds. */
export const fields = {
  key: hex(),
  challenge: hex(),
  /** CLA INS P1 P2 Lc. */
  header: hexBytes(5),
  plain: hex(),
  ciphertext: v.exactOptional(hex()),
  mac: hex(),
};
type Test = TestOf<typeof fields>;

const HEADER_BYTES = 5;

/** Compares the cipher when there is one, and the MAC over header and body. */
export function run(test: Test, cipher: Cipher, findings: Findings): void {
  const [key, plain] = [bytesOf(test.key), bytesOf(test.plain)];
  const [mac, challenge] = [bytesOf(test.mac), bytesOf(test.challenge)];
  const header = bytesOf(test.header);
  expectLength('header', header, HEADER_BYTES);
  const ciphertext = test.ciphertext === undefined ? undefined : bytesOf(test.ciphertext);
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

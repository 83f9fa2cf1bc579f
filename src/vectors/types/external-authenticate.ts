/** The answer to GET CHALLENGE: key, challenge (4 or 8) → cryptogram of a whole block. */
import { equalConstantTime } from '../../bytes.js';
import { type Cipher, computeExternalAuthentication } from '../../crypto/index.js';
import type { Fields } from '../fields.js';
import type { Findings } from '../findings.js';

export const type = 'externalAuthenticate';

/** Compares the cryptogram. */
export function check(fields: Fields, cipher: Cipher, findings: Findings): void {
  const cryptogram = fields.bytes('cryptogram');
  const [key, challenge] = [fields.bytes('key'), fields.bytes('challenge')];
  const computed = computeExternalAuthentication(cipher, key, challenge);
  findings.add('cryptogram', equalConstantTime(computed, cryptogram));
}

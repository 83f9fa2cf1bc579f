/** One step of key diversification: masterKey (16), factor (8) → key (16). */
import { equalConstantTime } from '../../bytes.js';
import { type Cipher, diversify } from '../../crypto/index.js';
import type { Fields } from '../fields.js';
import type { Findings } from '../findings.js';

export const type = 'diversify';

/** Compares the derived key. */
export function check(fields: Fields, cipher: Cipher, findings: Findings): void {
  const key = fields.bytes('key');
  const derived = diversify(cipher, fields.bytes('masterKey'), fields.bytes('factor'));
  findings.add('key', equalConstantTime(derived, key));
}

/** The PBOC MAC: key (8 or 16), iv (absent: zeros), data → the left 4 or more bytes. */
import type { Cipher } from '../../crypto/index.js';
import { computeMac } from '../../crypto/index.js';
import type { Fields } from '../fields.js';
import type { Findings } from '../findings.js';
import { equalLeft } from '../left-part.js';

export const type = 'mac';

/** Compares the MAC as far as it is written. */
export function check(fields: Fields, cipher: Cipher, findings: Findings): void {
  const mac = fields.bytes('mac');
  const [key, data, iv] = [fields.bytes('key'), fields.bytes('data'), fields.optionalBytes('iv')];
  findings.add('mac', equalLeft(computeMac(cipher, key, data, iv), mac, 'mac'));
}

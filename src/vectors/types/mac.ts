/** The PBOC MAC: key (8 or 16), iv (absent: zeros), data → the left 4 or more bytes. */
import * as v from 'valibot';
import type { Cipher } from '../../crypto/index.js';
import { computeMac } from '../../crypto/index.js';
import { bytesOf, hex, hexBytes, type TestOf } from '../forms.js';
import type { Findings } from '../findings.js';
import { equalLeft } from '../left-part.js';

export const type = 'mac';
export const about = 'The PBOC MAC; mac is its left part, 4 bytes or more.';

/** What a test holds. */
export const fields = {
  key: hex(),
  iv: v.exactOptional(hex()),
  data: hex(),
  mac: hexBytes(4, 16),
};
type Test = TestOf<typeof fields>;

/** Compares the MAC as far as it is written. */
export function run(test: Test, cipher: Cipher, findings: Findings): void {
  const mac = bytesOf(test.mac);
  const [key, data] = [bytesOf(test.key), bytesOf(test.data)];
  const iv = test.iv === undefined ? undefined : bytesOf(test.iv);
  findings.add('mac', equalLeft(computeMac(cipher, key, data, iv), mac, 'mac'));
}

/** One step of key diversification: masterKey (16), factor (8) → key (16). */
import { equalConstantTime } from '../../bytes.js';
import { type Cipher, diversify } from '../../crypto/index.js';
import { bytesOf, hexBytes, type TestOf } from '../forms.js';
import type { Findings } from '../findings.js';

export const type = 'diversify';
export const about = 'One diversification step.';

/** What a test holds. */
export const fields = {
  masterKey: hexBytes(16),
  factor: hexBytes(8),
  key: hexBytes(16),
};
type Test = TestOf<typeof fields>;

/** Compares the derived key. */
export function run(test: Test, cipher: Cipher, findings: Findings): void {
  const key = bytesOf(test.key);
  const derived = diversify(cipher, bytesOf(test.masterKey), bytesOf(test.factor));
  findings.add('key', equalConstantTime(derived, key));
}

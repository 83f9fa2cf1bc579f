/** The answer to GET CHALLENGE: key, challenge (4, 8 or 16) → cryptogram, whole or folded. */
import * as v from 'valibot';
import { equalConstantTime } from '../../bytes.js';
import { type Cipher, computeExternalAuthentication } from '../../crypto/index.js';
import { bytesOf, hex, type TestOf } from '../forms.js';
import type { Findings } from '../findings.js';

export const type = 'externalAuthenticate';
export const about = 'The answer to GET CHALLENGE.';

/** What a test holds. */
export const fields = {
  key: hex(),
  challenge: hex(),
  /** Default: whole. */
  form: v.exactOptional(v.picklist(['whole', 'folded'])),
  cryptogram: hex(),
};
type Test = TestOf<typeof fields>;

/** Compares the cryptogram. */
export function run(test: Test, cipher: Cipher, findings: Findings): void {
  const cryptogram = bytesOf(test.cryptogram);
  const [key, challenge] = [bytesOf(test.key), bytesOf(test.challenge)];
  const computed = computeExternalAuthentication(cipher, key, challenge, test.form);
  findings.add('cryptogram', equalConstantTime(computed, cryptogram));
}

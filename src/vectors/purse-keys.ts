/** The keys of a purse test: a card key, a session key or both; a TAC key, whole or folded. */
import * as v from 'valibot';
import { equalConstantTime, expectLength } from '../bytes.js';
import type { Cipher } from '../crypto/index.js';
import { foldTacKey } from '../purse/index.js';
import type { Findings } from './findings.js';
import { bytesOf, hex, testInvalid, type TestOf } from './forms.js';

/** The keys a purse test may have. */
export const purseKeys = {
  key: v.exactOptional(hex()),
  sessionKey: v.exactOptional(hex()),
  tacKey: v.exactOptional(hex()),
  tacKeyXor: v.exactOptional(hex()),
};
type PurseKeys = TestOf<typeof purseKeys>;

/**
 * The session key of a test: derived from `key`, or given as `sessionKey`. With both the given one
 * must be the derived one, and the derived one is used.
 *
 * @throws VECTOR_TEST_INVALID when there is neither
 */
export function readSessionKey(
  test: PurseKeys,
  findings: Findings,
  derive: (key: Uint8Array) => Uint8Array,
): Uint8Array {
  const given = test.sessionKey === undefined ? undefined : bytesOf(test.sessionKey);
  if (test.key === undefined) {
    if (given === undefined)
      throw testInvalid('key', {
        en: 'is missing, and so is sessionKey',
        zh: '与 sessionKey 均缺失',
      });
    return given;
  }
  const derived = derive(bytesOf(test.key));
  if (given !== undefined) findings.add('sessionKey', equalConstantTime(derived, given));
  return derived;
}

/**
 * The TAC key of a test: `tacKey` (16), or `tacKeyXor` (8), the halves of a 3DES key folded.
 *
 * @throws BYTES_LENGTH
 */
export function readTacKey(
  test: PurseKeys,
  cipher: Cipher,
  findings: Findings,
): Uint8Array | undefined {
  const whole = test.tacKey === undefined ? undefined : bytesOf(test.tacKey);
  const folded = test.tacKeyXor === undefined ? undefined : bytesOf(test.tacKeyXor);
  if (folded !== undefined) expectLength('tacKeyXor', folded, 8);
  if (whole !== undefined && folded !== undefined && cipher.name === '3des') {
    findings.add('tacKeyXor', equalConstantTime(foldTacKey(whole), folded));
  }
  return whole ?? folded;
}

/**
 * The suites by name. Importing this brings both engines; import one suite's file to have only it.
 */
import { QuancunError } from '../errors.js';
import type { Cipher, CipherName } from './cipher.js';
import { desCipher } from './des.js';
import { sm4Cipher } from './sm4.js';
import { CIPHER_UNKNOWN } from './errors.js';

/**
 * The suite of a name.
 *
 * 按名称取算法套件。
 *
 * @throws CIPHER_UNKNOWN
 * @example cipherByName('sm4').blockSizeBytes; // 16
 */
export function cipherByName(name: CipherName): Cipher {
  switch (name) {
    case '3des':
      return desCipher;
    case 'sm4':
      return sm4Cipher;
    default:
      throw new QuancunError(CIPHER_UNKNOWN, { details: { name: name satisfies never } });
  }
}

/**
 * Algorithms, with no business fields: block ciphers, the PBOC MAC, key diversification.
 */
export {
  computeExternalAuthentication,
  type ExternalAuthenticationForm,
  keyCheckValue,
} from './authenticate.js';
export { cipherByName } from './cipher-by-name.js';
export type { BlockKey, Cipher, CipherName, KeyInput } from './cipher.js';
export {
  cardFactor,
  diversify,
  diversifyPath,
  foldKey,
  issuerFactor,
  withComplement,
} from './derive.js';
export { desCipher } from './des.js';
export {
  decryptEcb,
  encryptEcb,
  padChallenge,
  secureMessagingKey,
  type SecureMessagingKey,
} from './encipher.js';
export { expandKey, isExpanded } from './key.js';
export { computeMac, computeMac4, MAC_BYTES } from './mac.js';
export { pad80, pad80WhenNeeded } from './padding.js';
export { sm4Cipher } from './sm4.js';

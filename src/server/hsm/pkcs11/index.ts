/**
 * Keys on a PKCS#11 token: an HSM whose master keys are sensitive, non-extractable objects, and
 * which is spoken to by child processes, so that one that hangs can be killed. The binding to the
 * token is handed in; nothing native is imported.
 * @module
 */
export { pkcs11Hsm, type Pkcs11Hsm, type Pkcs11Options } from './pkcs11.js';
export { type TestKeysOptions, writeTestKeys } from './test-keys.js';
export { answerAsToken, type OpenCryptoki } from './child.js';
export {
  type Cryptoki,
  type TokenAttribute,
  type TokenCipher,
  type TokenDerivation,
  TokenFault,
  type TokenHandle,
  type TokenSlot,
} from './cryptoki.js';
export { koffiCryptoki, type KoffiLibrary, type KoffiLike } from './koffi.js';
export {
  PKCS11_KEY_SET,
  PKCS11_SM4,
  PKCS11_TOKEN,
  type Pkcs11KeyObject,
  type Pkcs11KeySet,
  type Pkcs11Sm4,
  type Pkcs11Token,
} from './key-set.js';
export type { Question as Pkcs11Question } from './messages.js';
export type { Pkcs11Call, Pkcs11Process } from './pool.js';

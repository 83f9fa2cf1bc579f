/** The types of test there are. Every file of this folder exports `type` and `check`. */
import type { Cipher } from '../../crypto/index.js';
import type { Fields } from '../fields.js';
import type { Findings } from '../findings.js';
import * as blockCipher from './block-cipher.js';
import * as diversify from './diversify.js';
import * as etcFile from './etc-file.js';
import * as exchange from './exchange.js';
import * as externalAuthenticate from './external-authenticate.js';
import * as loadCryptogram from './load-cryptogram.js';
import * as load from './load.js';
import * as mac from './mac.js';
import * as purchase from './purchase.js';
import * as requestSignature from './request-signature.js';
import * as secureMessaging from './secure-messaging.js';

/**
 * Looks at one test and adds what it finds. Whatever the library throws on the way is a refusal of
 * the bytes; VECTOR_TEST_INVALID says that the test itself cannot be run.
 */
export type VectorCheck = (fields: Fields, cipher: Cipher, findings: Findings) => void;

const ALL: readonly { readonly type: string; readonly check: VectorCheck }[] = [
  blockCipher,
  diversify,
  etcFile,
  exchange,
  externalAuthenticate,
  load,
  loadCryptogram,
  mac,
  purchase,
  requestSignature,
  secureMessaging,
];

/** The check of each type. */
export const VECTOR_TYPES: ReadonlyMap<string, VectorCheck> = new Map(
  ALL.map(({ type, check }) => [type, check]),
);

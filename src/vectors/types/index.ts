/** The types of test there are: every file of this folder exports what a VectorType has. */
import type * as v from 'valibot';
import type { Cipher } from '../../crypto/index.js';
import type { Findings } from '../findings.js';
import * as blockCipher from './block-cipher.js';
import * as diversify from './diversify.js';
import * as escPos from './esc-pos.js';
import * as etcFile from './etc-file.js';
import * as exchange from './exchange.js';
import * as externalAuthenticate from './external-authenticate.js';
import * as loadCryptogram from './load-cryptogram.js';
import * as load from './load.js';
import * as mac from './mac.js';
import * as purchase from './purchase.js';
import * as requestSignature from './request-signature.js';
import * as secureMessaging from './secure-messaging.js';

/** A type of test: what its tests hold, and how one is looked at. */
export interface VectorType {
  readonly type: string;
  readonly about: string;
  readonly fields: v.ObjectEntries;
  /**
   * Adds what it finds. Whatever the library throws on the way is a refusal of the bytes;
   * VECTOR_TEST_INVALID says that the test itself cannot be run.
   */
  readonly run: (test: never, cipher: Cipher, findings: Findings) => void;
}

const ALL: readonly VectorType[] = [
  blockCipher,
  diversify,
  escPos,
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

/** The types by name. */
export const VECTOR_TYPES: ReadonlyMap<string, VectorType> = new Map(
  ALL.map((one) => [one.type, one]),
);

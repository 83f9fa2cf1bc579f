/** How to call what takes bytes in explain. */
import { desCipher } from '../../../src/crypto/index.js';
import * as explain from '../../../src/explain/index.js';
import type { ByteRows } from '../byte-law.js';

const KEY = '0123456789ABCDEFFEDCBA9876543210';
const INITIALIZE = '805000020B010000271000044010100110';
const ANSWER = '00001388000101000A0B0C0D112233449000';

export const EXPLAIN_ROWS: ByteRows = {
  explainCommand: ['805C000204', INITIALIZE, '00A40000023F00', '8477000000'].map(
    (hex) => (give) => explain.explainCommand(give(hex)),
  ),
  explainResponse: [
    (give) => explain.explainResponse(give('805C000204'), give('000013889000')),
    (give) => explain.explainResponse(give(INITIALIZE), give(ANSWER)),
    (give) => explain.explainResponse(give('8477000000'), give('6A82')),
  ],
  createCodeChecker: [
    (give) => {
      const [loadKey, tacKey, purchaseKey] = [give(KEY), give(KEY), give(KEY)];
      const check = explain.createCodeChecker({ cipher: desCipher, loadKey, tacKey, purchaseKey });
      return check(give(INITIALIZE), give(ANSWER));
    },
  ],
};

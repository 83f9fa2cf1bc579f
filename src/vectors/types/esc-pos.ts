/** Lines of a slip → the bytes for the printer; `end`: cut, where the printer has a knife. */
import * as v from 'valibot';
import { equalConstantTime } from '../../bytes.js';
import type { Cipher } from '../../crypto/index.js';
import { looseOf } from '../../json/index.js';
import { encodeEscPos, type SlipLine } from '../../slip/index.js';
import type { Findings } from '../findings.js';
import { bytesOf, hex, testInvalid, type TestOf, textLike } from '../forms.js';

export const type = 'escPos';
export const about = 'Lines of a slip, encoded for an ESC/POS printer in its Chinese mode.';

/** What a test holds. */
export const fields = {
  lines: v.array(
    looseOf({
      text: v.exactOptional(textLike({})),
      align: v.exactOptional(textLike({ const: 'centre' })),
      weight: v.exactOptional(textLike({ const: 'bold' })),
      size: v.exactOptional(textLike({ const: 'double' })),
      qr: v.exactOptional(textLike({})),
    }),
  ),
  end: v.exactOptional(textLike({ enum: ['feed', 'cut'] })),
  bytes: hex(),
};
type Test = TestOf<typeof fields>;

/** Encodes, and compares every byte. */
export function run({ lines, end, bytes }: Test, _cipher: Cipher, findings: Findings): void {
  for (const { text, qr } of lines) {
    if ((text ?? qr) !== undefined) continue;
    throw testInvalid('lines', {
      en: 'has a line without text and qr',
      zh: '某行既无文字也无二维码',
    });
  }
  const options = end === 'cut' ? { end: 'cut' as const } : {};
  const encoded = encodeEscPos(lines as readonly SlipLine[], options);
  findings.add('bytes', equalConstantTime(encoded, bytesOf(bytes)));
}

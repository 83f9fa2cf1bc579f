/** A file of the toll application: bytes → fields, and back to the same bytes. */
import { equalConstantTime } from '../../bytes.js';
import type { Cipher } from '../../crypto/index.js';
import { ef0012, ef0015, ef0016, ef0018, ef0019 } from '../../etc/index.js';
import { compareFields, type FieldValues } from '../expected-fields.js';
import { bytesOf, hex, textLike, testInvalid, type TestOf } from '../forms.js';
import { looseOf } from '../../json/index.js';
import type { Findings } from '../findings.js';

export const type = 'etcFile';
export const about = 'Decoded, and encoded back to the same bytes.';

/** What a test holds. */
export const fields = {
  fid: textLike({ enum: ['0012', '0015', '0016', '0018', '0019'] }),
  bytes: hex(),
  fields: looseOf({}),
};
type Test = TestOf<typeof fields>;

interface FileCodec {
  decode(bytes: Uint8Array): object;
  encode(value: never): Uint8Array;
}

const FILES: ReadonlyMap<string, FileCodec> = new Map<string, FileCodec>([
  ['0012', ef0012],
  ['0015', ef0015],
  ['0016', ef0016],
  ['0018', ef0018],
  ['0019', ef0019],
]);

/** Decodes, compares the fields that are written, and encodes again. */
export function run(test: Test, _cipher: Cipher, findings: Findings): void {
  const file = FILES.get(test.fid);
  if (file === undefined)
    throw testInvalid('fid', { en: 'names no file that is known', zh: '不是已知文件' });
  const bytes = bytesOf(test.bytes);
  const decoded = file.decode(bytes);
  compareFields(test.fields, flatten(decoded), findings);
  findings.add('encode', equalConstantTime(file.encode(decoded as never), bytes));
}

/** The toll part of EF 0019 may be written flat, beside its head. */
function flatten(decoded: object): Record<string, FieldValues> {
  const values: Record<string, FieldValues> = {};
  for (const [name, value] of Object.entries(decoded)) {
    if (typeof value === 'object') Object.assign(values, flatten(value as object));
    values[name] = [value];
  }
  return values;
}

/**
 * Vector files: form `quancun-vectors/1`. A run asks only for what it needs: any field may stand
 * beside those that are declared, and a type or a cipher that nobody knows fails test by test.
 */
import * as v from 'valibot';
import { QuancunError } from '../errors.js';
import { expectFile, looseOf, parseFileText, recordOf, type Told } from '../json/index.js';
import { VECTOR_ID_TWICE } from './errors.js';
import { textLike } from './forms.js';

/** The one form there is. */
export const VECTOR_SCHEMA = 'quancun-vectors/1';

const VECTOR_TEST = looseOf({
  id: v.pipe(v.string(), v.nonEmpty()),
  /** What it claims of its bytes. */
  result: v.picklist(['valid', 'invalid', 'acceptable']),
});

/** Where values come from. `generated` proves stability, not correctness. */
const VECTOR_SOURCE = looseOf({
  kind: v.exactOptional(
    textLike({ enum: ['standard', 'card-trace', 'cross-implementation', 'generated'] }),
  ),
  name: v.exactOptional(v.string()),
  url: v.exactOptional(v.string()),
});

const VECTOR_GROUP = looseOf({
  /** A known type, or any other: the tests of an unknown type fail. */
  type: v.string(),
  cipher: v.optional(textLike({ enum: ['3des', 'sm4'] }), '3des'),
  source: v.exactOptional(VECTOR_SOURCE),
  tests: v.array(VECTOR_TEST),
});

/** A vector file. */
export const VECTOR_FILE = looseOf({
  schema: v.literal(VECTOR_SCHEMA),
  about: v.exactOptional(v.string()),
  /** What each flag of the tests means. */
  notes: v.exactOptional(recordOf(v.string())),
  groups: v.array(VECTOR_GROUP),
});

/** A vector file. */
export interface VectorFile extends Told<typeof VECTOR_FILE> {}

/** Tests of one type, under one cipher, out of one source. */
export interface VectorGroup extends Told<typeof VECTOR_GROUP> {}

/** Where values come from. `generated` proves stability, not correctness. */
export interface VectorSource extends Told<typeof VECTOR_SOURCE> {}

/** One test: its name, its claim, and the fields of its type. */
export interface VectorTest extends Told<typeof VECTOR_TEST> {}

/** What a test claims of its bytes. */
export type VectorResultKind = VectorTest['result'];

/**
 * Reads the text of a vector file.
 *
 * 解析测试向量文件。
 *
 * @throws JSON_INVALID when the text is no vector file, VECTOR_ID_TWICE
 * @example
 * const mac = { key: '0001020304050607', iv: '0001020304050607', data: 'AA', mac: '79FDE384' };
 * const tests = [{ id: 'one', ...mac, result: 'valid' }];
 * const groups = [{ type: 'mac', cipher: '3des', tests }];
 * const file = parseVectorFile(JSON.stringify({ schema: 'quancun-vectors/1', groups }));
 * file.groups.length; // 1
 */
export function parseVectorFile(text: string): VectorFile {
  const file = expectFile(VECTOR_FILE, parseFileText(text, THE_FILE), THE_FILE);
  const seen = new Set<string>();
  for (const { id } of file.groups.flatMap(({ tests }) => tests)) {
    if (seen.has(id)) throw new QuancunError(VECTOR_ID_TWICE, { details: { id } });
    seen.add(id);
  }
  return file;
}

const THE_FILE = { en: 'The vector file', zh: '测试向量文件' };

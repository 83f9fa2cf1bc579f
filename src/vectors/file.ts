/**
 * Vector files: the types of form `quancun-vectors/1`, and the parser that makes sure of them. It
 * asks only for what a run needs; the schema in `vectors/schema/` describes the whole form.
 */
import { QuancunError } from '../errors.js';
import { VECTOR_ID_TWICE } from './errors.js';
import { JSON_INVALID } from '../core-errors.js';

/** The one form there is. */
export const VECTOR_SCHEMA = 'quancun-vectors/1';

/** What a test claims of its bytes. */
export type VectorResultKind = 'valid' | 'invalid' | 'acceptable';

/** One test: its name, its claim, and the fields of its type. */
export interface VectorTest {
  readonly id: string;
  readonly result: VectorResultKind;
  readonly [field: string]: unknown;
}

/** Tests of one type, under one cipher, out of one source. */
export interface VectorGroup {
  /** A known type, or any other: the tests of an unknown type fail. */
  readonly type: string;
  /** `3des` unless the file says otherwise. */
  readonly cipher: string;
  readonly source?: VectorSource;
  readonly tests: readonly VectorTest[];
}

/** Where values come from. `generated` proves stability, not correctness. */
export interface VectorSource {
  readonly kind?: 'standard' | 'card-trace' | 'cross-implementation' | 'generated';
  readonly name?: string;
  readonly url?: string;
}

/** A vector file. */
export interface VectorFile {
  readonly schema: typeof VECTOR_SCHEMA;
  readonly about?: string;
  /** What each flag of the tests means. */
  readonly notes?: Readonly<Record<string, string>>;
  readonly groups: readonly VectorGroup[];
}

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
  const file = parseJson(text);
  if (!isRecord(file)) throw wrong('it is not an object');
  if (file.schema !== VECTOR_SCHEMA) throw wrong(`schema is not ${VECTOR_SCHEMA}`);
  if (file.notes !== undefined && !isRecord(file.notes)) throw wrong('notes is not an object');
  const seen = new Set<string>();
  const groups = list(file.groups, 'groups').map((group, index) =>
    readGroup(group, `groups[${String(index)}]`, seen),
  );
  return { ...file, schema: VECTOR_SCHEMA, groups };
}

/** Whether a JSON value is an object with names, not a list and not null. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function readGroup(group: unknown, at: string, seen: Set<string>): VectorGroup {
  if (!isRecord(group)) throw wrong(`${at} is not an object`);
  const { type, cipher = '3des', source } = group;
  if (typeof type !== 'string') throw wrong(`${at}.type is not a text`);
  if (typeof cipher !== 'string') throw wrong(`${at}.cipher is not a text`);
  if (source !== undefined && !isRecord(source)) throw wrong(`${at}.source is not an object`);
  const tests = list(group.tests, `${at}.tests`).map((test, index) =>
    readTest(test, `${at}.tests[${String(index)}]`, seen),
  );
  const base = { type, cipher, tests };
  return source === undefined ? base : { ...base, source };
}

function readTest(test: unknown, at: string, seen: Set<string>): VectorTest {
  if (!isRecord(test)) throw wrong(`${at} is not an object`);
  const { id, result } = test;
  if (typeof id !== 'string' || id === '') throw wrong(`${at}.id is not a text`);
  if (!isResultKind(result)) {
    throw wrong(`${at}.result is not valid, invalid or acceptable`);
  }
  if (seen.has(id)) throw new QuancunError(VECTOR_ID_TWICE, { details: { id } });
  seen.add(id);
  return { ...test, id, result };
}

function isResultKind(value: unknown): value is VectorResultKind {
  return value === 'valid' || value === 'invalid' || value === 'acceptable';
}

function list(value: unknown, at: string): readonly unknown[] {
  if (!Array.isArray(value)) throw wrong(`${at} is not a list`);
  return value as readonly unknown[];
}

function parseJson(text: string): unknown {
  try {
    // Editors on Windows put a byte order mark in front, which JSON does not allow.
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    // The engine's message quotes the text, which may hold keys.
    throw wrong('the text is not JSON');
  }
}

function wrong(problem: string): QuancunError {
  return new QuancunError(JSON_INVALID, { details: { what: 'The vector file', problem } });
}

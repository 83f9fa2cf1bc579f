/**
 * Reads the fields of one test. It draws the line between a test that cannot be run, because a
 * field is missing or of the wrong JSON type (VECTOR_TEST_INVALID: the test fails, whatever it
 * claims), and one whose bytes are refused (any other code: what an invalid test hopes for).
 */
import { fromHex } from '../bytes.js';
import { QuancunError } from '../errors.js';
import { isRecord } from './file.js';
import { VECTOR_TEST_INVALID } from './errors.js';

/** The fields of a test, or of an object in it. A field that is null counts as absent. */
export interface Fields {
  has(name: string): boolean;
  /** Names of all fields that are there. */
  names(): readonly string[];
  value(name: string): unknown;
  /** Hex, in either case; blanks between bytes are let through. */
  bytes(name: string): Uint8Array;
  optionalBytes(name: string): Uint8Array | undefined;
  text(name: string): string;
  number(name: string): number;
  object(name: string): Fields;
  optionalObject(name: string): Fields | undefined;
}

/**
 * Reads the fields of a test.
 * 读取测试字段。
 * @throws VECTOR_TEST_INVALID from every reader when the field is missing or of another JSON type
 */
export function readFields(record: Readonly<Record<string, unknown>>, path = ''): Fields {
  const own = (name: string): unknown =>
    Object.prototype.hasOwnProperty.call(record, name) ? record[name] : undefined;
  const need = (name: string): unknown => {
    const value = own(name) ?? undefined;
    if (value === undefined) throw testInvalid(path + name, 'is missing');
    return value;
  };
  const fields: Fields = {
    has: (name) => own(name) !== undefined && own(name) !== null,
    names: () => Object.keys(record).filter((name) => fields.has(name)),
    value: own,
    bytes: (name) => fromHex(fields.text(name).replace(/\s+/g, '')),
    optionalBytes: (name) => (fields.has(name) ? fields.bytes(name) : undefined),
    text(name) {
      const value = need(name);
      if (typeof value !== 'string') throw testInvalid(path + name, 'is not a text');
      return value;
    },
    number(name) {
      const value = need(name);
      if (typeof value !== 'number') throw testInvalid(path + name, 'is not a number');
      return value;
    },
    object(name) {
      const value = need(name);
      if (!isRecord(value)) throw testInvalid(path + name, 'is not an object');
      return readFields(value, `${path}${name}.`);
    },
    optionalObject: (name) => (fields.has(name) ? fields.object(name) : undefined),
  };
  return fields;
}

/** The error for a test that cannot be run as it stands. */
export function testInvalid(field: string, problem: string): QuancunError {
  return new QuancunError(VECTOR_TEST_INVALID, { details: { field, problem } });
}

/**
 * Forms of the fields of tests. They draw the line between a test that cannot be run, because a
 * field is missing or of the wrong JSON type (VECTOR_TEST_INVALID: the test fails, whatever it
 * claims), and one whose bytes are refused (any other code: what an invalid test hopes for). So a
 * run asks for texts and numbers alone; what they should look like is for editors of the file.
 */
import * as v from 'valibot';
import { fromHex } from '../bytes.js';
import { QuancunError } from '../errors.js';
import { looseOf, type Said, type Told } from '../json/index.js';
import { VECTOR_TEST_INVALID } from './errors.js';

/** What the fields of a test hold. */
export type TestOf<Entries extends v.ObjectEntries> = Told<v.ObjectSchema<Entries, undefined>>;

/** A text, and what the JSON schema says of it. */
export const textLike = (jsonSchema: Readonly<Record<string, unknown>>) =>
  v.pipe(v.string(), v.metadata({ jsonSchema }));

/** Hex, in either case; blanks between bytes are let through. */
export const hex = () => textLike({ pattern: '^(\\s*[0-9A-Fa-f]{2})*\\s*$' });

/** Hex of so many bytes. */
export const hexBytes = (minBytes: number, maxBytes = minBytes) => {
  const digits = [...new Set([minBytes, maxBytes])].map((bytes) => String(2 * bytes)).join(',');
  return textLike({ pattern: `^[0-9A-Fa-f]{${digits}}$` });
};

/** Decimal digits, such as a date. */
export const digits = (count: number) => textLike({ pattern: `^\\d{${String(count)}}$` });

/** A whole number. */
export const whole = (minimum: number, maximum?: number) =>
  v.pipe(
    v.number(),
    v.metadata({
      jsonSchema: { type: 'integer', minimum, ...(maximum === undefined ? {} : { maximum }) },
    }),
  );

/** An amount or a balance, in fen. */
export const fen = () => whole(0, 0xffffffff);

/** A command and its response. */
export const apdus = () => looseOf({ command: hex(), response: hex() });

/** Fields by name, as a test wrote them. */
export type Written = Readonly<Record<string, unknown>>;

/** A field that another one makes necessary. */
export function need<Test extends object, Name extends keyof Test & string>(
  test: Test,
  name: Name,
): NonNullable<Test[Name]> {
  const value = test[name];
  if (value === undefined || value === null)
    throw testInvalid(name, { en: 'is missing', zh: '缺失' });
  return value;
}

/** The bytes of a field. */
export function bytesOf(text: string): Uint8Array {
  return fromHex(text.replace(/\s+/g, ''));
}

/** The error for a test that cannot be run as it stands. */
export function testInvalid(field: string, problem: Said): QuancunError {
  const { en, zh } = problem;
  return new QuancunError(VECTOR_TEST_INVALID, {
    details: {
      what: { en: 'The test', zh: '该测试' },
      problem: { en: `${field} ${en}`, zh: `${field} ${zh}` },
    },
  });
}

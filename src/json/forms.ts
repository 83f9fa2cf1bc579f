/**
 * The forms that fields of messages have, once for all: hex, digits, texts, counts. A message is
 * declared with them where it belongs (`messages/`, `remote/messages.ts` …); from that one
 * declaration come its type ({@link Told}), its check ({@link expectJson}) and its JSON schema.
 */
import * as v from 'valibot';

/** What a declaration declares, as nobody may change it. */
export type Told<Schema extends v.GenericSchema> = Frozen<v.InferOutput<Schema>>;

/** What nobody can change already keeps its name: a reader sees `OrderState`, not its states. */
type Frozen<T> = [T] extends [string | number | boolean | null | undefined]
  ? T
  : T extends object
    ? Same<T, Readonly<T>> extends true
      ? T
      : { readonly [Key in keyof T]: Frozen<T[Key]> }
    : T;

type Same<A, B> =
  (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/**
 * A declaration that is made of others. Called as pure, with a function that makes it, so that a
 * bundler leaves out the messages that an app never checks.
 */
export function declared<Schema extends v.GenericSchema>(make: () => Schema): Schema {
  return make();
}

/** A declaration under the plain name of what it lets pass. */
export function typed<T>(schema: v.GenericSchema): v.GenericSchema<T> {
  return schema as v.GenericSchema<T>;
}

/** A field that may be left out. Written as `undefined` in the same process, it is left out. */
export function maybe<Schema extends v.GenericSchema>(
  schema: Schema,
): v.ExactOptionalSchema<Schema, undefined> {
  return v.optional(schema) as unknown as v.ExactOptionalSchema<Schema, undefined>;
}

/** Hex text of `minBytes` to `maxBytes` bytes, in either case. */
export function hexOf(minBytes: number, maxBytes = minBytes): v.GenericSchema<string> {
  const count = `${String(minBytes)},${String(maxBytes)}`;
  return v.pipe(v.string(), v.regex(new RegExp(`^([0-9A-Fa-f]{2}){${count}}$`)));
}

/** Exactly this many decimal digits. */
export function digitsOf(count: number): v.GenericSchema<string> {
  return v.pipe(v.string(), v.regex(new RegExp(`^\\d{${String(count)}}$`)));
}

/** A text that is not empty. */
export function textOf(maxChars: number): v.GenericSchema<string> {
  return v.pipe(v.string(), v.minLength(1), v.maxLength(maxChars));
}

/** A whole number. */
export function wholeOf(
  min: number,
  max: number = Number.MAX_SAFE_INTEGER,
): v.GenericSchema<number> {
  return v.pipe(v.number(), v.safeInteger(), v.minValue(min), v.maxValue(max));
}

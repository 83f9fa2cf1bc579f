/**
 * The forms that fields of messages have, once for all: hex, digits, texts, counts. A message is
 * declared with them where it belongs (`load/messages.ts`, `remote/messages.ts` …); from that one
 * declaration come its type ({@link Told}), its check ({@link expectJson}) and its JSON schema.
 */
import * as v from 'valibot';

/** What a declaration declares, as nobody may change it. */
export type Told<Schema extends v.GenericSchema> = Frozen<v.InferOutput<Schema>>;

/** What may be given where a declaration has defaults. */
export type Given<Schema extends v.GenericSchema> = Frozen<v.InferInput<Schema>>;

type Frozen<T> = T extends readonly unknown[]
  ? { readonly [Key in keyof T]: Frozen<T[Key]> }
  : T extends object
    ? { readonly [Key in keyof T]: Frozen<T[Key]> }
    : T;

/** Hex text of `minBytes` to `maxBytes` bytes, in either case. */
export const hexOf = (minBytes: number, maxBytes = minBytes) =>
  v.pipe(
    v.string(),
    v.regex(new RegExp(`^([0-9A-Fa-f]{2}){${String(minBytes)},${String(maxBytes)}}$`)),
  );

/** Exactly this many decimal digits. */
export const digitsOf = (count: number) =>
  v.pipe(v.string(), v.regex(new RegExp(`^\\d{${String(count)}}$`)));

/** A text that is not empty. */
export const textOf = (maxChars: number) =>
  v.pipe(v.string(), v.minLength(1), v.maxLength(maxChars));

/** A whole number. */
export const wholeOf = (min: number, max: number = Number.MAX_SAFE_INTEGER) =>
  v.pipe(v.number(), v.safeInteger(), v.minValue(min), v.maxValue(max));

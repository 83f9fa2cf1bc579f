/**
 * The forms that fields of messages have, once for all: hex, digits, texts, counts. A message is
 * declared with them where it belongs (`messages/`, `remote/messages.ts` …); from that one
 * declaration come its type ({@link Told}), its check ({@link expectJson}) and its JSON schema.
 */
import * as v from 'valibot';

/** What a declaration declares, as nobody may change it. */
export type Told<Schema extends v.GenericSchema> = Shape<Schema, 'told'>;

/** What may be given where a declaration has defaults. */
export type Given<Schema extends v.GenericSchema> = Shape<Schema, 'given'>;

/**
 * Objects are gone through field by field, each of which is declared once: valibot's own type names
 * every field twice, and a reference that reads its comments cannot tell which one counts.
 */
type Shape<Schema, Way extends 'told' | 'given'> = Schema extends {
  readonly entries: infer Entries extends v.ObjectEntries;
}
  ? {
      readonly [Name in keyof Entries as Absent<Entries[Name], Way, never, Name>]: Of<
        Entries[Name],
        Way
      >;
    } & {
      readonly [Name in keyof Entries as Absent<Entries[Name], Way, Name, never>]?: Of<
        Entries[Name],
        Way
      >;
    } & (Schema extends { readonly type: 'loose_object' } ? Others : unknown) extends infer Whole
    ? { readonly [Name in keyof Whole]: Whole[Name] }
    : never
  : Schema extends { readonly options: readonly (infer Option extends v.GenericSchema)[] }
    ? Option extends v.GenericSchema
      ? Shape<Option, Way>
      : never
    : Schema extends { readonly item: infer Item extends v.GenericSchema }
      ? readonly Shape<Item, Way>[]
      : Schema extends { readonly type: 'nullable'; readonly wrapped: infer One }
        ? Shape<One, Way> | null
        : Schema extends v.GenericSchema
          ? Frozen<Way extends 'told' ? v.InferOutput<Schema> : v.InferInput<Schema>>
          : never;

/** What a field holds; of one that may be left out, what it holds where it is there. */
type Of<Field, Way extends 'told' | 'given'> = Field extends {
  readonly type: 'optional';
  readonly wrapped: infer One;
}
  ? Of<One, Way> | Absent<Field, Way, undefined, never>
  : Field extends { readonly type: 'exact_optional'; readonly wrapped: infer One }
    ? Of<One, Way>
    : Shape<Field, Way>;

/** Whether a field may be left out: one with a default is always there afterwards. */
type Absent<Field, Way extends 'told' | 'given', Yes, No> = Field extends {
  readonly type: 'optional' | 'exact_optional';
  readonly default: infer Default;
}
  ? Way extends 'given'
    ? Yes
    : Default extends undefined
      ? Yes
      : No
  : No;

type Others = Readonly<Record<string, unknown>>;

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

/**
 * A text that is not empty. Without control characters and halves of surrogate pairs: databases cut
 * a text at U+0000, or take two different ones for the same. A narrower pattern may be handed in.
 */
export function textOf(maxChars: number, pattern: RegExp = PLAIN_TEXT): v.GenericSchema<string> {
  return v.pipe(v.string(), v.minLength(1), v.maxLength(maxChars), v.regex(pattern));
}

// eslint-disable-next-line no-control-regex -- they are what it keeps out
const PLAIN_TEXT = /^(?:[^\u0000-\u001f\u007f\ud800-\udfff]|[\ud800-\udbff][\udc00-\udfff])*$/;

/** A whole number. */
export function wholeOf(
  min: number,
  max: number = Number.MAX_SAFE_INTEGER,
): v.GenericSchema<number> {
  return v.pipe(v.number(), v.safeInteger(), v.minValue(min), v.maxValue(max));
}

/** Forms of what files hold, besides those of `forms.ts`. */
import * as v from 'valibot';
import { saying } from './file-texts.js';

/**
 * An object with these fields and no others. valibot's own takes a list for an object without
 * required fields.
 */
export function objectOf<const Entries extends v.ObjectEntries>(
  entries: Entries,
): v.StrictObjectSchema<Entries, undefined> {
  return noList(v.strictObject(entries));
}

/** An object with these fields, and any others beside them. */
export function looseOf<const Entries extends v.ObjectEntries>(
  entries: Entries,
): v.LooseObjectSchema<Entries, undefined> {
  return noList(v.looseObject(entries));
}

/** An object with whatever names, and one form of value. */
export function recordOf<Value extends v.GenericSchema>(
  value: Value,
): v.RecordSchema<v.StringSchema<undefined>, Value, undefined> {
  return noList(v.record(v.string(), value));
}

function noList<Schema extends v.GenericSchema>(schema: Schema): Schema {
  const run: Schema['~run'] = (dataset, config) =>
    schema['~run'](Array.isArray(dataset.value) ? { value: null } : dataset, config);
  return { ...schema, '~run': run };
}

/** An object with any of these fields, and no others. */
export function partOf<const Entries extends v.ObjectEntries>(entries: Entries) {
  const optional = Object.entries(entries).map(([name, form]) => [name, v.exactOptional(form)]);
  return objectOf(Object.fromEntries(optional) as PartEntries<Entries>);
}

type PartEntries<Entries extends v.ObjectEntries> = {
  [Name in keyof Entries]: v.ExactOptionalSchema<Entries[Name], undefined>;
};

/** Hex that is compared as text, and so is in one case. */
export const upperHexOf = (minBytes: number, maxBytes: number = minBytes) => {
  const digits = [...new Set([minBytes, maxBytes])].map((bytes) => String(2 * bytes));
  const [en, zh] = [`${digits.join(' to ')} hex digits`, ` ${digits.join('–')} 位十六进制数字`];
  const pattern = new RegExp(`^([0-9A-F]{2}){${String(minBytes)},${String(maxBytes)}}$`);
  const wanted = saying(`${en} in upper case`, `${zh}（大写）`);
  return v.pipe(v.string(wanted), v.regex(pattern, wanted));
};

/** Hex of any length that is compared as text, and so is in one case. */
export const upperHex = () => {
  const wanted = saying('hex digits in upper case', '大写十六进制数字');
  return v.pipe(v.string(wanted), v.regex(/^([0-9A-F]{2})*$/, wanted));
};

/** A status word, as four hex digits; a program may give the number. */
export const statusWord = () => {
  const wanted = saying('a status word, such as "6985"', '状态字，例如 "6985"');
  return v.union(
    [
      v.pipe(
        v.string(wanted),
        v.regex(/^[6-9][0-9A-Fa-f]{3}$/, wanted),
        v.transform((hex) => parseInt(hex, 16)),
      ),
      v.pipe(
        v.number(wanted),
        v.safeInteger(wanted),
        v.minValue(0x6000, wanted),
        v.maxValue(0x9fff, wanted),
      ),
    ],
    wanted,
  );
};

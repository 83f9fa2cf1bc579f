/** Holds JSON to a declaration: what does not fit is refused by its first wrong field. */
import * as v from 'valibot';
import { type ErrorRow, QuancunError } from '../errors.js';
import { MESSAGE_INVALID } from './errors.js';

/** What fits, as a copy; or what is wrong with it, which never repeats what it held. */
export type Checked<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: string };

/** Whether a value is what a declaration declares. */
export function checkJson<Schema extends v.GenericSchema>(
  schema: Schema,
  json: unknown,
): Checked<v.InferOutput<Schema>> {
  const result = v.safeParse(schema, json, { abortEarly: true });
  return result.success
    ? { ok: true, value: result.output }
    : { ok: false, problem: problemOf(result.issues[0]) };
}

/**
 * The value, or a refusal that names the field and never repeats what it held.
 * @throws MESSAGE_INVALID, or the row that is handed in, with `problem`
 */
export function expectJson<Schema extends v.GenericSchema>(
  schema: Schema,
  json: unknown,
  row: ErrorRow = MESSAGE_INVALID,
): v.InferOutput<Schema> {
  const checked = checkJson(schema, json);
  if (checked.ok) return checked.value;
  throw new QuancunError(row, { details: { problem: checked.problem } });
}

/** Where it is wrong; names that a stranger chose are not repeated. */
function problemOf(issue: v.BaseIssue<unknown>): string {
  if (issue.type === 'strict_object' && issue.expected === 'never') return 'an unknown field';
  const path = v.getDotPath(issue);
  return path ?? 'an object';
}

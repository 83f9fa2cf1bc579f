/** Holds JSON to a declaration: what does not fit is refused by its first wrong field's name. */
import * as v from 'valibot';
import { type ErrorRow, QuancunError } from '../errors.js';
import { MESSAGE_INVALID } from './errors.js';

/**
 * The value, or a refusal that names the field and never repeats what it held.
 * @throws MESSAGE_INVALID, or the row that is handed in, with `problem`
 */
export function expectJson<Schema extends v.GenericSchema>(
  schema: Schema,
  json: unknown,
  row: ErrorRow = MESSAGE_INVALID,
): v.InferOutput<Schema> {
  const result = v.safeParse(schema, json, { abortEarly: true });
  if (result.success) return result.output;
  throw new QuancunError(row, { details: { problem: problemOf(result.issues[0]) } });
}

/** Where it is wrong; names that a stranger chose are not repeated. */
function problemOf(issue: v.BaseIssue<unknown>): string {
  if (issue.type === 'strict_object' && issue.expected === 'never') return 'an unknown field';
  const path = v.getDotPath(issue);
  return path ?? 'an object';
}

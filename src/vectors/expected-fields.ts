/** Holds the fields that a test expects against the fields that were parsed. */
import { toHex } from '../bytes.js';
import { redactDetails } from '../redact.js';
import { matches } from './compare.js';
import { testInvalid, type Written } from './forms.js';
import type { Findings } from './findings.js';

/** What a field may rightly be called; none when the card did not answer it. */
export type FieldValues = readonly unknown[];

/** Names that a file may put anywhere, for people. */
const REMARKS: readonly string[] = ['comment', 'note', 'reason'];

/**
 * Adds a finding for every expected field. A name that the bytes can never have is a mistake of
 * the file, not a refusal.
 *
 * @throws VECTOR_TEST_INVALID for a name that is not in `parsed`
 */
export function compareFields(
  expected: Written,
  parsed: Readonly<Record<string, FieldValues>>,
  findings: Findings,
  skip: readonly string[] = [],
): void {
  for (const [name, written] of Object.entries(expected)) {
    if (skip.includes(name) || REMARKS.includes(name)) continue;
    const known = Object.prototype.hasOwnProperty.call(parsed, name);
    const values = known ? parsed[name] : undefined;
    if (values === undefined)
      throw testInvalid(`expect.${name}`, {
        en: 'is no field of these bytes',
        zh: '不是该数据的字段',
      });
    const right = values.some((value) => matches(value, written));
    findings.add(right ? name : `${name} is ${describeValue(name, values[0])}`, right);
  }
}

/** A parsed value for a reason: secrets and long numbers stay out. */
export function describeValue(name: string, value: unknown): string {
  const plain = value instanceof Uint8Array ? toHex(value) : value;
  if (plain === undefined) return 'absent';
  const shown = redactDetails({ [name]: plain })[name];
  return typeof shown === 'string' ? `"${shown}"` : JSON.stringify(shown);
}

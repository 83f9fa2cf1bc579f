/** What a conformance suite is made of: named cases that any test runner can run. */
import { QuancunError } from '../errors.js';
import { CONFORMANCE } from './errors.js';

/** One rule. */
export interface ConformanceCase {
  readonly name: string;
  /** Resolves where the rule is kept; throws CONFORMANCE otherwise. */
  readonly run: () => Promise<void>;
}

/** Deep equality by JSON: whatever a ledger answers is JSON. */
export function same(got: unknown, wanted: unknown): void {
  if (canonical(got) !== canonical(wanted)) {
    throw broken(`got ${canonical(got)}, wanted ${canonical(wanted)}`);
  }
}

function canonical(value: unknown): string {
  return (
    JSON.stringify(value, (_name, one: unknown) =>
      typeof one === 'object' && one !== null && !Array.isArray(one)
        ? Object.fromEntries(Object.entries(one).sort(([a], [b]) => (a < b ? -1 : 1)))
        : one,
    ) ?? 'nothing'
  );
}

/** The work is refused with this code. */
export async function refuses(code: string, work: Promise<unknown>): Promise<void> {
  const thrown = await work.then(
    (value) => broken(`it was not refused: ${canonical(value)}`),
    (error: unknown) => error,
  );
  const seen = thrown instanceof Error ? (thrown as Partial<QuancunError>).code : undefined;
  if (seen !== code) throw broken(`wanted ${code}, got ${String(seen)}: ${String(thrown)}`);
}

/** The error of a rule that is not kept. */
export function broken(problem: string): QuancunError {
  return new QuancunError(CONFORMANCE, { details: { problem } });
}

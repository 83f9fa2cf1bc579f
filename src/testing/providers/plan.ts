/**
 * What goes wrong, call by call: words in lists, so that a run repeats exactly. Each provider has
 * its own kinds of call and its own words; the words that every call knows are here.
 */
import * as v from 'valibot';
import { expectOptions } from '../../json/index.js';

/**
 * What may happen to any call.
 *
 * | word | done? | the merchant gets |
 * |---|---|---|
 * | `fine` | yes | the answer |
 * | `request-lost` | no | a closed connection |
 * | `reply-lost` | yes | a closed connection |
 * | `silent` | yes | nothing, for as long as it waits |
 * | `throttled` | no | "too often" |
 * | `throttled-done` | yes | "too often" |
 * | `system-error` | no | the provider's system error |
 * | `system-error-done` | yes | the same |
 * | `bad-gateway` | no | 502 and a page in HTML, unsigned |
 * | `unsigned` | yes | the answer without a signature |
 * | `forged` | yes | the answer, signed with a stranger's key |
 * | `tampered` | yes | another answer than was signed |
 */
export const CALL_FAULTS = [
  ...(['fine', 'request-lost', 'reply-lost', 'silent', 'throttled', 'throttled-done'] as const),
  ...(['system-error', 'system-error-done', 'bad-gateway', 'unsigned'] as const),
  ...(['forged', 'tampered'] as const),
] as const;

/** A list of such words, as a field of a plan. */
export function faultsOf<const Words extends readonly string[]>(words: Words) {
  return v.exactOptional(v.array(v.picklist(words)));
}

/** The words that are still to come, by kind of call. */
export interface Planned<Plan extends object> {
  /** The word for this call of a kind; `fine` after the list has ended. */
  next<Kind extends keyof Plan>(kind: Kind): WordOf<Plan, Kind>;
  add(plan: Plan): void;
  clear(): void;
}

type WordOf<Plan, Kind extends keyof Plan> =
  NonNullable<Plan[Kind]> extends readonly (infer Word)[] ? Word | 'fine' : never;

/**
 * Keeps a plan. A word that is no fault would be a call that works, and its test would test
 * nothing: it is refused.
 * @throws ARGUMENT_INVALID
 */
export function createPlanned<Plan extends object>(
  schema: v.GenericSchema<Plan>,
  what: string,
): Planned<Plan> {
  const lists = new Map<keyof Plan, string[]>();
  return {
    next: (kind) => (lists.get(kind)?.shift() ?? 'fine') as WordOf<Plan, typeof kind>,
    add: (plan) => {
      const checked: Plan = expectOptions(schema, plan, what);
      for (const kind of Object.keys(checked) as (keyof Plan)[]) {
        const more = (checked[kind] ?? []) as readonly string[];
        lists.set(kind, [...(lists.get(kind) ?? []), ...more]);
      }
    },
    clear: () => {
      lists.clear();
    },
  };
}

/**
 * What is fuzzed: something that meets bytes from outside. It answers, or refuses with a code of
 * ours that repeats nothing it should not; anything else is a finding.
 */
import { isQuancunError } from '../../src/errors.js';

/** One parser, and inputs that it knows. */
export interface FuzzTarget {
  readonly name: string;
  /** `json`: mutated as a value as well as byte by byte. */
  readonly form: 'bytes' | 'text' | 'json';
  readonly seeds: readonly (Uint8Array | string)[];
  /** Texts that stand for something in it. */
  readonly words?: readonly string[];
  /** Throws when a law is broken. */
  readonly run: (input: Uint8Array) => unknown;
}

/** A rule that an input broke. */
export class LawBroken extends Error {
  override name = 'LawBroken';
}

/** Demands something. */
export function law(holds: boolean, what: string): asserts holds {
  if (!holds) throw new LawBroken(what);
}

/** The answer, or nothing where it was refused lawfully. */
export function answered<T>(work: () => T, input?: string): T | undefined {
  try {
    return work();
  } catch (error) {
    judgeRefusal(error, input);
    return undefined;
  }
}

/** {@link answered} for what takes its time. */
export async function answeredLater<T>(
  work: () => Promise<T>,
  input?: string,
): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    judgeRefusal(error, input);
    return undefined;
  }
}

/** Numbers of cards are 16 digits or more, keys 32 hex digits: no refusal repeats one. */
const SECRET = /[0-9A-Fa-f]{16,}/g;

/** A refusal has a code of ours, and repeats no long number of what it refuses. */
export function judgeRefusal(error: unknown, input = ''): void {
  if (!isQuancunError(error)) throw error;
  law(error.code !== 'INTERNAL', `INTERNAL: ${String(error.cause)}`);
  if (input === '') return;
  const told = JSON.stringify(error);
  for (const [secret] of input.matchAll(SECRET)) {
    law(!told.includes(secret), `a refusal repeats ${String(secret.length)} digits of its input`);
  }
}

/** The text of an input. */
export function textOf(input: Uint8Array): string {
  return new TextDecoder().decode(input);
}

/** The value of an input, where it is JSON at all. */
export function jsonOf(input: Uint8Array): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(textOf(input)) as unknown };
  } catch {
    return undefined;
  }
}

/** Whether two values are the same as JSON, bytes as numbers. */
export function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a, plain) === JSON.stringify(b, plain);
}

function plain(_key: string, value: unknown): unknown {
  return value instanceof Uint8Array ? [...value] : value;
}

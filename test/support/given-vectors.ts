/** The tests of vectors/given.json by type, for the suites that run them. */
import { readFileSync } from 'node:fs';

/** One test of a vector file; every field that a suite reads is text or a number. */
export type VectorTest = Readonly<Record<string, string>> & { readonly id: string };

interface VectorGroup {
  readonly type: string;
  readonly cipher?: '3des' | 'sm4';
  readonly tests: readonly Record<string, unknown>[];
}

const file = new URL('../../vectors/given.json', import.meta.url);
const { groups } = JSON.parse(readFileSync(file, 'utf8')) as { groups: VectorGroup[] };

/** All tests of a type, each with its group's cipher. */
export function givenTests<T extends object = VectorTest>(
  type: string,
): (T & { id: string; cipher: '3des' | 'sm4' })[] {
  const found = groups
    .filter((group) => group.type === type)
    .flatMap((group) => group.tests.map((test) => ({ cipher: group.cipher ?? '3des', ...test })));
  if (found.length === 0) throw new Error(`vectors/given.json has no test of type ${type}`);
  return found as unknown as (T & { id: string; cipher: '3des' | 'sm4' })[];
}

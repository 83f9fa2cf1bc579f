/** The tests of the cryptographic vector files by type, for the suites that run them. */
import { readFileSync } from 'node:fs';

/** One test of a vector file; every field that a suite reads is text or a number. */
export type VectorTest = Readonly<Record<string, string>> & { readonly id: string };

interface VectorGroup {
  readonly type: string;
  readonly cipher?: '3des' | 'sm4';
  readonly tests: readonly Record<string, unknown>[];
}

/** What was given to the project, and our own SM4 values (which prove stability only). */
const FILES = ['given.json', 'sm4-epurse.json'];

const groups = FILES.flatMap((name) => {
  const file = new URL(`../../vectors/${name}`, import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { groups: VectorGroup[] }).groups;
});

/** All tests of a type, each with its group's cipher. */
export function givenTests<T extends object = VectorTest>(
  type: string,
): (T & { id: string; cipher: '3des' | 'sm4' })[] {
  const found = groups
    .filter((group) => group.type === type)
    .flatMap((group) => group.tests.map((test) => ({ cipher: group.cipher ?? '3des', ...test })));
  if (found.length === 0) throw new Error(`the vector files have no test of type ${type}`);
  return found as unknown as (T & { id: string; cipher: '3des' | 'sm4' })[];
}

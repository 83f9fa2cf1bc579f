/** Runs vector files through the library's own parsers and formulas. */
import { cipherByName, type Cipher } from '../crypto/index.js';
import { isQuancunError } from '../errors.js';
import { expectFile, looseOf } from '../json/index.js';
import { isRecord } from './compare.js';
import { VECTOR_TEST_INVALID } from './errors.js';
import type { VectorFile, VectorTest } from './file.js';
import { createFindings, judge, type Judgement } from './findings.js';
import { VECTOR_TYPES, type VectorType } from './types/index.js';

/** What became of one test. */
export interface VectorOutcome {
  readonly id: string;
  readonly type: string;
  readonly passed: boolean;
  /** What was seen, in English; never a key or a MAC. */
  readonly why: string;
}

/** What became of a file. */
export interface VectorReport {
  readonly results: readonly VectorOutcome[];
  readonly passed: number;
  readonly failed: number;
}

/**
 * Runs every test of a file. A test never stops the others, whatever is in it.
 *
 * 运行测试向量：逐项校验，单项失败不影响其余。
 *
 * - `valid` passes when everything it gives checks out.
 * - `invalid` passes when at least one cryptogram, a written field or the bytes are refused.
 * - `acceptable` passes either way.
 * - What a test expects of one cryptogram (`expect.mac2: 'invalid'`) must hold by itself.
 * - A test that lacks a field its type needs, or of an unknown type or cipher, fails.
 *
 * @example
 * const mac = { key: '0001020304050607', iv: '0001020304050607', data: 'AA', mac: '79FDE384' };
 * const tests = [{ id: 'one', ...mac, result: 'valid' }];
 * const groups = [{ type: 'mac', cipher: '3des', tests }];
 * const file = parseVectorFile(JSON.stringify({ schema: 'quancun-vectors/1', groups }));
 * runVectors(file).passed; // 1
 */
export function runVectors(file: VectorFile): VectorReport {
  const results = file.groups.flatMap((group) =>
    group.tests.map((test) => ({
      id: test.id,
      type: group.type,
      ...runTest(group.type, group.cipher, test),
    })),
  );
  const passed = results.filter((result) => result.passed).length;
  return { results, passed, failed: results.length - passed };
}

function runTest(type: string, cipherName: string, test: VectorTest): Judgement {
  const known = VECTOR_TYPES.get(type);
  if (known === undefined) return failure(`there is no test type "${type}"`);
  if (cipherName !== '3des' && cipherName !== 'sm4') {
    return failure(`there is no cipher "${cipherName}"`);
  }
  return runKnown(known, cipherByName(cipherName), withoutNulls(test, 1));
}

function runKnown(known: VectorType, cipher: Cipher, test: VectorTest): Judgement {
  const findings = createFindings();
  try {
    expectFile(looseOf(known.fields), test, THE_TEST, VECTOR_TEST_INVALID);
    known.run(test as never, cipher, findings);
  } catch (error) {
    // Anything but a refusal is a fault of the library, and no claim of a test excuses it.
    if (!isQuancunError(error)) return failure(`the library crashed: ${String(error)}`);
    if (error.code === 'VECTOR_TEST_INVALID' || error.code === 'INTERNAL') {
      return failure(error.message);
    }
    findings.add(error.message, false);
  }
  return judge(test.result, findings.all);
}

const THE_TEST = { en: 'The test', zh: '该测试' };

/** A field that is null counts as absent, in the test and in the objects it holds. */
function withoutNulls<Fields extends object>(fields: Fields, depth: number): Fields {
  const kept = Object.entries(fields)
    .filter(([, value]) => value !== null)
    .map(([name, value]: [string, unknown]) => [
      name,
      depth > 0 && isRecord(value) ? withoutNulls(value, depth - 1) : value,
    ]);
  return Object.fromEntries(kept) as Fields;
}

function failure(why: string): Judgement {
  return { passed: false, why };
}

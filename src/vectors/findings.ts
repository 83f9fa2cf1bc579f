/** What a test showed, and what that means for its claim. */
import type { VectorResultKind } from './file.js';

/** What a test may expect of one cryptogram. */
export type Expectation = 'valid' | 'invalid';

/** One thing that was looked at. */
export interface Finding {
  /** Its name, such as `mac1`; of refused bytes, the refusal. */
  readonly what: string;
  readonly right: boolean;
  /** What the test says of this very thing; it must hold, whatever the test's own result is. */
  readonly expected?: Expectation;
}

/** Collects findings. */
export interface Findings {
  add(what: string, right: boolean, expected?: Expectation): void;
  readonly all: readonly Finding[];
}

/** Starts with none. */
export function createFindings(): Findings {
  const all: Finding[] = [];
  return {
    all,
    add(what, right, expected) {
      all.push(expected === undefined ? { what, right } : { what, right, expected });
    },
  };
}

/** Whether a claim holds, and why. */
export interface Judgement {
  readonly passed: boolean;
  readonly why: string;
}

/**
 * Judges a claim: `valid` needs everything right, `invalid` something wrong, `acceptable` is
 * content with both. What a test expects of one cryptogram must hold whatever its own result is.
 *
 * 判定测试结论：valid 要求全部正确，invalid 要求至少一项错误，acceptable 两者皆可；
 * 对单项密文的明确期望在任何情况下都必须成立。
 */
export function judge(result: VectorResultKind, findings: readonly Finding[]): Judgement {
  if (findings.length === 0) return { passed: false, why: 'the test gives nothing to check' };
  const wrong = findings.filter(({ right }) => !right);
  const seen = wrong.length === 0 ? 'everything is right' : wrong.map(describeWrong).join('; ');
  const unmet = findings.filter(
    ({ right, expected }) => expected !== undefined && right !== (expected === 'valid'),
  );
  if (unmet.length > 0) return { passed: false, why: unmet.map(describeUnmet).join('; ') };
  if (result === 'acceptable') return { passed: true, why: seen };
  const passed = (wrong.length === 0) === (result === 'valid');
  return { passed, why: passed || wrong.length > 0 ? seen : 'nothing was refused' };
}

function describeWrong({ what }: Finding): string {
  return /^\w+$/.test(what) ? `${what} is wrong` : what;
}

function describeUnmet({ what, expected = 'valid' }: Finding): string {
  return `${what} should be ${expected} and is not`;
}

/** What a run threw, told by its code: the suites never look at an error's class or text. */
import { isQuancunError } from '../../src/errors.js';

/** The code of what was thrown; `undefined` when nothing was. */
export function codeOf(run: () => unknown): string | undefined {
  try {
    run();
  } catch (error) {
    return isQuancunError(error) ? error.code : `not a QuancunError: ${String(error)}`;
  }
  return undefined;
}

/**
 * What commands and answers of a card mean, field by field, and whether the codes in them hold: for
 * a screen that shows a session. Secrets show their length alone.
 * @module
 */
export { explainCommand, type Explanation, explainResponse, statusWords } from './explain.js';
export type { FieldRows } from './masked.js';
export {
  type CheckedCode,
  type CodeChecker,
  type CodeKeys,
  createCodeChecker,
} from './code-checks.js';

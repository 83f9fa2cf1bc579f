/**
 * The prompts of the operator guide as data: what a screen says, which remedies there are and in
 * which order, who acts, and whether he stops. More than half of them are no errors.
 * @module
 */
export { type Prompt, type PromptKind, promptOf, PROMPTS } from './prompts.js';

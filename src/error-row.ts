/**
 * The form of an error's row: what a code says, in two languages, and what became of the money when
 * it is thrown. Each room declares the rows it throws, one constant a row, so that a bundle carries
 * the texts of its own code and no others.
 */

/** What an error means for the money: nothing moved, something did, or only the card knows. */
export type MoneyState = 'untouched' | 'moved' | 'in-doubt';

/** What a person is told to do, in both languages. */
export interface Hint {
  readonly en: string;
  readonly zh: string;
}

/** One error code's texts. A text may name a detail in braces (`{size}`): the error fills it in. */
export interface ErrorRow<Code extends string = string> {
  /** Upper case and underscores; stable for ever. */
  readonly code: Code;
  readonly en: string;
  readonly zh: string;
  /** What the person in front of the screen should do. */
  readonly hint: Hint;
  readonly money: MoneyState;
}

/** What may stand as a code: ours, and whatever another system calls its own. */
export const CODE_FORM = /^[\w.:-]{1,64}$/;

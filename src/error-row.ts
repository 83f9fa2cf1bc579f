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

/** Who has to act next: the card holder, whoever works at the counter, or who runs the system. */
export type Actor = 'customer' | 'operator' | 'administrator';

/**
 * Whether the **same order** may be tried again by 圈存 (load). A new payment is never meant: for
 * that, no code says that it is safe.
 *
 * - `safe`: as often as it takes; what was done is not done twice
 * - `once`: one more time; who meets it again stops and calls the administrator
 * - `after`: only after what the hint asks for was done (looked up, corrected, waited for)
 * - `never`: not by whoever meets it; nothing that he can do makes it succeed
 */
export type Retry = 'safe' | 'once' | 'after' | 'never';

/** Details whose values are codes, and what people call each of them. */
export type Words = Readonly<Record<string, Readonly<Record<string, Hint>>>>;

/**
 * One error code's texts. A text may name a detail in braces (`{size}`): the error fills it in.
 * Amounts and times are named by the unit that people read: `{maxYuan}` is the detail `maxFen`,
 * `{timeoutSeconds}` is `timeoutMs`. So no text says fen or milliseconds, and programs have both.
 */
export interface ErrorRow<Code extends string = string> {
  /** Upper case and underscores; stable for ever. */
  readonly code: Code;
  readonly en: string;
  readonly zh: string;
  /** What the person in front of the screen should do. */
  readonly hint: Hint;
  readonly money: MoneyState;
  readonly actor: Actor;
  /**
   * Whether the person in front of the screen stops here and calls the administrator (联系管理员).
   * The hint then begins with these words; a row says after them what the administrator looks at.
   */
  readonly stop: boolean;
  readonly retry: Retry;
  readonly words?: Words;
}

/** What may stand as a code: ours, and whatever another system calls its own. */
export const CODE_FORM = /^[\w.:-]{1,64}$/;

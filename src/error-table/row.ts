/**
 * The form of one row of the error tables: what a code says, in two languages, and what became of
 * the money when it is thrown. Texts may name a detail in braces (`{size}`); the error fills it in.
 */

/** What an error means for the money: nothing moved, something did, or only the card knows. */
export type MoneyState = 'untouched' | 'moved' | 'in-doubt';

/** One error code's texts. */
export interface ErrorRow {
  readonly en: string;
  readonly zh: string;
  /** What the person in front of the screen should do. */
  readonly hint: { readonly en: string; readonly zh: string };
  readonly money: MoneyState;
}

/** A table of rows by code; every room that throws has one. */
export type ErrorRows = Readonly<Record<string, ErrorRow>>;

/**
 * Lines of a slip. A character outside ASCII is two columns wide, as on the printer: every one of
 * them is two bytes there, or becomes 〓, which is as wide. In double size each takes twice as much.
 */

/** The width of 58 mm paper. */
export const SLIP_COLUMNS = 32;

/** One line of text, of 32 columns at most. Plain data, fit for JSON. */
export interface SlipText {
  readonly text: string;
  /** Absent: left. */
  readonly align?: 'centre';
  readonly weight?: 'bold';
  /** Twice as wide and twice as high. */
  readonly size?: 'double';
}

/** A line of text, or a QR code that says this text, in the middle. */
export type SlipLine = SlipText | { readonly qr: string };

/** How a line is set. */
export type SlipStyle = Omit<SlipText, 'text'>;

/**
 * How many columns a text takes in normal size.
 * 文本占用的列数（汉字占两列）。
 * @example slipColumns('余额 100.00'); // 11
 */
export function slipColumns(text: string): number {
  let columns = 0;
  for (const character of text) columns += character < '\u0080' ? 1 : 2;
  return columns;
}

/** A text as one or more lines of its style. */
export function textLines(text: string, style: SlipStyle = {}): SlipText[] {
  const columns = style.size === 'double' ? SLIP_COLUMNS / 2 : SLIP_COLUMNS;
  return wrap(printable(text), columns).map((line) => ({ text: line, ...style }));
}

/** A label at the left and its value at the right; below each other where one line is too short. */
export function pairLines(label: string, value: string): SlipText[] {
  const said = printable(value);
  const gap = SLIP_COLUMNS - slipColumns(label) - slipColumns(said);
  if (gap > 0) return [{ text: label + ' '.repeat(gap) + said }];
  const below = wrap(said, SLIP_COLUMNS - 2).map((line) => ({ text: `  ${line}` }));
  return [...textLines(label), ...below];
}

/** A line across the slip. */
export const RULE: SlipText = { text: '-'.repeat(SLIP_COLUMNS) };

/** What moves the print head or the reading direction is no text: a name cannot hold commands. */
function printable(text: string): string {
  return text
    .replace(/[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]/g, '')
    .replace(/[\u0000-\u0020\u007f-\u00a0\u2028\u2029]+/g, ' ') // eslint-disable-line no-control-regex -- they go
    .trim();
}

/** Breaks a text at the last blank before a word, or within what is longer than a line. */
function wrap(text: string, columns: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const character of text) {
    if (slipColumns(line + character) > columns) {
      const blank = /[!-~]/.test(character) ? line.lastIndexOf(' ') : -1;
      lines.push(blank > 0 ? line.slice(0, blank) : line.trimEnd());
      line = blank > 0 ? line.slice(blank + 1) : '';
    }
    if (line !== '' || character !== ' ') line += character;
  }
  if (line !== '') lines.push(line);
  return lines;
}

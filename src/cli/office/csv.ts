/** Fields of a CSV file (RFC 4180) that a spreadsheet opens as what they are, and never runs. */

/**
 * A text as a field. What a spreadsheet would take for a formula, wherever blanks let it begin, has
 * an apostrophe in front; quotes are doubled.
 */
export function csvText(text: string): string {
  const first = text.normalize('NFKC').trimStart().charAt(0);
  const safe = /^[=+\-@|%]/.test(first) || /^[\t\r\n]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replace(/"/g, '""')}"` : safe;
}

/** Fields as a line. Numbers are ours, and stand as they are: a sum may be below zero. */
export function csvLine(fields: readonly (string | number)[]): string {
  return `${fields.map((one) => (typeof one === 'number' ? String(one) : csvText(one))).join(',')}\r\n`;
}

/** What a person counts, typed in yuan: whole fen, or nothing. */

/** Undefined for what is no amount; an empty field is none either. */
export function countedFen(text: string): number | undefined {
  const typed = text.normalize('NFKC').replace(/[,，\s]/g, '');
  if (!/^-?\d{1,9}(\.\d{1,2})?$/.test(typed)) return undefined;
  const [whole = '0', part = ''] = typed.replace('-', '').split('.');
  const fen = Number(whole) * 100 + Number(part.padEnd(2, '0'));
  return typed.startsWith('-') && fen !== 0 ? -fen : fen;
}

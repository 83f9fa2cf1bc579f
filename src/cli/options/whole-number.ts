/** Options that are whole numbers. */
import { wrongOption } from '../output.js';

/** A whole number that must be given. */
export function wholeNumber(option: string, text: string | undefined, max: number): number {
  const value = Number(text);
  const expected = {
    en: `a whole number from 0 to ${String(max)}`,
    zh: `0 到 ${String(max)} 的整数`,
  };
  if (text === undefined || !/^\d{1,9}$/.test(text) || value > max) {
    throw wrongOption(option, expected);
  }
  return value;
}

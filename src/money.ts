/**
 * Money: fen, as whole numbers, and yuan as text. No floating point anywhere: a yuan is never a
 * number, and a fen is never a fraction.
 */
import { QuancunError } from './errors.js';
import { AMOUNT_INVALID, AMOUNT_RANGE } from './core-errors.js';

declare const fenBrand: unique symbol;

/** An amount in fen (分), a whole number from 0 to 0xFFFFFFFF. The one branded number. */
export type Fen = number & { readonly [fenBrand]: 'Fen' };

/** The largest amount a purse command can carry: four bytes. */
export const MAX_FEN = 0xffffffff;

/** The operator guide's cap on one recharge: 100,000 yuan. A default; deployments configure it. */
export const DEFAULT_RECHARGE_LIMIT_FEN = 10_000_000;

/**
 * Takes a whole number of fen.
 * 以分为单位的整数金额。
 * @throws AMOUNT_RANGE
 * @example fen(10000); // 10000
 */
export function fen(value: number, maxFen: number = MAX_FEN): Fen {
  if (!Number.isSafeInteger(value) || value < 0 || value > maxFen) {
    throw new QuancunError(AMOUNT_RANGE, { details: { min: 0, max: maxFen } });
  }
  return value as Fen;
}

/**
 * Reads a yuan text exactly: digits, then at most one point and one or two decimals.
 * Rejects signs, exponents, blanks, thousands separators and a third decimal.
 * 精确解析以元为单位的文本金额。
 * @throws AMOUNT_INVALID, AMOUNT_RANGE
 * @example parseYuan('100'); // 10000
 */
export function parseYuan(text: string, maxFen: number = MAX_FEN): Fen {
  const match = /^(\d{1,10})(?:\.(\d{1,2}))?$/.exec(text);
  if (match === null) throw new QuancunError(AMOUNT_INVALID);
  const [, yuan = '0', decimals = ''] = match;
  return fen(Number(yuan) * 100 + Number(decimals.padEnd(2, '0')), maxFen);
}

/**
 * Writes fen as yuan with two decimals.
 * 将分格式化为元（两位小数）。
 * @example formatYuan(10000); // '100.00'
 */
export function formatYuan(amountFen: number): string {
  const sign = amountFen < 0 ? '-' : '';
  const digits = String(Math.abs(amountFen)).padStart(3, '0');
  return `${sign}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

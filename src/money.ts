/**
 * Money: fen, as whole numbers, and yuan as text. No floating point anywhere: a yuan is never a
 * number, and a fen is never a fraction.
 */
import { QuancunError } from './errors.js';
import { AMOUNT_INVALID, AMOUNT_RANGE } from './core-errors.js';

/** The largest amount a purse command can carry: four bytes. */
export const MAX_FEN = 0xffffffff;

/** The operator guide's cap on one recharge: 100,000 yuan. A default; deployments configure it. */
export const DEFAULT_RECHARGE_LIMIT_FEN = 10_000_000;

/**
 * Reads a yuan text exactly, in fen: digits, then at most one point and one or two decimals.
 * Rejects signs, exponents, blanks, thousands separators and a third decimal.
 * 精确解析以元为单位的文本金额。
 * @throws AMOUNT_INVALID, AMOUNT_RANGE
 * @example parseYuan('100'); // 10000
 */
export function parseYuan(text: string, maxFen: number = MAX_FEN): number {
  const match = /^(\d{1,10})(?:\.(\d{1,2}))?$/.exec(text);
  if (match === null) throw new QuancunError(AMOUNT_INVALID);
  const [, yuan = '0', decimals = ''] = match;
  const amountFen = Number(yuan) * 100 + Number(decimals.padEnd(2, '0'));
  if (amountFen <= maxFen) return amountFen;
  throw new QuancunError(AMOUNT_RANGE, { details: { minFen: 0, maxFen } });
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

/** A balance as a card answers it, by its two names: what codes cover, and what a person reads. */
export interface Balance {
  /** The four bytes as one number, top bit included: what MAC1 covers, and what the TAC adds to. */
  readonly rawBalance: number;
  /** The money: 8000164E is 57.10 yuan, FFFFFFFE is −0.02 (overdrawn); never 21 million. */
  readonly balanceFen: number;
  /** The top bit is set: a flag on some cards, a sign on others. */
  readonly topBit: boolean;
}

const TOP_BIT = 0x80000000;

/**
 * The most that a balance can say: four bytes less the top bit.
 * 余额上限（四字节除去最高位）。
 */
export const MAX_BALANCE_FEN = TOP_BIT - 1;

/**
 * A four-byte balance apart: the money, and the top bit. Some cards use it as a flag, others count
 * down through zero, so that it is a sign: of the two readings the one nearer to nothing is meant,
 * since no purse holds ten million yuan.
 * 拆分四字节余额：金额与最高位（标志位或负号，取绝对值较小者）。
 * @example
 * splitBalance(0x8000164e).balanceFen; // 5710
 * splitBalance(0xfffffffe).balanceFen; // -2
 */
export function splitBalance(rawBalance: number): Balance {
  const topBit = rawBalance >= TOP_BIT;
  const [flagged, signed] = [rawBalance % TOP_BIT, rawBalance - 2 * TOP_BIT];
  const balanceFen = topBit && -signed < flagged ? signed : flagged;
  return { rawBalance, balanceFen, topBit };
}

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  DEFAULT_RECHARGE_LIMIT_FEN,
  formatYuan,
  MAX_BALANCE_FEN,
  MAX_FEN,
  parseYuan,
  splitBalance,
} from '../src/money.js';

const refused = (code: string): unknown => expect.objectContaining({ code, money: 'untouched' });

describe('parseYuan and formatYuan', () => {
  test('law: each is the other’s inverse, to the fen', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: MAX_FEN }), (amountFen) => {
        expect(parseYuan(formatYuan(amountFen))).toBe(amountFen);
      }),
    );
  });

  test.each([
    ['100', 10_000],
    ['100.0', 10_000],
    ['100.00', 10_000],
    ['0.01', 1],
    ['0.1', 10],
    ['1.1', 110],
    ['000100', 10_000],
    ['42949672.95', MAX_FEN],
  ])('%s is %i fen', (text, amountFen) => {
    expect(parseYuan(text)).toBe(amountFen);
  });

  test.each([
    ...['1e3', '0.001', '-1', '+1', ' 1', '1 ', '1,000', '', '.5', '1.', '1.1.1', '١', '１'],
    ...['NaN', 'Infinity', '0x10', '1_000', '１００', '壹'],
  ])('%j is no amount', (text) => {
    expect(() => parseYuan(text)).toThrow(refused('AMOUNT_INVALID'));
  });

  test('over the limit, of four bytes or of the deployment', () => {
    expect(() => parseYuan('42949672.96')).toThrow(refused('AMOUNT_RANGE'));
    expect(() => parseYuan('9999999999')).toThrow(refused('AMOUNT_RANGE'));
    expect(() => parseYuan('100000.01', DEFAULT_RECHARGE_LIMIT_FEN)).toThrow(
      refused('AMOUNT_RANGE'),
    );
    expect(parseYuan('100000', DEFAULT_RECHARGE_LIMIT_FEN)).toBe(10_000_000);
  });

  test('a debt shows its sign', () => {
    expect(formatYuan(-5)).toBe('-0.05');
  });
});

test.each([
  [0, 0, false],
  [0x164e, 5710, false],
  [0x7fffffff, MAX_BALANCE_FEN, false],
  [0x80000000, 0, true],
  [0x8000164e, 5710, true],
  // A flag, or a sign: whichever leaves less money.
  [0xbfffffff, 0x3fffffff, true],
  [0xc0000001, -0x3fffffff, true],
  [0xfffffffe, -2, true],
  [0xffffffff, -1, true],
  // A pass card of Beijing, counting down.
  [0xfa0a1e33, -100_000_205, true],
])('the four bytes %i are %i fen, top bit %s', (rawBalance, balanceFen, topBit) => {
  expect(splitBalance(rawBalance)).toEqual({ rawBalance, balanceFen, topBit });
});

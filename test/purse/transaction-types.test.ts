import { expect, test } from 'vitest';
import { TRANSACTION_TYPES } from '../../src/purse/index.js';

test('every code is one byte, stands once and has both texts', () => {
  const codes = TRANSACTION_TYPES.map(({ code }) => code);
  expect(new Set(codes).size).toBe(codes.length);
  for (const { code, en, zh } of TRANSACTION_TYPES) {
    expect(Number.isInteger(code) && code > 0 && code <= 0xff).toBe(true);
    expect(en).toMatch(/^[\x20-\x7e]+$/);
    expect(zh).toMatch(/\p{Script=Han}/u);
  }
});

test('the types that an ETC purse uses', () => {
  const name = (code: number): string | undefined =>
    TRANSACTION_TYPES.find((row) => row.code === code)?.en;
  expect([2, 3, 6, 9].map(name)).toEqual(['load', 'unload', 'purchase', 'compound purchase']);
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { foldPlate, SILENT_IN_PLATES, mayBePlateColour, PLATE_COLOURS } from '../src/plate.js';

describe('foldPlate', () => {
  test.each([
    ['甘A12345', '甘A12345'],
    ['甘a12345', '甘A12345'],
    ['甘Ａ１２３４５', '甘A12345'],
    ['甘ａ１２３４５', '甘A12345'],
    ['\u3000甘 A\u00a0·\t1 2345\u200b', '甘A12345'],
    ['甘A·12345', '甘A12345'],
    ['甘A•12345', '甘A12345'],
    ['甘A‧12345', '甘A12345'],
    ['甘A∙12345', '甘A12345'],
    ['甘A⋅12345', '甘A12345'],
    ['甘A・12345', '甘A12345'],
    ['甘A･12345', '甘A12345'],
    ['甘A．12345', '甘A12345'],
    ['甘A-12345', '甘A12345'],
    ['甘A－12345', '甘A12345'],
    ['甘AD12345', '甘AD12345'],
    ['粤Z1234港', '粤Z1234港'],
    ['WJ甘01234', 'WJ甘01234'],
    ['0xb8ca', '0XB8CA'],
    [' ·　', ''],
    ['', ''],
  ])('%j is %j', (plate, folded) => {
    expect(foldPlate(plate)).toBe(folded);
  });

  test('what looks alike is not the same: nothing is guessed', () => {
    expect(foldPlate('甘A1O345')).not.toBe(foldPlate('甘A10345'));
    expect(foldPlate('贛A12345')).not.toBe(foldPlate('赣A12345'));
  });

  test('what is silent in a plate is what folding leaves nothing of', () => {
    const silent = new RegExp(`^[${SILENT_IN_PLATES}]$`);
    const units = Array.from({ length: 0x10000 }, (_, unit) => String.fromCharCode(unit));
    const nothing = units.filter((unit) => foldPlate(unit) === '');
    expect(units.filter((unit) => silent.test(unit))).toEqual(nothing);
  });

  test('folding twice is folding once', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(foldPlate(foldPlate(text))).toBe(foldPlate(text));
      }),
    );
  });
});

test('mayBePlateColour: a known colour is itself alone, an unknown one may be any', () => {
  const codes = Object.keys(PLATE_COLOURS).map(Number);
  for (const asked of codes) {
    for (const onCard of codes) {
      expect(mayBePlateColour(onCard, asked)).toBe(onCard === asked || onCard === 9);
    }
    expect(mayBePlateColour(0x5502, asked)).toBe(true);
  }
});

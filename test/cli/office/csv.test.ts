/** Fields of a CSV file: a spreadsheet runs none of them, and reads each as it was. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { csvLine, csvText } from '../../../src/cli/office/csv.js';

/** What a field can be made of, and what is special about it. */
const CHARS = Array.from('=+-@|%＝＋a甘0 ,"\'\n\r\t\u3000');

describe('csvText', () => {
  test.each([
    ['=1+2', "'=1+2"],
    ['+A12345', "'+A12345"],
    ['-5', "'-5"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['＝cmd', "'＝cmd"],
    ['  =1', "'  =1"],
    ['\u3000＋1', "'\u3000＋1"],
    ['\t=1', "'\t=1"],
    ['|calc', "'|calc"],
    ['=HYPERLINK("x","y")', `"'=HYPERLINK(""x"",""y"")"`],
    ['甘A12345', '甘A12345'],
    ['a,b', '"a,b"'],
    ['a"b', '"a""b"'],
    ['a\nb', '"a\nb"'],
    ['', ''],
  ])('%j is %j', (text, field) => {
    expect(csvText(text)).toBe(field);
  });

  test('any text is one field again, at most with an apostrophe in front', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...CHARS), maxLength: 12 }), (text) => {
        const field = csvText(text);
        const read = /^"[^]*"$/.test(field) ? field.slice(1, -1).replace(/""/g, '"') : field;
        expect([text, `'${text}`]).toContain(read);
        expect(read).not.toMatch(/^[=+\-@\t\r]/);
      }),
    );
  });
});

test('a sum below zero is a number, and not a text', () => {
  expect(csvLine(['total', -5])).toBe('total,-5\r\n');
});

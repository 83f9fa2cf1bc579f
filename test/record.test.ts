import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromHex, toHex } from '../src/bytes.js';
import { isQuancunError } from '../src/errors.js';
import {
  asciiField,
  bcdField,
  dateField,
  defineRecord,
  gbkField,
  hexField,
  uintField,
} from '../src/record.js';

const codec = defineRecord('EF 9999', {
  kind: uintField(1),
  number: bcdField(2),
  until: dateField,
  plate: gbkField(12),
  idNumber: asciiField(6),
  rest: hexField(3),
});

function codeOf(run: () => unknown): string | undefined {
  try {
    run();
  } catch (error) {
    return isQuancunError(error) ? error.code : 'not a QuancunError';
  }
  return undefined;
}

describe('defineRecord', () => {
  const bytes = fromHex(
    ['16', '6201', '20301231', 'B8CA4131323334350000FFFF', '3132330000FF', 'C0FFEE'].join(''),
  );

  test('the order of the fields is the order of the bytes', () => {
    expect(codec.sizeBytes).toBe(28);
    expect(codec.layout.map(({ name, offset, sizeBytes }) => [name, offset, sizeBytes])).toEqual([
      ['kind', 0, 1],
      ['number', 1, 2],
      ['until', 3, 4],
      ['plate', 7, 12],
      ['idNumber', 19, 6],
      ['rest', 25, 3],
    ]);
  });

  test('decodes texts without their padding, of 00 or FF', () => {
    expect(codec.decode(bytes)).toMatchObject({
      kind: 22,
      number: '6201',
      until: '2030-12-31',
      plate: '甘A12345',
      idNumber: '123',
      rest: 'C0FFEE',
    });
  });

  test('law: encode(decode(x)) = x for every x of the right length', () => {
    const any = fc.uint8Array({ minLength: codec.sizeBytes, maxLength: codec.sizeBytes });
    fc.assert(
      fc.property(any, (x) => {
        expect(toHex(codec.encode(codec.decode(x)))).toBe(toHex(x));
      }),
    );
  });

  test('law: it survives JSON', () => {
    const any = fc.uint8Array({ minLength: codec.sizeBytes, maxLength: codec.sizeBytes });
    fc.assert(
      fc.property(any, (x) => {
        const json = JSON.parse(JSON.stringify(codec.decode(x))) as ReturnType<typeof codec.decode>;
        expect(toHex(codec.encode(json))).toBe(toHex(x));
      }),
    );
  });

  test('changing one field changes its bytes alone', () => {
    const changed = codec.encode({ ...codec.decode(bytes), kind: 23 });
    expect(toHex(changed)).toBe(`17${toHex(bytes).slice(2)}`);
    const plate = codec.encode({ ...codec.decode(bytes), plate: '甘B1' });
    expect(toHex(plate.subarray(7, 19))).toBe('B8CA42310000000000000000');
    expect(toHex(plate.subarray(19))).toBe(toHex(bytes.subarray(19)));
  });

  test('without a source, padding is 00', () => {
    const { source, ...fields } = codec.decode(bytes);
    expect(source).toBe(toHex(bytes));
    expect(toHex(codec.encode(fields)).slice(14, 38)).toBe('B8CA41313233343500000000');
  });

  test('what is no text, and what is no date, comes out as hex', () => {
    const messy = fromHex(`${'16'}6201${'00000000'}${'80'.repeat(12)}${'81'.repeat(6)}000000`);
    expect(codec.decode(messy)).toMatchObject({
      until: '00000000',
      plate: `0x${'80'.repeat(12)}`,
      idNumber: `0x${'81'.repeat(6)}`,
    });
    const { source: _source, until: _until, ...fields } = codec.decode(messy);
    const again = codec.encode({ ...fields, until: '2030-12-31' });
    expect(toHex(again.subarray(7, 25))).toBe('80'.repeat(12) + '81'.repeat(6));
  });

  test.each([
    ['kind', 256, 'BYTES_RANGE'],
    ['kind', 1.5, 'BYTES_RANGE'],
    ['number', '62', 'DIGITS_INVALID'],
    ['until', '2031-02-29', 'DATE_INVALID'],
    ['until', '20311231', 'DATE_INVALID'],
    ['plate', '甘'.repeat(7), 'TEXT_TOO_LONG'],
    ['plate', '甘\ue5e5', 'GBK_UNENCODABLE'],
    ['rest', 'XYZXYZ', 'HEX_INVALID'],
    ['rest', 'C0FF', 'BYTES_LENGTH'],
    ['rest', undefined, 'FIELD_MISSING'],
    ['kind', null, 'FIELD_MISSING'],
  ])('%s = %j is refused: %s', (field, value, code) => {
    const wrong = { ...codec.decode(bytes), [field]: value };
    expect(codeOf(() => codec.encode(wrong))).toBe(code);
  });

  test('the error names the path of the field', () => {
    const wrong = { ...codec.decode(bytes), until: 'soon' };
    expect(() => codec.encode(wrong)).toThrow(/EF 9999\.until/);
  });

  test('another length is refused', () => {
    expect(codeOf(() => codec.decode(bytes.subarray(1)))).toBe('BYTES_LENGTH');
  });
});

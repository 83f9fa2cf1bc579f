import { describe, expect, test } from 'vitest';
import { fromHex, toHex } from '../../src/bytes.js';
import { ef0015, surfaceCardNumber } from '../../src/etc/index.js';
import { issuerName } from '../../src/etc/issuers.js';

const GANSU = 'B8CACBE062010001';
const DATES = '20200101' + '20301231';
const PLATE = 'B8CA41313233343500000000';

describe('ef0015', () => {
  test('version 41, 50 bytes: colour and class are a byte each, seven bytes are kept', () => {
    const bytes = fromHex(
      `${GANSU}16416201${'2210' + '000000001234'}${DATES}${PLATE}00${'0401'}${'0102030405FFFF'}`,
    );
    expect(ef0015.decode(bytes)).toEqual({
      issuer: GANSU,
      issuerName: '甘肃',
      cardType: 22,
      version: '41',
      network: '6201',
      cardNumber: '2210000000001234',
      startDate: '2020-01-01',
      endDate: '2030-12-31',
      plate: '甘A12345',
      userType: 0,
      plateColour: 4,
      vehicleClass: 1,
      reserved: '0102030405FFFF',
      source: toHex(bytes),
    });
  });

  test.each([
    ['Shandong, on a blue car', '0001', undefined],
    ['Hunan', '0100', undefined],
    ['Yunnan, a discount rate', '0501', undefined],
    ['what is blue in every layout', '0000', 0],
  ])('version 10 of %s: bytes 41-42 are no colour', (_where, provincialUse, plateColour) => {
    const bytes = fromHex(
      `${GANSU}17106201${'1518220000249639'}${DATES}${PLATE}06${provincialUse}`,
    );
    const issue = ef0015.decode(bytes);
    expect(issue).toMatchObject({ cardType: 23, version: '10', userType: 6, provincialUse });
    expect(issue.plateColour).toBe(plateColour);
    expect(issue).not.toHaveProperty('vehicleClass');
    expect(issue).not.toHaveProperty('reserved');
    expect(toHex(ef0015.encode(issue))).toBe(toHex(bytes));
  });

  test('an old card is made with its two bytes, or with blue: no other colour is put into them', () => {
    const bytes = fromHex(`${GANSU}17106201${'1518220000249639'}${DATES}${PLATE}060000`);
    const { provincialUse: _use, source: _source, ...blue } = ef0015.decode(bytes);
    expect(toHex(ef0015.encode(blue))).toBe(toHex(bytes));
    expect(() => ef0015.encode({ ...blue, plateColour: 1 })).toThrow(
      expect.objectContaining({
        code: 'FIELD_MISSING',
        details: { field: 'EF 0015.provincialUse' },
      }),
    );
  });

  test('an unbound Beijing card pads its plate with FF', () => {
    const bytes = fromHex(
      `B1B1BEA90001000116421101${'0'.repeat(16)}${DATES}${'FF'.repeat(12)}010000`,
    );
    expect(ef0015.decode(bytes)).toMatchObject({ plate: '', issuerName: '北京', network: '1101' });
  });

  test('dates that are none stay digits', () => {
    const bytes = fromHex(`${GANSU}16416201${'0'.repeat(16)}${'00000000FFFFFFFF'}${PLATE}000000`);
    expect(ef0015.decode(bytes)).toMatchObject({ startDate: '00000000', endDate: 'FFFFFFFF' });
  });

  test('the layout says where a field lies', () => {
    const place = (version: string, name: string) =>
      ef0015.layout(version, 50).find((field) => field.name === name);
    expect(place('41', 'plateColour')).toEqual({
      name: 'plateColour',
      offset: 41,
      sizeBytes: 1,
    });
    expect(place('10', 'plateColour')).toBeUndefined();
    expect(place('10', 'provincialUse')).toMatchObject({ offset: 41, sizeBytes: 2 });
    expect(place('41', 'cardNumber')).toMatchObject({ offset: 12, sizeBytes: 8 });
    expect(place('41', 'endDate')).toMatchObject({ offset: 24, sizeBytes: 4 });
    expect(place('41', 'reserved')).toMatchObject({ offset: 43, sizeBytes: 7 });
  });

  test('surfaceCardNumber is network and number', () => {
    expect(surfaceCardNumber({ network: '6201', cardNumber: '2210000000001234' })).toBe(
      '62012210000000001234',
    );
  });

  test('issuerName knows the doubled name whatever follows it', () => {
    expect(issuerName('c9cfbaa3b9abc2b7')).toEqual({ en: 'Shanghai', zh: '上海' });
    expect(issuerName('0000000000000000')).toBeUndefined();
  });
});

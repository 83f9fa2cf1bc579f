import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseFci } from '../../src/apdu/index.js';
import { buildTlv } from '../../src/apdu/tlv.js';
import { concat, fromHex, toHex } from '../../src/bytes.js';
import { codeOf } from '../support/error-codes.js';

/** The payment system environment of every PBOC card. */
const DDF = fromHex('6F15840E315041592E5359532E4444463031A503880101');
/** EF 0015 of a toll card: issuer, type, version, network, number, two dates, plate … */
const EF_0015 = fromHex(
  [
    'B8CACBE062010001',
    '16',
    '10',
    '6201',
    '2201230100000001',
    '20200101',
    '20301231',
    'B8CA4131323334350000',
    '0000000000',
  ].join(''),
);
const ADF = buildTlv({
  tag: 0x6f,
  value: concat(
    buildTlv({ tag: 0x84, value: fromHex('A00000000386980701') }),
    buildTlv({
      tag: 0xa5,
      value: concat(
        buildTlv({ tag: 0x9f08, value: fromHex('02') }),
        buildTlv({ tag: 0x9f0c, value: EF_0015 }),
      ),
    }),
  ),
});

describe('parseFci', () => {
  test('reads the name and the directory of a DDF', () => {
    const fci = parseFci(DDF);
    expect(Buffer.from(fci.dfName ?? []).toString('latin1')).toBe('1PAY.SYS.DDF01');
    expect(fci.directorySfi).toBe(1);
    expect(Object.keys(fci)).toEqual(['dfName', 'directorySfi']);
  });

  test('reads the name, the version and the issuer data of an ADF', () => {
    const fci = parseFci(ADF);
    expect(toHex(fci.dfName ?? new Uint8Array(0))).toBe('A00000000386980701');
    expect(fci.version).toEqual(fromHex('02'));
    expect(toHex(fci.issuerData ?? new Uint8Array(0))).toBe(toHex(EF_0015));
    expect(fci).not.toHaveProperty('directorySfi');
  });

  test('an ADF without version', () => {
    const fci = parseFci(fromHex('6F128409A00000000386980701A5059F0C02CAFE'));
    expect(toHex(fci.issuerData ?? new Uint8Array(0))).toBe('CAFE');
    expect(fci).not.toHaveProperty('version');
  });

  test.each([
    ['nothing', ''],
    ['an empty template', '6F00'],
    ['padding', '0000FFFF'],
    ['a template cut off', '6F15840E3150'],
    ['bytes that are no TLV', '9F'],
  ])('%s says nothing, and is no error', (_, hex) => {
    expect(parseFci(fromHex(hex))).toEqual({});
  });

  test('an empty directory object is left out', () => {
    expect(parseFci(fromHex('6F04A5028800'))).toEqual({});
  });

  test('law: no bytes are an error', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(codeOf(() => parseFci(bytes))).toBeUndefined();
      }),
      { numRuns: 500 },
    );
  });

  test('law: an FCI cut off anywhere or with one byte changed is no error', () => {
    fc.assert(
      fc.property(fc.nat({ max: ADF.length - 1 }), fc.nat({ max: 0xff }), (at, byte) => {
        const bent = ADF.slice();
        bent[at] = byte;
        expect(codeOf(() => parseFci(ADF.slice(0, at)))).toBeUndefined();
        expect(codeOf(() => parseFci(bent))).toBeUndefined();
      }),
    );
  });
});

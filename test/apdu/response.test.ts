import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { buildResponse, parseResponse, SW_OK } from '../../src/apdu/index.js';
import { fromHex, toHex } from '../../src/bytes.js';
import { isQuancunError } from '../../src/errors.js';
import { codeOf } from '../support/error-codes.js';

describe('responses', () => {
  test('the last two bytes are the status word', () => {
    const bytes = fromHex('0000164E9000');
    expect(parseResponse(bytes)).toEqual({ data: fromHex('0000164E'), sw: SW_OK });
    expect(toHex(buildResponse({ data: fromHex('0000164E'), sw: 0x9000 }))).toBe('0000164E9000');
  });

  test('a status word alone is a response without data', () => {
    expect(parseResponse(fromHex('6A82'))).toEqual({ data: new Uint8Array(0), sw: 0x6a82 });
  });

  test('law: parseResponse(buildResponse(x)) = x', () => {
    const data = fc.uint8Array({ maxLength: 300 });
    fc.assert(
      fc.property(fc.record({ data, sw: fc.nat({ max: 0xffff }) }), (response) => {
        expect(parseResponse(buildResponse(response))).toEqual(response);
      }),
    );
  });

  test('law: buildResponse(parseResponse(x)) = x for two bytes and more', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 2, maxLength: 300 }), (bytes) => {
        expect(toHex(buildResponse(parseResponse(bytes)))).toBe(toHex(bytes));
      }),
    );
  });

  test.each([0, 1, 0x10003])('%d bytes are no response', (size) => {
    expect(codeOf(() => parseResponse(new Uint8Array(size)))).toBe('RESPONSE_MALFORMED');
  });

  test('65,536 bytes and a status word are the longest response', () => {
    expect(parseResponse(new Uint8Array(0x10002)).data).toHaveLength(0x10000);
  });

  test('a response that cannot be read says that the card has seen the command', () => {
    try {
      parseResponse(new Uint8Array(1));
      expect.unreachable();
    } catch (error) {
      expect(isQuancunError(error, 'RESPONSE_MALFORMED')).toBe(true);
      expect(error).toMatchObject({ sent: 'yes', details: { size: 1 } });
    }
  });

  test.each([-1, 0x10000, 0.5])('%d is no status word', (sw) => {
    expect(codeOf(() => buildResponse({ data: new Uint8Array(0), sw }))).toBe('BYTES_RANGE');
  });
});

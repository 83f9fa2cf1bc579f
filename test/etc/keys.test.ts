import { describe, expect, test } from 'vitest';
import { toHex } from '../../src/bytes.js';
import { cipherNameOf, encodePin, isPin, loadKeyIndex, pinFormOf } from '../../src/etc/keys.js';

describe('what a version says', () => {
  test.each([
    ['00', '3des', 0x01, 'bcd'],
    ['10', '3des', 0x01, 'bcd'],
    ['3F', '3des', 0x01, 'bcd'],
    ['40', '3des', 0x01, 'ascii'],
    ['4F', '3des', 0x01, 'ascii'],
    ['50', 'sm4', 0x41, 'ascii'],
    ['5F', 'sm4', 0x41, 'ascii'],
    ['60', '3des', 0x01, 'ascii'],
  ])('%s: %s, key index %i, PIN in %s', (version, cipher, index, form) => {
    expect([cipherNameOf(version), loadKeyIndex(version), pinFormOf(version)]).toEqual([
      cipher,
      index,
      form,
    ]);
  });
});

describe('isPin', () => {
  test.each([
    ['1', []],
    ['12', ['ascii']],
    ['1234', ['ascii', 'bcd']],
    ['12345', ['ascii']],
    ['123456', ['ascii', 'bcd']],
    ['1234567', []],
    ['123456789012', ['bcd']],
    ['12345678901234', []],
    ['12345x', []],
  ])('%s: %j', (pin, forms) => {
    expect((['ascii', 'bcd'] as const).filter((form) => isPin(pin, form))).toEqual(forms);
    expect(isPin(pin)).toBe(forms.length > 0);
  });
});

describe('encodePin', () => {
  test('in both forms', () => {
    expect(toHex(encodePin('123456', 'bcd'))).toBe('123456');
    expect(toHex(encodePin('123456', 'ascii'))).toBe('313233343536');
  });

  test.each([
    ['12345', 'bcd'],
    ['', 'ascii'],
    ['1234567', 'ascii'],
    ['12a456', 'bcd'],
    ['１２３４５６', 'ascii'],
  ] as const)('%s in %s is refused, and the error does not show it', (pin, form) => {
    const refused = (() => {
      try {
        encodePin(pin, form);
        return undefined;
      } catch (error) {
        return error as { code: string };
      }
    })();
    expect(refused?.code).toBe('PIN_INVALID');
    if (pin !== '') expect(JSON.stringify(refused)).not.toContain(pin);
  });
});

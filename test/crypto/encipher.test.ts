import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concat, fromHex, toHex } from '../../src/bytes.js';
import { cipherByName } from '../../src/crypto/cipher-by-name.js';
import { desCipher } from '../../src/crypto/des.js';
import {
  decryptEcb,
  encryptEcb,
  padChallenge,
  secureMessagingKey,
} from '../../src/crypto/encipher.js';
import { sm4Cipher } from '../../src/crypto/sm4.js';
import { bytesOf, oracleEcb, oracleMac, suites } from '../support/crypto-oracle.js';
import { givenTests } from '../support/given-vectors.js';

describe('secureMessaging vectors', () => {
  const tests = givenTests('secureMessaging');
  test.each(tests)('$id', ({ cipher, key, challenge, header, plain, ciphertext, mac }) => {
    const maintenance = secureMessagingKey(cipherByName(cipher), fromHex(key ?? ''));
    const clear = fromHex(plain ?? '');
    const sealed = maintenance.encipher(concat(Uint8Array.of(clear.length), clear));
    if (ciphertext !== undefined) expect(toHex(sealed)).toBe(ciphertext);
    const data = ciphertext === undefined ? clear : sealed;
    const message = concat(fromHex(header ?? ''), data);
    expect(toHex(maintenance.mac(message, fromHex(challenge ?? '')))).toBe(mac);
  });
});

describe.each(suites)('encryptEcb and decryptEcb: $title', ({ cipher, numRuns }) => {
  test('equal OpenSSL and undo each other', () => {
    const blocks = fc.nat({ max: 4 }).chain((count) => bytesOf(count * cipher.blockSizeBytes));
    fc.assert(
      fc.property(bytesOf(16), blocks, (key, data) => {
        const sealed = encryptEcb(cipher, key, data);
        expect(sealed).toEqual(oracleEcb(cipher.name, key, data));
        expect(decryptEcb(cipher, key, sealed)).toEqual(data);
      }),
      { numRuns },
    );
  });

  test('BYTES_LENGTH for a part of a block', () => {
    const wrong = expect.objectContaining({ code: 'BYTES_LENGTH' }) as Error;
    const part = new Uint8Array(cipher.blockSizeBytes + 1);
    expect(() => encryptEcb(cipher, new Uint8Array(16), part)).toThrow(wrong);
    expect(() => decryptEcb(cipher, new Uint8Array(16), part)).toThrow(wrong);
  });
});

describe('secureMessagingKey', () => {
  const key = fromHex('404142434445464748494A4B4C4D4E4F');

  test('sm4: the challenge is padded right to 16 bytes', () => {
    const data = fromHex('04D695002F');
    const iv = fromHex('11223344000000000000000000000000');
    const mac = secureMessagingKey(sm4Cipher, key).mac(data, fromHex('11223344'));
    expect(mac).toEqual(oracleMac('sm4', key, data, iv).slice(0, 4));
  });

  test('enciphers whole blocks without padding and deciphers them back', () => {
    const damk = secureMessagingKey(desCipher, key);
    const whole = fromHex('0F112233445566778899AABBCCDDEEFF');
    expect(damk.encipher(whole).length).toBe(16);
    expect(damk.decipher(damk.encipher(whole))).toEqual(whole);
    expect(toHex(damk.decipher(damk.encipher(fromHex('03112233'))))).toBe('0311223380000000');
  });
});

describe('padChallenge', () => {
  test('4 and 8 bytes to a block, 16 as they are', () => {
    expect(toHex(padChallenge(fromHex('4C45BAB9'), 8))).toBe('4C45BAB900000000');
    expect(toHex(padChallenge(fromHex('0102030405060708'), 8))).toBe('0102030405060708');
    expect(padChallenge(new Uint8Array(16).fill(5), 16)).toEqual(new Uint8Array(16).fill(5));
  });

  test.each([0, 3, 5, 9, 16])('BYTES_LENGTH for %i bytes in a block of 8', (size) => {
    expect(() => padChallenge(new Uint8Array(size), 8)).toThrow(
      expect.objectContaining({ code: 'BYTES_LENGTH' }),
    );
  });
});

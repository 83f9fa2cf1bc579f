import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromHex, toHex } from '../../src/bytes.js';
import { desCipher } from '../../src/crypto/des.js';
import { oracleEcb, bytesOf } from '../support/crypto-oracle.js';

describe('desCipher', () => {
  test('FIPS 46-3: a single DES key', () => {
    const block = fromHex('0123456789ABCDEF');
    desCipher.expandKey(fromHex('133457799BBCDFF1')).encryptBlock(block, 0, block, 0);
    expect(toHex(block)).toBe('85E813540F0AB405');
  });

  test('SP 800-17: the variable plaintext known answers', () => {
    const key = desCipher.expandKey(fromHex('0101010101010101'));
    const block = fromHex('8000000000000000');
    key.encryptBlock(block, 0, block, 0);
    expect(toHex(block)).toBe('95F8A5E5DD31D900');
  });

  test('parity bits of a key do not count', () => {
    fc.assert(
      fc.property(bytesOf(16), bytesOf(8), (key, data) => {
        const [even, odd] = [key.map((byte) => byte & 0xfe), key.map((byte) => byte | 1)];
        const out = new Uint8Array(16);
        desCipher.expandKey(even).encryptBlock(data, 0, out, 0);
        desCipher.expandKey(odd).encryptBlock(data, 0, out, 8);
        expect(out.slice(0, 8)).toEqual(out.slice(8));
      }),
    );
  });

  test('equal halves make single DES', () => {
    fc.assert(
      fc.property(bytesOf(8), bytesOf(8), (half, data) => {
        const out = new Uint8Array(16);
        desCipher.expandKey(half).encryptBlock(data, 0, out, 0);
        desCipher.expandKey(Uint8Array.from([...half, ...half])).encryptBlock(data, 0, out, 8);
        expect(out.slice(0, 8)).toEqual(out.slice(8));
      }),
    );
  });

  test('keys in use at the same time do not disturb each other', () => {
    fc.assert(
      fc.property(bytesOf(16), bytesOf(8), bytesOf(8), (first, second, data) => {
        const keys = [desCipher.expandKey(first), desCipher.expandKey(second)] as const;
        const out = new Uint8Array(24);
        keys[0].encryptBlock(data, 0, out, 0);
        keys[1].encryptBlock(data, 0, out, 8);
        keys[0].encryptBlock(data, 0, out, 16);
        expect(out.slice(16)).toEqual(out.slice(0, 8));
        expect(out.slice(8, 16)).toEqual(oracleEcb('3des', second, data));
      }),
    );
  });

  test('a key changed after its expansion changes nothing', () => {
    const bytes = fromHex('133457799BBCDFF1');
    const key = desCipher.expandKey(bytes);
    bytes.fill(0);
    const block = fromHex('0123456789ABCDEF');
    key.encryptBlock(block, 0, block, 0);
    expect(toHex(block)).toBe('85E813540F0AB405');
  });

  test('imports the DES module of forge and not its index', () => {
    const source = readFileSync(new URL('../../src/crypto/forge-des.ts', import.meta.url), 'utf8');
    expect(source.match(/^import .*node-forge.*$/gm)).toEqual([
      "import des from 'node-forge/lib/des.js';",
    ]);
  });
});

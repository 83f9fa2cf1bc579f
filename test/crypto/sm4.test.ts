import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import sm4 from 'sm-crypto/src/sm4/index.js';
import { describe, expect, test } from 'vitest';
import { fromHex, toHex } from '../../src/bytes.js';
import { sm4Cipher } from '../../src/crypto/sm4.js';
import { bytesOf, oracleEcb, oracleEcbDecrypt } from '../support/crypto-oracle.js';

const RUNS = 3000;

describe('sm4Cipher', () => {
  test('GB/T 32907-2016 annex A example 1: once, and back', () => {
    const key = fromHex('0123456789ABCDEFFEDCBA9876543210');
    const block = key.slice();
    sm4Cipher.expandKey(key).encryptBlock(block, 0, block, 0);
    expect(toHex(block)).toBe('681EDF34D206965E86B3E94F536E4246');
    sm4Cipher.expandKey(key).decryptBlock(block, 0, block, 0);
    expect(block).toEqual(key);
  });

  test('GB/T 32907-2016 annex A example 2: a million times, and back', () => {
    const key = fromHex('0123456789ABCDEFFEDCBA9876543210');
    const expanded = sm4Cipher.expandKey(key);
    const block = key.slice();
    for (let round = 0; round < 1_000_000; round += 1) expanded.encryptBlock(block, 0, block, 0);
    expect(toHex(block)).toBe('595298C7C6FD271F0402F804C33D3F66');
    for (let round = 0; round < 1_000_000; round += 1) expanded.decryptBlock(block, 0, block, 0);
    expect(block).toEqual(key);
  }, 60_000);

  test('agrees with sm-crypto and OpenSSL on keys and blocks at random, both ways', () => {
    const options = { padding: 'none', output: 'array' } as const;
    fc.assert(
      fc.property(bytesOf(16), bytesOf(16), (key, data) => {
        const expanded = sm4Cipher.expandKey(key);
        const [forth, back] = [new Uint8Array(16), new Uint8Array(16)];
        expanded.encryptBlock(data, 0, forth, 0);
        expanded.decryptBlock(data, 0, back, 0);
        expect(Array.from(forth)).toEqual(sm4.encrypt(data, key, options));
        expect(Array.from(back)).toEqual(sm4.decrypt(data, key, options));
        expect(forth).toEqual(oracleEcb('sm4', key, data));
        expect(back).toEqual(oracleEcbDecrypt('sm4', key, data));
      }),
      { numRuns: RUNS },
    );
  });

  test('keys in use at the same time do not disturb each other', () => {
    fc.assert(
      fc.property(bytesOf(16), bytesOf(16), bytesOf(16), (first, second, data) => {
        const keys = [sm4Cipher.expandKey(first), sm4Cipher.expandKey(second)] as const;
        const out = new Uint8Array(48);
        keys[0].encryptBlock(data, 0, out, 0);
        keys[1].encryptBlock(data, 0, out, 16);
        keys[0].encryptBlock(data, 0, out, 32);
        expect(out.slice(32)).toEqual(out.slice(0, 16));
        expect(out.slice(16, 32)).toEqual(oracleEcb('sm4', second, data));
      }),
    );
  });

  test('a key changed after its expansion changes nothing', () => {
    const bytes = fromHex('0123456789ABCDEFFEDCBA9876543210');
    const expanded = sm4Cipher.expandKey(bytes);
    bytes.fill(0);
    const block = fromHex('0123456789ABCDEFFEDCBA9876543210');
    expanded.encryptBlock(block, 0, block, 0);
    expect(toHex(block)).toBe('681EDF34D206965E86B3E94F536E4246');
  });

  test('sm-crypto is a second opinion of the tests: nothing of the package imports it', () => {
    const root = new URL('../../src/', import.meta.url);
    const files = readdirSync(root, { recursive: true, encoding: 'utf8' });
    const sources = files.filter((file) => file.endsWith('.ts'));
    const users = sources.filter((file) =>
      readFileSync(new URL(file, root), 'utf8').includes('sm-crypto'),
    );
    expect([sources.length > 100, users]).toEqual([true, []]);
  });
});

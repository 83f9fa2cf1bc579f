import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { fromHex, toHex } from '../../src/bytes.js';
import { sm4Cipher } from '../../src/crypto/sm4.js';

describe('sm4Cipher', () => {
  test('GB/T 32907-2016 annex A example 2: a million times', () => {
    const key = fromHex('0123456789ABCDEFFEDCBA9876543210');
    const expanded = sm4Cipher.expandKey(key);
    const block = key.slice();
    for (let round = 0; round < 1_000_000; round += 1) expanded.encryptBlock(block, 0, block, 0);
    expect(toHex(block)).toBe('595298C7C6FD271F0402F804C33D3F66');
  }, 60_000);

  test('a key changed after its expansion changes nothing', () => {
    const bytes = fromHex('0123456789ABCDEFFEDCBA9876543210');
    const expanded = sm4Cipher.expandKey(bytes);
    bytes.fill(0);
    const block = fromHex('0123456789ABCDEFFEDCBA9876543210');
    expanded.encryptBlock(block, 0, block, 0);
    expect(toHex(block)).toBe('681EDF34D206965E86B3E94F536E4246');
  });

  test('imports the SM4 file of sm-crypto and not its index', () => {
    const source = readFileSync(new URL('../../src/crypto/sm4.ts', import.meta.url), 'utf8');
    expect(source.match(/^import .*sm-crypto.*$/gm)).toEqual([
      "import sm4 from 'sm-crypto/src/sm4/index.js';",
    ]);
  });
});

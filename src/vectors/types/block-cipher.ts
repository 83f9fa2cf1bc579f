/**
 * SM4, DES or 3DES alone: key, plain → ciphertext, after `iterations` encipherments (default 1).
 */
import * as v from 'valibot';
import { concat, equalConstantTime, expectRange } from '../../bytes.js';
import { type BlockKey, type Cipher, decryptEcb, encryptEcb } from '../../crypto/index.js';
import { QuancunError } from '../../errors.js';
import { bytesOf, hex, type TestOf, whole } from '../forms.js';
import type { Findings } from '../findings.js';
import { BYTES_LENGTH } from '../../core-errors.js';

export const type = 'blockCipher';
export const about = 'SM4, DES or 3DES alone.';

/** What a test holds. */
export const fields = {
  key: hex(),
  plain: hex(),
  ciphertext: hex(),
  iterations: v.exactOptional(whole(1)),
};
type Test = TestOf<typeof fields>;

/** GB/T 32907 asks for a million. */
const MAX_ITERATIONS = 10_000_000;
/** Blocks enciphered in one call of the engine. */
const CHUNK_BLOCKS = 4096;

/** Compares the cipher, and turns it back into the plain when it was enciphered once. */
export function run(test: Test, cipher: Cipher, findings: Findings): void {
  const [plain, ciphertext] = [bytesOf(test.plain), bytesOf(test.ciphertext)];
  const key = expandAnyKey(cipher, bytesOf(test.key));
  const { iterations = 1 } = test;
  expectRange('iterations', iterations, 1, MAX_ITERATIONS);
  if (plain.length === 0) throw emptyPlain(cipher);
  if (iterations === 1) {
    findings.add('ciphertext', equalConstantTime(encryptEcb(cipher, key, plain), ciphertext));
    findings.add('plain', equalConstantTime(decryptEcb(cipher, key, ciphertext), plain));
    return;
  }
  const size = cipher.blockSizeBytes;
  const blocks: Uint8Array[] = [];
  // One pass of ECB first: it refuses a plain that is not whole blocks.
  const once = encryptEcb(cipher, key, plain);
  for (let at = 0; at < once.length; at += size) {
    blocks.push(iterate(key, once.slice(at, at + size), iterations - 1));
  }
  findings.add('ciphertext', equalConstantTime(concat(...blocks), ciphertext));
}

/**
 * E(E(…E(block))): a CBC chain over zeros is just that, and leaves the loop to the engine, which
 * for SM4 saves a key schedule a block.
 */
function iterate(key: BlockKey, block: Uint8Array, times: number): Uint8Array {
  const size = block.length;
  const zeros = new Uint8Array(size * Math.min(times, CHUNK_BLOCKS));
  for (let left = times; left > 0; left -= CHUNK_BLOCKS) {
    const blocks = Math.min(left, CHUNK_BLOCKS);
    if (key.encryptChain !== undefined) {
      key.encryptChain(zeros, 0, blocks * size, block);
    } else {
      for (let count = 0; count < blocks; count += 1) key.encryptBlock(block, 0, block, 0);
    }
  }
  return block;
}

/** The suite's own keys, and for DES the three-key form of 24 bytes that no purse uses. */
function expandAnyKey(cipher: Cipher, key: Uint8Array): BlockKey {
  if (cipher.name !== '3des' || key.length !== 24) return cipher.expandKey(key);
  const [first, second, third] = [0, 8, 16].map((at) => cipher.expandKey(key.slice(at, at + 8)));
  if (first === undefined || second === undefined || third === undefined) throw emptyPlain(cipher);
  return {
    blockSizeBytes: 8,
    keySizeBytes: 16,
    encryptBlock(input, from, output, to) {
      first.encryptBlock(input, from, output, to);
      second.decryptBlock(output, to, output, to);
      third.encryptBlock(output, to, output, to);
    },
    decryptBlock(input, from, output, to) {
      third.decryptBlock(input, from, output, to);
      second.encryptBlock(output, to, output, to);
      first.decryptBlock(output, to, output, to);
    },
  };
}

function emptyPlain(cipher: Cipher): QuancunError {
  const expected = `a multiple of ${String(cipher.blockSizeBytes)}`;
  return new QuancunError(BYTES_LENGTH, { details: { field: 'plain', expected, size: 0 } });
}

/**
 * SM4 at block level, GB/T 32907-2016, on 32-bit words. No package offers SM4 with a key that is
 * expanded once, so this engine is our own. Of the standard it repeats FK, the rule of CK and how
 * the S-box is made (an affine map, the inverse in GF(2⁸), the map again); tables are computed.
 *
 * - X(i+4) = Xi ⊕ T(X(i+1) ⊕ X(i+2) ⊕ X(i+3) ⊕ rki), 32 rounds, the last four words in reverse
 * - T = L ∘ τ: four S-boxes, then L(B) = B ⊕ B⋘2 ⊕ B⋘10 ⊕ B⋘18 ⊕ B⋘24
 * - keys: the same rounds with CKi in place of rki, and L′(B) = B ⊕ B⋘13 ⊕ B⋘23 in place of L
 *
 * By table, hence not constant time, as DES here: see docs on where keys should live.
 */
import type { Cipher, WordCipher, WordKey } from './cipher.js';
import { keyLengthError } from './key.js';
import { readPaddedWord, readWord, writeWord } from './words.js';

const BLOCK_BYTES = 16;
const ROUNDS = 32;

const suite: WordCipher = {
  name: 'sm4',
  blockSizeBytes: BLOCK_BYTES,
  expandKey: (key) => new Sm4Key().set(key),
  expandForNow: (key) => (keyForNow ??= new Sm4Key()).set(key),
};

/**
 * The SM4 suite (GB/T 32907-2016): 16-byte key, 16-byte block.
 *
 * SM4 算法套件（GB/T 32907-2016）。
 *
 * @throws KEY_LENGTH
 * @example
 * import { fromHex } from 'quancun/bytes';
 * const key = sm4Cipher.expandKey(fromHex('0123456789ABCDEFFEDCBA9876543210'));
 * const block = fromHex('0123456789ABCDEFFEDCBA9876543210');
 * key.encryptBlock(block, 0, block, 0);
 * block; // 681EDF34D206965E86B3E94F536E4246
 */
export const sm4Cipher: Cipher = suite;

let keyForNow: Sm4Key | undefined;

interface Tables {
  /** T of each byte value in each of a word's four places. */
  readonly round: Int32Array;
  /** T′, which has L′ in place of L. */
  readonly key: Int32Array;
  /** CK. */
  readonly constants: Int32Array;
}

/** Made with the first key, so that importing costs nothing. */
let tables: Tables | undefined;

/** The block in work. One will do: nothing in here yields. */
const block = new Int32Array(4);

class Sm4Key implements WordKey {
  readonly blockSizeBytes = BLOCK_BYTES;
  readonly keySizeBytes = 16;
  private readonly roundKeys: number[];
  private readonly tables: Tables;

  constructor() {
    this.tables = tables ??= createTables();
    this.roundKeys = new Array<number>(ROUNDS);
  }

  /** Takes the bytes of a key in place of the one it has. */
  set(key: Uint8Array): this {
    if (key.length !== BLOCK_BYTES) throw keyLengthError(suite, key.length, BLOCK_BYTES);
    expandInto(this.tables, key, this.roundKeys);
    return this;
  }

  encryptBlock(input: Uint8Array, inputOffset: number, output: Uint8Array, to: number): void {
    readBlock(input, inputOffset);
    runRounds(this.tables.round, this.roundKeys, 0, 1);
    writeBlock(output, to);
  }

  decryptBlock(input: Uint8Array, inputOffset: number, output: Uint8Array, to: number): void {
    readBlock(input, inputOffset);
    runRounds(this.tables.round, this.roundKeys, ROUNDS - 1, -1);
    writeBlock(output, to);
  }

  mac(data: Uint8Array, iv: Uint8Array | undefined, out: Uint8Array): void {
    for (let at = 0; at < 4; at += 1) block[at] = iv === undefined ? 0 : readWord(iv, 4 * at);
    for (let offset = 0; offset <= data.length; offset += 16) {
      for (let at = 0; at < 4; at += 1) {
        block[at] = (block[at] as number) ^ readPaddedWord(data, offset + 4 * at);
      }
      runRounds(this.tables.round, this.roundKeys, 0, 1);
    }
    for (let at = 0; 4 * at < out.length; at += 1) writeWord(out, 4 * at, block[at] as number);
  }
}

/** All rounds over the block in work: `step` 1 from key 0 enciphers, −1 from key 31 deciphers. */
function runRounds(table: Int32Array, keys: readonly number[], from: number, step: number): void {
  let a = block[0] as number;
  let b = block[1] as number;
  let c = block[2] as number;
  let d = block[3] as number;
  for (let round = 0, at = from; round < 32; round += 4, at += 4 * step) {
    a ^= mix(table, b ^ c ^ d ^ (keys[at] as number));
    b ^= mix(table, c ^ d ^ a ^ (keys[at + step] as number));
    c ^= mix(table, d ^ a ^ b ^ (keys[at + 2 * step] as number));
    d ^= mix(table, a ^ b ^ c ^ (keys[at + 3 * step] as number));
  }
  block[0] = d;
  block[1] = c;
  block[2] = b;
  block[3] = a;
}

/** T or T′ of a word: its four bytes by their tables. */
function mix(table: Int32Array, word: number): number {
  return (
    (table[word >>> 24] as number) ^
    (table[256 + ((word >>> 16) & 0xff)] as number) ^
    (table[512 + ((word >>> 8) & 0xff)] as number) ^
    (table[768 + (word & 0xff)] as number)
  );
}

/** FK, which the key is masked with before its first round. */
const FK = [0xa3b1bac6, 0x56aa3350, 0x677d9197, 0xb27022dc] as const;

function expandInto({ key: table, constants }: Tables, key: Uint8Array, keys: number[]): void {
  let a = readWord(key, 0) ^ FK[0];
  let b = readWord(key, 4) ^ FK[1];
  let c = readWord(key, 8) ^ FK[2];
  let d = readWord(key, 12) ^ FK[3];
  for (let round = 0; round < 32; round += 4) {
    keys[round] = a ^= mix(table, b ^ c ^ d ^ (constants[round] as number));
    keys[round + 1] = b ^= mix(table, c ^ d ^ a ^ (constants[round + 1] as number));
    keys[round + 2] = c ^= mix(table, d ^ a ^ b ^ (constants[round + 2] as number));
    keys[round + 3] = d ^= mix(table, a ^ b ^ c ^ (constants[round + 3] as number));
  }
}

function createTables(): Tables {
  const boxes = Array.from({ length: 256 }, (_, byte) => affine(inverse(affine(byte))));
  return {
    round: createTable(boxes, [0, 2, 10, 18, 24]),
    key: createTable(boxes, [0, 13, 23]),
    // Byte j of CKi is 7(4i + j) mod 256.
    constants: Int32Array.from({ length: ROUNDS }, (_, i) =>
      [0, 1, 2, 3].reduce((word, j) => (word << 8) | ((7 * (4 * i + j)) & 0xff), 0),
    ),
  };
}

/** Of each byte value in each of the four places: the xor of its S-box's rotations. */
function createTable(boxes: readonly number[], rotations: readonly number[]): Int32Array {
  return Int32Array.from({ length: 1024 }, (_, index) => {
    const word = (boxes[index & 0xff] as number) << (24 - 8 * (index >> 8));
    return rotations.reduce((sum, by) => sum ^ ((word << by) | (by && word >>> (32 - by))), 0);
  });
}

/** The affine map of the S-box, before the inversion and after it. */
function affine(byte: number): number {
  const twice = byte | (byte << 8);
  return ((twice ^ (twice >> 1) ^ (twice >> 2) ^ (twice >> 5) ^ (twice >> 7)) & 0xff) ^ 0xd3;
}

/** x⁻¹ = x²⁵⁴ in GF(2⁸), and 0 for 0. */
function inverse(byte: number): number {
  let product = 1;
  for (let power = 1, square = byte; power < 8; power += 1) {
    square = multiply(square, square);
    product = multiply(product, square);
  }
  return product;
}

/** The product modulo x⁸ + x⁷ + x⁶ + x⁵ + x⁴ + x² + 1. */
function multiply(left: number, right: number): number {
  let product = 0;
  for (let bit = 7; bit >= 0; bit -= 1) {
    product = (product << 1) ^ (product & 0x80 ? 0x1f5 : 0) ^ ((right >> bit) & 1 ? left : 0);
  }
  return product;
}

function readBlock(bytes: Uint8Array, offset: number): void {
  for (let at = 0; at < 4; at += 1) block[at] = readWord(bytes, offset + 4 * at);
}

function writeBlock(bytes: Uint8Array, offset: number): void {
  for (let at = 0; at < 4; at += 1) writeWord(bytes, offset + 4 * at, block[at] as number);
}

/**
 * The 3DES suite on an injected crypto-js, for apps that ship it already and as a second opinion.
 * Block level only: never its random numbers or key derivation. Far too slow for a server: a key
 * schedule takes a hundred times as long as node-forge's.
 */
import { QuancunError } from '../errors.js';
import type { BlockKey, Cipher } from './cipher.js';
import { keyLengthError } from './key.js';
import { CIPHER_ENGINE } from './errors.js';

/** The parts of crypto-js that are used; `import CryptoJS from 'crypto-js'` fits. */
export interface CryptoJsLike {
  readonly lib: {
    readonly WordArray: { create(words: number[], significantBytes?: number): unknown };
  };
  readonly algo: { readonly DES: object; readonly TripleDES: object };
}

interface CryptoJsAlgorithm {
  createEncryptor(key: unknown): CryptoJsBlocks;
}

interface CryptoJsBlocks {
  encryptBlock(words: number[], offset: number): void;
  decryptBlock(words: number[], offset: number): void;
}

/**
 * Makes a 3DES suite from crypto-js 4.
 *
 * 由注入的 crypto-js 构造 3DES 算法套件。
 *
 * @param cryptoJs the whole `crypto-js`, or `crypto-js/core` after `crypto-js/tripledes`
 * @throws CIPHER_ENGINE when it is not crypto-js
 * @example
 * import CryptoJS from 'crypto-js';
 * const cipher = cryptoJsCipher(CryptoJS); // wherever a Cipher is asked for, in place of desCipher
 */
export function cryptoJsCipher(cryptoJs: CryptoJsLike): Cipher {
  const [single, triple] = [cryptoJs.algo.DES, cryptoJs.algo.TripleDES];
  if (!isAlgorithm(single) || !isAlgorithm(triple)) {
    throw new QuancunError(CIPHER_ENGINE, {
      details: { engine: 'crypto-js', problem: 'it has no algo.DES and algo.TripleDES' },
    });
  }
  return {
    name: '3des',
    blockSizeBytes: 8,
    expandKey(key) {
      if (key.length !== 8 && key.length !== 16) throw keyLengthError(this, key.length, '8 or 16');
      const expand = (algorithm: CryptoJsAlgorithm, bytes: Uint8Array): CryptoJsBlocks =>
        algorithm.createEncryptor(cryptoJs.lib.WordArray.create(toWords(bytes), bytes.length));
      const left = createKey(expand(single, key.subarray(0, 8)), 8);
      return key.length === 8 ? left : { ...createKey(expand(triple, key), 16), leftHalf: left };
    },
  };
}

function isAlgorithm(value: object): value is CryptoJsAlgorithm {
  return typeof (value as Partial<CryptoJsAlgorithm>).createEncryptor === 'function';
}

function createKey(blocks: CryptoJsBlocks, keySizeBytes: 8 | 16): BlockKey {
  return {
    blockSizeBytes: 8,
    keySizeBytes,
    encryptBlock(input, inputOffset, output, outputOffset) {
      const words = toWords(input.subarray(inputOffset, inputOffset + 8));
      blocks.encryptBlock(words, 0);
      writeWords(words, output, outputOffset);
    },
    decryptBlock(input, inputOffset, output, outputOffset) {
      const words = toWords(input.subarray(inputOffset, inputOffset + 8));
      blocks.decryptBlock(words, 0);
      writeWords(words, output, outputOffset);
    },
  };
}

function toWords(bytes: Uint8Array): number[] {
  const words: number[] = [];
  for (let at = 0; at < bytes.length; at += 4) {
    const [a = 0, b = 0, c = 0, d = 0] = bytes.subarray(at, at + 4);
    words.push((a << 24) | (b << 16) | (c << 8) | d);
  }
  return words;
}

function writeWords(words: readonly number[], output: Uint8Array, offset: number): void {
  words.forEach((word, index) => {
    const at = offset + 4 * index;
    output.set([word >>> 24, (word >>> 16) & 0xff, (word >>> 8) & 0xff, word & 0xff], at);
  });
}

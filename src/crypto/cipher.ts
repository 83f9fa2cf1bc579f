/**
 * The cipher interface: block level, with the key schedule made once and used many times. A suite
 * is one implementation of it; everything above (MAC, diversification, the purse formulas) takes
 * the suite as a parameter and names no algorithm.
 */

/** The algorithms an ETC purse uses. Key index 01 is 3DES, 41 is SM4. */
export type CipherName = '3des' | 'sm4';

/** An expanded key. Offsets are in bytes; input and output may be the same array. */
export interface BlockKey {
  readonly blockSizeBytes: 8 | 16;
  /** 8 is single DES, 16 two-key 3DES or SM4. */
  readonly keySizeBytes: 8 | 16;
  encryptBlock(
    input: Uint8Array,
    inputOffset: number,
    output: Uint8Array,
    outputOffset: number,
  ): void;
  decryptBlock(
    input: Uint8Array,
    inputOffset: number,
    output: Uint8Array,
    outputOffset: number,
  ): void;
  /**
   * 3DES only: single DES under the left half of the key, which the retail MAC runs over all
   * blocks but the last. Of a single DES key it is the key itself.
   */
  readonly leftHalf?: BlockKey;
  /**
   * CBC over the whole blocks from `start` to `end`, of which only the last result is kept:
   * `chain = E(chain xor block)` for each. Optional: an engine has it when one call for many
   * blocks costs less than many calls.
   */
  encryptChain?(input: Uint8Array, start: number, end: number, chain: Uint8Array): void;
}

/** A block cipher. */
export interface Cipher {
  readonly name: CipherName;
  readonly blockSizeBytes: 8 | 16;
  /**
   * Expands a key. `3des` takes 8 bytes (single DES) or 16 bytes (two-key 3DES); `sm4` takes 16.
   * @throws KEY_LENGTH
   */
  expandKey(key: Uint8Array): BlockKey;
}

/** A key as its bytes, or already expanded: a server expands its master keys once. */
export type KeyInput = Uint8Array | BlockKey;

/**
 * What the engines of this package do besides, on words from the first block to the last. It is
 * asked of no other suite: where it is missing, mac.ts does the same by the interface above.
 */
export interface WordKey extends BlockKey {
  /**
   * The leftmost bytes of the PBOC MAC: CBC over data ‖ 80 ‖ 00…, in the retail form with a
   * 16-byte DES key.
   * @param iv one block, or undefined for zeros
   * @param out takes 4 bytes, or the whole block
   */
  mac(data: Uint8Array, iv: Uint8Array | undefined, out: Uint8Array): void;
}

/** A suite of {@link WordKey}. */
export interface WordCipher extends Cipher {
  expandKey(key: Uint8Array): WordKey;
  /**
   * As `expandKey`, into one place that is used over and over: the key is good until the next call.
   * For a key that serves one computation, which is most of them: no object is made.
   * @throws KEY_LENGTH
   */
  expandForNow(key: Uint8Array): WordKey;
}

/**
 * DES and two-key 3DES at block level, on node-forge's DES. What it does not do: modes, padding,
 * strings. Table-driven, hence not constant time: see docs on where keys should live.
 */
import type { Cipher, WordCipher, WordKey } from './cipher.js';
import { createExpandInto, SCHEDULE_WORDS, type ExpandInto } from './des-schedule.js';
import { forgeDes } from './forge-des.js';
import { keyLengthError } from './key.js';
import { readPaddedWord, readWord, writeWord } from './words.js';

const suite: WordCipher = {
  name: '3des',
  blockSizeBytes: 8,
  expandKey: (key) => new DesKey(sizeOf(key)).set(key),
  expandForNow(key) {
    if (sizeOf(key) === 16) return (tripleForNow ??= new DesKey(16)).set(key);
    return (singleForNow ??= new DesKey(8)).set(key);
  },
};

/**
 * The 3DES suite: an 8-byte key is single DES, a 16-byte key K1 ‖ K2 is EDE with K1, K2, K1.
 *
 * 3DES 算法套件：8 字节密钥为单 DES，16 字节密钥为双长度 3DES。
 *
 * Follows FIPS 46-3 and ISO/IEC 18033-3; vectors/given.json.
 *
 * @throws KEY_LENGTH
 * @example
 * import { fromHex } from 'quancun/bytes';
 * const key = desCipher.expandKey(fromHex('0123456789ABCDEF'));
 * const block = fromHex('0000000000000000');
 * key.encryptBlock(block, 0, block, 0);
 * block; // D5D44FF720683D0D
 */
export const desCipher: Cipher = suite;

/** Made with the first key, so that importing costs nothing. */
let expandInto: ExpandInto | undefined;
let singleForNow: DesKey | undefined;
let tripleForNow: DesKey | undefined;

/** The block in work. One will do: nothing in here yields. */
const block = new Int32Array(2);

function sizeOf(key: Uint8Array): 8 | 16 {
  const size = key.length;
  if (size !== 8 && size !== 16) throw keyLengthError(suite, size, '8 or 16');
  return size;
}

class DesKey implements WordKey {
  readonly blockSizeBytes = 8;
  readonly keySizeBytes: 8 | 16;
  private readonly schedule: number[];
  private left: DesKey | undefined;

  constructor(keySizeBytes: 8 | 16) {
    this.keySizeBytes = keySizeBytes;
    this.schedule = new Array<number>(keySizeBytes === 8 ? SCHEDULE_WORDS : 3 * SCHEDULE_WORDS);
    this.left = undefined;
  }

  /** Takes the bytes of a key in place of the one it has. */
  set(key: Uint8Array): this {
    const { schedule } = this;
    expandInto ??= createExpandInto(forgeDes);
    // Of K1 ‖ K2 the third key is the first again.
    expandInto(key, 0, schedule, 0, this.keySizeBytes === 8 ? 0 : 2 * SCHEDULE_WORDS);
    if (this.keySizeBytes === 8) return this;
    expandInto(key, 8, schedule, SCHEDULE_WORDS, SCHEDULE_WORDS);
    this.left = undefined;
    return this;
  }

  get leftHalf(): DesKey {
    if (this.keySizeBytes === 8) return this;
    if (this.left === undefined) {
      this.left = new DesKey(8);
      for (let w = 0; w < SCHEDULE_WORDS; w += 1) {
        this.left.schedule[w] = this.schedule[w] as number;
      }
    }
    return this.left;
  }

  encryptBlock(input: Uint8Array, inputOffset: number, output: Uint8Array, to: number): void {
    block[0] = readWord(input, inputOffset);
    block[1] = readWord(input, inputOffset + 4);
    forgeDes.encrypt(this.schedule, block);
    writeBlock(output, to);
  }

  decryptBlock(input: Uint8Array, inputOffset: number, output: Uint8Array, to: number): void {
    block[0] = readWord(input, inputOffset);
    block[1] = readWord(input, inputOffset + 4);
    forgeDes.decrypt(this.schedule, block);
    writeBlock(output, to);
  }

  mac(data: Uint8Array, iv: Uint8Array | undefined, out: Uint8Array): void {
    block[0] = iv === undefined ? 0 : readWord(iv, 0);
    block[1] = iv === undefined ? 0 : readWord(iv, 4);
    const { schedule } = this.leftHalf;
    let offset = 0;
    for (; offset + 8 <= data.length; offset += 8) {
      block[0] = block[0] ^ readWord(data, offset);
      block[1] = block[1] ^ readWord(data, offset + 4);
      forgeDes.encrypt(schedule, block);
    }
    block[0] = block[0] ^ readPaddedWord(data, offset);
    block[1] = block[1] ^ readPaddedWord(data, offset + 4);
    forgeDes.encrypt(this.schedule, block);
    writeWord(out, 0, block[0]);
    if (out.length > 4) writeWord(out, 4, block[1]);
  }
}

function writeBlock(bytes: Uint8Array, offset: number): void {
  writeWord(bytes, offset, block[0] as number);
  writeWord(bytes, offset + 4, block[1] as number);
}

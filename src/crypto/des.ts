/**
 * DES and two-key 3DES at block level, on node-forge's DES. What it does not do: modes, padding,
 * strings. Table-driven, hence not constant time: see docs on where keys should live.
 */
import type { BlockKey, Cipher } from './cipher.js';
import { createExpandInto, SCHEDULE_WORDS, type ExpandInto } from './des-schedule.js';
import { forgeDes, type Schedule } from './forge-des.js';
import { keyLengthError } from './key.js';

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
export const desCipher: Cipher = {
  name: '3des',
  blockSizeBytes: 8,
  expandKey(key) {
    if (key.length !== 8 && key.length !== 16) throw keyLengthError(this, key.length, '8 or 16');
    expandInto ??= createExpandInto(forgeDes);
    return key.length === 8 ? expandSingle(expandInto, key) : expandTriple(expandInto, key);
  },
};

/** Made with the first key, so that importing costs nothing. */
let expandInto: ExpandInto | undefined;

/** The block in work. One will do: nothing in here yields. */
const block = new Int32Array(2);

function expandSingle(expand: ExpandInto, key: Uint8Array): BlockKey {
  const words = new Array<number>(SCHEDULE_WORDS);
  expand(key, 0, words, 0);
  return new DesKey(words, 8);
}

function expandTriple(expand: ExpandInto, key: Uint8Array): BlockKey {
  const words = new Array<number>(3 * SCHEDULE_WORDS);
  expand(key, 0, words, 0);
  expand(key, 8, words, SCHEDULE_WORDS);
  // The third key is the first again: copied, not expanded.
  for (let w = 0; w < SCHEDULE_WORDS; w += 1) words[2 * SCHEDULE_WORDS + w] = words[w] as number;
  return new DesKey(words, 16);
}

class DesKey implements BlockKey {
  readonly blockSizeBytes = 8;
  readonly keySizeBytes: 8 | 16;
  private readonly schedule: Schedule;
  private left: DesKey | undefined;

  constructor(schedule: Schedule, keySizeBytes: 8 | 16) {
    this.schedule = schedule;
    this.keySizeBytes = keySizeBytes;
    this.left = undefined;
  }

  get leftHalf(): BlockKey {
    if (this.keySizeBytes === 8) return this;
    this.left ??= new DesKey(this.schedule.slice(0, SCHEDULE_WORDS), 8);
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

  encryptChain(input: Uint8Array, start: number, end: number, chain: Uint8Array): void {
    block[0] = readWord(chain, 0);
    block[1] = readWord(chain, 4);
    for (let offset = start; offset < end; offset += 8) {
      block[0] = block[0] ^ readWord(input, offset);
      block[1] = block[1] ^ readWord(input, offset + 4);
      forgeDes.encrypt(this.schedule, block);
    }
    writeBlock(chain, 0);
  }
}

function readWord(bytes: Uint8Array, offset: number): number {
  return (
    ((bytes[offset] as number) << 24) |
    ((bytes[offset + 1] as number) << 16) |
    ((bytes[offset + 2] as number) << 8) |
    (bytes[offset + 3] as number)
  );
}

function writeBlock(bytes: Uint8Array, offset: number): void {
  const high = block[0] as number;
  const low = block[1] as number;
  bytes[offset] = high >>> 24;
  bytes[offset + 1] = high >>> 16;
  bytes[offset + 2] = high >>> 8;
  bytes[offset + 3] = high;
  bytes[offset + 4] = low >>> 24;
  bytes[offset + 5] = low >>> 16;
  bytes[offset + 6] = low >>> 8;
  bytes[offset + 7] = low;
}

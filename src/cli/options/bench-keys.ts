/**
 * The bench's key file (`--keys`): keys of one card, never printed. Any field may be missing; an
 * operation that needs one says so.
 */
import * as v from 'valibot';
import { fromHex } from '../../bytes.js';
import { type Cipher, cipherByName } from '../../crypto/index.js';
import { QuancunError } from '../../errors.js';
import { encodePin, LOAD_KEY_INDEX } from '../../etc/index.js';
import { expectFile, hexOf, partOf, saying, type Told, wholeOf } from '../../json/index.js';
import { readJson } from './files.js';
import { UsageError, words } from '../output.js';
import { KEY_MISSING } from '../errors.js';

/** What the bench knows of a card. */
export interface BenchKeys {
  readonly cipher: Cipher;
  readonly loadKey?: Uint8Array;
  readonly tacKey?: Uint8Array;
  readonly purchaseKey?: Uint8Array;
  /** The PIN's bytes as VERIFY takes them; absent when the card asks for none. */
  readonly pin?: Uint8Array;
  readonly keyIndex: number;
}

/** `--keys FILE` of the bench and of `trace`. */
export const BENCH_KEYS_FILE = partOf({
  /** Default: 3des. */
  cipher: v.picklist(['3des', 'sm4']),
  /** The card's own keys, 16 bytes hex. */
  loadKey: hexOf(16),
  tacKey: hexOf(16),
  purchaseKey: hexOf(16),
  pin: v.string(saying('digits in quotes', '引号内的数字')),
  /** Default: bcd. */
  pinForm: v.picklist(['bcd', 'ascii', 'none']),
  /** Default: 65 for sm4, else 1. */
  keyIndex: wholeOf(0, 255),
});

/** Reads a key file; without one, the bench has no keys and uses key index 1. */
export function readBenchKeys(file: string | undefined): BenchKeys {
  if (file === undefined) return { cipher: cipherByName('3des'), keyIndex: 1 };
  const json = readJson(file);
  return words(() => benchKeysOf(expectFile(BENCH_KEYS_FILE, json, file)));
}

function benchKeysOf(fields: Told<typeof BENCH_KEYS_FILE>): BenchKeys {
  const { cipher = '3des', pin, pinForm = 'bcd' } = fields;
  const { keyIndex = LOAD_KEY_INDEX[cipher] } = fields;
  const keys: Partial<Record<KeyName, Uint8Array>> = {};
  for (const name of KEY_NAMES) {
    const hex = fields[name];
    if (hex !== undefined) keys[name] = fromHex(hex);
  }
  const base = { cipher: cipherByName(cipher), keyIndex, ...keys };
  if (pin === undefined || pinForm === 'none') return base;
  return { ...base, pin: encodePin(pin, pinForm) };
}

const KEY_NAMES = ['loadKey', 'tacKey', 'purchaseKey'] as const;
type KeyName = (typeof KEY_NAMES)[number];

/** A key the operation cannot do without. */
export function needKey(keys: BenchKeys, name: KeyName): Uint8Array {
  const key = keys[name];
  // Named as text, not as a field called "key": the redactor would hide which one is missing.
  if (key === undefined) throw new UsageError(new QuancunError(KEY_MISSING, { details: { name } }));
  return key;
}

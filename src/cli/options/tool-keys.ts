/**
 * The key file of the tools (`--keys`): keys of one card, never printed. Any field may miss; an
 * operation that needs one says so.
 */
import * as v from 'valibot';
import { fromHex } from '../../bytes.js';
import { type Cipher, cipherByName } from '../../crypto/index.js';
import { QuancunError } from '../../errors.js';
import { encodePin, LOAD_KEY_INDEX } from '../../etc/index.js';
import { expectFile, hexOf, partOf, saying, type Told, wholeOf } from '../../json/index.js';
import { readJson } from './files.js';
import { UsageError, fromOption } from '../output.js';
import { KEY_MISSING } from '../errors.js';

/** What the tools know of a card. */
export interface ToolKeys {
  readonly cipher: Cipher;
  readonly loadKey?: Uint8Array;
  readonly tacKey?: Uint8Array;
  readonly purchaseKey?: Uint8Array;
  /** The PIN's bytes as VERIFY takes them; absent when the card asks for none. */
  readonly pin?: Uint8Array;
  readonly keyIndex: number;
}

/** `--keys FILE` of the tools and of `trace`. */
export const TOOL_KEYS_FILE = partOf({
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

/** Reads a key file; without one, they have no keys and use key index 1. */
export function readToolKeys(file: string | undefined): ToolKeys {
  if (file === undefined) return { cipher: cipherByName('3des'), keyIndex: 1 };
  const json = readJson(file);
  return fromOption(() => toolKeysOf(expectFile(TOOL_KEYS_FILE, json, file)));
}

function toolKeysOf(fields: Told<typeof TOOL_KEYS_FILE>): ToolKeys {
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
export function needKey(keys: ToolKeys, name: KeyName): Uint8Array {
  const key = keys[name];
  // Named as text, not as a field called "key": the redactor would hide which one is missing.
  if (key === undefined) throw new UsageError(new QuancunError(KEY_MISSING, { details: { name } }));
  return key;
}

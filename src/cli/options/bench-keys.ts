/**
 * The bench's key file (`--keys`): keys of one card, never printed. Any field may be missing; an
 * operation that needs one says so.
 */
import { fromHex } from '../../bytes.js';
import { type Cipher, cipherByName } from '../../crypto/index.js';
import { QuancunError } from '../../errors.js';
import { encodePin, LOAD_KEY_INDEX } from '../../etc/index.js';
import { readJson } from './card-url.js';
import { UsageError, words } from '../output.js';
import { JSON_INVALID } from '../../core-errors.js';
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

const KEY_FIELDS = ['loadKey', 'tacKey', 'purchaseKey'] as const;
const FIELDS: readonly string[] = ['cipher', ...KEY_FIELDS, 'pin', 'pinForm', 'keyIndex'];

/** Reads a key file; without one, the bench has no keys and uses key index 1. */
export function readBenchKeys(file: string | undefined): BenchKeys {
  if (file === undefined) return { cipher: cipherByName('3des'), keyIndex: 1 };
  const json = readJson(file);
  return words(() => parseBenchKeys(json, file));
}

function parseBenchKeys(json: unknown, file: string): BenchKeys {
  const invalid = (problem: string): QuancunError =>
    new QuancunError(JSON_INVALID, { details: { what: file, problem } });
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw invalid('no object');
  const fields: Record<string, unknown> = { ...json };
  const stranger = Object.keys(fields).find((name) => !FIELDS.includes(name));
  if (stranger !== undefined) throw invalid(`unknown field ${stranger}`);
  const { cipher = '3des', keyIndex, pin, pinForm = 'bcd' } = fields;
  if (cipher !== '3des' && cipher !== 'sm4') throw invalid('cipher must be 3des or sm4');
  const index = keyIndex ?? LOAD_KEY_INDEX[cipher];
  if (!Number.isInteger(index) || Number(index) < 0 || Number(index) > 255) {
    throw invalid('keyIndex must be a whole number from 0 to 255');
  }
  const keys: Record<string, Uint8Array> = {};
  for (const name of KEY_FIELDS) {
    const value = fields[name];
    if (value === undefined) continue;
    if (typeof value !== 'string' || !/^[0-9a-f]{32}$/i.test(value)) {
      throw invalid(`${name} must be 32 hex digits`);
    }
    keys[name] = fromHex(value);
  }
  if (pin !== undefined && typeof pin !== 'string') throw invalid('pin must be digits in quotes');
  if (pinForm !== 'bcd' && pinForm !== 'ascii' && pinForm !== 'none') {
    throw invalid('pinForm must be bcd, ascii or none');
  }
  const base = { cipher: cipherByName(cipher), keyIndex: Number(index), ...keys };
  if (pin === undefined || pinForm === 'none') return base;
  return { ...base, pin: encodePin(pin, pinForm) };
}

/** A key the operation cannot do without. */
export function needKey(keys: BenchKeys, name: (typeof KEY_FIELDS)[number]): Uint8Array {
  const key = keys[name];
  // Named as text, not as a field called "key": the redactor would hide which one is missing.
  if (key === undefined) throw new UsageError(new QuancunError(KEY_MISSING, { details: { name } }));
  return key;
}

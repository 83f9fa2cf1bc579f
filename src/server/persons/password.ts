/**
 * Passwords, as they are kept: scrypt (RFC 7914) over 16 random bytes, 32 MB of memory for each
 * guess. The text says what it was made with, so that the cost can rise later:
 *
 *   scrypt$15$8$1$<salt, 32 hex digits>$<key, 64 hex digits>      N = 2^15, r = 8, p = 1
 */
import { equalConstantTime, fromHex, toHex } from '../../bytes.js';
import { INTERNAL } from '../../core-errors.js';
import { QuancunError } from '../../errors.js';

const COST = { log: 15, r: 8, p: 1 } as const;
const KEY_BYTES = 32;

/** A password, or a PIN of six digits at least, and no end of it is cut off. */
// eslint-disable-next-line no-control-regex -- they are what it keeps out
export const PASSWORD = /^[^\u0000-\u001f\u007f\ud800-\udfff]{6,128}$/;

/** What a password is kept as. */
export async function hashPassword(password: string, salt: Uint8Array): Promise<string> {
  const { log, r, p } = COST;
  const key = await inTurn(() => derive(password, salt, COST));
  return ['scrypt', log, r, p, toHex(salt), toHex(key)].join('$');
}

/** Whether it is the password; for nobody's it takes as long. */
export async function verifyPassword(password: string, kept: string = NOBODYS): Promise<boolean> {
  const [, log, r, p, salt = '', key = ''] = kept.split('$');
  const cost = { log: Number(log), r: Number(r), p: Number(p) };
  const derived = await inTurn(() => derive(password, fromHex(salt), cost));
  return equalConstantTime(derived, fromHex(key));
}

/** Of this cost, and no password's. */
const NOBODYS = ['scrypt', COST.log, COST.r, COST.p, '00'.repeat(16), '00'.repeat(32)].join('$');

interface Cost {
  readonly log: number;
  readonly r: number;
  readonly p: number;
}

/** The part of node:crypto that is used. */
interface NodeCrypto {
  scrypt(
    password: string,
    salt: Uint8Array,
    bytes: number,
    options: {
      readonly N: number;
      readonly r: number;
      readonly p: number;
      readonly maxmem: number;
    },
    done: (error: Error | null, key: Uint8Array) => void,
  ): void;
}
interface Host {
  readonly process?: { readonly getBuiltinModule?: (name: string) => unknown };
}

/** Asked for while it runs, so that no bundler follows the name. @throws INTERNAL */
function nodeCrypto(): NodeCrypto {
  const found = (globalThis as Host).process?.getBuiltinModule?.('node:crypto');
  if (found !== undefined) return found as NodeCrypto;
  throw new QuancunError(INTERNAL, { details: { what: 'persons need Node 20.16 or newer' } });
}

async function derive(
  password: string,
  salt: Uint8Array,
  { log, r, p }: Cost,
): Promise<Uint8Array> {
  const { scrypt } = nodeCrypto();
  const N = 2 ** log;
  const options = { N, r, p, maxmem: 256 * N * r };
  return new Promise((resolve, reject) => {
    // The same characters, however a keyboard composes them.
    scrypt(password.normalize('NFKC'), salt, KEY_BYTES, options, (error, key) => {
      if (error === null) resolve(new Uint8Array(key));
      else reject(error);
    });
  });
}

let last: Promise<unknown> = Promise.resolve();

/** One at a time: the threads that a storm of logins would take are those that flush a journal. */
function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const mine = last.then(work, work);
  last = mine.catch(() => undefined);
  return mine;
}

/**
 * PKCS#11 over koffi (https://koffi.dev), which the host hands in. It is the FFI that can carry
 * what diversification needs: a mechanism whose parameter is a pointer and a length.
 */
import { copyOf } from '../../../bytes.js';
import { type Cryptoki, type TokenAttribute, TokenFault, type TokenSlot } from './cryptoki.js';

/** The part of the npm package koffi that is used: its default export. */
export interface KoffiLike {
  load(path: string): KoffiLibrary;
  struct(name: string, fields: Readonly<Record<string, unknown>>): unknown;
  pack(name: string, fields: Readonly<Record<string, unknown>>): unknown;
  pointer(type: unknown): unknown;
  inout(type: unknown): unknown;
  sizeof(type: string): number;
}

/** A loaded library of koffi's. */
export interface KoffiLibrary {
  func(name: string, result: string, parameters: unknown[]): (...args: unknown[]) => unknown;
}

/** A number of C's `unsigned long`: its length is the host's. */
type ULong = number | bigint;
/** Calls a function of PKCS#11, and throws what is not CKR_OK. */
type Call = (name: string, ...args: unknown[]) => void;

/** In CK_TOKEN_INFO: label 32, manufacturer 32, model 16, serial number 16, flags. */
const TOKEN_INFO = { bytes: 512, labelBytes: 32, flagsAt: 96 } as const;
const FOUND_AT_MOST = 2;
const CKU_USER = 1;
/** Longer than any attribute that is read. */
const ATTRIBUTE_BYTES = 64;
/** What an object does not have or does not show. */
const NOT_SHOWN: readonly string[] = ['CKR_ATTRIBUTE_SENSITIVE', 'CKR_ATTRIBUTE_TYPE_INVALID'];

/**
 * Opens a PKCS#11 module.
 * 通过 koffi 加载 PKCS#11 动态库。
 * @param koffi the package's default export
 * @param path the module: a shared library that exports the functions of PKCS#11 by name
 * @throws Error as koffi has it, where there is no such library
 */
export function koffiCryptoki(koffi: KoffiLike, path: string): Cryptoki {
  const call = bind(koffi, path);
  const long = longsOf(koffi.sizeof('ulong'));
  const cell = (value: ULong = 0): [ULong] => [value];
  const list = (name: string, first: ULong): readonly ULong[] => {
    const count = cell();
    call(name, first, null, count);
    const bytes = long.room(Number(count[0]));
    if (bytes.length > 0) call(name, first, bytes, count);
    return long.read(bytes, Number(count[0]));
  };
  const attributes = (template: readonly TokenAttribute[]) =>
    template.map(([type, value]) => {
      const pValue = long.bytesOf(value);
      return { type, pValue, ulValueLen: pValue.length };
    });
  const slotOf = (slot: ULong): TokenSlot => {
    const info = Buffer.alloc(TOKEN_INFO.bytes);
    call('C_GetTokenInfo', slot, info);
    const label = info.subarray(0, TOKEN_INFO.labelBytes).toString('utf8').trimEnd();
    return { slot, label, flags: Number(long.read(info.subarray(TOKEN_INFO.flagsAt), 1)[0]) };
  };
  return {
    initialize: () => call('C_Initialize', null),
    slots: () => list('C_GetSlotList', 1).map(slotOf),
    mechanisms: (slot) => list('C_GetMechanismList', slot).map(Number),
    openSession: (slot, flags) => {
      const session = cell();
      call('C_OpenSession', slot, flags, null, null, session);
      return session[0];
    },
    login: (session, pin) => logIn(call, session, pin),
    find: (session, template) => {
      call('C_FindObjectsInit', session, attributes(template), template.length);
      const [found, count] = [long.room(FOUND_AT_MOST), cell()];
      call('C_FindObjects', session, found, FOUND_AT_MOST, count);
      call('C_FindObjectsFinal', session);
      return long.read(found, Number(count[0]));
    },
    attribute: (session, object, type) => readAttribute(call, [session, object], type),
    derive: (session, key, { mechanism, data: given, template }) => {
      const [derived, data] = [cell(), copyOf(given)];
      const pParameter = { pData: data, ulLen: data.length };
      // A pointer and a length, with nothing between them.
      const ulParameterLen = 2 * koffi.sizeof('void *');
      const how = { mechanism, pParameter, ulParameterLen };
      call('C_DeriveKey', session, how, key, attributes(template), template.length, derived);
      return derived[0];
    },
    encrypt: (session, key, { mechanism, ivBytes, data: given }) => {
      const data = copyOf(given);
      const how = { mechanism, pParameter: Buffer.alloc(ivBytes), ulParameterLen: ivBytes };
      call('C_EncryptInit', session, how, key);
      const [out, length] = [new Uint8Array(data.length), cell(data.length)];
      call('C_Encrypt', session, data, data.length, out, length);
      return out.slice(0, Number(length[0]));
    },
    create: (session, template) => {
      const made = cell();
      call('C_CreateObject', session, attributes(template), template.length, made);
      return made[0];
    },
    destroy: (session, object) => call('C_DestroyObject', session, object),
    finalize: () => call('C_Finalize', null),
  };
}

function logIn(call: Call, session: ULong, pin: Uint8Array): void {
  const given = copyOf(pin);
  try {
    call('C_Login', session, CKU_USER, given, given.length);
  } finally {
    given.fill(0);
  }
}

function readAttribute(call: Call, of: readonly ULong[], type: number): Uint8Array | undefined {
  const pValue = Buffer.alloc(ATTRIBUTE_BYTES);
  const asked = [{ type, pValue, ulValueLen: pValue.length as ULong }];
  try {
    call('C_GetAttributeValue', ...of, asked, 1);
  } catch (error) {
    if (error instanceof TokenFault && NOT_SHOWN.includes(error.code)) return undefined;
    throw error;
  }
  return pValue.subarray(0, Number(asked[0]?.ulValueLen));
}

/** C's `unsigned long`, in as many bytes as this host has for it, in its order. */
function longsOf(size: number) {
  const isLong = size === 8;
  const bytesOf = (value: number | boolean | Uint8Array): Uint8Array => {
    if (typeof value === 'object') return copyOf(value);
    if (typeof value === 'boolean') return Uint8Array.of(value ? 1 : 0);
    const words = isLong ? new BigUint64Array([BigInt(value)]) : new Uint32Array([value]);
    return new Uint8Array(words.buffer);
  };
  const read = (bytes: Uint8Array, count: number): readonly ULong[] => {
    // A copy, which begins where words may: a Buffer's slice is none.
    const { buffer } = Uint8Array.from(bytes.subarray(0, count * size));
    return [...(isLong ? new BigUint64Array(buffer) : new Uint32Array(buffer))];
  };
  return { bytesOf, read, room: (count: number): Buffer => Buffer.alloc(count * size) };
}

/** Names of structures are the process's: a second module has its own. */
let modules = 0;

function bind(koffi: KoffiLike, path: string): Call {
  const library = koffi.load(path);
  modules += 1;
  const suffix = `_${String(modules)}`;
  // PKCS#11 packs its structures on Windows, and there alone.
  const make = process.platform === 'win32' ? koffi.pack : koffi.struct;
  const struct = (name: string, fields: Readonly<Record<string, unknown>>): unknown =>
    koffi.pointer(make(name + suffix, fields));
  const attribute = { type: 'ulong', pValue: 'uint8_t *', ulValueLen: 'ulong' };
  const template = struct('CK_ATTRIBUTE', attribute);
  const data = struct('CK_KEY_DERIVATION_STRING_DATA', { pData: 'uint8_t *', ulLen: 'ulong' });
  const mechanism = (name: string, pParameter: unknown): unknown =>
    struct(name, { mechanism: 'ulong', pParameter, ulParameterLen: 'ulong' });
  const [byData, byIv] = [mechanism('BY_DATA', data), mechanism('BY_IV', 'uint8_t *')];
  const cell = koffi.inout(koffi.pointer('ulong'));
  const parameters: Readonly<Record<string, unknown[]>> = {
    C_Initialize: ['void *'],
    C_Finalize: ['void *'],
    // CK_BBOOL is a byte, and goes where a word would.
    C_GetSlotList: ['uint8_t', 'uint8_t *', cell],
    C_GetTokenInfo: ['ulong', 'uint8_t *'],
    C_GetMechanismList: ['ulong', 'uint8_t *', cell],
    C_OpenSession: ['ulong', 'ulong', 'void *', 'void *', cell],
    C_Login: ['ulong', 'ulong', 'uint8_t *', 'ulong'],
    C_FindObjectsInit: ['ulong', template, 'ulong'],
    C_FindObjects: ['ulong', 'uint8_t *', 'ulong', cell],
    C_FindObjectsFinal: ['ulong'],
    C_GetAttributeValue: ['ulong', 'ulong', koffi.inout(template), 'ulong'],
    C_DeriveKey: ['ulong', byData, 'ulong', template, 'ulong', cell],
    C_EncryptInit: ['ulong', byIv, 'ulong'],
    C_Encrypt: ['ulong', 'uint8_t *', 'ulong', 'uint8_t *', cell],
    C_CreateObject: ['ulong', template, 'ulong', cell],
    C_DestroyObject: ['ulong', 'ulong'],
  };
  const functions = new Map(
    Object.entries(parameters).map(([name, list]) => [name, library.func(name, 'ulong', list)]),
  );
  return (name, ...args) => {
    const value = Number(functions.get(name)?.(...args));
    if (value !== 0) throw new TokenFault(name, value);
  };
}

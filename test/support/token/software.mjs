/**
 * The child process of a token that is a JSON file: `{ label, flags, keys: [{ label, keyType,
 * value, attributes }] }`. It has SM4, under numbers of its own, and no check values: what SoftHSM2
 * has not, and has.
 */
import { readFileSync } from 'node:fs';
import { fromHex } from 'quancun/bytes';
import { desCipher, expandKey, sm4Cipher } from 'quancun/crypto';
import { answerAsToken, TokenFault } from 'quancun/server/hsm/pkcs11';

const [CKA_LABEL, CKA_VALUE, CKA_CHECK_VALUE] = [0x03, 0x11, 0x90];
const [CKA_SENSITIVE, CKA_ENCRYPT, CKA_DERIVE, CKA_VALUE_LEN] = [0x103, 0x104, 0x10c, 0x161];
const DES3 = { cipher: desCipher, derive: 0x1102, cbc: 0x133 };
const SM4 = { cipher: sm4Cipher, derive: 0x80000002, cbc: 0x80000003 };

/** @typedef {import('quancun/server/hsm/pkcs11').TokenHandle} Handle */
/** @typedef {Map<number, any>} TokenObject */

answerAsToken((file) => {
  const token = JSON.parse(readFileSync(file, 'utf8'));
  /** @type {Map<Handle, TokenObject>} */
  const objects = new Map();
  let last = 0;
  /** @param {any} attributes */
  const add = (attributes) => {
    objects.set((last += 1), new Map(attributes));
    return last;
  };
  for (const { label, keyType, value, attributes } of token.keys) {
    const given = Object.entries(attributes).map(([type, is]) => [Number(type), is]);
    const own = [
      [CKA_LABEL, Buffer.from(label)],
      [0x100, keyType],
      [CKA_VALUE, fromHex(value)],
    ];
    add([...own, ...given]);
  }
  /** @param {Handle} handle @param {number} type @param {string} called */
  const may = (handle, type, called) => {
    const object = objects.get(handle);
    if (object?.get(type) !== true) throw new TokenFault(called, 0x68);
    return object.get(CKA_VALUE);
  };
  /** @param {'derive' | 'cbc'} name @param {number} mechanism */
  const by = (name, mechanism) => {
    const found = [DES3, SM4].find((one) => one[name] === mechanism);
    if (found === undefined) throw new TokenFault('C_EncryptInit', 0x70);
    return found.cipher;
  };
  return {
    initialize: () => undefined,
    finalize: () => undefined,
    slots: () => [{ slot: 0, label: token.label, flags: token.flags }],
    mechanisms: () => [DES3, SM4].flatMap(({ derive, cbc }) => [derive, cbc]),
    openSession: () => 1,
    login: (_session, pin) => {
      if (Buffer.from(pin).toString() !== token.pin) throw new TokenFault('C_Login', 0xa0);
    },
    find: (_session, template) => {
      const label = String(template.find(([type]) => type === CKA_LABEL)?.[1]);
      const all = [...objects].filter(([, one]) => String(one.get(CKA_LABEL)) === label);
      return all.slice(0, 2).map(([handle]) => handle);
    },
    attribute: (_session, handle, type) => {
      const value = objects.get(handle)?.get(type);
      if (value === undefined || type === CKA_CHECK_VALUE) return undefined;
      if (typeof value === 'boolean') return Uint8Array.of(value ? 1 : 0);
      const isHidden = objects.get(handle)?.get(CKA_SENSITIVE) === true;
      if (type === CKA_VALUE && isHidden) return undefined;
      return Uint8Array.from(value);
    },
    derive: (_session, handle, { mechanism, data, template }) => {
      const cipher = by('derive', mechanism);
      const key = expandKey(cipher, may(handle, CKA_DERIVE, 'C_DeriveKey'));
      const value = Uint8Array.from(data);
      for (let at = 0; at < value.length; at += cipher.blockSizeBytes) {
        key.encryptBlock(value, at, value, at);
      }
      const length = template.find(([type]) => type === CKA_VALUE_LEN)?.[1] ?? value.length;
      return add([...template, [CKA_VALUE, value.slice(0, Number(length))]]);
    },
    encrypt: (_session, handle, { mechanism, data }) => {
      const cipher = by('cbc', mechanism);
      const key = expandKey(cipher, may(handle, CKA_ENCRYPT, 'C_EncryptInit'));
      const [out, size] = [Uint8Array.from(data), cipher.blockSizeBytes];
      for (let at = 0; at < out.length; at += size) {
        if (at > 0)
          for (let i = at; i < at + size; i += 1) out[i] = (out[i] ?? 0) ^ (out[i - size] ?? 0);
        key.encryptBlock(out, at, out, at);
      }
      return out;
    },
    create: () => {
      throw new TokenFault('C_CreateObject', 0x54);
    },
    destroy: (_session, handle) => objects.delete(handle),
  };
});

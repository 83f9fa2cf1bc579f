/** Which objects of a token are the keys of an index, and what the token calls its SM4. */
import * as v from 'valibot';
import { hexOf, maybe, objectOf, textOf, type Told, typed, wholeOf } from '../../../json/index.js';

/** How an object is found on a token: by CKA_LABEL, by CKA_ID, or by both. */
const KEY_OBJECT = objectOf({
  label: maybe(textOf(64)),
  /** Hex. */
  id: maybe(hexOf(1, 32)),
  /** First three bytes of the encryption of a zero block, hex: compared before the key is used. */
  checkValue: maybe(hexOf(3)),
});

/** An object of a token that is one of the keys. */
export interface Pkcs11KeyObject extends Told<typeof KEY_OBJECT> {}

/**
 * The keys of one key index on a token: an entry of a key file's `pkcs11.keys`.
 * 令牌上一个密钥索引的密钥对象：密钥文件 `pkcs11.keys` 中的一项。
 */
export const PKCS11_KEY_SET = objectOf({
  keyIndex: wholeOf(0, 0xff),
  cipher: v.picklist(['3des', 'sm4']),
  /** As in the software HSM: `national`, `provincial`, or `card` for the laboratory. */
  hierarchy: v.picklist(['national', 'provincial', 'card']),
  /** Load key (DLK). */
  loadKey: typed<Pkcs11KeyObject>(KEY_OBJECT),
  /** TAC key (DTK). */
  tacKey: typed<Pkcs11KeyObject>(KEY_OBJECT),
});

/** Keys of one key index on a token. */
export interface Pkcs11KeySet extends Told<typeof PKCS11_KEY_SET> {}

const ckNumber = () => wholeOf(0, 0xffff_ffff);

/**
 * PKCS#11 has no numbers for SM4 that every vendor uses: these are the vendor's own.
 * 厂商自定义的 SM4 机制编号。
 */
export const PKCS11_SM4 = objectOf({
  /** CKK_… of an SM4 key. */
  keyType: ckNumber(),
  /** CKM_… that makes a key by enciphering 16 bytes in ECB (CK_KEY_DERIVATION_STRING_DATA). */
  deriveMechanism: ckNumber(),
  /** CKM_… of CBC, without padding. */
  cbcMechanism: ckNumber(),
});

/** What a token calls its SM4. */
export interface Pkcs11Sm4 extends Told<typeof PKCS11_SM4> {}

/** What a server is told of its token: `pkcs11` of its key file, but for the PIN. */
export const PKCS11_TOKEN = objectOf({
  /** The PKCS#11 module, a shared library. */
  module: textOf(1024),
  tokenLabel: textOf(32),
  keys: v.pipe(v.array(typed<Pkcs11KeySet>(PKCS11_KEY_SET)), v.minLength(1)),
  sm4: maybe(PKCS11_SM4),
});

/** A token, and its keys. */
export interface Pkcs11Token extends Told<typeof PKCS11_TOKEN> {}

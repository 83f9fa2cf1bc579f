/** Opens a token and its keys, once a process: nothing is used that is not as it must be. */
import { toHex } from '../../../bytes.js';
import { cipherByName, keyCheckValue } from '../../../crypto/index.js';
import { QuancunError } from '../../../errors.js';
import type { KeyDescription } from '../hsm.js';
import { CK, CKA, type Cryptoki, TokenFault, type TokenHandle } from './cryptoki.js';
import { HSM_CIPHER_UNSUPPORTED, HSM_KEY_UNFIT, HSM_PIN_REFUSED } from './errors.js';
import type { Pkcs11KeyObject, Pkcs11KeySet, Pkcs11Token } from './key-set.js';

/** What a cipher is to a token. */
export interface TokenAlgorithm {
  readonly name: Pkcs11KeySet['cipher'];
  readonly keyType: number;
  readonly deriveMechanism: number;
  readonly cbcMechanism: number;
  readonly blockBytes: 8 | 16;
}

/** A key index whose objects were found. */
export interface OpenKeySet {
  readonly set: Pkcs11KeySet;
  readonly algorithm: TokenAlgorithm;
  readonly loadKey: TokenHandle;
  readonly tacKey: TokenHandle;
}

/** A token that is open and logged in. */
export interface OpenToken {
  readonly cryptoki: Cryptoki;
  readonly session: TokenHandle;
  readonly keys: ReadonlyMap<number, OpenKeySet>;
  readonly descriptions: readonly KeyDescription[];
}

type Session = Pick<OpenToken, 'cryptoki' | 'session'>;
type Use = KeyDescription['use'];

const DES3: TokenAlgorithm = {
  name: '3des',
  keyType: CK.des2,
  deriveMechanism: CK.des3EcbEncryptData,
  cbcMechanism: CK.des3Cbc,
  blockBytes: 8,
};

/** What a token says of a PIN that will not become right by being tried again. */
const PIN_REFUSED = /^CKR_(?:PIN_|USER_PIN_)/;

/**
 * Opens the token, logs in and finds the keys.
 * @param pin its bytes, wiped here
 * @throws HSM_PIN_REFUSED, HSM_KEY_UNFIT, HSM_CIPHER_UNSUPPORTED, TokenFault
 */
export function openToken(cryptoki: Cryptoki, token: Pkcs11Token, pin: Uint8Array): OpenToken {
  const { slot, session } = logIn(cryptoki, token.tokenLabel, pin, 0);
  const mechanisms = cryptoki.mechanisms(slot);
  const opened = { cryptoki, session };
  const keys = token.keys.map((set): OpenKeySet => {
    const algorithm = algorithmOf(set, token, mechanisms);
    const loadKey = findKey(opened, set, 'load');
    return { set, algorithm, loadKey, tacKey: findKey(opened, set, 'tac') };
  });
  const descriptions = keys.flatMap((one) => describe(opened, one));
  return { ...opened, descriptions, keys: new Map(keys.map((one) => [one.set.keyIndex, one])) };
}

/** A session of the token of this label. The PIN is tried once, and never for the last time. */
export function logIn(cryptoki: Cryptoki, label: string, pin: Uint8Array, flags: number) {
  cryptoki.initialize();
  const found = cryptoki.slots().find((one) => one.label === label);
  if (found === undefined) throw new TokenFault('C_GetSlotList', TOKEN_NOT_PRESENT);
  for (const [flag, problem] of LAST_TRIES) {
    if ((found.flags & flag) !== 0)
      throw new QuancunError(HSM_PIN_REFUSED, { details: { problem } });
  }
  const session = cryptoki.openSession(found.slot, CK.serialSession | flags);
  try {
    cryptoki.login(session, pin);
  } catch (error) {
    if (!(error instanceof TokenFault) || !PIN_REFUSED.test(error.code)) throw error;
    throw new QuancunError(HSM_PIN_REFUSED, { details: { problem: error.code } });
  } finally {
    pin.fill(0);
  }
  return { slot: found.slot, session };
}

const TOKEN_NOT_PRESENT = 0xe0;
const LAST_TRIES = [
  [CK.userPinLocked, 'CKF_USER_PIN_LOCKED'],
  [CK.userPinFinalTry, 'CKF_USER_PIN_FINAL_TRY'],
] as const;

function algorithmOf(
  { cipher }: Pkcs11KeySet,
  { sm4 }: Pkcs11Token,
  mechanisms: readonly number[],
): TokenAlgorithm {
  const refuse = (problem: unknown): QuancunError =>
    new QuancunError(HSM_CIPHER_UNSUPPORTED, { details: { cipher, problem } });
  if (cipher === 'sm4' && sm4 === undefined) throw refuse(SM4_UNNAMED);
  const algorithm: TokenAlgorithm =
    sm4 === undefined || cipher === '3des' ? DES3 : { ...sm4, name: 'sm4', blockBytes: 16 };
  for (const mechanism of [algorithm.deriveMechanism, algorithm.cbcMechanism]) {
    if (!mechanisms.includes(mechanism)) throw refuse(`CKM_0x${mechanism.toString(16)}`);
  }
  return algorithm;
}

const SM4_UNNAMED = {
  en: 'PKCS#11 has no mechanisms for it, and no vendor’s are named',
  zh: 'PKCS#11 标准无此机制，且未填写厂商机制编号',
};

function findKey(token: Session, set: Pkcs11KeySet, use: Use): TokenHandle {
  const wanted = objectOf(set, use);
  const found = token.cryptoki.find(token.session, [
    [CKA.class, CK.secretKey],
    ...(wanted.label === undefined ? [] : [[CKA.label, utf8(wanted.label)] as const]),
    ...(wanted.id === undefined ? [] : [[CKA.id, bytes(wanted.id)] as const]),
  ]);
  const [key] = found;
  const isNamed = wanted.label !== undefined || wanted.id !== undefined;
  if (key === undefined || !isNamed) throw unfit(set, use, ABSENT);
  if (found.length > 1) throw unfit(set, use, TWICE);
  for (const [name, type, value] of rulesOf(set, use)) {
    const [said] = token.cryptoki.attribute(token.session, key, type) ?? [];
    // An attribute that a token does not have counts as not set.
    if ((said === 1) !== value) throw unfit(set, use, `CKA_${name}`);
  }
  return key;
}

type Rule = readonly [name: string, type: number, value: boolean];
const DERIVES: Rule = ['DERIVE', CKA.derive, true];

/** Whoever may encipher what it likes with a master key has the keys of every card. */
const OF_A_MASTER: readonly Rule[] = [
  ['SENSITIVE', CKA.sensitive, true],
  ['EXTRACTABLE', CKA.extractable, false],
  ['ENCRYPT', CKA.encrypt, false],
  ['DECRYPT', CKA.decrypt, false],
  ['WRAP', CKA.wrap, false],
  DERIVES,
];

/** A card's own keys, in the laboratory: its 3DES TAC key is read, to be folded. */
function rulesOf({ hierarchy, cipher }: Pkcs11KeySet, use: Use): readonly Rule[] {
  if (hierarchy !== 'card') return OF_A_MASTER;
  if (use === 'load') return [DERIVES];
  if (cipher === 'sm4') return [['ENCRYPT', CKA.encrypt, true]];
  return [
    ['SENSITIVE', CKA.sensitive, false],
    ['EXTRACTABLE', CKA.extractable, true],
  ];
}

function describe(token: Session, keys: OpenKeySet): KeyDescription[] {
  const { set } = keys;
  return (['load', 'tac'] as const).map((use) => {
    const key = use === 'load' ? keys.loadKey : keys.tacKey;
    const checkValue = toHex(checkValueOf(token, keys.algorithm, key).slice(0, 3)).toUpperCase();
    const wanted = objectOf(set, use).checkValue;
    if (wanted !== undefined && wanted.toUpperCase() !== checkValue) {
      throw unfit(set, use, 'CKA_CHECK_VALUE');
    }
    return { keyIndex: set.keyIndex, use, cipher: set.cipher, checkValue };
  });
}

/** As the token has it; where it has none, as a secret of no cipher that is derived from zeros. */
function checkValueOf({ cryptoki, session }: Session, by: TokenAlgorithm, key: TokenHandle) {
  const own = cryptoki.attribute(session, key, CKA.checkValue);
  if (own !== undefined && own.length >= 3) return own;
  const value = cryptoki.attribute(session, key, CKA.value);
  if (value?.length === 16) {
    // A card's own key, in the laboratory.
    const checkValue = keyCheckValue(cipherByName(by.name), value);
    value.fill(0);
    return checkValue;
  }
  const zeros = new Uint8Array(16);
  if (cryptoki.attribute(session, key, CKA.encrypt)?.[0] === 1) {
    const how = { mechanism: by.cbcMechanism, ivBytes: by.blockBytes };
    return cryptoki.encrypt(session, key, { ...how, data: zeros.subarray(0, by.blockBytes) });
  }
  const template = [
    [CKA.class, CK.secretKey],
    [CKA.keyType, CK.genericSecret],
    [CKA.valueLength, 3],
    [CKA.token, false],
    [CKA.sensitive, false],
    [CKA.extractable, true],
  ] as const;
  const from = { mechanism: by.deriveMechanism, data: zeros, template };
  const secret = cryptoki.derive(session, key, from);
  try {
    return cryptoki.attribute(session, secret, CKA.value) ?? new Uint8Array();
  } finally {
    cryptoki.destroy(session, secret);
  }
}

function objectOf(set: Pkcs11KeySet, use: Use): Pkcs11KeyObject {
  return use === 'load' ? set.loadKey : set.tacKey;
}

const ABSENT = { en: 'no object of its label and id', zh: '没有该标签与 ID 的对象' };
const TWICE = { en: 'several objects of its label and id', zh: '该标签与 ID 的对象不唯一' };

function unfit({ keyIndex }: Pkcs11KeySet, use: Use, problem: unknown): QuancunError {
  return new QuancunError(HSM_KEY_UNFIT, { details: { use, keyIndex, problem } });
}

function utf8(text: string): Uint8Array {
  return Buffer.from(text, 'utf8');
}

function bytes(hex: string): Uint8Array {
  return Buffer.from(hex, 'hex');
}

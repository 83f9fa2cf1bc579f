/** Keys that a token makes of its own, each for the time of one question; an issuer's is kept. */
import { fromHex } from '../../../bytes.js';
import { MAC_BYTES, pad80, withComplement } from '../../../crypto/index.js';
import { QuancunError } from '../../../errors.js';
import { KEY_UNKNOWN } from '../../errors.js';
import type { KeySelector } from '../hsm.js';
import { CK, CKA, type TokenAttribute, type TokenHandle } from './cryptoki.js';
import type { OpenKeySet, OpenToken } from './open-token.js';

/** What a derived key may be used for. */
export type KeyUse = 'derive' | 'encrypt' | 'read';

/** Keys of issuers that are kept: as many as a network has, and then some. */
const MAX_ISSUER_KEYS = 64;

/** The keys of a token that is open. */
export function tokenKeys(token: OpenToken) {
  const { cryptoki, session } = token;
  const issuerKeys = new Map<string, TokenHandle>();

  const select = (keyIndex: number): OpenKeySet => {
    const found = token.keys.get(keyIndex);
    if (found === undefined) throw new QuancunError(KEY_UNKNOWN, { details: { keyIndex } });
    return found;
  };
  const derive = (keys: OpenKeySet, from: TokenHandle, data: Uint8Array, use: KeyUse) => {
    const { keyType, deriveMechanism: mechanism } = keys.algorithm;
    return cryptoki.derive(session, from, { mechanism, data, template: templateOf(keyType, use) });
  };
  /** A key for the time of some work, whatever becomes of it. */
  const within = <T>(key: TokenHandle, work: (key: TokenHandle) => T): T => {
    try {
      return work(key);
    } finally {
      cryptoki.destroy(session, key);
    }
  };
  const issuerKey = (keys: OpenKeySet, root: TokenHandle, issuerFactor: string): TokenHandle => {
    const name = `${String(keys.set.keyIndex)} ${String(root)} ${issuerFactor}`;
    const kept = issuerKeys.get(name);
    if (kept !== undefined) return kept;
    const made = derive(keys, root, withComplement(fromHex(issuerFactor + issuerFactor)), 'derive');
    const [oldest] = issuerKeys;
    if (issuerKeys.size >= MAX_ISSUER_KEYS && oldest !== undefined) {
      issuerKeys.delete(oldest[0]);
      cryptoki.destroy(session, oldest[1]);
    }
    issuerKeys.set(name, made);
    return made;
  };
  const withCardKey = <T>(
    ...[keys, root, of, use, work]: readonly [
      OpenKeySet,
      TokenHandle,
      KeySelector,
      KeyUse,
      (key: TokenHandle) => T,
    ]
  ): T => {
    const { hierarchy } = keys.set;
    if (hierarchy === 'card') return work(root);
    const above = hierarchy === 'national' ? issuerKey(keys, root, of.issuerFactor) : root;
    return within(derive(keys, above, withComplement(fromHex(of.cardNumber)), use), work);
  };
  const mac = ({ algorithm }: OpenKeySet, key: TokenHandle, message: Uint8Array): Uint8Array => {
    const { cbcMechanism: mechanism, blockBytes: ivBytes } = algorithm;
    const data = pad80(message, ivBytes);
    const last = cryptoki.encrypt(session, key, { mechanism, ivBytes, data }).slice(-ivBytes);
    return last.slice(0, MAC_BYTES);
  };
  return { select, derive, within, withCardKey, mac };
}

function templateOf(keyType: number, use: KeyUse): readonly TokenAttribute[] {
  return [
    [CKA.class, CK.secretKey],
    [CKA.keyType, keyType],
    [CKA.token, false],
    [CKA.private, true],
    [CKA.sensitive, use !== 'read'],
    [CKA.extractable, use === 'read'],
    [CKA.derive, use === 'derive'],
    [CKA.encrypt, use === 'encrypt'],
    [CKA.decrypt, false],
  ];
}

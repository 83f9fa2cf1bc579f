/**
 * The three questions, answered by a token. Master, issuer, card and session keys stay in it; what
 * comes out is one block, of which four bytes are compared or given. The one exception is the TAC
 * key of one card in 3DES: its halves are folded, which PKCS#11 cannot, so it is read for one
 * question and wiped.
 */
import { equalConstantTime, fromHex, toHex } from '../../../bytes.js';
import { cipherByName, MAC_BYTES, pad80, withComplement } from '../../../crypto/index.js';
import { QuancunError } from '../../../errors.js';
import {
  verifyLoadTac,
  writeLoadMac1Message,
  writeLoadMac2Message,
  writeLoadSessionMessage,
  writeLoadTacMessage,
} from '../../../purse/index.js';
import { KEY_UNKNOWN } from '../../errors.js';
import type { KeyDescription, KeySelector, LoadSession, TacQuery } from '../hsm.js';
import type { Mac1Query, Mac2Query } from '../hsm.js';
import { CK, CKA, type TokenAttribute, type TokenHandle } from './cryptoki.js';
import type { OpenKeySet, OpenToken } from './open-token.js';

/** The answers of a token; each waits for it. */
export interface TokenHsm {
  verifyMac1(query: Mac1Query): boolean;
  computeMac2(query: Mac2Query): string;
  verifyTac(query: TacQuery): boolean;
  describeKeys(): readonly KeyDescription[];
}

/** Keys of issuers that are kept: as many as a network has, and then some. */
const MAX_ISSUER_KEYS = 64;

/** Answers from a token that is open. */
export function tokenHsm(token: OpenToken): TokenHsm {
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
  const macOfSession = (query: LoadSession, messageOf: (terminal: Uint8Array) => Uint8Array) => {
    const keys = select(query.keyIndex);
    const message = messageOf(fromHex(query.terminal));
    const { random, onlineAtc } = query;
    const in8 = writeLoadSessionMessage({ random: fromHex(random), onlineAtc });
    // A single DES key is a double one with equal halves, and so makes itself.
    const data =
      keys.algorithm.name === 'sm4' ? withComplement(in8) : Uint8Array.from([...in8, ...in8]);
    return withCardKey(keys, keys.loadKey, query, 'derive', (cardKey) =>
      within(derive(keys, cardKey, data, 'encrypt'), (sessionKey) =>
        mac(keys, sessionKey, message),
      ),
    );
  };
  const readTacKey = (key: TokenHandle): Uint8Array => {
    const value = cryptoki.attribute(session, key, CKA.value);
    if (value?.length !== 16) throw new TypeError('the token shows no key of a card');
    return value;
  };
  return {
    verifyMac1: (query) => {
      const mac1 = macOfSession(query, (terminal) => writeLoadMac1Message({ ...query, terminal }));
      return equalConstantTime(mac1, fromHex(query.mac1));
    },
    computeMac2: (query) =>
      toHex(macOfSession(query, (terminal) => writeLoadMac2Message({ ...query, terminal }))),
    verifyTac: (query) => {
      const keys = select(query.keyIndex);
      const inputs = { ...query, terminal: fromHex(query.terminal) };
      const tac = fromHex(query.tac);
      if (keys.algorithm.name === 'sm4') {
        const message = writeLoadTacMessage(inputs);
        return withCardKey(keys, keys.tacKey, query, 'encrypt', (key) =>
          equalConstantTime(mac(keys, key, message), tac),
        );
      }
      return withCardKey(keys, keys.tacKey, query, 'read', (key) => {
        const value = readTacKey(key);
        try {
          return verifyLoadTac(cipherByName('3des'), value, inputs, tac);
        } finally {
          value.fill(0);
        }
      });
    },
    describeKeys: () => token.descriptions,
  };
}

/** What a derived key may be used for. */
type KeyUse = 'derive' | 'encrypt' | 'read';

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

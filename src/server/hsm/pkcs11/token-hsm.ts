/**
 * The three questions, answered by a token. Master, issuer, card and session keys stay in it; what
 * comes out is one block, of which four bytes are compared or given. The one exception is the TAC
 * key of one card in 3DES: its halves are folded, which PKCS#11 cannot, so it is read for one
 * question and wiped.
 */
import { equalConstantTime, fromHex, toHex } from '../../../bytes.js';
import { cipherByName, withComplement } from '../../../crypto/index.js';
import {
  verifyLoadTac,
  writeLoadMac1Message,
  writeLoadMac2Message,
  writeLoadSessionMessage,
  writeLoadTacMessage,
} from '../../../purse/index.js';
import type { KeyDescription, LoadSession, TacQuery } from '../hsm.js';
import type { Mac1Query, Mac2Query } from '../hsm.js';
import { CKA, type TokenHandle } from './cryptoki.js';
import type { OpenToken } from './open-token.js';
import { tokenKeys } from './token-keys.js';

/** The answers of a token; each waits for it. */
export interface TokenHsm {
  verifyMac1(query: Mac1Query): boolean;
  computeMac2(query: Mac2Query): string;
  verifyTac(query: TacQuery): boolean;
  describeKeys(): readonly KeyDescription[];
}

/** Answers from a token that is open. */
export function tokenHsm(token: OpenToken): TokenHsm {
  const { cryptoki, session } = token;
  const { select, derive, within, withCardKey, mac } = tokenKeys(token);
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

/**
 * The software HSM: keys in memory, for tests, the demonstration and the laboratory. It
 * refuses to start unless told so, and shows check values only.
 */
import * as v from 'valibot';
import { fromHex, toHex } from '../../bytes.js';
import {
  type BlockKey,
  type Cipher,
  cipherByName,
  diversifyPath,
  expandKey,
  keyCheckValue,
} from '../../crypto/index.js';
import { QuancunError } from '../../errors.js';
import { hexOf, objectOf, type Told, wholeOf } from '../../json/index.js';
import {
  computeLoadMac2,
  computeLoadSessionKey,
  verifyLoadMac1,
  verifyLoadTac,
} from '../../purse/index.js';
import type { Hsm, KeyDescription, KeySelector, LoadSession, TacQuery } from './hsm.js';
import { KEY_UNKNOWN } from '../errors.js';
import { SOFTWARE_KEYS_REFUSED } from './errors.js';
import { promiseTry } from '../../turns.js';

/**
 * Root keys of one key index: an entry of a key file's `hsm.keys`.
 * 一个密钥索引的根密钥：密钥文件 `hsm.keys` 中的一项。
 */
export const SOFT_KEY_SET = objectOf({
  keyIndex: wholeOf(0, 0xff),
  cipher: v.picklist(['3des', 'sm4']),
  /** Load key (DLK), 16 bytes hex. */
  loadKey: hexOf(16),
  /** TAC key (DTK), 16 bytes hex. */
  tacKey: hexOf(16),
  /**
   * `national`: diversified by issuer, then by card. `provincial`: by card alone.
   * `card`: the card's own keys, not diversified (laboratory).
   */
  hierarchy: v.picklist(['national', 'provincial', 'card']),
});

/** Root keys of one key index. */
export interface SoftKeySet extends Told<typeof SOFT_KEY_SET> {}

/** What the software HSM is made from. */
export interface SoftHsmOptions {
  /** Must be the word `test`: software keys are for tests and demonstrations. */
  readonly allowSoftwareKeys: 'test';
  readonly keys: readonly SoftKeySet[];
}

interface LoadedKeys {
  readonly cipher: Cipher;
  readonly set: SoftKeySet;
  readonly loadRoot: RootKey;
  readonly tacRoot: RootKey;
}

/** A root key as it came, for cards that have it as their own, and expanded once for all others. */
interface RootKey {
  readonly bytes: Uint8Array;
  readonly expanded: BlockKey;
}

/**
 * Makes a software HSM.
 * 软件加密机（仅限测试与演示）。
 * @throws SOFTWARE_KEYS_REFUSED, HEX_INVALID, KEY_LENGTH
 * @example
 * import { HSM_TEST_KEYS } from 'quancun/testing';
 * const hsm = softHsm({ allowSoftwareKeys: 'test', keys: HSM_TEST_KEYS });
 * const [first] = await hsm.describeKeys();
 * first?.use; // 'load'
 */
export function softHsm(options: SoftHsmOptions): Hsm {
  const { allowSoftwareKeys, keys } = options as { allowSoftwareKeys?: unknown } & SoftHsmOptions;
  if (allowSoftwareKeys !== 'test') throw new QuancunError(SOFTWARE_KEYS_REFUSED);
  const byIndex = new Map(keys.map((set) => [set.keyIndex, loadKeys(set)]));
  const select = (keyIndex: number): LoadedKeys => {
    const found = byIndex.get(keyIndex);
    if (found === undefined) throw new QuancunError(KEY_UNKNOWN, { details: { keyIndex } });
    return found;
  };
  return {
    verifyMac1: (query) =>
      promiseTry(() => {
        const { cipher, sessionKey, inputs } = openSession(select(query.keyIndex), query);
        const { rawBalance, mac1 } = query;
        return verifyLoadMac1(cipher, sessionKey, { ...inputs, rawBalance }, fromHex(mac1));
      }),
    computeMac2: (query) =>
      promiseTry(() => {
        const { cipher, sessionKey, inputs } = openSession(select(query.keyIndex), query);
        const { date, time } = query;
        return toHex(computeLoadMac2(cipher, sessionKey, { ...inputs, date, time }));
      }),
    verifyTac: (query) => promiseTry(() => verifyTac(select(query.keyIndex), query)),
    describeKeys: () => promiseTry(() => [...byIndex.values()].flatMap(describe)),
  };
}

function loadKeys(set: SoftKeySet): LoadedKeys {
  const cipher = cipherByName(set.cipher);
  const rootOf = (hex: string): RootKey => {
    const bytes = fromHex(hex);
    return { bytes, expanded: expandKey(cipher, bytes, 16) };
  };
  return { cipher, set, loadRoot: rootOf(set.loadKey), tacRoot: rootOf(set.tacKey) };
}

function openSession(keys: LoadedKeys, query: LoadSession) {
  const loadKey = cardKey(keys, keys.loadRoot, query);
  const session = { random: fromHex(query.random), onlineAtc: query.onlineAtc };
  const sessionKey = computeLoadSessionKey(keys.cipher, loadKey, session);
  const { amountFen, transactionType } = query;
  const inputs = { amountFen, transactionType, terminal: fromHex(query.terminal) };
  return { cipher: keys.cipher, sessionKey, inputs };
}

function verifyTac(keys: LoadedKeys, query: TacQuery): boolean {
  const tacKey = cardKey(keys, keys.tacRoot, query);
  const inputs = { ...query, terminal: fromHex(query.terminal) };
  return verifyLoadTac(keys.cipher, tacKey, inputs, fromHex(query.tac));
}

/** Issuer factor = the four issuer bytes doubled; card factor = the eight bytes of its number. */
function cardKey({ cipher, set }: LoadedKeys, root: RootKey, selector: KeySelector): Uint8Array {
  if (set.hierarchy === 'card') return root.bytes;
  const card = fromHex(selector.cardNumber);
  if (set.hierarchy === 'provincial') return diversifyPath(cipher, root.expanded, [card]);
  const issuer = fromHex(selector.issuerFactor + selector.issuerFactor);
  return diversifyPath(cipher, root.expanded, [issuer, card]);
}

function describe(keys: LoadedKeys): KeyDescription[] {
  const { keyIndex, cipher } = keys.set;
  const uses = [
    { use: 'load', key: keys.loadRoot },
    { use: 'tac', key: keys.tacRoot },
  ] as const;
  return uses.map(({ use, key }) => ({
    keyIndex,
    use,
    cipher,
    checkValue: toHex(keyCheckValue(keys.cipher, key.expanded)),
  }));
}

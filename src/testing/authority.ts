/**
 * An authority for tests: the real one, over the memory ledger and the root keys of the simulated
 * cards. What an app team needs to run a recharge from end to end without any server.
 */
import type { Env } from '../env.js';
import { LOAD_KEY_INDEX } from '../etc/index.js';
import type { Authority, LoadPolicy } from '../load/index.js';
import {
  type BackOffice,
  createAuthority,
  type FindBookBalance,
  type Hsm,
  type Journal,
  type Ledger,
  memoryJournal,
  memoryLedger,
  softHsm,
  type SoftKeySet,
} from '../server/index.js';
import { TEST_ROOT_KEYS } from '../simulator/index.js';

/** The authority, and what stands behind it for a test to look at. */
export interface TestAuthority {
  readonly authority: Authority & BackOffice;
  readonly ledger: Ledger;
  readonly journal: Journal;
  readonly hsm: Hsm;
}

/**
 * The root keys of every simulated card, as a software HSM takes them. Published: worth nothing.
 * 模拟卡测试根密钥（公开）。
 */
export const TEST_KEY_SETS: readonly SoftKeySet[] = (['3des', 'sm4'] as const).map((cipher) => ({
  keyIndex: LOAD_KEY_INDEX[cipher],
  cipher,
  hierarchy: 'national',
  loadKey: TEST_ROOT_KEYS[cipher].loadKey,
  tacKey: TEST_ROOT_KEYS[cipher].tacKey,
}));

/**
 * Makes an authority that knows every simulated card's keys, and forgets everything when the
 * process ends.
 * 测试用授权中心：内存账本 + 模拟卡测试密钥。
 * @example
 * import { envFrom } from 'quancun';
 * const { authority, ledger } = createTestAuthority({ env: envFrom(globalThis) });
 */
export function createTestAuthority(options: {
  readonly env: Env;
  readonly policy?: Partial<LoadPolicy>;
  /** Default: a memory ledger. */
  readonly ledger?: Ledger;
  /** The issuer's books. Default: not asked. */
  readonly findBookBalance?: FindBookBalance;
}): TestAuthority {
  const hsm = softHsm({
    allowSoftwareKeys: 'test',
    keys: TEST_KEY_SETS,
  });
  const { ledger = memoryLedger() } = options;
  const journal = memoryJournal();
  return { authority: createAuthority({ ...options, ledger, journal, hsm }), ledger, journal, hsm };
}

/**
 * Root keys of the simulated cards: made up, printed here for everyone, and so of no use to anybody
 * who has money to protect. Each says its name in ASCII.
 */
import { toHex } from '../bytes.js';

/** Root keys of one algorithm, hex; a card's own keys are diversified from them in two steps. */
export interface TestRootKeys {
  readonly loadKey: string;
  readonly tacKey: string;
  readonly purchaseKey: string;
  readonly unloadKey: string;
  /** Line protection of the MF's and of the application's files. */
  readonly macKey: string;
  readonly externalKey: string;
  readonly internalKey: string;
  readonly pinUnblockKey: string;
  readonly pinReloadKey: string;
}

/**
 * The root keys of every simulated card.
 * 模拟卡的测试根密钥（公开，不可用于生产）。
 */
export const TEST_ROOT_KEYS: Readonly<Record<'3des' | 'sm4', TestRootKeys>> = {
  '3des': rootKeys('3DES'),
  sm4: rootKeys('SM4!'),
};

function rootKeys(family: string): TestRootKeys {
  const key = (name: string): string =>
    toHex(Uint8Array.from(`TEST ${family} ${name}`.padEnd(16, '.'), (c) => c.charCodeAt(0)));
  return {
    loadKey: key('LOAD'),
    tacKey: key('TAC'),
    purchaseKey: key('BUY'),
    unloadKey: key('UNLOAD'),
    macKey: key('LINE'),
    externalKey: key('EXTERN'),
    internalKey: key('INTERN'),
    pinUnblockKey: key('PINUB'),
    pinReloadKey: key('PINRL'),
  };
}

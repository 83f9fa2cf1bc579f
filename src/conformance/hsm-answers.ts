/**
 * Known answers of a load, for the conformance suite of an HSM: three hierarchies in both ciphers.
 * Keys and inputs are the first transaction of each cipher in vectors/load-cryptograms.json, whose
 * answers the `card` rows are; the others were computed by OpenSSL from the same keys as roots. A
 * test computes all of them again.
 */
import type { KeySelector, SoftKeySet, TacQuery, Mac1Query, Mac2Query } from '../server/index.js';

/** One key set, one load, and what it gives. */
export interface HsmAnswer {
  readonly keys: SoftKeySet;
  readonly mac1: Mac1Query;
  readonly mac2: Mac2Query;
  readonly mac2Answer: string;
  readonly tac: TacQuery;
  readonly checkValues: { readonly load: string; readonly tac: string };
}

interface Transaction {
  readonly loadKey: string;
  readonly tacKey: string;
  readonly checkValues: HsmAnswer['checkValues'];
  readonly random: string;
  readonly terminal: string;
}

const CARD = { issuerFactor: 'B8CACBE0', cardNumber: '2200000000000001' } as const;
const COMMON = { onlineAtc: 23, transactionType: 2, amountFen: 10_000 } as const;
const BALANCE_FEN = 1234;
const DATE_TIME = { date: '20240229', time: '000000' } as const;

const TRANSACTIONS: Readonly<Record<SoftKeySet['cipher'], Transaction>> = {
  '3des': {
    loadKey: '73F73FE141894BA5BCBADDB121A7E321',
    tacKey: '3BF7D719D516D9D789C6EFB1D037E90F',
    checkValues: { load: '072812', tac: 'ECD4C2' },
    random: '240F079A',
    terminal: '5317B27EE70D',
  },
  sm4: {
    loadKey: 'F17F2B7D371B0BC1EE93F240C956E2D9',
    tacKey: 'B4BBE4D0B399E04B3D0229D550EB8527',
    checkValues: { load: 'DB3D50', tac: 'B32369' },
    random: '01EC2A52',
    terminal: 'BF43B548C37B',
  },
};

/** Key index, cipher, hierarchy, MAC1, MAC2, TAC. */
const ROWS = [
  [0x01, '3des', 'national', '43ED5D54', 'F4D51C31', '585B8E1A'],
  [0x02, '3des', 'provincial', '6B29105A', '76651FB1', '6D0935FD'],
  [0x03, '3des', 'card', '32E1FCB7', '36DC904A', '2966B221'],
  [0x41, 'sm4', 'national', 'E291FE6F', '4437FD34', 'D9C6EB42'],
  [0x42, 'sm4', 'provincial', '5CCE0A71', '3E6EA971', '7FEB1D69'],
  [0x43, 'sm4', 'card', '0A2890F0', 'BFB3D679', 'C64B408B'],
] as const;

/** The answers, one row a key set. */
export const HSM_ANSWERS: readonly HsmAnswer[] = ROWS.map(
  ([keyIndex, cipher, hierarchy, mac1, mac2Answer, tac]) => {
    const { loadKey, tacKey, checkValues, random, terminal } = TRANSACTIONS[cipher];
    const selector: KeySelector = { ...CARD, keyIndex };
    const session = { ...selector, ...COMMON, random, terminal };
    const rawBalanceAfter = BALANCE_FEN + COMMON.amountFen;
    return {
      keys: { keyIndex, cipher, hierarchy, loadKey, tacKey },
      mac1: { ...session, rawBalance: BALANCE_FEN, mac1 },
      mac2: { ...session, ...DATE_TIME },
      mac2Answer,
      tac: { ...selector, ...COMMON, ...DATE_TIME, rawBalanceAfter, terminal, tac },
      checkValues,
    };
  },
);

/**
 * The published key sets that an HSM under test must hold: six indexes, worth nothing.
 * 加密机一致性测试密钥（公开，六组）。
 */
export const HSM_TEST_KEYS: readonly SoftKeySet[] = HSM_ANSWERS.map(({ keys }) => keys);

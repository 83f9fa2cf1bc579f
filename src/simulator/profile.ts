/**
 * The card profile: everything on which real cards disagree, as data. The default is the card most
 * sources agree on; a profile file names only what differs.
 */
import * as v from 'valibot';
import { TOLL_APPLICATION_NAME } from '../etc/index.js';
import {
  expectFile,
  objectOf,
  partOf,
  statusWord,
  type Told,
  upperHexOf,
  wholeOf,
} from '../json/index.js';

const STATUS_WORDS = {
  /** A command that needs the PIN, without it: 6982, elsewhere 6985. */
  pinNotVerified: statusWord(),
  /** MAC2 or a purchase MAC1 is wrong: 9302, elsewhere 6982 or 6988. */
  macWrong: statusWord(),
  /** CREDIT or DEBIT without an open INITIALIZE: 6901, elsewhere 6985. */
  noTransaction: statusWord(),
  /** 805A asks for a proof the card does not hold: 9406, elsewhere 6985. */
  noProof: statusWord(),
  /** SELECT of a blocked application: 6A81, elsewhere 6283 or 9000. */
  blockedSelect: statusWord(),
  /** The balance would grow too large: 6985. */
  overflow: statusWord(),
};

const FIELDS = {
  /** Which counter 805A takes: the one after the transaction, the one before it, or either. */
  proveArg: v.picklist(['after', 'before', 'both']),
  /** The order of the eight bytes of 805A's answer. */
  proveHalf: v.picklist(['mac-tac', 'tac-mac']),
  /** INITIALIZE forgets the stored proof. */
  proveClearedByInit: v.boolean(),
  /** One proof is kept for the whole application, so a purchase replaces a load's. */
  proveClearedByPurchase: v.boolean(),
  /** The counter in the 23-byte log record: after the transaction, or before. */
  logAtc: v.picklist(['after', 'before']),
  /** A wrong MAC leaves the transaction open for another guess. */
  sessionSurvivesBadMac: v.boolean(),
  /** A READ, VERIFY or GET CHALLENGE between INITIALIZE and CREDIT leaves it open. */
  sessionSurvivesOther: v.boolean(),
  /** A new INITIALIZE ends the one before; otherwise any of them can still be credited. */
  singleSession: v.boolean(),
  /** The random numbers never repeat; otherwise eight of them come round and round. */
  rngTrusted: v.boolean(),
  /** INITIALIZE FOR LOAD refuses what would overflow; otherwise four bytes wrap. */
  overflowChecked: v.boolean(),
  maxBalanceFen: wholeOf(0, 0xffffffff),
  /** The last value of a transaction counter. */
  atcMax: wholeOf(1, 0xffff),
  /** After the last value comes 0; otherwise the purse is at its end (9402). */
  atcWraps: v.boolean(),
  /** GET BALANCE sets the top bit, as a flag. */
  balanceTopBit: v.boolean(),
  /**
   * EXTERNAL AUTHENTICATE of an SM4 key: the whole block, or its halves folded by xor to 8 bytes
   * with a challenge of 16. Folded: one vendor's desk test, no second source.
   */
  externalForm: v.picklist(['whole', 'folded']),
  pinForLoad: v.boolean(),
  pinForLog: v.boolean(),
  /** A finished transaction forgets that the PIN was verified. */
  pinClearedByTransaction: v.boolean(),
  /** Any six bytes may be the terminal number; otherwise only decimal digits. */
  terminalNumberFree: v.boolean(),
  /** INITIALIZE FOR LOAD takes an amount of 0. */
  initAmountZeroOk: v.boolean(),
  /** The card has an electronic deposit (ED) beside the purse, with unload. */
  electronicDeposit: v.boolean(),
  /** ED operations move the purse's online counter too. */
  otherOnlineOps: v.boolean(),
  /** Wrong MACs in a row that block the application; 0: never. */
  wrongMacLimit: wholeOf(0, 15),
  selectByFid: v.boolean(),
  /** SELECT of a DF answers its FCI. */
  selectFci: v.boolean(),
  /** DF name of the toll application, hex. */
  applicationName: upperHexOf(5, 16),
  logRecords: wholeOf(1, 254),
  issueSizeBytes: v.picklist([43, 50]),
  statusWords: objectOf(STATUS_WORDS),
};

/** A whole profile. */
export const CARD_PROFILE = objectOf(FIELDS);

/** A profile file: it names only what differs. */
export const PROFILE_FILE = partOf({ ...FIELDS, statusWords: partOf(STATUS_WORDS) });

/** Status words that cards give for one and the same refusal. */
export type ProfileStatusWords = Told<typeof CARD_PROFILE>['statusWords'];

/** How one card behaves at the edges. */
export interface CardProfile extends Told<typeof CARD_PROFILE> {}

/** The card of the fact sheets. */
export const DEFAULT_PROFILE: CardProfile = {
  proveArg: 'after',
  proveHalf: 'mac-tac',
  proveClearedByInit: false,
  proveClearedByPurchase: true,
  logAtc: 'after',
  sessionSurvivesBadMac: false,
  sessionSurvivesOther: false,
  singleSession: true,
  rngTrusted: true,
  overflowChecked: true,
  maxBalanceFen: 0x7fffffff,
  atcMax: 0xffff,
  atcWraps: false,
  balanceTopBit: false,
  externalForm: 'whole',
  pinForLoad: true,
  pinForLog: true,
  pinClearedByTransaction: true,
  terminalNumberFree: true,
  initAmountZeroOk: true,
  electronicDeposit: false,
  otherOnlineOps: false,
  wrongMacLimit: 3,
  selectByFid: true,
  selectFci: true,
  applicationName: TOLL_APPLICATION_NAME,
  logRecords: 50,
  issueSizeBytes: 50,
  statusWords: {
    pinNotVerified: 0x6982,
    macWrong: 0x9302,
    noTransaction: 0x6901,
    noProof: 0x9406,
    blockedSelect: 0x6a81,
    overflow: 0x6985,
  },
};

/**
 * Reads a profile: an object with any of the fields of {@link CardProfile}. Status words are hex
 * texts or numbers.
 * 解析卡片行为配置（JSON），未给出的字段取默认值。
 * @throws JSON_INVALID naming the field
 * @example
 * const profile = parseProfile({ proveArg: 'before', statusWords: { macWrong: '6988' } });
 * const card = createVirtualCard(personalise({ kind: '3des-4x', profile }));
 */
export function parseProfile(json: unknown): CardProfile {
  return wholeProfile(expectFile(PROFILE_FILE, json, THE_PROFILE));
}

/** A profile that names only what differs, with all the rest. */
export function wholeProfile({ statusWords, ...fields }: Told<typeof PROFILE_FILE>): CardProfile {
  return {
    ...DEFAULT_PROFILE,
    ...fields,
    statusWords: { ...DEFAULT_PROFILE.statusWords, ...statusWords },
  };
}

const THE_PROFILE = { en: 'The card profile', zh: '卡片配置' };

/**
 * The card profile: everything on which real cards disagree, as data. The default is the card most
 * sources agree on; a profile file names only what differs.
 */
import { QuancunError } from '../errors.js';
import { JSON_INVALID } from '../core-errors.js';

/** Status words that cards give for one and the same refusal. */
export interface ProfileStatusWords {
  /** A command that needs the PIN, without it: 6982, elsewhere 6985. */
  readonly pinNotVerified: number;
  /** MAC2 or a purchase MAC1 is wrong: 9302, elsewhere 6982 or 6988. */
  readonly macWrong: number;
  /** CREDIT or DEBIT without an open INITIALIZE: 6901, elsewhere 6985. */
  readonly noTransaction: number;
  /** 805A asks for a proof the card does not hold: 9406, elsewhere 6985. */
  readonly noProof: number;
  /** SELECT of a blocked application: 6A81, elsewhere 6283 or 9000. */
  readonly blockedSelect: number;
  /** The balance would grow too large: 6985. */
  readonly overflow: number;
}

/** How one card behaves at the edges. */
export interface CardProfile {
  /** Which counter 805A takes: the one after the transaction, the one before it, or either. */
  readonly proveArg: 'after' | 'before' | 'both';
  /** The order of the eight bytes of 805A's answer. */
  readonly proveHalf: 'mac-tac' | 'tac-mac';
  /** INITIALIZE forgets the stored proof. */
  readonly proveClearedByInit: boolean;
  /** One proof is kept for the whole application, so a purchase replaces a load's. */
  readonly proveClearedByPurchase: boolean;
  /** The counter in the 23-byte log record: after the transaction, or before. */
  readonly logAtc: 'after' | 'before';
  /** A wrong MAC leaves the transaction open for another guess. */
  readonly sessionSurvivesBadMac: boolean;
  /** A READ, VERIFY or GET CHALLENGE between INITIALIZE and CREDIT leaves it open. */
  readonly sessionSurvivesOther: boolean;
  /** A new INITIALIZE ends the one before; otherwise any of them can still be credited. */
  readonly singleSession: boolean;
  /** The random numbers never repeat; otherwise eight of them come round and round. */
  readonly rngTrusted: boolean;
  /** INITIALIZE FOR LOAD refuses what would overflow; otherwise four bytes wrap. */
  readonly overflowChecked: boolean;
  readonly maxBalanceFen: number;
  /** The last value of a transaction counter. */
  readonly atcMax: number;
  /** After the last value comes 0; otherwise the purse is at its end (9402). */
  readonly atcWraps: boolean;
  /** GET BALANCE sets the top bit, as a flag. */
  readonly balanceTopBit: boolean;
  readonly pinForLoad: boolean;
  readonly pinForLog: boolean;
  /** A finished transaction forgets that the PIN was verified. */
  readonly pinClearedByTransaction: boolean;
  /** Any six bytes may be the terminal number; otherwise only decimal digits. */
  readonly terminalNumberFree: boolean;
  /** INITIALIZE FOR LOAD takes an amount of 0. */
  readonly initAmountZeroOk: boolean;
  /** The card has an electronic deposit (ED) beside the purse, with unload. */
  readonly electronicDeposit: boolean;
  /** ED operations move the purse's online counter too. */
  readonly otherOnlineOps: boolean;
  /** Wrong MACs in a row that block the application; 0: never. */
  readonly wrongMacLimit: number;
  readonly selectByFid: boolean;
  /** SELECT of a DF answers its FCI. */
  readonly selectFci: boolean;
  /** DF name of the toll application, hex. */
  readonly applicationName: string;
  readonly logRecords: number;
  readonly issueSizeBytes: 43 | 50;
  readonly statusWords: ProfileStatusWords;
}

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
  applicationName: 'A00000000386980701',
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

/** What a field that is neither yes nor no may hold. */
const ALLOWED: Readonly<Record<string, (value: unknown) => boolean>> = {
  proveArg: oneOf('after', 'before', 'both'),
  proveHalf: oneOf('mac-tac', 'tac-mac'),
  logAtc: oneOf('after', 'before'),
  maxBalanceFen: wholeNumber(0, 0xffffffff),
  atcMax: wholeNumber(1, 0xffff),
  wrongMacLimit: wholeNumber(0, 15),
  applicationName: (value) => typeof value === 'string' && /^([0-9A-F]{2}){5,16}$/.test(value),
  logRecords: wholeNumber(1, 254),
  issueSizeBytes: oneOf(43, 50),
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
  const fields = objectOf(json, 'it');
  const profile: Record<string, unknown> = { ...DEFAULT_PROFILE };
  for (const [name, value] of Object.entries(fields)) {
    if (!hasOwn(DEFAULT_PROFILE, name)) throw invalid(`there is no field ${name}`);
    if (name === 'statusWords') profile[name] = parseStatusWords(value);
    else if (!(ALLOWED[name] ?? isBoolean)(value)) throw invalid(`${name} has a wrong value`);
    else profile[name] = value;
  }
  return profile as unknown as CardProfile;
}

function parseStatusWords(json: unknown): ProfileStatusWords {
  const words: Record<string, number> = { ...DEFAULT_PROFILE.statusWords };
  for (const [name, value] of Object.entries(objectOf(json, 'statusWords'))) {
    if (!hasOwn(words, name)) throw invalid(`there is no status word ${name}`);
    const sw =
      typeof value === 'string' && /^[0-9a-f]{4}$/i.test(value) ? parseInt(value, 16) : value;
    if (!wholeNumber(0x6000, 0x9fff)(sw)) throw invalid(`${name} is no status word`);
    words[name] = sw as number;
  }
  return words as unknown as ProfileStatusWords;
}

/** A name that every object inherits, such as `constructor`, is no field. */
function hasOwn(table: object, name: string): boolean {
  return Object.prototype.hasOwnProperty.call(table, name);
}

function objectOf(json: unknown, what: string): Readonly<Record<string, unknown>> {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw invalid(`${what} is no object`);
  }
  return json as Readonly<Record<string, unknown>>;
}

function oneOf(...values: readonly unknown[]): (value: unknown) => boolean {
  return (value) => values.includes(value);
}

function wholeNumber(min: number, max: number): (value: unknown) => boolean {
  return (value) => Number.isInteger(value) && Number(value) >= min && Number(value) <= max;
}

function isBoolean(value: unknown): boolean {
  return typeof value === 'boolean';
}

function invalid(problem: string): QuancunError {
  return new QuancunError(JSON_INVALID, { details: { what: 'The card profile', problem } });
}

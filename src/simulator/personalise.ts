/** Personalisation: a fresh card with its files, its keys and its profile. */
import * as v from 'valibot';
import { fromHex, toHex } from '../bytes.js';
import { desCipher, sm4Cipher } from '../crypto/index.js';
import {
  ef0015,
  ef0016,
  encodePin,
  MASTER_FILE,
  pinFormOf,
  TOLL_APPLICATION,
} from '../etc/index.js';
import { decodeGbkByTable } from '../gbk-table.js';
import {
  expectOptions,
  type Given,
  hexOf,
  objectOf,
  type Told,
  typed,
  wholeOf,
} from '../json/index.js';
import { CARD_PROFILE, DEFAULT_PROFILE, type CardProfile } from './profile.js';
import { ALGORITHM_SM4, deriveKey } from './cryptograms.js';
import { EXTERNAL_TRIES } from './security.js';
import {
  CARD_FILE,
  CARD_FORMAT,
  type CardFile,
  type CardKey,
  type CardState,
  type KeyUse,
  NO_SESSION,
} from './state.js';
import { TEST_ROOT_KEYS, type TestRootKeys } from './test-keys.js';

/** What a card is made from; everything but the kind has a default. */
const PERSONALISE_OPTIONS = objectOf({
  kind: v.picklist(['3des-4x', 'sm4-5x', 'pass-card']),
  profile: v.optional(CARD_PROFILE, DEFAULT_PROFILE),
  balanceFen: v.optional(wholeOf(0, 0xffffffff), 0),
  onlineAtc: v.optional(wholeOf(0, 0xffff), 0),
  offlineAtc: v.optional(wholeOf(0, 0xffff), 0),
  /** 16 digits. */
  cardNumber: v.optional(v.string(), '6201220000001234'),
  plate: v.optional(v.string(), '甘A12345'),
  /** YYYY-MM-DD. */
  startDate: v.optional(v.string(), '2020-01-01'),
  endDate: v.optional(v.string(), '2035-12-31'),
  holderName: v.optional(v.string(), '张三丰'),
  /** Two hex digits; decides the form of the PIN. Default: 41, or 50 for SM4. */
  version: v.optional(v.string()),
  /** Digits; `null` for a card without a PIN. */
  pin: v.optional(v.nullable(v.string()), '123456'),
  pinTries: v.optional(wholeOf(1, 15), 3),
  /** Seed of the card's random numbers, 16 bytes hex. */
  seed: v.optional(hexOf(16), '53494D554C41544F522053454544212E'),
  /** More files for the toll application. */
  files: v.optional(v.array(typed<CardFile>(CARD_FILE)), []),
});

/** What a card is made from; everything but the kind has a default. */
export interface PersonaliseOptions extends Given<typeof PERSONALISE_OPTIONS> {}

/** The cards there are: a 3DES storage card, an SM4 one, and a 记账卡. */
export type CardKind = PersonaliseOptions['kind'];

const GANSU = 'B8CACBE062010001';
const NETWORK = '6201';
/** Key indexes of the two algorithms (fact sheet of the ETC card, 2.1). */
const INDEX = {
  '3des': { main: 0x01, zero: 0x00, purchase: [0x01, 0x02], version: 0x01, algorithm: 0x00 },
  sm4: { main: 0x41, zero: 0x40, purchase: [0x41, 0x42], version: 0x41, algorithm: ALGORITHM_SM4 },
} as const;
type Algorithm = keyof typeof INDEX;

/**
 * Makes a card.
 * 个人化一张模拟卡：3DES 储值卡、SM4 储值卡或记账卡。
 * @throws ARGUMENT_INVALID naming the option, and the errors of a field that cannot be encoded
 * @example const card = createVirtualCard(personalise({ kind: '3des-4x', balanceFen: 5000 }));
 */
export function personalise(options: PersonaliseOptions): CardState {
  const set = expectOptions(PERSONALISE_OPTIONS, options, 'personalise');
  const { kind, profile } = set;
  const version = set.version ?? (kind === 'sm4-5x' ? '50' : '41');
  // Added to zero, a minus zero is none: JSON, in which a card is saved, cannot keep one.
  const purse = {
    balanceFen: set.balanceFen + 0,
    onlineAtc: set.onlineAtc + 0,
    offlineAtc: set.offlineAtc + 0,
  };
  return {
    format: CARD_FORMAT,
    profile,
    atr: '3B6D000080318065B0' + '51434E0103838190',
    mf: {
      fid: MASTER_FILE,
      name: toHex(ascii('1PAY.SYS.DDF01')),
      files: masterFiles(set.holderName),
    },
    df: {
      fid: TOLL_APPLICATION,
      name: profile.applicationName,
      files: [...applicationFiles(set, version, profile), ...set.files],
    },
    keys: keysOf(kind, set.cardNumber, profile),
    pin: pinState(set.pin, set.pinTries, version),
    externalTriesLeft: EXTERNAL_TRIES,
    ep: purse,
    ed: profile.electronicDeposit ? { balanceFen: 0, onlineAtc: 0, offlineAtc: 0 } : null,
    proofs: [],
    application: 'open',
    cardBlocked: false,
    wrongMacs: 0,
    failedUnblocks: 0,
    seed: set.seed.toUpperCase(),
    draws: 0,
    session: NO_SESSION,
  };
}

function pinState(pin: string | null, tries: number, version: string): CardState['pin'] {
  if (pin === null) return null;
  return { value: toHex(encodePin(pin, pinFormOf(version))), limit: tries, triesLeft: tries };
}

function masterFiles(holderName: string): CardFile[] {
  const holder = {
    holderKind: 0,
    staffKind: 0,
    holderName,
    idNumber: '620102199001011234',
    idKind: 0,
  };
  // By the table: the same card on hosts that have no decoder.
  const holderFile = ef0016.encode(holder, decodeGbkByTable);
  return [transparent(0x0016, toHex(holderFile), 'mac')];
}

function applicationFiles(
  set: Told<typeof PERSONALISE_OPTIONS>,
  version: string,
  profile: CardProfile,
): CardFile[] {
  const issue = {
    issuer: GANSU,
    issuerName: '甘肃',
    cardType: set.kind === 'pass-card' ? 23 : 22,
    version,
    network: NETWORK,
    cardNumber: set.cardNumber,
    startDate: set.startDate,
    endDate: set.endDate,
    plate: set.plate,
    userType: 0,
    plateColour: 0,
    vehicleClass: 1,
  };
  const long = { ...issue, reserved: '00000000000000' };
  const issueFile = ef0015.encode(profile.issueSizeBytes === 50 ? long : issue, decodeGbkByTable);
  return [
    transparent(0x0015, toHex(issueFile), 'mac'),
    transparent(0x0012, '00'.repeat(40), 'auth'),
    transparent(0x0008, '00'.repeat(128), 'auth'),
    transparent(0x0009, '00'.repeat(512), 'free'),
    {
      fid: 0x0018,
      form: 'cyclic',
      read: profile.pinForLog ? 'pin' : 'free',
      update: 'never',
      contents: [],
      maxRecords: profile.logRecords,
    },
    {
      fid: 0x0019,
      form: 'records',
      read: 'free',
      update: 'mac',
      contents: [`AA29${'00'.repeat(41)}`, `B129${'00'.repeat(41)}`, `C13D${'00'.repeat(61)}`],
      maxRecords: 16,
    },
  ];
}

function transparent(fid: number, hex: string, update: CardFile['update']): CardFile {
  return { fid, form: 'transparent', read: 'free', update, contents: [hex] };
}

/** An SM4 card loads with SM4 alone, but still pays under both: old lanes have 3DES PSAMs. */
function keysOf(kind: CardKind, cardNumber: string, profile: CardProfile): CardKey[] {
  const full = kind === 'sm4-5x' ? 'sm4' : '3des';
  const keys = keysUnder(full, cardNumber, [
    ...(['load', 'purchase', 'tac', 'mac', 'external', 'internal'] as const),
    ...(['pinUnblock', 'pinReload'] as const),
    ...(profile.electronicDeposit ? (['unload'] as const) : []),
  ]);
  if (full === '3des') return keys;
  return [...keys, ...keysUnder('3des', cardNumber, ['purchase', 'tac', 'external', 'internal'])];
}

function keysUnder(algorithm: Algorithm, cardNumber: string, uses: readonly KeyUse[]): CardKey[] {
  const { main, zero, purchase, version, algorithm: code } = INDEX[algorithm];
  const indexes: Partial<Record<KeyUse, readonly number[]>> = {
    load: purchase,
    purchase,
    tac: [zero],
    internal: [zero],
    pinUnblock: [zero],
  };
  const key = (use: KeyUse, fid: number, index: number): CardKey => {
    const root = TEST_ROOT_KEYS[algorithm][ROOT_OF[use]];
    return {
      use,
      fid,
      index,
      version,
      algorithm: code,
      value: cardKey(algorithm, root, cardNumber),
    };
  };
  return uses.flatMap((use) => {
    const inDf = (indexes[use] ?? [main]).map((index) => key(use, TOLL_APPLICATION, index));
    return use === 'mac' ? [...inDf, key(use, MASTER_FILE, main)] : inDf;
  });
}

const ROOT_OF: Readonly<Record<KeyUse, keyof TestRootKeys>> = {
  load: 'loadKey',
  purchase: 'purchaseKey',
  unload: 'unloadKey',
  tac: 'tacKey',
  mac: 'macKey',
  external: 'externalKey',
  internal: 'internalKey',
  pinUnblock: 'pinUnblockKey',
  pinReload: 'pinReloadKey',
};

/** Two levels: the issuer's four bytes doubled, then the card number. */
function cardKey(algorithm: Algorithm, root: string, cardNumber: string): string {
  const cipher = algorithm === 'sm4' ? sm4Cipher : desCipher;
  const issuer = fromHex(GANSU.slice(0, 8).repeat(2));
  const issuerKey = deriveKey(cipher, fromHex(root), issuer);
  return toHex(deriveKey(cipher, issuerKey, fromHex(cardNumber)));
}

function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

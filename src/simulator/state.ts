/**
 * The whole of a simulated card as one immutable value. Bytes are hex text, so the state is its own
 * JSON. `session` is what a real card holds in RAM: a reset clears it.
 */
import * as v from 'valibot';
import { objectOf, type Told, typed, upperHex, upperHexOf, wholeOf } from '../json/index.js';
import { CARD_PROFILE, type CardProfile, PROFILE_FILE } from './profile.js';

/** The form of a saved card. */
export const CARD_FORMAT = 'quancun-card/1';

const fid = wholeOf(0, 0xffff);
const counter = wholeOf(0, 0xffff);
const byte = wholeOf(0, 0xff);
/** Sixteen bytes. */
const key = upperHexOf(16);
const anyHex = upperHex();

/**
 * What one may do with a file, and after which proof of right: `pin` after VERIFY, `auth` after
 * EXTERNAL AUTHENTICATE, `mac` with a MAC (line protection), `cipher` enciphered, with a MAC.
 */
const ACCESS = v.picklist(['free', 'never', 'pin', 'auth', 'mac', 'cipher']);

/** An elementary file, as it is saved. */
export const CARD_FILE = objectOf({
  fid,
  form: v.picklist(['transparent', 'records', 'cyclic']),
  read: typed<Access>(ACCESS),
  update: typed<Access>(ACCESS),
  /** One text of hex for a transparent file; records otherwise, of a cyclic file newest first. */
  contents: v.array(anyHex),
  /** Records a file has room for. */
  maxRecords: v.exactOptional(wholeOf(0, 254)),
});

const DIRECTORY = objectOf({
  fid,
  /** DF name, hex. */
  name: anyHex,
  files: v.array(typed<CardFile>(CARD_FILE)),
});

const KEY_USE = v.picklist([
  ...(['load', 'purchase', 'unload', 'tac', 'mac', 'external', 'internal'] as const),
  ...(['pinUnblock', 'pinReload'] as const),
]);

const CARD_KEY = objectOf({
  use: typed<KeyUse>(KEY_USE),
  /** The directory it belongs to. */
  fid,
  index: byte,
  version: byte,
  /** 00: 3DES; 04: SM4. */
  algorithm: byte,
  /** 16 bytes, hex. */
  value: key,
});

const PURSE = objectOf({
  balanceFen: wholeOf(0, 0xffffffff),
  onlineAtc: counter,
  offlineAtc: counter,
});

const PROOF = objectOf({
  transactionType: byte,
  atcBefore: counter,
  atcAfter: counter,
  mac: anyHex,
  tac: anyHex,
});

const KEPT = {
  format: v.literal(CARD_FORMAT),
  profile: typed<CardProfile>(CARD_PROFILE),
  atr: anyHex,
  mf: typed<Directory>(DIRECTORY),
  df: typed<Directory>(DIRECTORY),
  keys: v.array(typed<CardKey>(CARD_KEY)),
  /** Absent (null) on a card that knows no PIN. */
  pin: v.nullable(objectOf({ value: anyHex, limit: wholeOf(0, 15), triesLeft: wholeOf(0, 15) })),
  externalTriesLeft: wholeOf(0, 15),
  ep: typed<Purse>(PURSE),
  ed: v.nullable(typed<Purse>(PURSE)),
  proofs: v.array(typed<Proof>(PROOF)),
  /** `blocked` can be undone by APPLICATION UNBLOCK, `locked` cannot. */
  application: v.picklist(['open', 'blocked', 'locked']),
  cardBlocked: v.boolean(),
  /** Wrong transaction MACs in a row, and failed APPLICATION UNBLOCKs in a row. */
  wrongMacs: wholeOf(0, 15),
  failedUnblocks: wholeOf(0, 15),
  /** Random numbers are counts enciphered under this seed: the card stays a pure function. */
  seed: key,
  draws: wholeOf(0),
};

/** A card as it is saved: all but its session. A profile may be of an older version, with less. */
export const SAVED_CARD = objectOf({ ...KEPT, profile: PROFILE_FILE });

/** What one may do with a file, and after which proof of right. */
export type Access = Told<typeof ACCESS>;

/** An elementary file. */
export interface CardFile extends Told<typeof CARD_FILE> {}

/** The MF or the toll application. */
export interface Directory extends Told<typeof DIRECTORY> {}

/** What a key is for. */
export type KeyUse = Told<typeof KEY_USE>;

/** A key of the card. */
export interface CardKey extends Told<typeof CARD_KEY> {}

/** One purse: the balance and its two counters. */
export interface Purse extends Told<typeof PURSE> {}

/** What 805A can show. */
export interface Proof extends Told<typeof PROOF> {}

/** An initialized transaction that waits for its CREDIT or DEBIT. */
export interface OpenTransaction {
  readonly kind: 'load' | 'unload' | 'purchase' | 'compound';
  readonly purse: 'ep' | 'ed';
  readonly transactionType: number;
  readonly amountFen: number;
  readonly atc: number;
  /** Hex: terminal number, random number and the key it was opened with. */
  readonly terminal: string;
  readonly random: string;
  readonly key: CardKey;
}

/** What a reset forgets. */
export interface Session {
  readonly directory: 'mf' | 'df';
  readonly currentFid: number | null;
  readonly pinVerified: boolean;
  readonly authenticated: boolean;
  /** The random number of GET CHALLENGE, hex; it lives for one command. */
  readonly challenge: string | null;
  /** The open transaction, last; several only where the profile allows it. */
  readonly open: readonly OpenTransaction[];
  /** Records that the DEBIT of a compound purchase will write. */
  readonly cache: readonly {
    readonly fid: number;
    readonly record: number;
    readonly hex: string;
  }[];
}

/** A simulated card. */
export interface CardState extends Told<v.StrictObjectSchema<typeof KEPT, undefined>> {
  readonly session: Session;
}

/** A session just after reset: the MF selected, and no right to anything. */
export const NO_SESSION: Session = {
  directory: 'mf',
  currentFid: null,
  pinVerified: false,
  authenticated: false,
  challenge: null,
  open: [],
  cache: [],
};

/** What a command does: the card after it, and the answer. */
export interface Result {
  readonly state: CardState;
  readonly sw: number;
  readonly data?: Uint8Array;
}

/** The card as it was, and a status word. */
export function refuse(state: CardState, sw: number): Result {
  return { state, sw };
}

/** 9000, with or without data. */
export function accept(state: CardState, data?: Uint8Array): Result {
  return data === undefined ? { state, sw: 0x9000 } : { state, sw: 0x9000, data };
}

/** Changes some of the session. */
export function withSession(state: CardState, change: Partial<Session>): CardState {
  return { ...state, session: { ...state.session, ...change } };
}

/** The selected directory. */
export function directoryOf(state: CardState): Directory {
  return state.session.directory === 'mf' ? state.mf : state.df;
}

/** The key of a use and an index in a directory. */
export function findKey(
  state: CardState,
  use: KeyUse,
  fid: number,
  index?: number,
): CardKey | undefined {
  return state.keys.find(
    (key) => key.use === use && key.fid === fid && (index === undefined || key.index === index),
  );
}

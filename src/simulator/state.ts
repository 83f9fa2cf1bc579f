/**
 * The whole of a simulated card as one immutable value. Bytes are hex text, so the state is its own
 * JSON. `session` is what a real card holds in RAM: a reset clears it.
 */
import type { CardProfile } from './profile.js';

/** The form of a saved card. */
export const CARD_FORMAT = 'quancun-card/1';

/** What one may do with a file, and after which proof of right. */
export type Access =
  | 'free'
  | 'never'
  /** After VERIFY. */
  | 'pin'
  /** After EXTERNAL AUTHENTICATE. */
  | 'auth'
  /** With a MAC: line protection. */
  | 'mac'
  /** Enciphered, with a MAC. */
  | 'cipher';

/** An elementary file. */
export interface CardFile {
  readonly fid: number;
  readonly form: 'transparent' | 'records' | 'cyclic';
  readonly read: Access;
  readonly update: Access;
  /** One text of hex for a transparent file; records otherwise, of a cyclic file newest first. */
  readonly contents: readonly string[];
  /** Records a file has room for. */
  readonly maxRecords?: number;
}

/** The MF or the toll application. */
export interface Directory {
  readonly fid: number;
  /** DF name, hex. */
  readonly name: string;
  readonly files: readonly CardFile[];
}

/** What a key is for. */
export type KeyUse =
  | 'load'
  | 'purchase'
  | 'unload'
  | 'tac'
  | 'mac'
  | 'external'
  | 'internal'
  | 'pinUnblock'
  | 'pinReload';

/** A key of the card. */
export interface CardKey {
  readonly use: KeyUse;
  /** The directory it belongs to. */
  readonly fid: number;
  readonly index: number;
  readonly version: number;
  /** 00: 3DES; 04: SM4. */
  readonly algorithm: number;
  /** 16 bytes, hex. */
  readonly value: string;
}

/** One purse: the balance and its two counters. */
export interface Purse {
  readonly balanceFen: number;
  readonly onlineAtc: number;
  readonly offlineAtc: number;
}

/** What 805A can show. */
export interface Proof {
  readonly transactionType: number;
  readonly atcBefore: number;
  readonly atcAfter: number;
  readonly mac: string;
  readonly tac: string;
}

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
export interface CardState {
  readonly format: typeof CARD_FORMAT;
  readonly profile: CardProfile;
  readonly atr: string;
  readonly mf: Directory;
  readonly df: Directory;
  readonly keys: readonly CardKey[];
  /** Absent (null) on a card that knows no PIN. */
  readonly pin: {
    readonly value: string;
    readonly limit: number;
    readonly triesLeft: number;
  } | null;
  readonly externalTriesLeft: number;
  readonly ep: Purse;
  readonly ed: Purse | null;
  readonly proofs: readonly Proof[];
  /** `blocked` can be undone by APPLICATION UNBLOCK, `locked` cannot. */
  readonly application: 'open' | 'blocked' | 'locked';
  readonly cardBlocked: boolean;
  /** Wrong transaction MACs in a row, and failed APPLICATION UNBLOCKs in a row. */
  readonly wrongMacs: number;
  readonly failedUnblocks: number;
  /** Random numbers are counts enciphered under this seed: the card stays a pure function. */
  readonly seed: string;
  readonly draws: number;
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

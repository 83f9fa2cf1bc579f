/**
 * What the door of a server remembers: nonces that were used, answers that may be asked for again,
 * and codes that were wrong. It stands in the database, so that every instance of a server knows
 * what any of them has seen.
 */
import type { NonceGuard } from '../signing/index.js';
import type { Guess, GuessRule, Place } from './guess-rule.js';

/** An answer that is given again, byte for byte. */
export interface StoredReply {
  /** SHA-256 of the request that got it. */
  readonly requestHash: string;
  readonly status: number;
  readonly body: string;
}

/** A code that was wrong, or has not been weighed. */
export interface WrongCode extends Omit<Guess, 'name'> {
  readonly isWrong: boolean;
}

/** Which wrong codes no longer count: of a caller, about a card or an order, or all. */
export interface Clearing {
  readonly keyId?: string;
  readonly about?: string;
  readonly by: string;
  readonly reason: string;
  readonly atMs: number;
  /** What was cleared with them elsewhere: wrong passwords of a person (`about`: `login ID`). */
  readonly more?: number;
}

/** A clearing as it is kept, with how many codes it was about. */
export interface Cleared extends Clearing {
  readonly codes: number;
}

/** The memory of the door. */
export interface RequestGuard extends NonceGuard {
  /**
   * The ledger in the same database: its transactions write nonces and replies too. Absent: there
   * is none, and each is written by itself.
   */
  readonly ledger?: object;
  findReply(keyId: string, idempotencyKey: string): Promise<StoredReply | undefined>;
  /** The first reply stands; answers the one that stands. */
  storeReply(
    keyId: string,
    idempotencyKey: string,
    reply: StoredReply,
    atMs: number,
  ): Promise<StoredReply>;
  /**
   * Takes a place for a guess before it is weighed, as long as there is one: of any number that ask
   * at once, in whatever processes, never more get one than the rule has. It need not outlast a
   * power cut. A place that is neither given back nor kept is free again after 20 s.
   */
  takePlace(guess: Guess, rule: GuessRule): Promise<Place>;
  /** The code was right, or was not weighed: as if it had not been shown. */
  giveBackPlace(name: string): Promise<void>;
  /** The code was wrong: it counts until it has left its hour, and its day. */
  keepPlace(name: string): Promise<void>;
  /** How many wrong ones of a kind have counted since then. */
  countWrong(kind: Guess['kind'], sinceMs: number): Promise<number>;
  /** Those that count, the latest first. */
  findWrong(sinceMs: number, limit: number): Promise<readonly WrongCode[]>;
  /** Lets wrong codes count no more, and keeps who said so and why. Answers how many there were. */
  clearWrong(clearing: Clearing): Promise<number>;
  /** What was cleared since then, the latest first. */
  findCleared(sinceMs: number, limit: number): Promise<readonly Cleared[]>;
  /**
   * Forgets, of each kind at most `limit`, what has outlived its use: nonces two hours behind the
   * newest one, kept replies and wrong codes after a year. Answers how many; as many as `limit`:
   * there may be more.
   */
  forget(nowMs: number, limit: number): Promise<number>;
}

/**
 * How long a nonce is remembered: far longer than a signature is accepted, so that a clock that was
 * wrong for a while has not forgotten what it will admit again. It is counted from the newest nonce
 * that was seen, and a clock that runs ahead of every terminal sees none.
 */
export const NONCE_LIFE_MS = 2 * 3_600_000;
/** How long a reply is given again, and a wrong code kept for who looks into it. */
export const REPLY_LIFE_MS = 365 * 24 * 3_600_000;

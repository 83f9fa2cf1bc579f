/** A closed world: what is in it, and how often each thing may happen. */
import type { LoadPolicy } from '../load/index.js';
import type { Decide } from '../server/decide.js';

/**
 * How an open order can end: by a visit of its card; by the office, with or without the card; by
 * two people; by two people with the card destroyed or taken in; or not at all.
 */
export type Exit = 'visit' | 'office' | 'people' | 'card-taken-in' | 'none';

/** How often something that is spent may happen in a world. */
export interface Allowance {
  /** The card is asked for its counter: INITIALIZE FOR LOAD with an order's amount. */
  readonly inits: number;
  /** The card is asked by a probe. */
  readonly probes: number;
  /** A customer pays. */
  readonly payments: number;
  /** Another issuer's system loads the card. */
  readonly foreignLoads: number;
  /** The card pays at a gate; its last proof is gone. */
  readonly purchases: number;
  /** A refund by probe is asked for. */
  readonly voids: number;
  /** The card is destroyed, or in the issuer's hands for good. */
  readonly destructions: number;
  /** The database forgets everything since a copy. */
  readonly losses: number;
  /** The last line of a journal is torn off, and its server started again. */
  readonly tears: number;
  /** The second server ends for good, and its journal with it. */
  readonly deaths: number;
  /** A person says what is not so. */
  readonly errors: number;
  /** The card is asked before money is taken. */
  readonly checks: number;
  /** The provider closes a refund: that number will never pay. */
  readonly closings: number;
  /** A person gives a payment back by hand. */
  readonly hands: number;
}

/** A world. */
export interface World {
  readonly name: string;
  readonly policy: LoadPolicy;
  /** For each order the card it is for, by place. */
  readonly orders: readonly number[];
  readonly allowance: Allowance;
  /** Whether the books know the card's counter, as after an earlier load. */
  readonly isKnown: boolean;
  /** Whether two people act on orders. */
  readonly hasPeople: boolean;
  /** Whether TACs are garbled and CREDIT is refused. */
  readonly isNoisy: boolean;
  /** Whether the card draws the same random every time. */
  readonly repeatsRandom: boolean;
  /** How many servers there are, each with a journal of its own; 0: no journal. */
  readonly servers: 0 | 1 | 2;
  /** Whether somebody may pay another amount than the order's. */
  readonly hasWrongAmounts: boolean;
  /** Whether a payment may be told to any order. */
  readonly tellsAnyOrder: boolean;
  /** Tills that take money with the card in the reader; none: money comes by itself. */
  readonly tills: readonly string[];
  /** Whether payments have no date. */
  readonly isUndated: boolean;
  /**
   * What may go wrong here for the cards of lines that nobody has any more: a journal that is
   * given up, or torn, together with the commits that it would have told. All else fails.
   */
  readonly mayLose: boolean;
  /** Whether a card may have two frozen orders: the ledger itself refuses to load beside one. */
  readonly mayFreezeTwo: boolean;
  /** How an open order may have to end here. Any other way is a dead end, and fails. */
  readonly exits: readonly Exit[];
}

/** What decides in a world. */
export interface Rules {
  readonly decide: Decide;
  /** Old recordings may still do something: they are kept. */
  readonly keepsStale?: true;
  /** The ledger's row of a journal is not looked at: a loss is never noticed. */
  readonly isBlind?: true;
  /** Only safety is asked for. */
  readonly ignoresExits?: true;
}

/** What every amount in a world is: equal amounts are the hardest to tell apart. */
export const AMOUNT_FEN = 100;
/** What somebody pays by mistake. */
export const WRONG_FEN = 90;

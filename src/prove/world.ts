/** A closed world: what is in it, and how often each thing may happen. */
import type { LoadPolicy } from '../load/index.js';
import type { Exit } from './leave.js';
import type { Decide } from '../server/service.js';

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
  /** How an open order may have to end here. Any other way is a dead end, and fails. */
  readonly exits: readonly Exit[];
}

/** What decides in a world. */
export interface Rules {
  readonly decide: Decide;
  /** Old recordings may still do something: they are kept. */
  readonly keepsStale?: true;
  /** Only safety is asked for. */
  readonly ignoresExits?: true;
}

/** What every amount in a world is: equal amounts are the hardest to tell apart. */
export const AMOUNT_FEN = 100;

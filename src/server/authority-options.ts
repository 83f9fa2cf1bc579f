/** What an authority is made of, and what it holds inside. */
import * as v from 'valibot';
import { objectOf, textOf, wholeOf } from '../json/index.js';
import type { Env } from '../env.js';
import type { LoadPolicy } from '../load/index.js';
import type { FindBookBalance } from './book-balance.js';
import type { Decide } from './decide.js';
import type { Hsm } from './hsm/hsm.js';
import type { Journal } from './journal/journal.js';
import type { Witness } from './journal/witness.js';
import type { Ledger } from './ledger/ledger.js';
import type { RequestSlip } from './request-slip.js';
import type { InTurnOfCard } from './turns-of-cards.js';

/**
 * What a policy may be. A slip in plain JavaScript, or a variable that is not set, must not switch
 * a protection off.
 */
export const POLICY = objectOf({
  issuer: v.picklist(['sole', 'shared']),
  outlets: v.union([v.literal('any'), v.array(textOf(256))]),
  maxAmountFen: wholeOf(1),
  maxBalanceFen: wholeOf(1),
  maxAtc: wholeOf(0, 0xffff),
  maxAttemptsPerDay: wholeOf(1),
  maxBadTacs: wholeOf(1),
  holdAfterMs: wholeOf(0),
  expireUnpaidAfterMs: wholeOf(0),
  refundByProbe: v.boolean(),
  probesForRefund: wholeOf(1),
  utcOffsetMinutes: wholeOf(-1_080, 1_080),
});

/** What an authority is made of. */
export interface AuthorityOptions {
  readonly ledger: Ledger;
  readonly hsm: Hsm;
  readonly journal: Journal;
  readonly env: Env;
  /** Changes to the strict `DEFAULT_POLICY` of `quancun/load`. */
  readonly policy?: Partial<LoadPolicy>;
  /** Whether a card is on the list of stopped cards. */
  readonly isStopped?: (cardNumber: string) => Promise<boolean>;
  /**
   * The issuer's books, to refuse starting a load when the card's balance is another. Default: not
   * asked, because a difference says nothing of whether a card was written, and an issuer whose
   * tolls clear late would turn good cards away.
   */
  readonly findBookBalance?: FindBookBalance;
  /** How long the HSM, the books and the list are waited for, each question. Default: 5,000. */
  readonly askTimeoutMs?: number;
  /**
   * The journal is new on purpose, though the ledger has another and no other server runs. Default:
   * refused, because the path may be mistyped.
   */
  readonly newJournal?: boolean;
}

/** An authority's own: what it decides by; who lost a race waits in turn. */
export interface Inside extends AuthorityOptions {
  readonly decide: Decide;
  readonly inTurn: InTurnOfCard;
  readonly witness: Witness;
  /** What the request's door wants written with the decision. */
  readonly slip?: RequestSlip;
}

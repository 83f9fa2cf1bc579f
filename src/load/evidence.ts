/**
 * Evidence: what may change an order, and nothing else may. Each piece arrives here already checked
 * by the HSM, so that a decision is a pure function of facts.
 */
import type { Attempt, Payment, ReleaseRequest, Taking, Who } from './order.js';

/** An INIT FOR LOAD answer whose MAC1 the HSM verified: the card itself speaks. */
export interface AuthenticInit {
  readonly onlineAtc: number;
  /** The raw four-byte balance, top bit included. */
  readonly rawBalance: number;
  readonly random: string;
  readonly amountFen: number;
  readonly terminal: string;
  readonly keyVersion: number;
  readonly algorithm: number;
}

/**
 * A piece of evidence.
 * 证据。
 *
 * There is no kind for "the terminal says it failed" that could move money: a status word, a
 * timeout or a report never proves that a card was not written.
 */
export type Evidence =
  /** The payment port confirms that the customer paid. */
  | {
      readonly kind: 'payment';
      readonly transactionId: string;
      readonly amountFen: number;
      /** When it was taken, as the provider or the till says. */
      readonly paidAtMs?: number;
      /** Who submits it. */
      readonly who?: Who;
      /** What the card is asked with next, where the order waits for another payment. */
      readonly nextCheckTerminal?: string;
    }
  /** Money is about to be taken: INIT with the order's own terminal number, MAC1 verified. */
  | { readonly kind: 'taking'; readonly init: AuthenticInit; readonly taking: Taking }
  /**
   * Nothing was taken: by the word of the terminal that began it, by the provider's, who has closed
   * the payment and answers that it is unpaid, or by a supervisor's. It names the intent that it
   * ends by the terminal number it began with: a late word ends no later one.
   */
  | {
      readonly kind: 'not-taken';
      readonly how: 'terminal' | 'provider' | 'supervisor';
      readonly by?: string;
      readonly checkTerminal: string;
      readonly nextCheckTerminal: string;
      /** A supervisor's reason. */
      readonly reason?: string;
    }
  /** The order is given up before anything was issued. */
  | { readonly kind: 'cancel' }
  /** The card is in a reader; nothing was done with it yet. */
  | { readonly kind: 'present' }
  /** INIT with the order's amount, MAC1 verified. */
  | { readonly kind: 'init'; readonly init: AuthenticInit }
  /** INIT with the probe's probeTerminal as terminal number and amount 1, MAC1 verified. */
  | { readonly kind: 'probe'; readonly init: AuthenticInit; readonly nextProbeTerminal: string }
  /** A TAC that the HSM verified against this attempt of the order. */
  | { readonly kind: 'tac'; readonly attempt: Attempt; readonly tac?: string }
  /** A TAC that verified against no attempt of the order. Proves nothing. */
  | { readonly kind: 'bad-tac' }
  /** 805A answered nothing that verifies. Proves nothing; the next step asks the counter. */
  | { readonly kind: 'no-proof' }
  /** The card answered CREDIT FOR LOAD with this error: four hex digits. Proves nothing. */
  | { readonly kind: 'credit-refused'; readonly sw: string }
  /** The card's answer was lost, or the terminal was. Proves nothing. */
  | { readonly kind: 'lost' }
  /** Another issuer's ledger shows that the bound ATC was spent by its load; our HSM agrees. */
  | { readonly kind: 'foreign-record'; readonly onlineAtc: number }
  /** Two people ask to give the money back. */
  | { readonly kind: 'void'; readonly probeTerminal: string }
  | { readonly kind: 'withdraw-void' }
  /** One of the two people who release a frozen order. */
  | { readonly kind: 'release'; readonly request: ReleaseRequest }
  /**
   * A refund is about to be handed to the provider: of this payment. `closed`: the provider says of
   * this number of it that it will never pay, so the next one is handed out.
   */
  | { readonly kind: 'send-refund'; readonly transactionId: string; readonly closed?: number }
  /**
   * The payment provider confirms the refund: of the order's own payment, or of this one. By hand:
   * a person has given it back; `failed`: the provider says of this number that it never will.
   */
  | {
      readonly kind: 'refunded';
      readonly transactionId?: string;
      readonly byHand?: true;
      readonly failed?: number;
      /** Who says so, and why: for the audit trail and the journal. */
      readonly reason?: string;
    }
  /**
   * A journal shows an authorisation that the ledger has forgotten. `clash`: the ledger cannot take
   * it, its payment or its ATC belongs to another order there.
   */
  | { readonly kind: 'repair-issue'; readonly attempt: Attempt; readonly clash?: true }
  /** A journal shows a payment that the ledger has forgotten, as it stood in the order. */
  | { readonly kind: 'repair-payment'; readonly payment: Payment }
  /** A journal shows a refund that the ledger has forgotten: 0, none was handed out. */
  | {
      readonly kind: 'repair-refund';
      readonly transactionId: string;
      readonly refundsSent: number;
      /** A person had given it back. */
      readonly returnedAtMs?: number;
    }
  /** Time passes. */
  | { readonly kind: 'clock' };

/** Evidence with the server's clock. */
export interface TimedEvidence {
  readonly evidence: Evidence;
  readonly nowMs: number;
}

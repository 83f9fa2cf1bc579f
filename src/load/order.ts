/**
 * The order and what surrounds it: the records that the load protocol decides on. All of it is
 * JSON: bytes are hex, so that a ledger can store it and a person can read it.
 *
 * The proof that these records are enough is in docs/concepts/exactly-once.md. In one sentence: an
 * order is bound to the card's online ATC n before any MAC2 leaves, the card can accept at most one
 * CREDIT FOR LOAD at n, so any number of attempts at n credit at most once.
 */
import { DEFAULT_RECHARGE_LIMIT_FEN, MAX_BALANCE_FEN } from '../money.js';
import type { CreditProof, OrderState, Release } from '../messages/index.js';
import { CHINA_UTC_OFFSET_MINUTES } from './host-time.js';

/** The states in which an order holds its card: no other order of that card may be issued. */
export const LOCKING_STATES: readonly OrderState[] = ['ISSUED', 'HELD', 'VOIDING', 'FROZEN'];

/** The states in which money was taken, or is being taken, and no end is reached yet. */
export const UNSETTLED_STATES: readonly OrderState[] = ['TAKING', 'PAID', ...LOCKING_STATES];

/**
 * One recharge order (充值订单).
 * 充值订单。
 */
export interface Order {
  readonly orderId: string;
  /** 16 digits, bytes 12–19 of EF 0015. */
  readonly cardNumber: string;
  /** First four bytes of the issuer identification, hex: the first diversification factor. */
  readonly issuerFactor: string;
  /** Key index of INITIALIZE FOR LOAD: 0x01 for 3DES, 0x41 for SM4. */
  readonly keyIndex: number;
  readonly amountFen: number;
  readonly state: OrderState;
  /** The online ATC the order is bound to, once a MAC2 was issued. */
  readonly boundAtc?: number;
  /** In VOIDING: the terminal number the next probe must carry, 12 hex digits. */
  readonly probeTerminal?: string;
  /**
   * Probes that found the card unwritten since VOIDING was entered; -1 once an answer was late and
   * is asked for again.
   */
  readonly probesPassed: number;
  /**
   * Terminal number of the INITIALIZE that comes before any payment: drawn for this order, and anew
   * for each intent, which is known by it.
   */
  readonly checkTerminal?: string;
  /** In TAKING: who takes the money, and which payment it will be. */
  readonly taking?: Taking;
  /** How the credit was proved; `people`: two of them released a frozen order as credited. */
  readonly creditedBy?: CreditProof;
  /** In FROZEN: the state before. */
  readonly frozenFrom?: OrderState;
  /** In FROZEN and HELD: what the first of two people wants done, until anything changes. */
  readonly release?: ReleaseRequest;
  /**
   * Only a TAC proves this order's credit, the counter never does: it was bound by a counter that
   * nothing vouches for (the first order of a card, after a freeze, in doubt, by repair).
   */
  readonly tacOnly?: true;
  /** TACs offered that verified against no attempt. */
  readonly badTacs: number;
  /** CREDIT FOR LOAD commands that the card answered with an error. */
  readonly refusedCredits: number;
  /** The TAC that proved the credit, and the date and time it was made with. */
  readonly proof?: LoadProof;
  readonly outlet: string;
  /** The terminal that made the order, 12 hex digits, where it said so. */
  readonly terminal?: string;
  /** Who made it. */
  readonly who?: Who;
  /** 车牌号码 and 车牌颜色 as EF 0015 had them: operators look orders up by them. */
  readonly plate: string;
  readonly plateColour: number;
  readonly createdAtMs: number;
  /** When the last evidence was taken. */
  readonly updatedAtMs: number;
}

/**
 * Who did something: the caller, the person at it and their shift where persons log in, and the
 * request that it was, as the log names it.
 */
export interface Who {
  readonly by: string;
  readonly person?: string;
  readonly shift?: string;
  readonly requestId?: string;
}

/** Money that is being taken. */
export interface Taking {
  readonly sinceMs: number;
  readonly by?: string;
  readonly person?: string;
  readonly provider?: string;
  /** As payments are named, `provider:number`: the only one that ends it, where it was fixed. */
  readonly transactionId?: string;
  /** Drawn by the terminal for one visit. */
  readonly visit?: string;
}

/** A card's word that it was credited. */
export interface LoadProof {
  /** 8 hex digits. */
  readonly tac: string;
  /** YYYYMMDD and HHMMSS of the attempt it belongs to. */
  readonly date: string;
  readonly time: string;
}

/** One person's word on it. */
export interface ReleaseRequest {
  readonly by: string;
  readonly release: Release;
  /** Whose first word counts no more: who said it could not say it now. */
  readonly discounts?: string;
}

/**
 * One authorisation at the bound ATC: the inputs of its MAC2 and of the TAC the card would answer.
 * 一次授权（MAC2 与 TAC 的全部输入）。
 */
export interface Attempt {
  readonly orderId: string;
  readonly cardNumber: string;
  /** The bound ATC: the card's online ATC when the attempt was made. */
  readonly onlineAtc: number;
  /** 8 hex digits, chosen by the card. */
  readonly random: string;
  /** The raw four-byte balance of the INIT answer, top bit included. */
  readonly rawBalance: number;
  readonly amountFen: number;
  /** 12 hex digits. */
  readonly terminal: string;
  /** Server time that went into MAC2. */
  readonly date: string;
  readonly time: string;
  readonly keyVersion: number;
  readonly algorithm: number;
}

/**
 * What the authority knows of a card's counter.
 * 卡片账户（联机计数器）。
 */
export interface CardAccount {
  readonly cardNumber: string;
  /** The ATC that the books expect; unknown until a TAC or a probe has told it. */
  readonly expectedAtc?: number;
  /** The highest ATC ever proved; never falls. */
  readonly maxSeenAtc?: number;
  /** The order that holds the card; of a destroyed card the one it ended with, for ever. */
  readonly openOrderId?: string;
  readonly frozen: boolean;
}

/** One payment that came in for an order; a surplus one is to be given back. */
export interface Payment {
  readonly orderId: string;
  /** Provider and its transaction number together: unique in the whole ledger. */
  readonly transactionId: string;
  readonly amountFen: number;
  readonly surplus: boolean;
  /** When the provider or the till took it; unknown: before everything. */
  readonly paidAtMs?: number;
  /** When it was booked. */
  readonly bookedAtMs?: number;
  /** Number of the last refund that was handed to the provider, from 1; none was: absent. */
  readonly refundsSent?: number;
  /** Who submitted it. */
  readonly who?: Who;
  /** When the provider's word that it gave the money back was booked. */
  readonly refundedAtMs?: number;
  /** A person gave it back: what the provider pays besides is paid twice. */
  readonly refundedByHand?: true;
}

/** Everything a decision looks at. */
export interface Situation {
  readonly order: Order;
  readonly card: CardAccount;
  readonly payments: readonly Payment[];
  /** Attempts of this order, oldest first. */
  readonly attempts: readonly Attempt[];
  /** Since when the ledger may have lost commits that no journal has told yet. */
  readonly doubtSinceMs?: number;
}

/**
 * The rules a deployment may set. {@link DEFAULT_POLICY} is the strict one.
 * 业务策略。
 */
export interface LoadPolicy {
  /**
   * `sole`: nobody else can load these cards, so an online ATC above the bound one proves the
   * credit. `shared`: only a TAC proves it; the counter alone leaves the order HELD.
   */
  readonly issuer: 'sole' | 'shared';
  /** Outlets (网点) that may recharge cards, by the name they put in an order. */
  readonly outlets: 'any' | readonly string[];
  /** Cap on one recharge, in fen. */
  readonly maxAmountFen: number;
  /** Cap on the balance after the load, in fen. */
  readonly maxBalanceFen: number;
  /** Highest ATC at which an order is bound; above it the card must be replaced. */
  readonly maxAtc: number;
  /** Authorisations of one order in a day: what a broken reader may cost the HSM. */
  readonly maxAttemptsPerDay: number;
  /** Bad TACs after which an order is HELD. */
  readonly maxBadTacs: number;
  /** An ISSUED order without progress for this long is HELD. */
  readonly holdAfterMs: number;
  /** An unpaid order expires after this long; a later payment is given back. */
  readonly expireUnpaidAfterMs: number;
  /** Whether cards draw fresh randoms and keep one session: a probe then proves "not written". */
  readonly refundByProbe: boolean;
  /** Probes that must pass before a refund. */
  readonly probesForRefund: number;
  /** Local time of the dates that go into MAC2: minutes east of UTC. China: 480. */
  readonly utcOffsetMinutes: number;
}

/** The strict policy: several issuers, any outlet, no refunds by probe, 100,000 yuan. */
export const DEFAULT_POLICY: LoadPolicy = {
  issuer: 'shared',
  outlets: 'any',
  maxAmountFen: DEFAULT_RECHARGE_LIMIT_FEN,
  maxBalanceFen: MAX_BALANCE_FEN,
  maxAtc: 0xfffd,
  maxAttemptsPerDay: 20,
  maxBadTacs: 3,
  holdAfterMs: 15 * 60_000,
  expireUnpaidAfterMs: 24 * 3_600_000,
  refundByProbe: false,
  probesForRefund: 2,
  utcOffsetMinutes: CHINA_UTC_OFFSET_MINUTES,
};

/** Accounts of the double entry. Every transfer debits one and credits another: the sum is zero. */
export type AccountName =
  | 'cash' // money taken from customers (资金)
  | 'liability' // taken, and not yet on a card (待圈存)
  | 'card-float' // proved to be on cards (卡内资金)
  | 'refunds-due'; // to be given back (待退款)

/** One posting: the same amount is debited to one account and credited to another. */
export interface Transfer {
  readonly debit: AccountName;
  readonly credit: AccountName;
  readonly amountFen: number;
}

/**
 * A state of a world: the ledger, the cards, everything that was ever sent, and the truth that
 * nobody in the world can see. States are values; an event makes a new one.
 */
import type { AccountName, Attempt, AuthenticInit, Order } from '../load/index.js';
import type { JournalLine } from '../server/index.js';
import { createOrder, emptyTables, type Tables } from '../server/ledger/memory-tables.js';
import { type Allowance, AMOUNT_FEN, type World } from './world.js';

/** A card, as it is. */
export interface Chip {
  readonly onlineAtc: number;
  readonly balanceFen: number;
  /** The INIT that a MAC2 would be accepted for. */
  readonly session?: Pick<AuthenticInit, 'random' | 'amountFen' | 'terminal'>;
  /** The last load whose proof it still gives: ours, or another's. */
  readonly proof?: Attempt | 'foreign';
  readonly isDestroyed: boolean;
}

/** An answer to INITIALIZE FOR LOAD that somebody recorded. */
export interface Shown {
  readonly card: number;
  readonly init: AuthenticInit;
}

/** Money that a customer gave. */
export interface Taken {
  readonly orderId: string;
  readonly transactionId: string;
  readonly paidAtMs: number;
}

/** What a server's journal holds since the copy that the database may fall back to. */
export interface Forgetting {
  readonly copy: Tables;
  readonly lines: readonly Kept[];
  /** The copy is the database now. */
  readonly isRestored: boolean;
  /** Since when that is known, and whose journals were compared since. */
  readonly sinceMs?: number;
  readonly compared: readonly boolean[];
}

/** A line and whose journal it is in. */
export interface Kept {
  readonly server: number;
  readonly line: JournalLine;
}

/** A state. */
export interface State {
  readonly tables: Tables;
  readonly totals: Readonly<Record<AccountName, number>>;
  readonly nowMs: number;
  readonly chips: readonly Chip[];
  readonly shown: readonly Shown[];
  /** MAC2s that a card would still take. */
  readonly alive: readonly Attempt[];
  /** Attempts that a card took: how often an order was credited, and every TAC there is. */
  readonly taken: readonly Attempt[];
  readonly payments: readonly Taken[];
  /** Refunds that were handed to the provider, each paid once: payment and number. */
  readonly refunds: readonly string[];
  /** Counters that another issuer's loads spent: card and ATC. */
  readonly foreign: readonly string[];
  readonly left: Allowance;
  readonly drawn: number;
  readonly forgetting?: Forgetting | undefined;
}

/** When a world begins. */
export const BEGIN_MS = Date.UTC(2026, 0, 1);
const OPENING_ATC = 7;
const OPENING_FEN = 500;

/** The number of the card at a place. */
export function cardNumberOf(card: number): string {
  return `220000000000000${String(card)}`;
}

/** The order at a place. */
export function orderIdOf(index: number): string {
  return 'ABCD'.charAt(index);
}

/** How a world begins: orders made and not paid, every card at one counter. */
export function beginningOf(world: World): State {
  const tables = emptyTables();
  world.orders.forEach((card, index) => {
    const order = newOrder(orderIdOf(index), cardNumberOf(card), BEGIN_MS);
    createOrder(tables, order, order.orderId, order.orderId, 'create');
  });
  const cards = [...new Set(world.orders)];
  if (world.isKnown) {
    for (const card of cards) {
      const cardNumber = cardNumberOf(card);
      const atc = { expectedAtc: OPENING_ATC, maxSeenAtc: OPENING_ATC };
      tables.cards.set(cardNumber, { value: { cardNumber, frozen: false, ...atc }, revision: 1 });
    }
  }
  return {
    tables: lean(tables),
    totals: { cash: 0, liability: 0, 'card-float': 0, 'refunds-due': 0 },
    nowMs: BEGIN_MS + 1000,
    chips: cards.map(() => ({
      onlineAtc: OPENING_ATC,
      balanceFen: OPENING_FEN,
      isDestroyed: false,
    })),
    // Somebody recorded what an unknown card said before its last load elsewhere.
    shown: world.isKnown ? [] : cards.map((card) => ({ card, init: initAt(OPENING_ATC - 1) })),
    alive: [],
    taken: [],
    payments: [],
    refunds: [],
    foreign: [],
    left: world.allowance,
    drawn: 0,
  };
}

/** The events and postings that no decision looks at are dropped: the books keep their sums. */
export function lean(tables: Tables): Tables {
  return { ...tables, events: [], transfers: [] };
}

function newOrder(orderId: string, cardNumber: string, createdAtMs: number): Order {
  return {
    orderId,
    cardNumber,
    issuerFactor: 'B8CACBE0',
    keyIndex: 1,
    amountFen: AMOUNT_FEN,
    state: 'CREATED',
    probesPassed: 0,
    badTacs: 0,
    refusedCredits: 0,
    outlet: 'self',
    plate: '',
    plateColour: 0,
    createdAtMs,
    updatedAtMs: createdAtMs,
  };
}

function initAt(onlineAtc: number): AuthenticInit {
  const random = 'old';
  const session = { random, amountFen: AMOUNT_FEN, terminal: TERMINAL };
  return {
    onlineAtc,
    rawBalance: OPENING_FEN - AMOUNT_FEN,
    ...session,
    keyVersion: 1,
    algorithm: 0,
  };
}

/** The terminal number of every honest reader. */
export const TERMINAL = '000000000001';

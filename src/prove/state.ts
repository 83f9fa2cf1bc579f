/**
 * A state of a world: the ledger, the cards, everything that was ever sent, and the truth that
 * nobody in the world can see. States are values; an event makes a new one.
 */
import type { AccountName, Attempt, AuthenticInit, Order } from '../load/index.js';
import type { JournalLine } from '../server/index.js';
import { type JournalEntry, type JournalPosition, NO_LINES } from '../server/journal/lines.js';
import { Memory } from './memory.js';
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
  readonly amountFen: number;
}

/** A server's journal since the copy, or since the beginning, and the database's row of it. */
export interface Book {
  readonly kept: readonly Kept[];
  readonly row: Row;
  /** `unaware`: of a loss. `restarted`: it compares first. `behind`, `gone`: it does nothing. */
  readonly standing: 'in-step' | 'unaware' | 'restarted' | 'behind' | 'gone';
  /** The ledger waits for it: not compared since the loss. */
  readonly isAwaited: boolean;
  /** Orders of lines that were torn off, and are still in the row. */
  readonly torn: readonly string[];
}

/** A line and its place. */
export interface Kept {
  readonly entry: JournalEntry;
  readonly line: JournalLine;
}

/** What the database knows of a journal. */
export type Row = JournalPosition & { readonly pending: readonly JournalEntry[] };

/** The database as it was once, and may be again. */
export interface Copy {
  readonly tables: Tables;
  readonly rows: readonly Row[];
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
  /** Words of tills that they took nothing: each was said, and may come at any time. */
  readonly words: readonly {
    readonly orderId: string;
    readonly by: string;
    readonly checkTerminal: string;
  }[];
  /** Refunds that were handed to the provider, each paid once: payment and number. */
  readonly refunds: readonly string[];
  /** Counters that another issuer's loads spent: card and ATC. */
  readonly foreign: readonly string[];
  readonly left: Allowance;
  readonly drawn: number;
  /** The journals, as long as they may be asked. */
  readonly books?: readonly Book[] | undefined;
  readonly copy?: Copy | undefined;
  /** Since when the last loss is known. */
  readonly sinceMs?: number | undefined;
  /** Orders of lines that nobody has any more. */
  readonly outlived: readonly string[];
  readonly memory: Memory;
}

/** When a world begins. */
export const BEGIN_MS = 1_767_225_600_000;
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
    const plain = newOrder(orderIdOf(index), cardNumberOf(card), BEGIN_MS);
    const checkTerminal = `FC${String(index)}`;
    const order = world.tills.length === 0 ? plain : { ...plain, checkTerminal };
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
    words: [],
    refunds: [],
    foreign: [],
    left: world.allowance,
    drawn: 0,
    outlived: [],
    memory: new Memory(),
    ...(world.allowance.tears > 0 ? { books: newBooks(world.servers) } : {}),
  };
}

/** Journals without a line. */
export function newBooks(servers: number): readonly Book[] {
  return Array.from({ length: servers }, () => NEW_BOOK);
}

/** A journal without a line. */
export const NEW_BOOK: Book = {
  kept: [],
  row: { ...NO_LINES, pending: [] },
  standing: 'in-step',
  isAwaited: false,
  torn: [],
};

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

/** Whether two attempts are one. */
export function sameAttempt(a: Attempt, b: Attempt): boolean {
  return (
    a.orderId === b.orderId &&
    a.onlineAtc === b.onlineAtc &&
    a.random === b.random &&
    a.time === b.time
  );
}

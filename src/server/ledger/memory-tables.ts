/** The memory ledger's tables, and how orders come in and are read. */
import { assert, QuancunError } from '../../errors.js';
import {
  type Attempt,
  type CardAccount,
  LOCKING_STATES,
  type Order,
  type Payment,
  type Transfer,
  UNSETTLED_STATES,
} from '../../load/index.js';
import { chainHash, NO_HASH } from './audit-chain.js';
import type { DayClose, DayDraft } from './day-book.js';
import { frozenCard } from './frozen-card.js';
import { keptKey, type OrderKey, orderKeyOf } from './order-key.js';
import type { AuditEvent, Change, Snapshot } from './ledger.js';
import type { SlipPrint } from './slip-book.js';
import { IDEMPOTENCY_CONFLICT } from '../errors.js';
import { ORDER_OPEN } from '../../load/errors.js';

/** A row and how often it was written. */
export interface Versioned<T> {
  readonly value: T;
  readonly revision: number;
}

/** A transfer, of which order, and when. */
export interface Posting extends Transfer {
  readonly orderId: string;
  readonly atMs: number;
}

/** What the memory ledger keeps. A commit reads it, and writes into it or into a copy. */
export interface Tables {
  readonly orders: Map<string, Versioned<Order>>;
  readonly cards: Map<string, Versioned<CardAccount>>;
  readonly attempts: Attempt[];
  readonly payments: Map<string, Payment>;
  readonly settlements: Map<string, 'CREDIT' | 'REFUND'>;
  /** `card/atc` → the order it is bound to. */
  readonly bindings: Map<string, string>;
  readonly keys: Map<string, { readonly request: string; readonly orderId: string }>;
  /** Order → its idempotency key. */
  readonly keyOf: Map<string, string>;
  readonly transfers: Posting[];
  readonly events: AuditEvent[];
  /** The last hash of each card's chain. */
  readonly heads: Map<string, string>;
  /** An order's prints, in the order of their numbers. */
  readonly slips: Map<string, readonly SlipPrint[]>;
  /** Closed days by their keys, and what was said of days that are not closed. */
  readonly days: Map<string, DayClose>;
  readonly dayDrafts: Map<string, DayDraft>;
  /** What is booked to which closed day: `posting n`, `taken number`, `refunded number`. */
  readonly inDay: Map<string, string>;
}

/** Tables without a row. */
export function emptyTables(): Tables {
  return {
    orders: new Map(),
    cards: new Map(),
    attempts: [],
    payments: new Map(),
    settlements: new Map(),
    bindings: new Map(),
    keys: new Map(),
    keyOf: new Map(),
    transfers: [],
    events: [],
    heads: new Map(),
    slips: new Map(),
    days: new Map(),
    dayDrafts: new Map(),
    inDay: new Map(),
  };
}

/** The same rows in tables of their own. */
export function copyTables(tables: Tables): Tables {
  return {
    orders: new Map(tables.orders),
    cards: new Map(tables.cards),
    attempts: [...tables.attempts],
    payments: new Map(tables.payments),
    settlements: new Map(tables.settlements),
    bindings: new Map(tables.bindings),
    keys: new Map(tables.keys),
    keyOf: new Map(tables.keyOf),
    transfers: [...tables.transfers],
    events: [...tables.events],
    heads: new Map(tables.heads),
    slips: new Map(tables.slips),
    days: new Map(tables.days),
    dayDrafts: new Map(tables.dayDrafts),
    inDay: new Map(tables.inDay),
  };
}

/** Takes an order in, or finds the one its key made. */
export function createOrder(
  tables: Tables,
  order: Order,
  said: string,
  request: string,
  why: 'create' | 'restore',
): Order {
  const names = why === 'create' ? orderKeyOf(order, said) : keptKey(said);
  const known = findByKey(tables, names, request);
  if (known !== undefined) return known;
  const key = names.own;
  const [open] = findUnsettled(tables, order.cardNumber);
  if (open !== undefined && why === 'create') {
    throw new QuancunError(ORDER_OPEN, { details: { openOrderId: open.orderId } });
  }
  if (cardRow(tables, order.cardNumber).value.frozen && why === 'create') throw frozenCard();
  assert(!tables.orders.has(order.orderId), 'an order number was drawn twice');
  tables.keys.set(key, { request, orderId: order.orderId });
  tables.keyOf.set(order.orderId, key);
  tables.orders.set(order.orderId, { value: order, revision: 1 });
  const { createdAtMs: atMs, who } = order;
  record(tables, order, order, { evidence: why, atMs, ...(who === undefined ? {} : { who }) });
  return order;
}

/** The order that a key made. @throws IDEMPOTENCY_CONFLICT */
function findByKey(tables: Tables, { own, former }: OrderKey, request: string): Order | undefined {
  const known = tables.keys.get(own);
  if (known !== undefined) {
    if (known.request !== request) throw new QuancunError(IDEMPOTENCY_CONFLICT);
    const stored = tables.orders.get(known.orderId);
    assert(stored !== undefined, 'an idempotency key without its order');
    return stored.value;
  }
  const before = tables.keys.get(former);
  const stored = before?.request === request ? tables.orders.get(before.orderId) : undefined;
  return stored?.value.who === undefined ? stored?.value : undefined;
}

/** An order with all that a decision on it looks at. */
export function readSnapshot(tables: Tables, orderId: string): Snapshot | undefined {
  const order = tables.orders.get(orderId);
  if (order === undefined) return undefined;
  const { cardNumber } = order.value;
  const card = cardRow(tables, cardNumber);
  const idempotencyKey = tables.keyOf.get(orderId) ?? '';
  const head = tables.heads.get(cardNumber) ?? NO_HASH;
  return {
    situation: {
      order: order.value,
      card: card.value,
      payments: [...tables.payments.values()].filter((row) => row.orderId === orderId),
      attempts: tables.attempts.filter((row) => row.orderId === orderId),
    },
    version: `${String(order.revision)}.${String(card.revision)}.${head}`,
    idempotencyKey,
    request: tables.keys.get(idempotencyKey)?.request ?? '',
  };
}

/** Orders of a card that have no end: first the one that holds it, then the oldest. */
export function findUnsettled(tables: Tables, cardNumber: string): Order[] {
  return [...tables.orders.values()]
    .map((row) => row.value)
    .filter((order) => order.cardNumber === cardNumber && UNSETTLED_STATES.includes(order.state))
    .sort((a, b) => holdsCard(b) - holdsCard(a) || newestFirst(b, a));
}

/** An order that holds its card comes before those that wait for it; who is about to pay, last. */
function holdsCard({ state }: Order): number {
  return LOCKING_STATES.includes(state) ? 2 : state === 'TAKING' ? 0 : 1;
}

/** What an order is sorted by. */
export type Placed = Pick<Order, 'createdAtMs' | 'orderId'>;

/** By time, and by number within a millisecond: an order has one place for ever. */
export function newestFirst(a: Placed, b: Placed): number {
  return (
    b.createdAtMs - a.createdAtMs || (a.orderId < b.orderId ? 1 : a.orderId > b.orderId ? -1 : 0)
  );
}

/** One more event in the trail of its card. */
export function record(
  tables: Tables,
  before: Order,
  after: Order,
  { evidence, atMs, who }: Pick<Change, 'evidence' | 'atMs' | 'who'>,
): void {
  const { orderId, cardNumber } = after;
  const sequence = tables.events.length + 1;
  const states = { from: before.state, to: after.state };
  const event = { atMs, orderId, evidence, ...states, ...(who === undefined ? {} : { who }) };
  const hash = chainHash(tables.heads.get(cardNumber) ?? NO_HASH, event);
  tables.heads.set(cardNumber, hash);
  tables.events.push({ sequence, ...event, hash });
}

/** A card's account; of an unknown card an empty one. */
export function cardRow(tables: Tables, cardNumber: string): Versioned<CardAccount> {
  return tables.cards.get(cardNumber) ?? { value: { cardNumber, frozen: false }, revision: 0 };
}

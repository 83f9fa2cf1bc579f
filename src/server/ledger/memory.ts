/**
 * The memory ledger: the reference for every other one. It keeps all the constraints that a
 * database would, and forgets everything when the process ends.
 */
import { assert, QuancunError } from '../../errors.js';
import {
  type AccountName,
  type Attempt,
  type CardAccount,
  type Decision,
  LOCKING_STATES,
  type Order,
  type Payment,
  type Transfer,
  UNSETTLED_STATES,
} from '../../load/index.js';
import { chainHash, NO_HASH } from './audit-chain.js';
import { memoryPaymentBook } from './memory-payments.js';
import {
  createMemoryEngine,
  emptyWitnessTables,
  type MemoryEngine,
  memoryWitnesses,
  type MemoryWitnesses,
  type WitnessTables,
} from './memory-witness.js';
import type {
  AuditEvent,
  Change,
  Committed,
  Ledger,
  OrderCount,
  OrderQuery,
  Snapshot,
} from './ledger.js';
import { IDEMPOTENCY_CONFLICT, PAYMENT_REUSED } from '../errors.js';
import { ORDER_OPEN } from '../../load/errors.js';
import { LEDGER_BUSY } from '../../signing/errors.js';
import { promiseTry } from '../../turns.js';

/** A record, and how often it was written. */
export interface Versioned<T> {
  readonly value: T;
  readonly revision: number;
}

/** All that a memory ledger remembers: plain data, so that a copy is a backup. */
export interface MemoryTables {
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
  readonly transfers: Transfer[];
  readonly events: AuditEvent[];
  /** The last hash of each card's chain. */
  readonly heads: Map<string, string>;
  readonly witness: WitnessTables;
}

type Tables = MemoryTables;

/**
 * Makes an empty ledger in memory.
 * 内存账本（参考实现）。
 * @example const ledger = memoryLedger(); // for tests: it forgets everything
 */
export function memoryLedger(): Ledger {
  return memoryLedgerOn(emptyTables(), createMemoryEngine());
}

/** Tables without a row. */
export function emptyTables(): MemoryTables {
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
    witness: emptyWitnessTables(),
  };
}

/**
 * The same over tables and an engine of the caller's: several servers may have one database, and it
 * may be put back to an earlier copy. No subpath exports it.
 */
export function memoryLedgerOn(tables: MemoryTables, engine: MemoryEngine): Ledger {
  const witnesses = memoryWitnesses(() => tables.witness, engine);
  const orderOf = (orderId: string): Order | undefined => tables.orders.get(orderId)?.value;
  return {
    ...memoryPaymentBook({ payments: () => tables.payments, orderOf }),
    ...witnesses.book,
    createOrder: (order, key, request) =>
      promiseTry(() => createOrder(tables, order, key, request, 'create')),
    restoreOrder: (order, key, request) =>
      promiseTry(() => createOrder(tables, order, key, request, 'restore')),
    read: (orderId) => promiseTry(() => read(tables, orderId)),
    commit: (change) => promiseTry(() => commit(tables, witnesses, change)),
    findUnsettled: (cardNumber) => promiseTry(() => findUnsettled(tables, cardNumber)),
    findOrders: (query) => promiseTry(() => findOrders(tables, query)),
    counts: () => promiseTry(() => counts(tables)),
    totals: () => promiseTry(() => totals(tables.transfers)),
    events: (orderId) =>
      promiseTry(() =>
        tables.events.filter((event) => orderId === undefined || event.orderId === orderId),
      ),
    close: () => Promise.resolve(),
  };
}

function createOrder(
  tables: Tables,
  order: Order,
  key: string,
  request: string,
  why: 'create' | 'restore',
): Order {
  const known = tables.keys.get(key);
  if (known !== undefined) {
    if (known.request !== request) throw new QuancunError(IDEMPOTENCY_CONFLICT);
    const stored = tables.orders.get(known.orderId);
    assert(stored !== undefined, 'an idempotency key without its order');
    return stored.value;
  }
  const [open] = findUnsettled(tables, order.cardNumber);
  if (open !== undefined && why === 'create') {
    throw new QuancunError(ORDER_OPEN, { details: { openOrderId: open.orderId } });
  }
  assert(!tables.orders.has(order.orderId), 'an order number was drawn twice');
  tables.keys.set(key, { request, orderId: order.orderId });
  tables.keyOf.set(order.orderId, key);
  tables.orders.set(order.orderId, { value: order, revision: 1 });
  record(tables, order, order, why, order.createdAtMs);
  return order;
}

function read(tables: Tables, orderId: string): Snapshot | undefined {
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

function commit(tables: Tables, witnesses: MemoryWitnesses, change: Change): Committed {
  const { snapshot, decision, witness } = change;
  const { order } = decision;
  const current = read(tables, order.orderId);
  if (current?.version !== snapshot.version) return { written: false };
  expectConstraints(tables, decision);
  const draft = witness && witnesses.move(witness.thread, [witness.line]);
  const before = current.situation.order;
  bump(tables.orders, order.orderId, order);
  bump(tables.cards, order.cardNumber, decision.card);
  const { newAttempt, newPayment, sentRefund, refundedPayment, settlement } = decision;
  if (order.boundAtc !== undefined) {
    tables.bindings.set(bindingKey(order.cardNumber, order.boundAtc), order.orderId);
  } else if (decision.settlement === 'REFUND' && before.boundAtc !== undefined) {
    tables.bindings.delete(bindingKey(order.cardNumber, before.boundAtc));
  }
  if (newAttempt !== undefined) tables.attempts.push(newAttempt);
  if (newPayment !== undefined) tables.payments.set(newPayment.transactionId, newPayment);
  if (sentRefund !== undefined) tables.payments.set(sentRefund.transactionId, sentRefund);
  if (refundedPayment !== undefined) {
    tables.payments.set(refundedPayment.transactionId, refundedPayment);
  }
  if (settlement !== undefined) tables.settlements.set(order.orderId, settlement);
  tables.transfers.push(...decision.transfers);
  record(tables, before, order, change.evidence, change.atMs);
  const [entry] = draft?.entries ?? [];
  return { written: true, ...(entry === undefined ? {} : { entry }) };
}

/** What a database would refuse. Reaching one of these is a fault of the code above. */
function expectConstraints(tables: Tables, decision: Decision): void {
  const { order, newAttempt, newPayment, sentRefund, refundedPayment, settlement } = decision;
  if (newPayment !== undefined && tables.payments.has(newPayment.transactionId)) {
    throw new QuancunError(PAYMENT_REUSED);
  }
  if (sentRefund !== undefined) {
    const known = tables.payments.get(sentRefund.transactionId);
    const isHigher = (sentRefund.refundsSent ?? 0) >= (known?.refundsSent ?? 0);
    assert(known !== undefined && isHigher, 'a refund number fell');
  }
  if (refundedPayment !== undefined) {
    const owed = tables.payments.get(refundedPayment.transactionId);
    assert(owed !== undefined && owed.refundedAtMs === undefined, 'a payment given back twice');
  }
  const seenAtc = cardRow(tables, order.cardNumber).value.maxSeenAtc ?? -1;
  assert((decision.card.maxSeenAtc ?? -1) >= seenAtc, 'the highest ATC fell');
  if (order.boundAtc !== undefined) {
    const owner = tables.bindings.get(bindingKey(order.cardNumber, order.boundAtc));
    assert(owner === undefined || owner === order.orderId, 'two orders at one ATC');
  }
  if (LOCKING_STATES.includes(order.state)) {
    const others = findUnsettled(tables, order.cardNumber).filter(
      (other) => other.orderId !== order.orderId && LOCKING_STATES.includes(other.state),
    );
    assert(others.length === 0 || order.state === 'FROZEN', 'two open orders on one card');
  }
  if (settlement !== undefined) {
    assert(!tables.settlements.has(order.orderId), 'an order settled twice');
  }
  if (newAttempt !== undefined) {
    const clash = tables.attempts.some((row) => sameTacInputs(row, newAttempt));
    if (clash) throw new QuancunError(LEDGER_BUSY);
  }
}

function findUnsettled(tables: Tables, cardNumber: string): Order[] {
  return [...tables.orders.values()]
    .map((row) => row.value)
    .filter((order) => order.cardNumber === cardNumber && UNSETTLED_STATES.includes(order.state))
    .sort((a, b) => holdsCard(b) - holdsCard(a) || newestFirst(b, a));
}

/** An order that holds its card comes before those that wait for it. */
function holdsCard({ state }: Order): number {
  return LOCKING_STATES.includes(state) ? 1 : 0;
}

function findOrders(tables: Tables, query: OrderQuery): Order[] {
  const { cardNumber, plate, plateColour, fromMs, toMs, after, limit } = query;
  return [...tables.orders.values()]
    .map((row) => row.value)
    .filter(
      (order) =>
        order.createdAtMs >= fromMs &&
        order.createdAtMs < toMs &&
        (cardNumber === undefined || order.cardNumber === cardNumber) &&
        (plate === undefined || order.plate === plate) &&
        (plateColour === undefined || order.plateColour === plateColour) &&
        (after === undefined || newestFirst(after, order) < 0),
    )
    .sort(newestFirst)
    .slice(0, limit);
}

type Placed = Pick<Order, 'createdAtMs' | 'orderId'>;

/** By time, and by number within a millisecond: an order has one place for ever. */
function newestFirst(a: Placed, b: Placed): number {
  return (
    b.createdAtMs - a.createdAtMs || (a.orderId < b.orderId ? 1 : a.orderId > b.orderId ? -1 : 0)
  );
}

function counts(tables: Tables): OrderCount[] {
  const byState = new Map<Order['state'], OrderCount>();
  for (const { value } of tables.orders.values()) {
    const { state, updatedAtMs } = value;
    const known = byState.get(state) ?? { state, count: 0, oldestUpdatedAtMs: updatedAtMs };
    const oldestUpdatedAtMs = Math.min(known.oldestUpdatedAtMs, updatedAtMs);
    byState.set(state, { state, count: known.count + 1, oldestUpdatedAtMs });
  }
  return [...byState.values()];
}

/** Debits count up, credits count down. */
function totals(transfers: readonly Transfer[]): Record<AccountName, number> {
  const sums: Record<AccountName, number> = {
    cash: 0,
    liability: 0,
    'card-float': 0,
    'refunds-due': 0,
  };
  for (const transfer of transfers) {
    sums[transfer.debit] += transfer.amountFen;
    sums[transfer.credit] -= transfer.amountFen;
  }
  return sums;
}

function record(tables: Tables, before: Order, after: Order, evidence: string, atMs: number): void {
  const { orderId, cardNumber } = after;
  const sequence = tables.events.length + 1;
  const event = { atMs, orderId, evidence, from: before.state, to: after.state };
  const hash = chainHash(tables.heads.get(cardNumber) ?? NO_HASH, event);
  tables.heads.set(cardNumber, hash);
  tables.events.push({ sequence, ...event, hash });
}

function cardRow(tables: Tables, cardNumber: string): Versioned<CardAccount> {
  return tables.cards.get(cardNumber) ?? { value: { cardNumber, frozen: false }, revision: 0 };
}

function bump<T>(table: Map<string, Versioned<T>>, key: string, value: T): void {
  table.set(key, { value, revision: (table.get(key)?.revision ?? 0) + 1 });
}

function bindingKey(cardNumber: string, atc: number): string {
  return `${cardNumber}/${String(atc)}`;
}

function sameTacInputs(a: Attempt, b: Attempt): boolean {
  return (
    a.cardNumber === b.cardNumber &&
    a.onlineAtc === b.onlineAtc &&
    a.date === b.date &&
    a.time === b.time
  );
}

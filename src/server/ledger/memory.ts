/**
 * The memory ledger: the reference for every other one. It keeps all the constraints that a
 * database would, and forgets everything when the process ends.
 */
import type { AccountName, Order, Transfer } from '../../load/index.js';
import { foldPlate, mayBePlateColour } from '../../plate.js';
import { promiseTry } from '../../turns.js';
import type { Change, Committed, DueQuery, Ledger, OrderCount, OrderQuery } from './ledger.js';
import { expectConstraints, isOutdated, writeChange } from './memory-commit.js';
import { memoryDayBook } from './memory-days.js';
import { memoryPaymentBook } from './memory-payments.js';
import {
  createOrder,
  emptyTables,
  findUnsettled,
  newestFirst,
  readSnapshot,
  type Tables,
} from './memory-tables.js';
import { memorySlipBook } from './memory-slips.js';
import { memoryRequests, type MemoryRequests } from './memory-requests.js';
import {
  createMemoryEngine,
  emptyWitness,
  type MemoryEngine,
  memoryWitnesses,
  type MemoryWitnesses,
  type WitnessTables,
} from './memory-witness.js';

/**
 * Makes an empty ledger in memory.
 * 内存账本（参考实现）。
 * @example const ledger = memoryLedger(); // for tests: it forgets everything
 */
export function memoryLedger(): Ledger {
  return memoryLedgerOn({ tables: emptyTables(), witness: emptyWitness() }, createMemoryEngine());
}

/** All that a memory ledger remembers of orders and journals: plain data, a copy is a backup. */
export interface MemoryDatabase {
  readonly tables: Tables;
  readonly witness: WitnessTables;
}

/**
 * The same over a database and an engine of the caller's: several servers may have one, and it may
 * be put back to an earlier copy. No subpath exports it.
 */
export function memoryLedgerOn(database: MemoryDatabase, engine: MemoryEngine): Ledger {
  const { tables } = database;
  const witnesses = memoryWitnesses(database.witness, engine, () => {
    forgetCounters(tables);
  });
  const requests = memoryRequests();
  const orderOf = (orderId: string): Order | undefined => tables.orders.get(orderId)?.value;
  return {
    ...memoryPaymentBook({ payments: () => tables.payments, orderOf }),
    ...memorySlipBook(tables.slips),
    ...memoryDayBook(tables),
    ...witnesses.book,
    createOrder: (order, key, request, record) =>
      promiseTry(() => {
        requests.expectNew(record);
        const made = createOrder(tables, order, key, request, 'create');
        if (made === order) requests.write(record);
        return made;
      }),
    restoreOrder: (order, key, request) =>
      promiseTry(() => createOrder(tables, order, key, request, 'restore')),
    read: (orderId) => promiseTry(() => readSnapshot(tables, orderId)),
    commit: (change) => promiseTry(() => commit(tables, witnesses, requests, change)),
    findUnsettled: (cardNumber) => promiseTry(() => findUnsettled(tables, cardNumber)),
    findOrders: (query) => promiseTry(() => findOrders(tables, query)),
    findDue: (query) => promiseTry(() => findDue(tables, query)),
    counts: () => promiseTry(() => counts(tables)),
    totals: () => promiseTry(() => totals(tables.transfers)),
    events: (orderId) =>
      promiseTry(() =>
        tables.events.filter((event) => orderId === undefined || event.orderId === orderId),
      ),
    close: () => Promise.resolve(),
  };
}

/** One transaction: the journal's row moves with the decision, or nothing does. */
function commit(
  tables: Tables,
  witnesses: MemoryWitnesses,
  requests: MemoryRequests,
  change: Change,
): Committed {
  const { decision, witness, record } = change;
  if (isOutdated(tables, change)) return { written: false };
  requests.expectNew(record);
  expectConstraints(tables, decision);
  const draft = witness && witnesses.move(witness.thread, [witness.line]);
  requests.write(record);
  writeChange(tables, change);
  const [entry] = draft?.entries ?? [];
  return { written: true, ...(entry === undefined ? {} : { entry }) };
}

/** What the journal that is given up has loaded nobody knows: no counter is vouched for. */
function forgetCounters({ cards }: Tables): void {
  for (const [cardNumber, { value, revision }] of cards) {
    const { expectedAtc, ...account } = value;
    if (expectedAtc !== undefined)
      cards.set(cardNumber, { value: account, revision: revision + 1 });
  }
}

function findOrders(tables: Tables, query: OrderQuery): Order[] {
  return [...tables.orders.values()]
    .map((row) => row.value)
    .filter((order) => isAskedFor(tables, query, order))
    .sort(newestFirst)
    .slice(0, query.limit);
}

function isAskedFor({ payments }: Tables, query: OrderQuery, order: Order): boolean {
  const { orderId, transactionId, cardNumber, plate, plateColour, after } = query;
  const { outlet, states = [] } = query;
  return (
    order.createdAtMs >= query.fromMs &&
    order.createdAtMs < query.toMs &&
    (orderId === undefined || order.orderId === orderId) &&
    (transactionId === undefined || payments.get(transactionId)?.orderId === order.orderId) &&
    (cardNumber === undefined || order.cardNumber === cardNumber) &&
    (query.outlet === undefined || order.outlet === query.outlet) &&
    (query.person === undefined || order.who?.person === query.person) &&
    (query.shift === undefined || order.who?.shift === query.shift) &&
    (plate === undefined || foldPlate(order.plate) === foldPlate(plate)) &&
    (plateColour === undefined || mayBePlateColour(order.plateColour, plateColour)) &&
    (outlet === undefined || order.outlet === outlet) &&
    (states.length === 0 || states.includes(order.state)) &&
    (after === undefined || newestFirst(after, order) < 0)
  );
}

function findDue(tables: Tables, { state, idleSinceMs, limit }: DueQuery): string[] {
  return [...tables.orders.values()]
    .map((row) => row.value)
    .filter((order) => order.state === state && order.updatedAtMs <= idleSinceMs)
    .sort((a, b) => a.updatedAtMs - b.updatedAtMs)
    .slice(0, limit)
    .map(({ orderId }) => orderId);
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

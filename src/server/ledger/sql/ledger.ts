/**
 * The ledger over any SQL store. A commit is one transaction that compares the revisions of order
 * and card with those the decision was made from, order first: two of them never wait for each
 * other in a circle, and the loser writes nothing.
 */
import { QuancunError } from '../../../errors.js';
import type { Order } from '../../../load/index.js';
import { createTurns } from '../../../turns.js';
import type { Ledger, RequestRecord } from '../ledger.js';
import { frozenCard } from '../frozen-card.js';
import { keptKey, orderKeyOf } from '../order-key.js';
import { insertOrder, Outdated } from './commit.js';
import { createCommitQueue } from './commit-queue.js';
import { KEEP_NOTHING, type KeptOrders, keepOrders } from './kept-orders.js';
import { sqlPaymentBook } from './payments.js';
import { findOrders } from './orders.js';
import { counts, findByKey, findDue, findUnsettled, read, totals } from './queries.js';
import { readEvent } from './rows.js';
import { sqlSlipBook } from './slips.js';
import { sqlDayBook } from './days.js';
import { migrate } from './migrate.js';
import type { Sql, SqlStore } from './store.js';
import { sqlWitnessBook } from './witness.js';
import { ORDER_OPEN } from '../../../load/errors.js';
import { LEDGER_BUSY, REQUEST_REPLAYED } from '../../../signing/errors.js';

/** How often an order is written again when another one of its card was first. */
const MAX_RACES = 16;
/** Orders that are kept in memory, at most: those of an hour of a busy server. */
const MAX_KEPT = 10_000;

/**
 * Opens the ledger: brings the schema up to date first.
 * 打开 SQL 账本（自动迁移）。
 */
export async function openSqlLedger(store: SqlStore): Promise<Ledger> {
  await migrate(store);
  const inTurn = createTurns();
  const kept = store.soleHolder === true ? keepOrders(MAX_KEPT) : KEEP_NOTHING;
  const witnessBook = sqlWitnessBook(store, inTurn);
  return {
    ...sqlPaymentBook(store),
    ...sqlSlipBook(store),
    ...sqlDayBook(store),
    ...witnessBook,
    writeJournal: async (row, was) => {
      const written = await witnessBook.writeJournal(row, was);
      // It may have changed every card.
      if (row.state === 'given-up') kept.forgetAll();
      return written;
    },
    createOrder: (order, key, request, record) =>
      createOrder(store, kept, { order, key, request, why: 'create', record }),
    restoreOrder: (order, key, request) =>
      createOrder(store, kept, { order, key, request, why: 'restore' }),
    read: async (orderId) => {
      const known = kept.find(orderId);
      if (known !== undefined) return known;
      const found = await store.transaction((sql) => read(sql, orderId));
      if (found !== undefined) kept.keep(found);
      return found;
    },
    commit: createCommitQueue(store, kept, inTurn),
    findUnsettled: (cardNumber) => store.transaction((sql) => findUnsettled(sql, cardNumber)),
    findOrders: (query) => store.transaction((sql) => findOrders(sql, query)),
    findDue: (query) => store.transaction((sql) => findDue(sql, query)),
    counts: () => store.transaction(counts),
    totals: () => store.transaction(totals),
    events: (orderId) =>
      store.transaction(async (sql) => {
        const where = orderId === undefined ? '' : 'WHERE order_id = $1';
        const values = orderId === undefined ? [] : [orderId];
        const found = `SELECT * FROM audit_event ${where} ORDER BY sequence`;
        return (await sql.all(found, values)).map(readEvent);
      }),
    close: () => store.close(),
  };
}

interface NewOrder {
  readonly order: Order;
  readonly key: string;
  readonly request: string;
  readonly why: 'create' | 'restore';
  readonly record?: RequestRecord | undefined;
}

async function createOrder(store: SqlStore, kept: KeptOrders, made: NewOrder): Promise<Order> {
  for (let race = 0; race < MAX_RACES; race += 1) {
    try {
      const order = await store.transaction((sql) => createOnce(sql, made));
      kept.forget(order);
      return order;
    } catch (error) {
      const table = store.brokenTable(error);
      if (table === 'nonce') throw new QuancunError(REQUEST_REPLAYED, { cause: error });
      if (table === 'reply') throw new QuancunError(LEDGER_BUSY, { cause: error });
      // The same key, or another order of the card, came at the same moment: look again.
      if (!(error instanceof Outdated) && table === undefined) throw error;
    }
  }
  throw new QuancunError(LEDGER_BUSY);
}

async function createOnce(
  sql: Sql,
  { order, key, request, why, record }: NewOrder,
): Promise<Order> {
  const names = why === 'create' ? orderKeyOf(order, key) : keptKey(key);
  const known = await findByKey(sql, names, request);
  if (known !== undefined) return known;
  const [open] = await findUnsettled(sql, order.cardNumber);
  if (open !== undefined && why === 'create') {
    throw new QuancunError(ORDER_OPEN, { details: { openOrderId: open.orderId } });
  }
  const [card] = await sql.all('SELECT frozen FROM card WHERE card_number = $1', [
    order.cardNumber,
  ]);
  if (Number(card?.frozen) === 1 && why === 'create') throw frozenCard();
  await insertOrder(sql, order, names.own, request, why, record);
  return order;
}

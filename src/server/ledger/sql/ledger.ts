/**
 * The ledger over any SQL store. A commit is one transaction that compares the revisions of order
 * and card with those the decision was made from, order first: two of them never wait for each
 * other in a circle, and the loser writes nothing.
 */
import { QuancunError } from '../../../errors.js';
import type { Order } from '../../../load/index.js';
import { createTurns } from '../../../turns.js';
import type { Change, Committed, Ledger } from '../ledger.js';
import { insertOrder, Outdated, write } from './commit.js';
import { sqlPaymentBook } from './payments.js';
import { counts, findByKey, findOrders, findUnsettled, read, totals } from './queries.js';
import { readEvent } from './rows.js';
import { auditTable, MIGRATIONS } from './schema.js';
import type { SqlStore } from './store.js';
import { moveJournal, sqlWitnessBook } from './witness.js';
import { ORDER_OPEN } from '../../../load/errors.js';
import { LEDGER_BUSY } from '../../../signing/errors.js';
import { PAYMENT_REUSED } from '../../errors.js';
import { INTERNAL } from '../../../core-errors.js';

/** How often an order is written again when another one of its card was first. */
const MAX_RACES = 16;

/**
 * Opens the ledger: brings the schema up to date first.
 * 打开 SQL 账本（自动迁移）。
 */
export async function openSqlLedger(store: SqlStore): Promise<Ledger> {
  await migrate(store);
  const inTurn = createTurns();
  return {
    ...sqlPaymentBook(store),
    ...sqlWitnessBook(store, inTurn),
    createOrder: (order, key, request) => createOrder(store, order, key, request, 'create'),
    restoreOrder: (order, key, request) => createOrder(store, order, key, request, 'restore'),
    read: (orderId) => store.transaction((sql) => read(sql, orderId)),
    // A journal's position has one successor: lines of one process follow each other.
    commit: (change) =>
      change.witness === undefined ? commit(store, change) : inTurn(() => commit(store, change)),
    findUnsettled: (cardNumber) => store.transaction((sql) => findUnsettled(sql, cardNumber)),
    findOrders: (query) => store.transaction((sql) => findOrders(sql, query)),
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

/** Several servers may start at once: the version row is the lock, and the loser finds it done. */
async function migrate(store: SqlStore): Promise<void> {
  try {
    await store.transaction(async (sql) => {
      await sql.run('CREATE TABLE IF NOT EXISTS schema_version (version INTEGER PRIMARY KEY)');
      const [row] = await sql.all('SELECT MAX(version) AS version FROM schema_version');
      const from = Number(row?.version ?? 0);
      for (const [index, statements] of MIGRATIONS.entries()) {
        if (index < from) continue;
        await sql.run('INSERT INTO schema_version (version) VALUES ($1)', [index + 1]);
        for (const statement of statements) await sql.run(statement);
        if (index === 0) await sql.run(auditTable(store.dialect));
      }
    });
  } catch (error) {
    // Two starts at the same moment collide on the version; the other one's work is ours too.
    if (store.brokenTable(error) === undefined) throw error;
    await migrate(store);
  }
}

async function createOrder(
  store: SqlStore,
  order: Order,
  key: string,
  request: string,
  why: 'create' | 'restore',
): Promise<Order> {
  for (let race = 0; race < MAX_RACES; race += 1) {
    try {
      return await store.transaction(async (sql) => {
        const known = await findByKey(sql, key, request);
        if (known !== undefined) return known;
        const [open] = await findUnsettled(sql, order.cardNumber);
        if (open !== undefined && why === 'create') {
          throw new QuancunError(ORDER_OPEN, { details: { openOrderId: open.orderId } });
        }
        await insertOrder(sql, order, key, request, why);
        return order;
      });
    } catch (error) {
      // The same key, or another order of the card, came at the same moment: look again.
      const raced = error instanceof Outdated || store.brokenTable(error) !== undefined;
      if (!raced) throw error;
    }
  }
  throw new QuancunError(LEDGER_BUSY);
}

async function commit(store: SqlStore, change: Change): Promise<Committed> {
  const { witness } = change;
  const draft = witness?.thread.draft([witness.line]);
  try {
    await store.transaction(async (sql) => {
      if (witness !== undefined && draft !== undefined) {
        await moveJournal(sql, store.dialect, witness.thread, draft);
      }
      await write(sql, change);
    });
  } catch (error) {
    if (error instanceof Outdated) return { written: false };
    const table = store.brokenTable(error);
    if (table === undefined) throw error;
    // A constraint can be the first to notice that another decision came before.
    const { orderId } = change.snapshot.situation.order;
    const now = await store.transaction((sql) => read(sql, orderId));
    if (now?.version !== change.snapshot.version) return { written: false };
    if (table === 'attempt') throw new QuancunError(LEDGER_BUSY, { cause: error });
    if (table === 'payment') throw new QuancunError(PAYMENT_REUSED, { cause: error });
    const what = `the ledger refused a decision (${table})`;
    throw new QuancunError(INTERNAL, { details: { what }, cause: error });
  }
  if (witness === undefined || draft === undefined) return { written: true };
  witness.thread.confirm(draft);
  const [entry] = draft.entries;
  return { written: true, ...(entry === undefined ? {} : { entry }) };
}

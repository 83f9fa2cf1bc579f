/** Reads orders as decisions need them: those that are asked for together, in one statement. */
import type { Snapshot } from '../ledger.js';
import { snapshotOf } from '../sql/queries.js';
import { text } from '../sql/columns.js';
import type { Row } from '../sql/store.js';
import { arrayLiteral } from './batch.js';
import { readOrders } from './read-sql.js';
import type { PgStore } from './store.js';

/** Reads one order. */
export type ReadOrder = (orderId: string) => Promise<Snapshot | undefined>;

interface Asked {
  readonly orderId: string;
  resolve(snapshot: Snapshot | undefined): void;
  reject(error: unknown): void;
}

const MAX_ORDERS = 64;
const MAX_SENT = 2;

/** Makes a reader. What comes while statements are on their way goes with the next one. */
export function createReader(store: PgStore, spread: boolean): ReadOrder {
  const statement = readOrders(spread);
  let asked: Asked[] = [];
  let sent = 0;
  let called = false;
  const start = (): void => {
    called = false;
    while (sent < MAX_SENT && asked.length > 0) {
      const batch = asked.slice(0, MAX_ORDERS);
      asked = asked.slice(MAX_ORDERS);
      sent += 1;
      void answer(store, statement, batch).finally(() => {
        sent -= 1;
        call();
      });
    }
  };
  const call = (): void => {
    if (called || asked.length === 0) return;
    called = true;
    setImmediate(start);
  };
  return (orderId) =>
    new Promise((resolve, reject) => {
      asked.push({ orderId, resolve, reject });
      call();
    });
}

async function answer(store: PgStore, statement: string, batch: readonly Asked[]): Promise<void> {
  try {
    const ids = arrayLiteral([...new Set(batch.map(({ orderId }) => orderId))]);
    const rows = await store.one({ name: 'quancun_read', text: statement, values: [ids] });
    const found = new Map(rows.map((row) => [text(row.order_id), readSnapshot(row)]));
    for (const { orderId, resolve } of batch) resolve(found.get(orderId));
  } catch (error) {
    for (const { reject } of batch) reject(error);
  }
}

function readSnapshot(row: Row): Snapshot {
  const rows = (cell: unknown): Row[] => (cell === null ? [] : (JSON.parse(text(cell)) as Row[]));
  const [order = {}] = rows(row.load_order);
  const [card] = rows(row.card);
  return snapshotOf({ order, card, attempts: rows(row.attempts), payments: rows(row.payments) });
}

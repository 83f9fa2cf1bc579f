/** The SQL ledger's list of what people must look at. */
import type { PaymentBook, WorkItem } from '../payment-book.js';
import { text } from './columns.js';
import type { Row, SqlStore } from './store.js';

/** Opens the list. */
export function sqlWorkBook(
  store: SqlStore,
): Pick<PaymentBook, 'noteWork' | 'findWork' | 'endWork'> {
  return {
    noteWork: async (item) => {
      const { orderId, transactionId, theirsFen, oursFen, message } = item;
      await store.transaction((sql) =>
        sql.run(
          `INSERT INTO work_item (key, code, provider, order_id, transaction_id, theirs_fen,
              ours_fen, message, first_ms, last_ms)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
            ON CONFLICT (key) DO UPDATE SET last_ms = $10`,
          [
            ...[item.key, item.code, item.provider, orderId ?? null, transactionId ?? null],
            ...[theirsFen ?? null, oursFen ?? null, message ?? null, item.firstMs, item.lastMs],
          ],
        ),
      );
    },
    findWork: ({ after = '', limit }) =>
      store.transaction(async (sql) => {
        const rows = await sql.all(
          `SELECT * FROM work_item WHERE ended_at_ms IS NULL AND key > $1
            ORDER BY key LIMIT $2`,
          [after, limit],
        );
        return rows.map(readItem);
      }),
    endWork: (key, { by, atMs, reason }) =>
      store.transaction(async (sql) => {
        const changed = await sql.run(
          `UPDATE work_item SET ended_by = $2, ended_at_ms = $3, ended_reason = $4
            WHERE key = $1 AND ended_at_ms IS NULL`,
          [key, by, atMs, reason],
        );
        return changed === 1;
      }),
  };
}

function readItem(row: Row): WorkItem {
  const told = (name: string): string | undefined => text(row[name]) || undefined;
  const fen = (name: string): number | undefined =>
    row[name] === null || row[name] === undefined ? undefined : Number(row[name]);
  const all = {
    orderId: told('order_id'),
    transactionId: told('transaction_id'),
    theirsFen: fen('theirs_fen'),
    oursFen: fen('ours_fen'),
    message: told('message'),
  };
  const known = Object.entries(all).filter(([, value]) => value !== undefined);
  return {
    key: text(row.key),
    code: text(row.code),
    provider: text(row.provider),
    ...(Object.fromEntries(known) as Partial<WorkItem>),
    firstMs: Number(row.first_ms),
    lastMs: Number(row.last_ms),
  };
}

/** The SQL ledger's count of slips: the primary key is what gives no number twice. */
import { QuancunError } from '../../../errors.js';
import { LEDGER_BUSY } from '../../../signing/errors.js';
import { whoCells, whoColumns } from './rows.js';
import type { SlipBook, SlipPrint } from '../slip-book.js';
import { type Layout, readRow, textColumn, wholeColumn } from './columns.js';
import { who } from './rows.js';
import type { Sql, SqlStore } from './store.js';

const SLIP: Layout<SlipPrint> = {
  requestKey: textColumn('request_key'),
  atMs: wholeColumn('at_ms'),
  who: who('printed'),
};

/** How often a number is drawn anew when others were first: one of them gets on each time. */
const MAX_RACES = 64;

/** Opens the count; its table comes with the ledger's migrations. */
export function sqlSlipBook(store: SqlStore): SlipBook {
  return {
    countSlip: async (orderId, print) => {
      for (let race = 0; race < MAX_RACES; race += 1) {
        const number = await store.transaction((sql) => countOnce(sql, orderId, print));
        if (number !== undefined) return number;
      }
      throw new QuancunError(LEDGER_BUSY);
    },
    findSlips: (orderId) =>
      store.transaction(async (sql) => {
        const found = 'SELECT * FROM slip WHERE order_id = $1 ORDER BY number';
        return (await sql.all(found, [orderId])).map((row) => readRow(SLIP, row));
      }),
  };
}

/** Nothing where another print took the number at the same moment. */
async function countOnce(
  sql: Sql,
  orderId: string,
  { requestKey, atMs, who }: SlipPrint,
): Promise<number | undefined> {
  await sql.run(
    `INSERT INTO slip
        (order_id, number, request_key, at_ms, ${whoColumns('printed').join(', ')})
      SELECT CAST($1 AS TEXT), COALESCE(MAX(number), 0) + 1, CAST($2 AS TEXT),
        CAST($3 AS BIGINT), CAST($4 AS TEXT), CAST($5 AS TEXT), CAST($6 AS TEXT),
        CAST($7 AS TEXT)
      FROM slip WHERE order_id = $1 ON CONFLICT DO NOTHING`,
    [orderId, requestKey, atMs, ...whoCells(who)],
  );
  const [row] = await sql.all('SELECT number FROM slip WHERE order_id = $1 AND request_key = $2', [
    orderId,
    requestKey,
  ]);
  return row === undefined ? undefined : Number(row.number);
}

/** The postings of a closed day, an order at a time: two statements for each page. */
import {
  type DayBook,
  dayKey,
  type DayPayment,
  type DayPosting,
  pairPayments,
} from '../day-book.js';
import { text } from './columns.js';
import { readOrder, readPayment } from './rows.js';
import type { Row, Sql } from './store.js';

type Query = Parameters<DayBook['findPostings']>[0];

/** All postings of an order come in one page. */
export async function findPostings(
  sql: Sql,
  { outlet, day, after = '', limit }: Query,
): Promise<readonly DayPosting[]> {
  const key = dayKey({ outlet, day });
  const [close] = await sql.all('SELECT body FROM day_close WHERE day_key = $1', [key]);
  if (close === undefined) return [];
  const { fromMs } = JSON.parse(text(close.body)) as { readonly fromMs: number };
  const ofPage = `order_id IN (SELECT DISTINCT d.order_id FROM transfer d
    WHERE d.day_key = $1 AND d.order_id > $2 ORDER BY d.order_id LIMIT $3)`;
  const values = [key, after, limit];
  const rows = await sql.all(
    `SELECT t.at_ms AS posted_at_ms, t.debit, t.credit, t.amount_fen AS posted_fen, o.*
      FROM transfer t JOIN load_order o ON o.order_id = t.order_id
      WHERE t.day_key = $1 AND t.${ofPage}
      ORDER BY t.order_id, t.at_ms, t.debit, t.credit`,
    values,
  );
  const payments = await sql.all(
    `SELECT * FROM payment p WHERE (p.taken_key = $1 OR p.refund_key = $1) AND p.${ofPage}
      ORDER BY p.transaction_id`,
    values,
  );
  return pairPayments(
    rows.map((row) => readPosting(row, fromMs)),
    payments.map((row) => readDayPayment(row, key)),
  );
}

function readPosting(row: Row, fromMs: number): DayPosting {
  const order = readOrder(row);
  const { orderId, cardNumber, plate, plateColour, createdAtMs, who } = order;
  const atMs = Number(row.posted_at_ms);
  return {
    ...{ orderId, atMs, amountFen: Number(row.posted_fen) },
    debit: text(row.debit) as DayPosting['debit'],
    credit: text(row.credit) as DayPosting['credit'],
    as: atMs < fromMs ? 'late' : createdAtMs < fromMs ? 'earlier' : 'day',
    order: { cardNumber, plate, plateColour, createdAtMs, ...(who === undefined ? {} : { who }) },
  };
}

function readDayPayment(row: Row, key: string): DayPayment {
  const { orderId, transactionId, amountFen, who } = readPayment(row);
  return {
    ...{ orderId, transactionId, amountFen },
    ...(who === undefined ? {} : { who }),
    isTaken: text(row.taken_key) === key,
    isRefunded: text(row.refund_key) === key,
  };
}

/**
 * The SQL ledger's days. A close is one transaction that sees one state of all rows: it books what
 * stands open before the end of its day, adds it up, and stands only if it comes to what was told.
 */
import { LOCKING_STATES } from '../../../load/index.js';
import {
  chainKey,
  type DayBook,
  type DayClose,
  type DayDraft,
  dayKey,
  type DaySums,
  type DaysQuery,
  isSameSums,
  type OutletDay,
  type PaymentSum,
  type PostingSum,
  sorted,
  type StandingSum,
} from '../day-book.js';
import { text } from './columns.js';
import { findPostings } from './day-postings.js';
import type { Row, Sql, SqlStore, SqlValue } from './store.js';
import { readCount, sumTakings } from './takings.js';

/** What has no end, and whose money is here: it is told with the day. */
const STANDING = [...LOCKING_STATES, 'TAKING', 'PAID', 'REFUND_DUE']
  .map((state) => `'${state}'`)
  .join(',');
/** A payment of a release that wrote no time was booked with its order's first cash. */
const BOOKED = `COALESCE(p.booked_at_ms, (SELECT MIN(f.at_ms) FROM transfer f
    WHERE f.order_id = p.order_id AND f.debit = 'cash'), 0)`;

class Moved extends Error {}

/** Opens the book; its tables come with the ledger's migrations. */
export function sqlDayBook(store: SqlStore): DayBook {
  return {
    sumOpen: (day) =>
      inOneView(store, async (sql) => ({
        sums: await sumsOf(sql, day, 'open'),
        standing: await standingOf(sql, day.outlet),
      })),
    closeDay: async (close) => {
      try {
        await inOneView(store, (sql) => closeOnce(sql, close));
        return 'closed';
      } catch (error) {
        if (error instanceof Moved) return 'moved';
        if (store.brokenTable(error) === 'day_close') return 'taken';
        throw error;
      }
    },
    findDays: (query) => store.transaction((sql) => findDays(sql, query)),
    draftDay: async (draft) => {
      await store.transaction((sql) =>
        sql.run(
          `INSERT INTO day_draft (day_key, body) VALUES ($1, $2)
            ON CONFLICT (day_key) DO UPDATE SET body = $2`,
          [dayKey(draft), JSON.stringify(draft)],
        ),
      );
    },
    findDraft: (outlet, day) =>
      store.transaction(async (sql) => {
        const [row] = await sql.all('SELECT body FROM day_draft WHERE day_key = $1', [
          dayKey({ outlet, day }),
        ]);
        return row === undefined ? undefined : (JSON.parse(text(row.body)) as DayDraft);
      }),
    findPostings: (query) => store.transaction((sql) => findPostings(sql, query)),
    sumTakings: (query) => inOneView(store, (sql) => sumTakings(sql, query)),
  };
}

function inOneView<T>(store: SqlStore, work: (sql: Sql) => Promise<T>): Promise<T> {
  return store.transaction(async (sql) => {
    for (const words of store.dialect.oneView) await sql.run(words);
    return work(sql);
  });
}

/** Whoever is second at the same day, or at the one after the same day, breaks a key. */
async function closeOnce(sql: Sql, close: DayClose): Promise<void> {
  const { outlet, day, closedAtMs } = close;
  const key = dayKey(close);
  await sql.run(
    `INSERT INTO day_close (day_key, chain_key, outlet, day, closed_at_ms, body)
      VALUES ($1, $2, $3, $4, $5, $6)`,
    [key, chainKey(close), outlet, day, closedAtMs, JSON.stringify(close)],
  );
  const ofOutlet = 'order_id IN (SELECT o.order_id FROM load_order o WHERE o.outlet = $2)';
  const values = [key, outlet, close.toMs];
  await sql.run(
    `UPDATE transfer SET day_key = $1 WHERE day_key IS NULL AND at_ms < $3 AND ${ofOutlet}`,
    values,
  );
  await sql.run(
    `UPDATE payment SET taken_key = $1 WHERE transaction_id IN (
      SELECT p.transaction_id FROM payment p WHERE p.taken_key IS NULL AND ${BOOKED} < $3
        AND p.${ofOutlet})`,
    values,
  );
  await sql.run(
    `UPDATE payment SET refund_key = $1 WHERE refund_key IS NULL AND refunded_at_ms IS NOT NULL
      AND refunded_at_ms < $3 AND ${ofOutlet}`,
    values,
  );
  await sql.run('DELETE FROM day_draft WHERE day_key = $1', [key]);
  if (!isSameSums(await sumsOf(sql, close, 'booked'), close.sums)) throw new Moved();
}

/** What stands open before the end of a day, or what is booked to it: the same either way. */
export async function sumsOf(
  sql: Pick<Sql, 'all'>,
  day: OutletDay,
  which: 'open' | 'booked',
): Promise<DaySums> {
  const { outlet, fromMs, toMs } = day;
  const isOpen = which === 'open';
  const values: SqlValue[] = isOpen ? [fromMs, outlet, toMs] : [fromMs, dayKey(day)];
  const part = (column: string, atMs: string): string =>
    isOpen ? `${column} IS NULL AND ${atMs} < $3 AND o.outlet = $2` : `${column} = $2`;
  const postings = await sql.all(
    `SELECT t.debit, t.credit, ${asOf('t.at_ms', 'o.created_at_ms')} AS booked_as,
        COUNT(*) AS count, SUM(t.amount_fen) AS fen
      FROM transfer t JOIN load_order o ON o.order_id = t.order_id
      WHERE ${part('t.day_key', 't.at_ms')} GROUP BY 1, 2, 3`,
    values,
  );
  const taken = await sql.all(
    `SELECT CASE WHEN p.surplus = 1 THEN 'surplus' ELSE 'taken' END AS kind, p.provider,
        p.submitted_person, p.submitted_shift, ${asOf(BOOKED, '$1')} AS booked_as,
        COUNT(*) AS count, SUM(p.amount_fen) AS fen
      FROM payment p JOIN load_order o ON o.order_id = p.order_id
      WHERE ${part('p.taken_key', BOOKED)} GROUP BY 1, 2, 3, 4, 5`,
    values,
  );
  const refunded = await sql.all(
    `SELECT 'refunded' AS kind, p.provider, NULL AS submitted_person, NULL AS submitted_shift,
        ${asOf('p.refunded_at_ms', BOOKED)} AS booked_as,
        COUNT(*) AS count, SUM(p.amount_fen) AS fen
      FROM payment p JOIN load_order o ON o.order_id = p.order_id
      WHERE p.refunded_at_ms IS NOT NULL AND ${part('p.refund_key', 'p.refunded_at_ms')}
      GROUP BY 2, 5`,
    values,
  );
  return {
    postings: sorted(postings.map(readPosting)),
    payments: sorted([...taken, ...refunded].map(readPayment)),
  };
}

/** Seen from the first moment of the day, `$1`. */
function asOf(atMs: string, sinceMs: string): string {
  return `CASE WHEN ${atMs} < CAST($1 AS BIGINT) THEN 'late'
    WHEN ${sinceMs} < CAST($1 AS BIGINT) THEN 'earlier' ELSE 'day' END`;
}

async function standingOf(sql: Sql, outlet: string): Promise<readonly StandingSum[]> {
  const rows = await sql.all(
    `SELECT state, COUNT(*) AS count, SUM(amount_fen) AS fen FROM load_order
      WHERE state IN (${STANDING}) AND outlet = $1 GROUP BY state`,
    [outlet],
  );
  const sums = rows.map((row) => ({ state: text(row.state), ...readCount(row) }) as StandingSum);
  return sorted(sums);
}

async function findDays(
  sql: Sql,
  { outlet, fromDay = '', toDay = '9999-12-31', after, limit }: DaysQuery,
): Promise<readonly DayClose[]> {
  const values: SqlValue[] = [fromDay, toDay];
  const place = (value: SqlValue): string => `$${String(values.push(value))}`;
  const where = ['day >= $1', 'day <= $2'];
  if (outlet !== undefined) where.push(`outlet = ${place(outlet)}`);
  if (after !== undefined)
    where.push(`(day, outlet) < (${place(after.day)}, ${place(after.outlet)})`);
  const rows = await sql.all(
    `SELECT body FROM day_close WHERE ${where.join(' AND ')}
      ORDER BY day DESC, outlet DESC LIMIT ${place(limit)}`,
    values,
  );
  return rows.map((row) => JSON.parse(text(row.body)) as DayClose);
}

function readPosting(row: Row): PostingSum {
  return {
    debit: text(row.debit) as PostingSum['debit'],
    credit: text(row.credit) as PostingSum['credit'],
    as: text(row.booked_as) as PostingSum['as'],
    ...readCount(row),
  };
}

function readPayment(row: Row): PaymentSum {
  const [person, shift] = [text(row.submitted_person), text(row.submitted_shift)];
  return {
    kind: text(row.kind) as PaymentSum['kind'],
    method: text(row.provider),
    ...(person === '' ? {} : { person }),
    ...(shift === '' ? {} : { shift }),
    as: text(row.booked_as) as PaymentSum['as'],
    ...readCount(row),
  };
}

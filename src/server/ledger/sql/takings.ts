/** 交班: what came in and went back within a time, by outlet, person, shift and method. */
import { assert } from '../../../errors.js';
import { sorted, type TakingsQuery, type TakingSum } from '../day-book.js';
import { text } from './columns.js';
import type { Row, Sql, SqlValue } from './store.js';

/** Adds payments up by when they were booked, and refunds by when they were. */
export async function sumTakings(
  sql: Sql,
  { fromMs, toMs, ...who }: TakingsQuery,
): Promise<readonly TakingSum[]> {
  const values: SqlValue[] = [fromMs, toMs];
  const place = (value: SqlValue): string => `$${String(values.push(value))}`;
  const where: string[] = [];
  if (who.outlet !== undefined) where.push(`o.outlet = ${place(who.outlet)}`);
  if (who.person !== undefined) where.push(`p.submitted_person = ${place(who.person)}`);
  if (who.shift !== undefined) where.push(`p.submitted_shift = ${place(who.shift)}`);
  const named = where.map((one) => ` AND ${one}`).join('');
  const sums = (kind: string, atMs: string): Promise<readonly Row[]> =>
    sql.all(
      `SELECT ${kind} AS kind, o.outlet, p.provider, p.submitted_by, p.submitted_person,
          p.submitted_shift, COUNT(*) AS count, SUM(p.amount_fen) AS fen
        FROM payment p JOIN load_order o ON o.order_id = p.order_id
        WHERE ${atMs} >= $1 AND ${atMs} < $2${named} GROUP BY 1, 2, 3, 4, 5, 6`,
      values,
    );
  const taken = await sums(
    `CASE WHEN p.surplus = 1 THEN 'surplus' ELSE 'taken' END`,
    'p.booked_at_ms',
  );
  const refunded = await sums(`CASE WHEN 1 = 1 THEN 'refunded' END`, 'p.refunded_at_ms');
  return sorted([...taken, ...refunded].map(readTaking));
}

function readTaking(row: Row): TakingSum {
  const told = {
    by: text(row.submitted_by),
    person: text(row.submitted_person),
    shift: text(row.submitted_shift),
  };
  return {
    outlet: text(row.outlet),
    kind: text(row.kind) as TakingSum['kind'],
    method: text(row.provider),
    ...Object.fromEntries(Object.entries(told).filter(([, value]) => value !== '')),
    ...readCount(row),
  };
}

/** A sum that a number cannot hold to the fen is not told. */
export function readCount(row: Row): { readonly count: number; readonly amountFen: number } {
  const [count, amountFen] = [Number(row.count), Number(row.fen)];
  assert(Number.isSafeInteger(amountFen), 'a sum that is not exact');
  return { count, amountFen };
}

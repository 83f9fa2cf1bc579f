/**
 * 充值记录: pages of orders. Each way of asking has an index that is in the order of the answer, so
 * that a page costs the same among a thousand orders and among a billion.
 *
 *   orderId         primary key          transactionId   primary key of payment
 *   cardNumber      order_card           plate           order_plate, over the folded plate
 *   states alone    order_listed         time alone      order_time
 *   outlet          order_outlet         person          order_person
 */
import { foldPlate, KNOWN_PLATE_COLOURS } from '../../../plate.js';
import type { Order } from '../../../load/index.js';
import type { OrderQuery } from '../ledger.js';
import { readOrder } from './rows.js';
import { PLATE_KEY } from './schema-records.js';
import type { Sql, SqlValue } from './store.js';

/** A statement and its values. */
export interface Statement {
  readonly text: string;
  readonly values: readonly SqlValue[];
}

/** A page of orders, newest first. */
export async function findOrders(sql: Sql, query: OrderQuery): Promise<readonly Order[]> {
  const found: Order[] = [];
  const statements = orderStatements(query);
  for (const { text, values } of statements) {
    found.push(...(await sql.all(text, values)).map(readOrder));
  }
  if (statements.length === 1) return found;
  return found.sort(newestFirst).slice(0, query.limit);
}

/** What a page is asked with: one statement, or one for each state where states alone are named. */
export function orderStatements(query: OrderQuery): readonly Statement[] {
  const { orderId, transactionId, cardNumber, plate, outlet, person, states = [] } = query;
  const named = [orderId, transactionId, cardNumber, plate, outlet, person];
  const byState = named.every((one) => one === undefined);
  // An index begins with one state: the pages of several are laid together.
  if (byState && states.length > 1) {
    return [...new Set(states)].map((state) => statementOf({ ...query, states: [state] }));
  }
  return [statementOf(query)];
}

function statementOf(query: OrderQuery): Statement {
  const { orderId, transactionId, cardNumber, plate, plateColour, states = [], after } = query;
  const values: SqlValue[] = [query.fromMs, query.toMs];
  const place = (value: SqlValue): string => `$${String(values.push(value))}`;
  const where = ['created_at_ms >= $1', 'created_at_ms < $2'];
  if (orderId !== undefined) where.push(`order_id = ${place(orderId)}`);
  if (transactionId !== undefined) {
    const booked = `SELECT order_id FROM payment WHERE transaction_id = ${place(transactionId)}`;
    where.push(`order_id = (${booked})`);
  }
  if (cardNumber !== undefined) where.push(`card_number = ${place(cardNumber)}`);
  if (plate !== undefined) where.push(`${PLATE_KEY} = ${place(foldPlate(plate))}`);
  if (plateColour !== undefined) {
    const known = KNOWN_PLATE_COLOURS.filter((colour) => colour !== plateColour).join(', ');
    where.push(`plate_colour NOT IN (${known})`);
  }
  if (query.outlet !== undefined) where.push(`outlet = ${place(query.outlet)}`);
  if (query.person !== undefined) where.push(`made_person = ${place(query.person)}`);
  if (query.shift !== undefined) where.push(`made_shift = ${place(query.shift)}`);
  if (states.length > 0) where.push(`state IN (${states.map(place).join(', ')})`);
  if (after !== undefined) {
    where.push(
      `(created_at_ms, order_id) < (${place(after.createdAtMs)}, ${place(after.orderId)})`,
    );
  }
  const text = `SELECT * FROM load_order WHERE ${where.join(' AND ')}
      ORDER BY created_at_ms DESC, order_id DESC LIMIT ${place(query.limit)}`;
  return { text, values };
}

/** As the database sorts: by time, then by number. */
function newestFirst(a: Order, b: Order): number {
  return b.createdAtMs - a.createdAtMs || (a.orderId < b.orderId ? 1 : -1);
}

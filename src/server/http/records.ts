/** 充值记录: which orders there were, in pages, and which of them can be loaded now. */
import * as v from 'valibot';
import { type ErrorRow, QuancunError, textsOf } from '../../errors.js';
import {
  type Order,
  type OrderRecord,
  type RecordsPage,
  UNSETTLED_STATES,
} from '../../load/index.js';
import {
  ORDER_CLOSED,
  ORDER_FROZEN,
  ORDER_REFUND_DUE,
  ORDER_UNPAID,
  ORDER_VOIDING,
  PAYMENT_BEING_TAKEN,
} from '../../load/errors.js';
import { RECORDS_REQUEST } from '../../messages/index.js';
import { RANGE_REVERSED, RANGE_TOO_LONG } from '../errors.js';
import type { OrderQuery } from '../ledger/ledger.js';

const MAX_RANGE_MS = 30 * 24 * 3_600_000;

/** Orders are asked for by card or by plate: without either it would be everybody's. */
export const ORDERS_QUERY = v.pipe(
  RECORDS_REQUEST,
  v.forward(
    v.check(({ cardNumber, plate }) => (cardNumber ?? plate) !== undefined),
    ['cardNumber'],
  ),
  v.metadata({ anyOf: [{ required: ['cardNumber'] }, { required: ['plate'] }] }),
);

/**
 * A request as the ledger is asked.
 * @throws RANGE_TOO_LONG, RANGE_REVERSED
 */
export function readOrderQuery(request: v.InferOutput<typeof ORDERS_QUERY>): OrderQuery {
  const { cursor, limit = 20, ...rest } = request;
  const { fromMs, toMs } = rest;
  if (toMs < fromMs) throw new QuancunError(RANGE_REVERSED);
  if (toMs - fromMs > MAX_RANGE_MS) throw new QuancunError(RANGE_TOO_LONG);
  if (cursor === undefined) return { ...rest, limit };
  const [time = '', orderId = ''] = cursor.split('.');
  return { ...rest, limit, after: { createdAtMs: Number(time), orderId } };
}

/** A page, and where the next one begins. */
export function viewRecords(orders: readonly Order[], limit: number): RecordsPage {
  const last = orders[orders.length - 1];
  const more = orders.length === limit && last !== undefined;
  return {
    records: orders.map(viewRecord),
    next: more ? `${String(last.createdAtMs)}.${last.orderId}` : null,
  };
}

function viewRecord(order: Order): OrderRecord {
  const { orderId, cardNumber, plate, plateColour, amountFen, state, outlet, createdAtMs } = order;
  const view = { orderId, cardNumber, plate, plateColour, amountFen, state, outlet, createdAtMs };
  const row = whyNotLoadable(order);
  if (row === undefined) return { ...view, loadable: true };
  const { code: why, ...texts } = textsOf(row, { state, why: 'earlier' });
  return { ...view, loadable: false, why, ...texts };
}

function whyNotLoadable({ state }: Order): ErrorRow | undefined {
  if (state === 'CREATED') return ORDER_UNPAID;
  if (state === 'TAKING') return PAYMENT_BEING_TAKEN;
  if (state === 'FROZEN') return ORDER_FROZEN;
  // A visit would probe and end in a refund: that is for whoever decides on refunds.
  if (state === 'VOIDING') return ORDER_VOIDING;
  if (state === 'REFUND_DUE') return ORDER_REFUND_DUE;
  return UNSETTLED_STATES.includes(state) ? undefined : ORDER_CLOSED;
}

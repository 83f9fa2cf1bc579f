/** 充值记录: which orders there were, in pages, and which of them can be loaded now. */
import * as v from 'valibot';
import { type ErrorRow, QuancunError, textsOf } from '../../errors.js';
import { viewOf } from '../told.js';
import {
  CHINA_UTC_OFFSET_MINUTES,
  daysApart,
  MAX_DAYS_APART,
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
import { RANGE_REVERSED, RANGE_TOO_LONG, SCOPE_MISSING } from '../errors.js';
import type { OrderQuery } from '../ledger/ledger.js';
import { expectOutlet } from './bounds.js';
import type { Admitted } from './door.js';

/** A number names one order: only a list needs a range. */
const namesOne = ({ orderId, payment }: { orderId?: string; payment?: string }): boolean =>
  (orderId ?? payment) !== undefined;

/** What a page is asked for with. */
export const ORDERS_QUERY = v.pipe(
  RECORDS_REQUEST,
  v.forward(
    v.check((asked) => namesOne(asked) || asked.fromMs !== undefined),
    ['fromMs'],
  ),
  v.forward(
    v.check((asked) => namesOne(asked) || asked.toMs !== undefined),
    ['toMs'],
  ),
  v.metadata({
    anyOf: [{ required: ['fromMs', 'toMs'] }, { required: ['orderId'] }, { required: ['payment'] }],
  }),
);

/**
 * A request as the ledger is asked.
 * @throws RANGE_TOO_LONG, RANGE_REVERSED
 * @throws SCOPE_MISSING: orders of no one card, plate, order or payment are everybody's, and the
 * office's to see; a device that stands in an outlet sees those of its own
 */
export function readOrderQuery(
  request: v.InferOutput<typeof ORDERS_QUERY>,
  { caller, rights }: Pick<Admitted, 'caller' | 'rights'>,
  utcOffsetMinutes = CHINA_UTC_OFFSET_MINUTES,
): OrderQuery {
  const { cursor, limit = 20, payment, fromMs = 0, toMs = Number.MAX_SAFE_INTEGER } = request;
  const { orderId, cardNumber, plate, plateColour, states } = request;
  const oneCard = cardNumber ?? plate;
  const isList = oneCard === undefined && !namesOne(request);
  const scope = isList ? 'audit' : 'query';
  if (!rights.has(scope)) {
    if (caller.outlet === undefined) throw new QuancunError(SCOPE_MISSING, { details: { scope } });
    expectOutlet(caller, request.outlet);
  }
  const outlet = rights.has(scope) ? request.outlet : caller.outlet;
  if (toMs < fromMs) throw new QuancunError(RANGE_REVERSED);
  if (!namesOne(request) && daysApart({ fromMs, toMs }, utcOffsetMinutes) > MAX_DAYS_APART) {
    throw new QuancunError(RANGE_TOO_LONG);
  }
  return {
    ...{ fromMs, toMs, limit },
    ...(orderId === undefined ? {} : { orderId }),
    ...(payment === undefined ? {} : { transactionId: payment }),
    ...(cardNumber === undefined ? {} : { cardNumber }),
    ...(plate === undefined ? {} : { plate }),
    ...(plateColour === undefined ? {} : { plateColour }),
    ...(outlet === undefined ? {} : { outlet }),
    ...(request.person === undefined ? {} : { person: request.person }),
    ...(request.shift === undefined ? {} : { shift: request.shift }),
    ...(states === undefined ? {} : { states }),
    ...(cursor === undefined ? {} : { after: readCursor(cursor) }),
  };
}

function readCursor(cursor: string): Required<OrderQuery>['after'] {
  const [time = '', orderId = ''] = cursor.split('.');
  return { createdAtMs: Number(time), orderId };
}

/** What a ledger is asked for, so that a page knows whether there is another. */
export function oneMore(query: OrderQuery): OrderQuery {
  return { ...query, limit: query.limit + 1 };
}

/** A page out of what {@link oneMore} found, and where the next one begins. */
export function viewRecords(found: readonly Order[], limit: number): RecordsPage {
  const orders = found.slice(0, limit);
  const last = orders[orders.length - 1];
  const more = found.length > limit && last !== undefined;
  return {
    records: orders.map(viewRecord),
    next: more ? `${String(last.createdAtMs)}.${last.orderId}` : null,
  };
}

/** One order as an operator sees it: whether it can be loaded, and why not. */
export function viewRecord(order: Order): OrderRecord {
  const { plate, plateColour, state } = order;
  // What the card is asked before money is its terminal's; who takes it, everybody's to see.
  const { check: _asked, ...shown } = viewOf(order);
  const view = { ...shown, plate, plateColour };
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

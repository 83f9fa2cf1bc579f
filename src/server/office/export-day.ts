/** The postings of a closed day, a page at a time, and what all of them come to. */
import { QuancunError } from '../../errors.js';
import type { ExportPage, ExportRequest, ExportRow } from '../../messages/index.js';
import type { DayBook, DayPosting } from '../ledger/day-book.js';
import { findClose } from './close-day.js';
import { accountsOf, movementOf } from './day-report.js';
import { DAY_NOT_CLOSED } from './errors.js';

/** A page; all postings of an order stand in one. @throws DAY_NOT_CLOSED */
export async function exportDay(
  ledger: DayBook,
  { outlet, day, after, limit = 200 }: ExportRequest,
): Promise<ExportPage> {
  const close = await findClose(ledger, outlet, day);
  if (close === undefined) throw new QuancunError(DAY_NOT_CLOSED, { details: { day } });
  const query = { outlet, day, limit: limit + 1, ...(after === undefined ? {} : { after }) };
  const found = await ledger.findPostings(query);
  const orders = [...new Set(found.map(({ orderId }) => orderId))];
  const page = orders.slice(0, limit);
  const last = page[page.length - 1];
  const { postings } = close.sums;
  return {
    rows: found.filter(({ orderId }) => page.includes(orderId)).map(viewRow),
    next: orders.length > limit && last !== undefined ? last : null,
    total: {
      rows: postings.reduce((sum, { count }) => sum + count, 0),
      accounts: accountsOf(close.sums),
    },
  };
}

function viewRow({ order, payment, ...posting }: DayPosting): ExportRow {
  const { orderId, atMs, debit, credit, amountFen, as } = posting;
  const who = payment === undefined ? order.who : payment.who;
  return {
    ...{ orderId, atMs, kind: movementOf(posting), debit, credit, amountFen, as },
    ...(payment === undefined
      ? {}
      : {
          method: payment.transactionId.slice(0, Math.max(0, payment.transactionId.indexOf(':'))),
          transactionId: payment.transactionId,
        }),
    ...who,
    cardTail: order.cardNumber.slice(-4),
    ...{ plate: order.plate, plateColour: order.plateColour, orderedAtMs: order.createdAtMs },
  };
}

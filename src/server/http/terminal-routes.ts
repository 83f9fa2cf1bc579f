/** The routes of terminals, by their operationId. */
import * as v from 'valibot';
import { RESPONSE_LENGTH, RESPONSE_MALFORMED } from '../../apdu/errors.js';
import { AMOUNT_RANGE } from '../../core-errors.js';
import * as etc from '../../etc/errors.js';
import * as load from '../../load/errors.js';
import {
  BEGIN_PAYMENT,
  CARD_REPORT,
  CARD_REQUEST,
  CHECK_CARD,
  CONFIRM_PAYMENT,
  CREATE_ORDER,
  END_PAYMENT,
  NOTHING,
  ORDER_VIEW,
  PAYING,
  QR_VIEW,
  RECORDS_PAGE,
  SLIP_VIEW,
  STEP,
  UNSETTLED,
  VISIT_REPORT,
} from '../../messages/index.js';
import { maybe, textOf } from '../../json/index.js';
import { LEDGER_BUSY } from '../../signing/errors.js';
import * as server from '../errors.js';
import * as payment from '../payment/errors.js';
import { ORDERS_QUERY } from './records.js';

import { money, ORDER, question, type Route, withoutOrderId } from './route.js';

/** A caller whose record says where it stands need not say it. */
const NEW_ORDER = v.strictObject({ ...CREATE_ORDER.entries, outlet: maybe(textOf(64)) });

/** What terminals ask. */
export const TERMINAL_ROUTES = {
  checkCard: {
    ...question,
    isNew: true,
    path: '/v1/cards/check',
    summary: 'What stands against a recharge of this card, before any money is taken',
    scope: 'recharge-qr',
    request: CHECK_CARD,
    reply: CARD_REPORT,
    refusals: [server.OUTLET_REFUSED, etc.CARD_NUMBER_UNREADABLE],
  },
  createOrder: {
    ...money,
    isNew: true,
    isDoneAgain: true,
    path: '/v1/orders',
    summary: 'Make an order',
    scope: 'recharge-qr',
    request: NEW_ORDER,
    reply: ORDER_VIEW,
    refusals: [
      ...[server.AMOUNT_OVER_TERMINAL_LIMIT, AMOUNT_RANGE, server.OUTLET_REFUSED],
      ...[etc.CARD_NOT_STORED_VALUE, etc.CARD_EXPIRED, etc.CARD_NOT_ACTIVE],
      ...[
        etc.CARD_DATES_UNREADABLE,
        etc.CARD_NUMBER_UNREADABLE,
        server.CARD_BLACKLISTED,
        ...[load.ORDER_OPEN, load.ORDER_FROZEN, load.PAYMENT_BEING_TAKEN],
        LEDGER_BUSY,
      ],
      server.IDEMPOTENCY_CONFLICT,
    ],
  },
  beginPayment: {
    ...question,
    path: `${ORDER}/taking`,
    summary: 'Money is about to be taken: nobody else takes it; the card shows that it is here',
    scope: 'recharge-qr',
    request: v.omit(BEGIN_PAYMENT, withoutOrderId),
    reply: ORDER_VIEW,
    refusals: [
      ...[server.AMOUNT_OVER_TERMINAL_LIMIT, server.OUTLET_REFUSED],
      ...[load.PAYMENT_BEING_TAKEN, load.ORDER_OPEN, load.ORDER_FROZEN, load.ORDER_CLOSED],
      ...[load.ORDER_REFUND_DUE, load.ORDER_AWAITS_JOURNAL, load.INIT_STALE],
      ...[load.PROBE_MISMATCH, load.CARD_COUNTER_EXHAUSTED, load.BALANCE_LIMIT],
      ...[load.COUNTER_WITHOUT_PROOF, load.CARD_MISMATCH, server.MAC1_INVALID],
      ...[server.INIT_REFUSED, server.CARD_BLACKLISTED, server.BOOK_BALANCE_MISMATCH],
      ...[server.TOO_MANY_WRONG_CODES, server.KEY_UNKNOWN, RESPONSE_MALFORMED, RESPONSE_LENGTH],
      ...[payment.QR_OPEN, payment.PAYMENT_PROVIDER_FAILED],
      LEDGER_BUSY,
    ],
  },
  endPayment: {
    ...question,
    path: `${ORDER}/taking/end`,
    summary: 'Nothing was taken: said by the terminal that was to take it',
    scope: 'recharge-qr',
    request: v.omit(END_PAYMENT, withoutOrderId),
    reply: ORDER_VIEW,
    refusals: [
      ...[load.PAYMENT_BEING_TAKEN, load.ORDER_AWAITS_JOURNAL, LEDGER_BUSY],
      payment.QR_OPEN,
      payment.PAYMENT_PROVIDER_FAILED,
    ],
  },
  confirmPayment: {
    ...money,
    isDoneAgain: true,
    path: `${ORDER}/payments`,
    summary: 'The order was paid',
    scope: 'recharge-qr',
    session: 'locked',
    request: v.omit(CONFIRM_PAYMENT, withoutOrderId),
    reply: ORDER_VIEW,
    refusals: [
      ...[server.PAYMENT_REUSED, payment.PAYMENT_PROVIDER_FAILED, LEDGER_BUSY],
      ...[payment.PAYMENT_NOT_REPORTABLE, payment.REPORT_OVER_LIMIT, payment.PAYMENT_NOT_SEEN],
    ],
  },
  reportVisit: {
    ...question,
    path: `${ORDER}/visits`,
    summary: 'Report what the card answered; learn what to do next',
    scope: 'recharge-qr',
    session: 'locked',
    request: v.omit(VISIT_REPORT, withoutOrderId),
    reply: STEP,
    refusals: [
      ...[server.TOO_MANY_WRONG_CODES, server.KEY_UNKNOWN, server.JOURNAL_BROKEN, LEDGER_BUSY],
    ],
    stops: [
      ...[load.PAYMENT_BEING_TAKEN, server.CARD_BLACKLISTED],
      ...[load.ORDER_UNPAID, load.ORDER_CLOSED, load.ORDER_REFUND_DUE, load.ORDER_FROZEN],
      ...[load.ORDER_VOIDING, load.ORDER_OPEN, load.LOAD_IN_DOUBT, load.CARD_LOST],
      load.ORDER_AWAITS_JOURNAL,
      ...[load.INIT_STALE, load.PROBE_MISMATCH, load.CARD_COUNTER_EXHAUSTED],
      ...[load.ATTEMPTS_EXHAUSTED, load.BALANCE_LIMIT, load.COUNTER_WITHOUT_PROOF],
      ...[load.TAC_INVALID, load.CREDIT_REFUSED, load.CARD_MISMATCH, server.MAC1_INVALID],
      ...[server.INIT_REFUSED, server.BOOK_BALANCE_MISMATCH, RESPONSE_MALFORMED],
      RESPONSE_LENGTH,
    ],
  },
  findUnsettled: {
    ...question,
    path: '/v1/orders/unsettled',
    summary: "The card's unsettled order",
    scope: 'recharge-qr',
    request: CARD_REQUEST,
    reply: UNSETTLED,
    refusals: [],
  },
  findOrders: {
    ...question,
    isNew: true,
    path: '/v1/orders/query',
    summary:
      '充值记录, newest first: by order, payment, card, plate and colour, state, time (30 days apart)',
    scope: 'query-outlet',
    request: ORDERS_QUERY,
    reply: RECORDS_PAGE,
    refusals: [server.RANGE_TOO_LONG, server.RANGE_REVERSED],
  },
  getOrder: {
    method: 'GET',
    money: false,
    path: ORDER,
    summary: 'An order',
    scope: 'recharge-qr',
    reply: ORDER_VIEW,
    refusals: [],
  },
  printSlip: {
    ...money,
    path: `${ORDER}/slips`,
    summary: 'Receipt or held slip, to be printed; each request is one more copy',
    scope: 'recharge-qr',
    request: NOTHING,
    reply: SLIP_VIEW,
    refusals: [server.ORDER_NOT_PRINTABLE, server.OUTLET_REFUSED, LEDGER_BUSY],
  },
  createQr: {
    ...money,
    isDoneAgain: true,
    path: `${ORDER}/qr`,
    summary: 'The QR code that pays the order; asked again, the same payment',
    scope: 'recharge-qr',
    request: PAYING,
    reply: QR_VIEW,
    refusals: [
      ...[payment.PAYMENT_PROVIDER_UNKNOWN, payment.PAYMENT_NOT_AWAITED, payment.QR_EXPIRED],
      ...[payment.QR_OPEN, payment.QR_REFUSED, load.PAYMENT_BEING_TAKEN],
      payment.PAYMENT_PROVIDER_FAILED,
    ],
  },
  queryPayment: {
    ...question,
    path: `${ORDER}/qr/query`,
    summary: '【已完成支付】: ask the provider what was paid, and book it',
    scope: 'recharge-qr',
    request: PAYING,
    reply: ORDER_VIEW,
    refusals: [
      ...[payment.PAYMENT_PROVIDER_UNKNOWN, payment.PAYMENT_PROVIDER_FAILED],
      ...[server.PAYMENT_REUSED, LEDGER_BUSY],
    ],
  },
} as const satisfies Readonly<Record<string, Route>>;

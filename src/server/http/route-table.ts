/**
 * Every route as data: what it is called, who may ask, what is said and answered, and the codes it
 * can refuse with. The handler serves this table and `openapi.json` describes it.
 */
import * as v from 'valibot';
import { RESPONSE_LENGTH, RESPONSE_MALFORMED } from '../../apdu/errors.js';
import { AMOUNT_RANGE, INTERNAL } from '../../core-errors.js';
import type { ErrorRow } from '../../errors.js';
import * as etc from '../../etc/errors.js';
import { MESSAGE_INVALID, PROTOCOL_VERSION } from '../../json/errors.js';
import * as load from '../../load/errors.js';
import {
  BEGIN_PAYMENT,
  CARD_REPORT,
  CARD_REQUEST,
  CHECK_CARD,
  CONFIRM_PAYMENT,
  CREATE_ORDER,
  END_PAYMENT,
  FOREIGN_RECORD,
  JOURNAL_REQUEST,
  JOURNAL_VIEW,
  JOURNALS,
  NOT_TAKEN,
  NOTHING,
  ORDER_VIEW,
  PAYING,
  QR_VIEW,
  RECORDS_PAGE,
  REFUND,
  REFUNDS_PAGE,
  REFUNDS_REQUEST,
  RELEASE,
  saysVersion,
  STEP,
  UNSETTLED,
  VISIT_REPORT,
} from '../../messages/index.js';
import {
  CLOCK_SKEW,
  LEDGER_BUSY,
  REQUEST_REPLAYED,
  SIGNATURE_INVALID,
} from '../../signing/errors.js';
import * as server from '../errors.js';
import { JOURNAL_IN_USE } from '../hold/errors.js';
import * as outage from '../outage/errors.js';
import * as journal from '../journal/errors.js';
import * as payment from '../payment/errors.js';
import { ORDERS_QUERY } from './records.js';
import type { Scope } from './terminals.js';

/** One route. */
export interface Route {
  readonly method: 'GET' | 'POST';
  /** As OpenAPI writes it. */
  readonly path: string;
  readonly summary: string;
  readonly scope: Scope;
  /** Its answer is kept under an Idempotency-Key, and given again byte for byte. */
  readonly money: boolean;
  readonly request?: v.GenericSchema;
  readonly reply: v.GenericSchema;
  /** What it can refuse with, beside what every route of its kind can ({@link refusalsOf}). */
  readonly refusals: readonly ErrorRow[];
  /** Codes of its answer, where that is the end of a visit. */
  readonly stops?: readonly ErrorRow[];
}

const ORDER = '/v1/orders/{orderId}';
/** The address says which order. */
const withoutOrderId = ['orderId'] as const;

const money = { method: 'POST', money: true } as const;
const question = { method: 'POST', money: false } as const;
const office = { ...money, scope: 'back-office', reply: ORDER_VIEW } as const;

/** Every route under a signature, by its operationId. */
export const ROUTES = {
  checkCard: {
    ...question,
    path: '/v1/cards/check',
    summary: 'What stands against a recharge of this card, before any money is taken',
    scope: 'recharge',
    request: CHECK_CARD,
    reply: CARD_REPORT,
    refusals: [server.OUTLET_REFUSED, etc.CARD_NUMBER_UNREADABLE],
  },
  createOrder: {
    ...money,
    path: '/v1/orders',
    summary: 'Make an order',
    scope: 'recharge',
    request: CREATE_ORDER,
    reply: ORDER_VIEW,
    refusals: [
      ...[server.AMOUNT_OVER_TERMINAL_LIMIT, AMOUNT_RANGE, server.OUTLET_REFUSED],
      ...[etc.CARD_NOT_STORED_VALUE, etc.CARD_EXPIRED, etc.CARD_NOT_ACTIVE],
      ...[
        etc.CARD_DATES_UNREADABLE,
        etc.CARD_NUMBER_UNREADABLE,
        server.CARD_BLACKLISTED,
        ...[load.ORDER_OPEN, load.ORDER_FROZEN],
        LEDGER_BUSY,
      ],
      server.IDEMPOTENCY_CONFLICT,
    ],
  },
  beginPayment: {
    ...question,
    path: `${ORDER}/taking`,
    summary: 'Money is about to be taken: nobody else takes it; the card shows that it is here',
    scope: 'recharge',
    request: v.omit(BEGIN_PAYMENT, withoutOrderId),
    reply: ORDER_VIEW,
    refusals: [
      ...[load.PAYMENT_BEING_TAKEN, load.ORDER_OPEN, load.ORDER_FROZEN, load.ORDER_CLOSED],
      ...[load.ORDER_REFUND_DUE, load.ORDER_AWAITS_JOURNAL, load.INIT_STALE],
      ...[load.PROBE_MISMATCH, load.CARD_COUNTER_EXHAUSTED, load.BALANCE_LIMIT],
      ...[load.COUNTER_WITHOUT_PROOF, load.CARD_MISMATCH, server.MAC1_INVALID],
      ...[server.INIT_REFUSED, server.CARD_BLACKLISTED, server.BOOK_BALANCE_MISMATCH],
      ...[server.TOO_MANY_WRONG_CODES, server.KEY_UNKNOWN, RESPONSE_MALFORMED, RESPONSE_LENGTH],
      LEDGER_BUSY,
    ],
  },
  endPayment: {
    ...question,
    path: `${ORDER}/taking/end`,
    summary: 'Nothing was taken: said by the terminal that was to take it',
    scope: 'recharge',
    request: v.omit(END_PAYMENT, withoutOrderId),
    reply: ORDER_VIEW,
    refusals: [load.PAYMENT_BEING_TAKEN, load.ORDER_AWAITS_JOURNAL, LEDGER_BUSY],
  },
  confirmPayment: {
    ...money,
    path: `${ORDER}/payments`,
    summary: 'The order was paid',
    scope: 'recharge',
    request: v.omit(CONFIRM_PAYMENT, withoutOrderId),
    reply: ORDER_VIEW,
    refusals: [server.PAYMENT_REUSED, payment.PAYMENT_PROVIDER_FAILED, LEDGER_BUSY],
  },
  reportVisit: {
    ...question,
    path: `${ORDER}/visits`,
    summary: 'Report what the card answered; learn what to do next',
    scope: 'recharge',
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
    scope: 'recharge',
    request: CARD_REQUEST,
    reply: UNSETTLED,
    refusals: [],
  },
  findOrders: {
    ...question,
    path: '/v1/orders/query',
    summary: '充值记录: orders by card number, or by plate; at most 30 days, newest first',
    scope: 'query',
    request: ORDERS_QUERY,
    reply: RECORDS_PAGE,
    refusals: [server.RANGE_TOO_LONG],
  },
  getOrder: {
    method: 'GET',
    money: false,
    path: ORDER,
    summary: 'An order',
    scope: 'recharge',
    reply: ORDER_VIEW,
    refusals: [],
  },
  endTaking: {
    ...office,
    path: `${ORDER}/not-taken`,
    summary: 'A supervisor has looked: nothing was taken for this order',
    request: NOT_TAKEN,
    refusals: [load.ORDER_AWAITS_JOURNAL, LEDGER_BUSY],
  },
  cancelOrder: {
    ...office,
    path: `${ORDER}/cancel`,
    summary: 'Give an unpaid or unissued order up',
    request: NOTHING,
    refusals: [
      ...[load.ORDER_NOT_CANCELLABLE, load.PAYMENT_BEING_TAKEN],
      ...[load.ORDER_AWAITS_JOURNAL, LEDGER_BUSY],
    ],
  },
  requestVoid: {
    ...office,
    path: `${ORDER}/void`,
    summary: 'Ask for a refund; from now on only a probe of the card can allow it',
    request: NOTHING,
    refusals: [
      ...[load.ORDER_NOT_CANCELLABLE, load.PAYMENT_BEING_TAKEN, load.REFUND_NOT_PROVABLE],
      ...[load.ORDER_AWAITS_JOURNAL, LEDGER_BUSY],
    ],
  },
  withdrawVoid: {
    ...office,
    path: `${ORDER}/withdraw-void`,
    summary: 'Take that back',
    request: NOTHING,
    refusals: [LEDGER_BUSY],
  },
  confirmRefund: {
    ...office,
    path: `${ORDER}/refund`,
    summary: 'The money is back with the customer: the order’s own payment, or a surplus one',
    request: REFUND,
    refusals: [load.REFUND_NOT_DUE, LEDGER_BUSY],
  },
  reportForeignRecord: {
    ...office,
    path: `${ORDER}/foreign-record`,
    summary: "Another issuer's load spent the counter value that a HELD order is bound to",
    request: FOREIGN_RECORD,
    refusals: [
      ...[load.FOREIGN_RECORD_REFUSED, load.TAC_INVALID, load.ORDER_FROZEN],
      ...[server.KEY_UNKNOWN, LEDGER_BUSY],
    ],
  },
  releaseOrder: {
    ...office,
    path: `${ORDER}/release`,
    summary: 'End a FROZEN or HELD order by hand; done when a second key id sends the same',
    request: RELEASE,
    refusals: [
      ...[load.RELEASE_REFUSED, load.RELEASE_NEEDS_COUNTER, load.ORDER_OPEN],
      ...[load.ORDER_AWAITS_JOURNAL, LEDGER_BUSY],
    ],
  },
  createQr: {
    ...money,
    path: `${ORDER}/qr`,
    summary: 'The QR code that pays the order; asked again, the same payment',
    scope: 'recharge',
    request: PAYING,
    reply: QR_VIEW,
    refusals: [
      ...[payment.PAYMENT_PROVIDER_UNKNOWN, payment.PAYMENT_NOT_AWAITED, payment.QR_EXPIRED],
      payment.PAYMENT_PROVIDER_FAILED,
    ],
  },
  queryPayment: {
    ...question,
    path: `${ORDER}/qr/query`,
    summary: '【已完成支付】: ask the provider what was paid, and book it',
    scope: 'recharge',
    request: PAYING,
    reply: ORDER_VIEW,
    refusals: [
      ...[payment.PAYMENT_PROVIDER_UNKNOWN, payment.PAYMENT_PROVIDER_FAILED],
      ...[server.PAYMENT_REUSED, LEDGER_BUSY],
    ],
  },
  findRefundsDue: {
    ...question,
    path: '/v1/refunds/query',
    summary: 'Payments that are owed back and were not given back yet',
    scope: 'back-office',
    request: REFUNDS_REQUEST,
    reply: REFUNDS_PAGE,
    refusals: [],
  },
  findJournals: {
    ...question,
    path: '/v1/journals/query',
    summary: 'The journals that the ledger knows, and those it waits for',
    scope: 'back-office',
    request: NOTHING,
    reply: JOURNALS,
    refusals: [],
  },
  giveUpJournal: {
    ...office,
    path: '/v1/journals/give-up',
    summary: 'Stop waiting for a journal that is lost; done when a second key id sends the same',
    request: JOURNAL_REQUEST,
    reply: JOURNAL_VIEW,
    refusals: [journal.JOURNAL_UNKNOWN, LEDGER_BUSY],
  },
} as const satisfies Readonly<Record<string, Route>>;

/** What of the server's own may be away, whatever is asked: 503, and the same again. */
export const AWAY: readonly ErrorRow[] = [
  ...[outage.LEDGER_UNAVAILABLE, outage.LEDGER_READ_ONLY, outage.LEDGER_ACCESS_DENIED],
  ...[outage.LEDGER_DATABASE_UNKNOWN, outage.HSM_UNAVAILABLE, outage.BOOKS_UNAVAILABLE],
  outage.JOURNAL_UNAVAILABLE,
];

/** What a payment provider's callback can be refused with: its own signature admits it. */
export const CALLBACK_REFUSALS: readonly ErrorRow[] = [
  ...[payment.PAYMENT_PROVIDER_UNKNOWN, payment.PAYMENT_CALLBACK_INVALID, server.ORDER_UNKNOWN],
  ...[payment.PAYMENT_CALLBACK_DISAGREES, payment.PAYMENT_PROVIDER_FAILED],
  ...[server.PAYMENT_REUSED, LEDGER_BUSY, server.BODY_TOO_LARGE, INTERNAL],
  ...AWAY,
];

/** A ledger and a journal that do not fit together: nothing is done before they do. */
const COMPARING: readonly ErrorRow[] = [
  ...[journal.JOURNAL_MISSING, journal.JOURNAL_FOREIGN, journal.JOURNAL_BEHIND],
  server.LEDGER_INCOMPLETE,
  JOURNAL_IN_USE,
];

/** Every code that a route can refuse with. */
export function refusalsOf({ path, request, money, refusals }: Route): readonly ErrorRow[] {
  const ofTheDoor = [
    ...[server.BODY_TOO_LARGE, SIGNATURE_INVALID, CLOCK_SKEW, REQUEST_REPLAYED],
    ...[server.SCOPE_MISSING, INTERNAL, ...COMPARING],
    ...AWAY,
  ];
  const all = [
    ...ofTheDoor,
    // A header that cannot be what was signed, too.
    MESSAGE_INVALID,
    ...(request !== undefined && saysVersion(request) ? [PROTOCOL_VERSION] : []),
    ...(money ? [server.IDEMPOTENCY_CONFLICT] : []),
    ...(path.includes('{') ? [server.ORDER_UNKNOWN, server.ROUTE_UNKNOWN] : []),
    ...refusals,
  ];
  return [...new Set(all)];
}

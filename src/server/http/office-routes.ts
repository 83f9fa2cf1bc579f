/** The routes of the back office, by their operationId. */
import * as load from '../../load/errors.js';
import {
  CLEAR_LIMITS,
  END_WORK,
  FOREIGN_RECORD,
  JOURNAL_REQUEST,
  JOURNAL_VIEW,
  JOURNALS,
  LIMITS_CLEARED,
  LIMITS_VIEW,
  NOT_TAKEN,
  NOTHING,
  REFUND,
  REFUNDS_PAGE,
  REFUNDS_REQUEST,
  RELEASE,
  STATEMENT_REPORT,
  STATEMENT_REQUEST,
  WORK_ENDED,
  WORK_PAGE,
  WORK_REQUEST,
} from '../../messages/index.js';
import { LEDGER_BUSY } from '../../signing/errors.js';
import * as server from '../errors.js';
import * as journal from '../journal/errors.js';
import { PERSON_NOT_VOUCHED } from '../persons/errors.js';
import * as payment from '../payment/errors.js';

import { office, officeOrder, ORDER, question, type Route } from './route.js';

/** What people at a back office ask. */
export const OFFICE_ROUTES = {
  endTaking: {
    ...officeOrder,
    path: `${ORDER}/not-taken`,
    summary: 'A supervisor has looked: nothing was taken for this order',
    request: NOT_TAKEN,
    refusals: [
      ...[load.PAYMENT_BEING_TAKEN, load.ORDER_AWAITS_JOURNAL, LEDGER_BUSY],
      payment.QR_OPEN,
      payment.PAYMENT_PROVIDER_FAILED,
    ],
  },
  cancelOrder: {
    ...officeOrder,
    path: `${ORDER}/cancel`,
    summary: 'Give an unpaid or unissued order up',
    request: NOTHING,
    refusals: [
      ...[load.ORDER_NOT_CANCELLABLE, load.PAYMENT_BEING_TAKEN],
      ...[load.ORDER_AWAITS_JOURNAL, LEDGER_BUSY],
    ],
  },
  requestVoid: {
    ...officeOrder,
    path: `${ORDER}/void`,
    summary: 'Ask for a refund; from now on only a probe of the card can allow it',
    request: NOTHING,
    refusals: [
      ...[load.ORDER_NOT_CANCELLABLE, load.PAYMENT_BEING_TAKEN, load.REFUND_NOT_PROVABLE],
      ...[load.ORDER_AWAITS_JOURNAL, LEDGER_BUSY],
    ],
  },
  withdrawVoid: {
    ...officeOrder,
    path: `${ORDER}/withdraw-void`,
    summary: 'Take that back',
    request: NOTHING,
    refusals: [LEDGER_BUSY],
  },
  confirmRefund: {
    ...officeOrder,
    path: `${ORDER}/refund`,
    scope: 'finance',
    summary: 'The money is back with the customer: the order’s own payment, or a surplus one',
    request: REFUND,
    refusals: [
      ...[load.REFUND_NOT_DUE, load.REFUND_ON_ITS_WAY, load.REFUND_NEEDS_REASON],
      load.ORDER_AWAITS_JOURNAL,
      ...[payment.PAYMENT_PROVIDER_FAILED, LEDGER_BUSY],
    ],
  },
  reportForeignRecord: {
    ...officeOrder,
    path: `${ORDER}/foreign-record`,
    summary: "Another issuer's load spent the counter value that a HELD order is bound to",
    request: FOREIGN_RECORD,
    refusals: [
      ...[load.FOREIGN_RECORD_REFUSED, load.FOREIGN_TAC_INVALID, load.ORDER_FROZEN],
      ...[server.KEY_UNKNOWN, LEDGER_BUSY, server.TOO_MANY_WRONG_CODES],
    ],
  },
  releaseOrder: {
    ...officeOrder,
    path: `${ORDER}/release`,
    scope: 'release',
    summary: 'End a FROZEN or HELD order by hand; done when a second key id sends the same',
    request: RELEASE,
    refusals: [
      ...[load.RELEASE_REFUSED, load.RELEASE_NEEDS_COUNTER, load.ORDER_OPEN],
      ...[load.ORDER_AWAITS_JOURNAL, LEDGER_BUSY, PERSON_NOT_VOUCHED],
    ],
  },
  findRefundsDue: {
    ...question,
    path: '/v1/refunds/query',
    summary: 'Payments that are owed back and were not given back yet',
    scope: 'audit',
    request: REFUNDS_REQUEST,
    reply: REFUNDS_PAGE,
    refusals: [],
  },
  findWork: {
    ...question,
    path: '/v1/worklist/query',
    summary: 'What a person must look at: where the books and a provider differ',
    scope: 'audit',
    request: WORK_REQUEST,
    reply: WORK_PAGE,
    refusals: [],
  },
  endWork: {
    ...office,
    path: '/v1/worklist/end',
    scope: 'finance',
    summary: 'Somebody has dealt with an entry of that list',
    request: END_WORK,
    reply: WORK_ENDED,
    refusals: [payment.WORK_UNKNOWN],
  },
  compareStatement: {
    ...question,
    path: '/v1/statements/compare',
    summary: 'Hold a payment provider’s bill of a day against the books',
    scope: 'finance',
    request: STATEMENT_REQUEST,
    reply: STATEMENT_REPORT,
    refusals: [
      ...[payment.PAYMENT_PROVIDER_UNKNOWN, payment.PAYMENT_PROVIDER_FAILED],
      ...[payment.STATEMENT_NONE, payment.STATEMENT_NOT_READY],
    ],
  },
  findLimits: {
    ...question,
    path: '/v1/limits/query',
    summary: 'Wrong codes of the last 24 hours: whose, of what, and what was cleared',
    scope: 'audit',
    request: NOTHING,
    reply: LIMITS_VIEW,
    refusals: [],
  },
  clearLimits: {
    ...{ ...office, scope: 'release' },
    path: '/v1/limits/clear',
    summary: 'Let wrong codes count no more; who says so, and why, is kept',
    request: CLEAR_LIMITS,
    reply: LIMITS_CLEARED,
    refusals: [],
  },
  findJournals: {
    ...question,
    path: '/v1/journals/query',
    summary: 'The journals that the ledger knows, and those it waits for',
    scope: 'audit',
    request: NOTHING,
    reply: JOURNALS,
    refusals: [],
  },
  giveUpJournal: {
    ...office,
    path: '/v1/journals/give-up',
    scope: 'release',
    summary: 'Stop waiting for a journal that is lost; done when a second key id sends the same',
    request: JOURNAL_REQUEST,
    reply: JOURNAL_VIEW,
    refusals: [journal.JOURNAL_UNKNOWN, LEDGER_BUSY, PERSON_NOT_VOUCHED],
  },
} as const satisfies Readonly<Record<string, Route>>;

/** The routes of the days of outlets, and of one order whole, by their operationId. */
import { DATE_INVALID } from '../../core-errors.js';
import {
  CLOSE_DAY,
  DAY_REPORT,
  DAY_REQUEST,
  DAYS_PAGE,
  DAYS_REQUEST,
  EXPORT_PAGE,
  EXPORT_REQUEST,
  ORDER_HISTORY,
  TAKINGS,
  TAKINGS_REQUEST,
} from '../../messages/index.js';
import { LEDGER_BUSY } from '../../signing/errors.js';
import * as server from '../errors.js';
import * as day from '../office/errors.js';
import { PERSON_NOT_VOUCHED } from '../persons/errors.js';
import { money, ORDER, question, type Route } from './route.js';

/** What an office asks of days. */
export const DAY_ROUTES = {
  getHistory: {
    method: 'GET',
    money: false,
    path: `${ORDER}/history`,
    ofOwnOutlet: true,
    summary: 'One order whole: payments, attempts, slips, and its events with who and when',
    scope: 'audit',
    reply: ORDER_HISTORY,
    refusals: [],
  },
  sumTakings: {
    ...question,
    path: '/v1/takings/query',
    summary: '交班: what came in and went back, by outlet, person, shift and method',
    scope: 'days',
    request: TAKINGS_REQUEST,
    reply: TAKINGS,
    refusals: [server.RANGE_TOO_LONG, server.RANGE_REVERSED],
  },
  showDay: {
    ...question,
    path: '/v1/days/show',
    summary: 'A day of an outlet: closed, waiting for a second person, or what it comes to now',
    scope: 'days',
    request: DAY_REQUEST,
    reply: DAY_REPORT,
    refusals: [DATE_INVALID],
  },
  closeDay: {
    ...money,
    path: '/v1/days/close',
    summary: '日结; where counts differ, done when a second key id sends the same',
    scope: 'close-day',
    request: CLOSE_DAY,
    reply: DAY_REPORT,
    refusals: [
      ...[DATE_INVALID, day.DAY_NOT_OVER, day.DAY_OUT_OF_ORDER, day.DAY_CLOSED],
      ...[day.DAY_NOT_CLOSED, day.DAY_WITHOUT_BOOKINGS, day.DAY_COUNT_MISSING],
      ...[day.DAY_REASON_MISSING, LEDGER_BUSY, PERSON_NOT_VOUCHED],
    ],
  },
  findDays: {
    ...question,
    path: '/v1/days/query',
    summary: 'Closed days, newest first',
    scope: 'days',
    request: DAYS_REQUEST,
    reply: DAYS_PAGE,
    refusals: [],
  },
  exportDay: {
    ...question,
    path: '/v1/days/export',
    summary: 'The postings of a closed day in pages, and what all of them come to',
    scope: 'audit',
    request: EXPORT_REQUEST,
    reply: EXPORT_PAGE,
    refusals: [day.DAY_NOT_CLOSED],
  },
} as const satisfies Readonly<Record<string, Route>>;

/**
 * Every route as data: what it is called, who may ask, what is said and answered, and the codes it
 * can refuse with. The handler serves this table and `openapi.json` describes it.
 */
import { INTERNAL } from '../../core-errors.js';
import type { ErrorRow } from '../../errors.js';
import { MESSAGE_INVALID, PROTOCOL_VERSION } from '../../json/errors.js';
import { saysVersion } from '../../messages/index.js';
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
import { REQUEST_TIMEOUT, SERVER_BUSY } from './errors.js';
import * as persons from '../persons/errors.js';
import * as payment from '../payment/errors.js';

import { DAY_ROUTES } from './day-routes.js';
import { OFFICE_ROUTES } from './office-routes.js';
import { PERSON_ROUTES } from './person-routes.js';
import type { Route } from './route.js';
import { TERMINAL_ROUTES } from './terminal-routes.js';

export type { Route } from './route.js';

/** Every route under a signature, by its operationId. */
export const ROUTES = {
  ...TERMINAL_ROUTES,
  ...OFFICE_ROUTES,
  ...DAY_ROUTES,
  ...PERSON_ROUTES,
} as const;

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
  ...[payment.PAYMENT_AMOUNT_CHANGED, server.PAYMENT_REUSED],
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
export function refusalsOf(route: Route): readonly ErrorRow[] {
  const { path, request, money, isNew, ofOwnOutlet, refusals } = route;
  const ofTheDoor = [
    ...[server.BODY_TOO_LARGE, SIGNATURE_INVALID, CLOCK_SKEW, REQUEST_REPLAYED],
    ...[server.SCOPE_MISSING, REQUEST_TIMEOUT, INTERNAL, ...COMPARING],
    // Where persons log in.
    ...[persons.SESSION_REQUIRED, persons.SESSION_LOCKED, persons.ROLE_MISSING],
    ...AWAY,
  ];
  const all = [
    ...ofTheDoor,
    // A header that cannot be what was signed, too.
    MESSAGE_INVALID,
    ...(request !== undefined && saysVersion(request) ? [PROTOCOL_VERSION] : []),
    ...(money ? [server.IDEMPOTENCY_CONFLICT] : []),
    ...(isNew === true ? [SERVER_BUSY] : []),
    ...(ofOwnOutlet === true ? [server.OUTLET_REFUSED] : []),
    ...(path.includes('{') ? [server.ORDER_UNKNOWN, server.ROUTE_UNKNOWN] : []),
    ...refusals,
  ];
  return [...new Set(all)];
}

/**
 * The back office behind HTTP: what people at a desk ask of the server, with a key of the scope
 * back-office. What changes something may be sent again: the same words are done once.
 */
import type * as v from 'valibot';
import type { Release } from '../messages/index.js';
import {
  type ClearLimitsRequest,
  type ClearLoginsRequest,
  type CloseDayRequest,
  DAY_REPORT,
  type DayReport,
  DAYS_PAGE,
  type DaysPage,
  type DaysRequest,
  EXPORT_PAGE,
  type ExportPage,
  type ExportRequest,
  type ForeignRecord,
  JOURNAL_VIEW,
  JOURNALS,
  type JournalView,
  LIMITS_CLEARED,
  LIMITS_VIEW,
  type LimitsCleared,
  type LimitsView,
  LOGINS_CLEARED,
  LOGINS_VIEW,
  type LoginsCleared,
  type LoginsView,
  ORDER_HISTORY,
  ORDER_VIEW,
  type OrderHistory,
  type OrderView,
  type OwedPage,
  RECORDS_PAGE,
  type RecordsPage,
  type RecordsRequest,
  REFUNDS_PAGE,
  SESSION_ENDED,
  SESSION_VIEW,
  type SessionView,
  STATEMENT_REPORT,
  type StatementOfDay,
  TAKINGS,
  type Takings,
  type TakingsRequest,
  WORK_ENDED,
  WORK_PAGE,
  type WorkPage,
} from '../messages/index.js';
import { toHex } from '../bytes.js';
import { askServer, type Line, type ServerClientOptions } from './ask-server.js';

/**
 * The office's side of a server. Each throws what the server refuses with.
 * 后台接口。
 */
export interface OfficeClient {
  /** Orders of all outlets, newest first. @throws RANGE_TOO_LONG, RANGE_REVERSED */
  findOrders(request: RecordsRequest): Promise<RecordsPage>;
  /** One order whole. @throws ORDER_UNKNOWN */
  getHistory(orderId: string): Promise<OrderHistory>;
  /** @throws ORDER_NOT_CANCELLABLE, PAYMENT_BEING_TAKEN, ORDER_AWAITS_JOURNAL */
  cancel(orderId: string): Promise<OrderView>;
  /** @throws ORDER_NOT_CANCELLABLE, REFUND_NOT_PROVABLE, PAYMENT_BEING_TAKEN */
  requestVoid(orderId: string): Promise<OrderView>;
  withdrawVoid(orderId: string): Promise<OrderView>;
  /**
   * The money is back with the customer: the order's own payment, or the one of this number.
   * @throws REFUND_NOT_DUE, REFUND_ON_ITS_WAY
   */
  confirmRefund(orderId: string, transactionId?: string, reason?: string): Promise<OrderView>;
  /** @throws FOREIGN_RECORD_REFUSED, FOREIGN_TAC_INVALID, ORDER_FROZEN */
  reportForeignRecord(orderId: string, record: ForeignRecord): Promise<OrderView>;
  /** Done when a second key sends the same. @throws RELEASE_REFUSED, RELEASE_NEEDS_COUNTER */
  release(orderId: string, release: Release): Promise<OrderView>;
  findRefundsDue(after?: string): Promise<OwedPage>;
  findWork(after?: string): Promise<WorkPage>;
  /** @throws WORK_UNKNOWN */
  endWork(key: string, reason: string): Promise<{ readonly endedBy: string }>;
  /** @throws PAYMENT_PROVIDER_UNKNOWN, STATEMENT_NONE, STATEMENT_NOT_READY */
  compareStatement(provider: string, day: string): Promise<StatementOfDay>;
  findJournals(): Promise<readonly JournalView[]>;
  /** Done when a second key sends the same. @throws JOURNAL_UNKNOWN */
  giveUpJournal(journalId: string): Promise<JournalView>;
  /** 交班: what came in and went back. @throws RANGE_TOO_LONG, RANGE_REVERSED */
  sumTakings(request: TakingsRequest): Promise<Takings>;
  /** A day of an outlet as it stands. */
  showDay(outlet: string, day: string): Promise<DayReport>;
  /**
   * 日结. Where counts differ, done when a second key sends the same.
   * @throws DAY_NOT_OVER, DAY_OUT_OF_ORDER, DAY_CLOSED, DAY_NOT_CLOSED, DAY_WITHOUT_BOOKINGS,
   * DAY_COUNT_MISSING, DAY_REASON_MISSING
   */
  closeDay(request: CloseDayRequest): Promise<DayReport>;
  /** Closed days, newest first. */
  findDays(request: DaysRequest): Promise<DaysPage>;
  /** A page of a closed day's postings. @throws DAY_NOT_CLOSED */
  exportDay(request: ExportRequest): Promise<ExportPage>;
  /** Wrong codes of 24 hours, and what was cleared. */
  findLimits(): Promise<LimitsView>;
  clearLimits(request: ClearLimitsRequest): Promise<LimitsCleared>;
  /** Wrong passwords that count. @throws PERSONS_NOT_KEPT */
  findLogins(): Promise<LoginsView>;
  /** @throws PERSON_UNKNOWN, LOGINS_CLEARED_BEFORE */
  clearLogins(request: ClearLoginsRequest): Promise<LoginsCleared>;
  /** A person at this device; the answer's `session` is what the client is given from then on. */
  logIn(personId: string, password: string): Promise<SessionView>;
  logOut(): Promise<void>;
}

/**
 * Makes the client.
 * 后台 HTTP 客户端。
 * @throws from every method SERVER_UNREACHABLE, ANSWERED_BY_ANOTHER, SCOPE_MISSING, and what the
 *   server refuses with
 * @example
 * import { envFrom } from 'quancun';
 * const office = officeClient({
 *   ...{ url: 'https://etc.example/', keyId: 'O1', secret: '22'.repeat(32) },
 *   ...{ fetch, env: envFrom(globalThis) },
 * });
 * // … and then: await office.findRefundsDue()
 */
export function officeClient(options: ServerClientOptions): OfficeClient {
  const line: Line = { options, offsetMs: 0 };
  const ask = <S extends v.GenericSchema>(path: string, body: object, reply: S) =>
    askServer(line, { method: 'POST', path, body, reply });
  return {
    ...ordersOf(line),
    findRefundsDue: (after) => ask('/v1/refunds/query', pageAfter(after), REFUNDS_PAGE),
    findWork: (after) => ask('/v1/worklist/query', pageAfter(after), WORK_PAGE),
    endWork: (key, reason) => act(line, '/v1/worklist/end', { key, reason }, WORK_ENDED),
    compareStatement: (provider, day) =>
      ask('/v1/statements/compare', { provider, day }, STATEMENT_REPORT),
    findJournals: async () => (await ask('/v1/journals/query', {}, JOURNALS)).journals,
    giveUpJournal: (journalId) => act(line, '/v1/journals/give-up', { journalId }, JOURNAL_VIEW),
    sumTakings: (request) => ask('/v1/takings/query', request, TAKINGS),
    showDay: (outlet, day) => ask('/v1/days/show', { outlet, day }, DAY_REPORT),
    closeDay: (request) => act(line, '/v1/days/close', request, DAY_REPORT),
    findDays: (request) => ask('/v1/days/query', request, DAYS_PAGE),
    exportDay: (request) => ask('/v1/days/export', request, EXPORT_PAGE),
    findLimits: () => ask('/v1/limits/query', {}, LIMITS_VIEW),
    clearLimits: (request) => act(line, '/v1/limits/clear', request, LIMITS_CLEARED),
    findLogins: () => ask('/v1/logins/query', {}, LOGINS_VIEW),
    clearLogins: (request) => act(line, '/v1/logins/clear', request, LOGINS_CLEARED),
    logIn: (personId, password) => ask('/v1/sessions', { personId, password }, SESSION_VIEW),
    logOut: async () => {
      await ask('/v1/sessions/end', {}, SESSION_ENDED);
    },
  };
}

type OfOrders =
  | 'findOrders'
  | 'getHistory'
  | 'cancel'
  | 'requestVoid'
  | 'withdrawVoid'
  | 'confirmRefund'
  | 'reportForeignRecord'
  | 'release';

function ordersOf(line: Line): Pick<OfficeClient, OfOrders> {
  const order = (orderId: string, does: string, body: object = {}): Promise<OrderView> =>
    act(line, `${pathOf(orderId)}/${does}`, body, ORDER_VIEW, (view) => view.orderId === orderId);
  return {
    findOrders: (request) =>
      askServer(line, {
        ...{ method: 'POST', path: '/v1/orders/query', body: request, reply: RECORDS_PAGE },
      }),
    getHistory: (orderId) =>
      askServer(line, {
        ...{ method: 'GET', path: `${pathOf(orderId)}/history`, reply: ORDER_HISTORY },
        answers: (history) => history.order.orderId === orderId,
      }),
    cancel: (orderId) => order(orderId, 'cancel'),
    requestVoid: (orderId) => order(orderId, 'void'),
    withdrawVoid: (orderId) => order(orderId, 'withdraw-void'),
    confirmRefund: (orderId, transactionId, reason) =>
      order(orderId, 'refund', {
        ...(transactionId === undefined ? {} : { transactionId }),
        ...(reason === undefined ? {} : { reason }),
      }),
    reportForeignRecord: (orderId, record) => order(orderId, 'foreign-record', record),
    release: (orderId, release) => order(orderId, 'release', { release }),
  };
}

/** A key for each call: sent again it is the same act, and asked anew it is looked at anew. */
function act<S extends v.GenericSchema>(
  line: Line,
  path: string,
  body: object,
  reply: S,
  answers?: (said: v.InferOutput<S>) => boolean,
): Promise<v.InferOutput<S>> {
  const key = toHex(line.options.env.random(16));
  const asked = { method: 'POST', path, body, key, reply } as const;
  return askServer(line, answers === undefined ? asked : { ...asked, answers });
}

function pageAfter(after: string | undefined): object {
  return after === undefined ? {} : { after };
}

/** An order's number, as the text it is: it never leads to another address. */
function pathOf(orderId: string): string {
  return `/v1/orders/${encodeURIComponent(orderId)}`;
}

/**
 * The load protocol, pure: orders, evidence, decisions, and the messages between a terminal and
 * the authority.
 * @module
 */
export { decide } from './decide.js';
export { isRefundDue } from './decide-refund.js';
export { daysApart, MAX_DAYS_APART, rangeOfDays, type TimeRange } from './days.js';
export { type Decision, endVisit, EP_LOAD, type NextStep, PROBE_AMOUNT_FEN } from './decision.js';
export type { AuthenticInit, Evidence, TimedEvidence } from './evidence.js';
export { CHINA_UTC_OFFSET_MINUTES, type HostTime, hostTime } from './host-time.js';
export type { Authority } from './authority.js';
export {
  type ConfirmPaymentRequest,
  type CreateOrderRequest,
  type CreditProof,
  type ForeignRecord,
  type OrderRecord,
  type OrderState,
  type OrderView,
  PROTOCOL_VERSION,
  type RecordsPage,
  type RecordsRequest,
  type Release,
  type Step,
  type StopStep,
  type TerminalEvidence,
  type VisitReport,
} from '../messages/index.js';
export {
  type AccountName,
  type Attempt,
  type CardAccount,
  DEFAULT_POLICY,
  type LoadPolicy,
  LOCKING_STATES,
  type Order,
  type Payment,
  type ReleaseRequest,
  type Situation,
  type Transfer,
  UNSETTLED_STATES,
} from './order.js';
export {
  parseCardNumber,
  parseConfirmPaymentRequest,
  parseCreateOrderRequest,
  parseForeignRecord,
  parseOrderId,
  parseRefund,
  parseReleaseRequest,
  parseVisitReport,
} from './parse.js';

/**
 * The load protocol, pure: orders, evidence, decisions, and the messages between a terminal and
 * the authority.
 * @module
 */
export { decide } from './decide.js';
export { isRefundDue } from './decide-payment.js';
export { type Decision, endVisit, EP_LOAD, type NextStep, PROBE_AMOUNT_FEN } from './decision.js';
export type { AuthenticInit, Evidence, TimedEvidence } from './evidence.js';
export { CHINA_UTC_OFFSET_MINUTES, type HostTime, hostTime } from './host-time.js';
export {
  type Authority,
  type ConfirmPaymentRequest,
  type CreateOrderRequest,
  type ForeignRecord,
  type OrderRecord,
  type OrderView,
  PROTOCOL_VERSION,
  type RecordsPage,
  type RecordsRequest,
  type Step,
  type StopStep,
  type TerminalEvidence,
  type VisitReport,
} from './messages.js';
export {
  type AccountName,
  type Attempt,
  type CardAccount,
  type CreditProof,
  DEFAULT_POLICY,
  type LoadPolicy,
  LOCKING_STATES,
  type Order,
  type OrderState,
  type Payment,
  type Release,
  type ReleaseRequest,
  type Situation,
  type Transfer,
  UNSETTLED_STATES,
} from './order.js';
export {
  parseConfirmPaymentRequest,
  parseCreateOrderRequest,
  parseForeignRecord,
  parseVisitReport,
} from './validate.js';

/**
 * The load protocol, pure: orders, evidence, decisions, and the messages between a terminal and
 * the authority.
 * @module
 */
export { decide } from './decide.js';
export { isRefundDue } from './decide-refund.js';
export { daysApart, MAX_DAYS_APART, rangeOfDays, type TimeRange } from './days.js';
export { type Decision, endVisit, EP_LOAD, type NextStep, PROBE_AMOUNT_FEN } from './decision.js';
export { ORDER_STATE_NAMES } from '../order-states.js';
export type { AuthenticInit, Evidence, TimedEvidence } from './evidence.js';
export { CHINA_UTC_OFFSET_MINUTES, type HostTime, hostTime } from './host-time.js';
export type { Authority } from './authority.js';
export {
  type BeginPaymentRequest,
  type CardCheckStep,
  type CardReport,
  type CheckCardRequest,
  type CloseDayRequest,
  type ConfirmPaymentRequest,
  type CreateOrderRequest,
  type CreditProof,
  type DayMovement,
  type DayReport,
  type DaysPage,
  type DaysRequest,
  type EndPaymentRequest,
  type ExportPage,
  type ExportRequest,
  type ExportRow,
  type ForeignRecord,
  type NotTakenWord,
  type OrderHistory,
  type OrderRecord,
  type OrderState,
  type OrderView,
  PROTOCOL_VERSION,
  type RecordsPage,
  type RecordsRequest,
  type Release,
  type SlipPayment,
  type SlipProof,
  type SlipView,
  type Step,
  type StopStep,
  type Takings,
  type TakingsRequest,
  type TakingView,
  type TerminalEvidence,
  type VisitReport,
} from '../messages/index.js';
export {
  type AccountName,
  type Attempt,
  type CardAccount,
  DEFAULT_POLICY,
  type LoadPolicy,
  type LoadProof,
  LOCKING_STATES,
  type Order,
  type Payment,
  type ReleaseRequest,
  type Situation,
  type Taking,
  type Transfer,
  UNSETTLED_STATES,
  type Who,
} from './order.js';
export {
  parseBeginPaymentRequest,
  parseCardNumber,
  parseCheckCardRequest,
  parseConfirmPaymentRequest,
  parseCreateOrderRequest,
  parseEndPaymentRequest,
  parseForeignRecord,
  parseNotTaken,
  parseOrderId,
  parseRefund,
  parseReleaseRequest,
  parseVisitReport,
} from './parse.js';

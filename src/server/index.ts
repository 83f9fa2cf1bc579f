/**
 * The authority: orders, ledger, and keys behind an HSM. For servers, and for the demonstration in
 * one process.
 * @module
 */
export type {
  Hsm,
  HsmCall,
  KeyDescription,
  KeySelector,
  LoadSession,
  Mac1Query,
  Mac2Query,
  TacQuery,
} from './hsm/hsm.js';
export type { BookBalance, FindBookBalance } from './book-balance.js';
export type { Cleared, Clearing, RequestGuard, StoredReply, WrongCode } from './guard.js';
export type { Guess, GuessRule, Place } from './guess-rule.js';
export { memoryGuard } from './memory-guard.js';
export { CALLER } from './callers.js';
export type { Caller, CallerSource } from './callers.js';
export {
  type NewSession,
  type Person,
  type PersonBook,
  type PersonChange,
  type PersonSession,
  type Shift,
} from './persons/book.js';
export type { LoginTry, TryPlace, WrongLogins } from './persons/login-rule.js';
export { addPerson, changePerson, type Keeping } from './persons/keep.js';
export { memoryPersons } from './persons/memory.js';
export { type Unvouched, unvouchedOf } from './persons/vouch.js';
export { discountedOf, expectPersonMay, type SessionHost } from './persons/sessions.js';
export { type Role, ROLES } from '../messages/index.js';
export { rightsOf, type Scope, SCOPES, SCOPES_OF_ROLES } from './rights.js';
export { SOFT_KEY_SET, softHsm, type SoftHsmOptions, type SoftKeySet } from './hsm/soft.js';
export type { RemoteEntry, RemoteListing, RemoteStore } from '../remote-store.js';
export { type Journal, memoryJournal } from './journal/journal.js';
export {
  chainLine,
  type CounterLine,
  type FormerIssueLine,
  type IssuedOrder,
  type IssueLine,
  type JournalEntry,
  type JournalledOrder,
  type JournalLine,
  type JournalPosition,
  type JournalState,
  type KnownJournal,
  type PeersLine,
  type RefundLine,
  type SealLine,
  type TacLine,
} from './journal/lines.js';
export type { Comparison } from './journal/compare.js';
export { giveUpJournal, listJournals } from './journal/give-up.js';
export type { JournalView } from '../messages/index.js';
export { type JournalThread, type ThreadDraft, WitnessMoved } from './journal/thread.js';
export type { JournalRow, LedgerWitness, WitnessBook } from './ledger/witness-book.js';
export type {
  AuditEvent,
  Change,
  Committed,
  DueQuery,
  Ledger,
  OrderCount,
  OrderQuery,
  RequestRecord,
  Snapshot,
} from './ledger/ledger.js';
export type {
  AwaitedName,
  AwaitedPayment,
  AwaitedWord,
  BookedQuery,
  OwedPayment,
  CappedReport,
  PaymentBook,
  RefundProgress,
  RefundsQuery,
  WorkItem,
  WorkQuery,
} from './ledger/payment-book.js';
export type {
  BookedAs,
  Correction,
  Counted,
  DayBook,
  DayClose,
  DayDraft,
  DayPosting,
  DaysQuery,
  DaySums,
  DayWord,
  OutletDay,
  PaymentSum,
  PostingSum,
  StandingSum,
  TakingsQuery,
  TakingSum,
} from './ledger/day-book.js';
export type { SlipBook, SlipPrint } from './ledger/slip-book.js';
export { chainHash, NO_HASH } from './ledger/audit-chain.js';
export { memoryLedger } from './ledger/memory.js';
/** What an HSM, a ledger, a journal and a payment provider's adapter of another team throw. */
export { KEY_UNKNOWN } from './errors.js';
export { causesOf } from './outage/cause.js';
export { HSM_UNAVAILABLE, JOURNAL_UNAVAILABLE, LEDGER_UNAVAILABLE } from './outage/errors.js';
export { PAYMENT_CALLBACK_INVALID } from './payment/errors.js';
export {
  createPayments,
  type Payments,
  type PaymentsOptions,
  type QrView,
} from './payment/payments.js';
export type {
  Acknowledgement,
  Callback,
  Notice,
  PaymentPort,
  PortCall,
  PortReason,
  ProviderPayment,
  QrAnswer,
  QrRequest,
  QrState,
  RefundAnswer,
  RefundRequest,
  RefundStatus,
  Statement,
  StatementLine,
} from './payment/port.js';
export type { StatementDifference, StatementReport } from './payment/statements.js';
export type { SweepPart, SweepProblem, SweepReport } from './payment/sweep.js';
export { startSweeps, type Sweeps, type SweepsOptions } from './payment/run.js';
export type { TickDueOptions, TickReport } from './due.js';
export { startTicker, type Ticker, type TickerOptions } from './ticker.js';
export {
  type AuthorityOptions,
  type BackOffice,
  createAuthority,
  type RefundWord,
  type ServedAuthority,
} from './service.js';
export type { RequestSlip } from './request-slip.js';
export type { CodesShown } from './hsm/watched.js';

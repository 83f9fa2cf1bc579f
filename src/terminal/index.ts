/**
 * What a terminal does with a card in its reader: read it, check it, recharge it, load it.
 * @module
 */
export { type CardCheck, checkCard } from './check-card.js';
/** What `takePayment` throws when the customer goes away and nothing was taken. */
export { RECHARGE_CANCELLED } from './errors.js';
export { DEFAULT_PIN, presentPin, verifyPin } from './pin.js';
export type { SelectPath } from './exchange.js';
export { type CardReading, expectBalance, readCard, type ReadCardOptions } from './read-card.js';
export { load, loadRecord, recharge } from './recharge.js';
export { declareNotTaken, submitPayment } from './settle-payment.js';
export type {
  BookedResult,
  CreditedResult,
  HeldResult,
  LoadOptions,
  LoadResult,
  NextAct,
  Paid,
  PaymentOptions,
  RechargeOptions,
  RefusedResult,
  SubmitResult,
  TakePaymentControl,
} from './recharge-options.js';
export type { ExpectedPayment, TakenPayment } from './payment.js';
export {
  type IntentStage,
  type IntentStore,
  memoryIntentStore,
  type PaymentIntent,
} from './intents.js';
export {
  fileIntentStore,
  indexedDbIntentStore,
  type IndexedDbLike,
  type IntentFiles,
  textIntentStore,
  type TextStorage,
} from './intent-stores.js';
export type { PresentCard } from './present-card.js';
export type { OnStage, Stage, StageDetail } from './stages.js';
export { visit, type VisitEnd, type VisitOptions } from './visit.js';
export { createOutbox, memoryOutboxStore, type Outbox, type OutboxStore } from './outbox.js';
export type {
  DeviceClientOptions,
  FetchLike,
  LineOptions,
  PageClientOptions,
  ServerClientOptions,
} from './ask-server.js';
export { type ServerClient, serverClient } from './server-client.js';
export { type PersonClient, personClient } from './person-client.js';
export { type OfficeClient, officeClient } from './office-client.js';
export type {
  ClearLimitsRequest,
  ClearLoginsRequest,
  LimitsCleared,
  LimitsView,
  LoginsCleared,
  LoginsView,
  OwedPage,
  SessionView,
  ShiftView,
  StatementOfDay,
  WorkPage,
} from '../messages/index.js';

/**
 * The main entry: what an app team needs on day one. No driver, no server, no optional dependency;
 * those have subpaths of their own.
 * @module
 */
export { type Env, envFrom, type HostGlobals } from './env.js';
export {
  type ErrorCode,
  isQuancunError,
  type MoneyState,
  QuancunError,
  type QuancunErrorJson,
  type QuancunErrorOptions,
  type Sent,
} from './errors.js';
export { fromHex, toHex } from './bytes.js';
export { DEFAULT_RECHARGE_LIMIT_FEN, formatYuan, parseYuan } from './money.js';
export type { Authority, OrderState, OrderView, Step, VisitReport } from './load/index.js';
export type { Transport, TransportInfo, TransmitOptions } from './transport/index.js';
export {
  type CardCheck,
  type CardReading,
  checkCard,
  declareNotTaken,
  DEFAULT_PIN,
  type IntentStore,
  load,
  loadRecord,
  type LoadOptions,
  type LoadResult,
  readCard,
  type ReadCardOptions,
  recharge,
  serverClient,
  type ServerClientOptions,
  type RechargeOptions,
  type Stage,
  submitPayment,
  type SubmitResult,
  type TakenPayment,
  type ExpectedPayment,
} from './terminal/index.js';

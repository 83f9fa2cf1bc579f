/**
 * The authority over HTTP.
 * @module
 */
export { createHttpHandler, type HttpHandler, type HttpOptions } from './handler.js';
export { createCounterDoor, type CounterDoorOptions, type DeviceKey } from './counter-door.js';
export { OPENAPI } from './openapi.js';
export { type Caller, DEFAULT_LIMITS, type DoorLimits, type Scope } from './terminals.js';
export {
  createHistogram,
  type Histogram,
  type MetricFamily,
  type MetricRow,
} from './prometheus.js';
export { refuse } from './answering.js';
export {
  createReadiness,
  type NotReady,
  type Readiness,
  type ReadinessOptions,
} from './readiness.js';

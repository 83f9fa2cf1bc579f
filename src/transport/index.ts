/**
 * A card within reach: the interface of one method, and the wrappers that go around any of them.
 * Drivers have subpaths of their own.
 * @module
 */
export { transmitAll } from './batch.js';
export { openInTime, type OpenOptions } from './open-in-time.js';
export { expectTransport, transmitOne } from './boundary.js';
export { type Fault, type FaultyTransport, withFaults } from './faults.js';
export { withGetResponse } from './get-response.js';
export { type HostDriver, type HostFailure, hostTransport } from './host-transport.js';
export { withQueue } from './queue.js';
export { replayTransport } from './replay.js';
export { isRepeatable } from './retry-policy.js';
export {
  formatTrace,
  isRedacted,
  parseTrace,
  type Trace,
  traceBytes,
  type TraceExchange,
  type TraceOptions,
  withTrace,
} from './trace.js';
export { type TimeLimitOptions, withTimeLimit } from './time-limit.js';
export type { AbortSignalLike, TransmitOptions, Transport, TransportInfo } from './transport.js';
/** What a driver may say of its host. */
export {
  CARD_ABSENT,
  TRANSPORT_ABORTED,
  TRANSPORT_BUSY,
  TRANSPORT_CLOSED,
  TRANSPORT_CONNECT,
  TRANSPORT_DENIED,
  TRANSPORT_FRAME,
  TRANSPORT_LOST,
  TRANSPORT_TIMEOUT,
  TRANSPORT_TOO_LONG,
} from './errors.js';

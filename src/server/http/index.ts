/**
 * The authority over HTTP.
 * @module
 */
export { createHttpHandler, type HttpHandler, type HttpOptions } from './handler.js';
export { createCounterDoor, type CounterDoorOptions } from './counter-door.js';
export { OPENAPI } from './openapi.js';
export { type Caller, DEFAULT_LIMITS, type DoorLimits, type Scope } from './terminals.js';

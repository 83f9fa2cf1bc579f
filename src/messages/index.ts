/**
 * The messages between a terminal, a back office and the authority, each declared once: from the
 * declaration come its type, its check and its JSON schema.
 */
export { expectRequest, saysVersion } from './expect.js';
export * from './days.js';
export { ORDER_HISTORY, type OrderHistory } from './history.js';
export * from './office.js';
export * from './persons.js';
export * from './replies.js';
export * from './requests.js';
export * from './slip.js';
export {
  type CreditProof,
  ORDER_STATES,
  type OrderState,
  PROTOCOL_VERSION,
  type Release,
} from './states.js';

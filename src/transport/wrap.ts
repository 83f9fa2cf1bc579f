/** A wrapper that changes how commands are sent and leaves the rest of a transport as it is. */
import type { Transport } from './transport.js';

/**
 * Puts another `transmit` in front of a transport. Batches are not passed on: a wrapper that has
 * not looked at them must not let them by.
 */
export function wrapTransmit(transport: Transport, transmit: Transport['transmit']): Transport {
  const { reset } = transport;
  const wrapped = { info: transport.info, transmit, close: () => transport.close() };
  return reset === undefined ? wrapped : { ...wrapped, reset: () => reset.call(transport) };
}

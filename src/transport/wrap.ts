/** A wrapper that changes how commands are sent and leaves the rest of a transport as it is. */
import { copyOf } from '../bytes.js';
import { expectTransport, transmitFrame } from './boundary.js';
import type { Transport } from './transport.js';

/** How a wrapper sends a batch, when the transport below can send one. */
export type WrapBatch = (send: Batch) => Batch;
type Batch = NonNullable<Transport['transmitBatch']>;

/**
 * Puts another `transmit` in front of a transport, and another `transmitBatch` where there is one
 * below. A wrapper has copies of the commands: it may look at them again when the card has
 * answered and the caller has wiped its own. Without `wrapBatch` batches are not passed on: a
 * wrapper that has not looked at them must not let them by.
 */
export function wrapTransmit(
  transport: Transport,
  transmit: Transport['transmit'],
  wrapBatch?: WrapBatch,
): Transport {
  expectTransport(transport);
  const { reset, transmitBatch } = transport;
  const send: Batch = (commands, options) => transmitFrame(transport, commands, options);
  const batch = transmitBatch === undefined ? undefined : wrapBatch?.(send);
  const wrapped: Transport = {
    info: transport.info,
    transmit: (command, options) => transmit(copyOf(command), options),
    ...(batch === undefined
      ? {}
      : {
          transmitBatch: (commands, options) =>
            batch(
              commands.map((command) => copyOf(command)),
              options,
            ),
        }),
    close: () => transport.close(),
  };
  return reset === undefined ? wrapped : { ...wrapped, reset: () => reset.call(transport) };
}

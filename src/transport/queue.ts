/**
 * The queue: one exchange at a time, in the order asked, each with an end. Commands of two callers
 * never interleave on the card.
 */
import { copyOf } from '../bytes.js';
import type { Env } from '../env.js';
import { createTurns } from '../turns.js';
import { withTimeLimit } from './time-limit.js';
import type { TransmitOptions, Transport } from './transport.js';

/**
 * Wraps a transport in a first-in first-out queue, and in the limits of {@link withTimeLimit}.
 * 排队：一次一条命令，每条都有超时，并支持取消。
 *
 * - Cancelled or closed while waiting: `sent: 'no'`, the card never sees the command.
 * - Timed out, cancelled or closed in flight: `sent: 'maybe'`. The card is then lost to this
 *   transport: an answer that comes late must not be taken for the answer to the next command.
 *   `reset` makes it usable again once the old exchange has ended.
 *
 * @throws TRANSPORT_TIMEOUT, TRANSPORT_ABORTED, TRANSPORT_LOST, TRANSPORT_CLOSED, and the driver's
 * @example
 * import { envFrom } from 'quancun';
 * import { createVirtualCard, personalise } from 'quancun/simulator';
 * import { simulatorTransport } from 'quancun/transport/simulator';
 * const card = createVirtualCard(personalise({ kind: '3des-4x' }));
 * const transport = withQueue(simulatorTransport(card), envFrom(globalThis));
 */
export function withQueue(transport: Transport, env: Pick<Env, 'sleep'>): Transport {
  const limited = withTimeLimit(transport, { env });
  const { transmitBatch, reset } = limited;
  const inTurn = createTurns();
  return {
    info: limited.info,
    transmit: (given, options) => {
      // Its turn may come after the caller has wiped what it gave: a PIN, for one.
      const command = copyOf(given);
      return inTurn(() => limited.transmit(command, options));
    },
    ...(transmitBatch === undefined
      ? {}
      : {
          transmitBatch: (given: readonly Uint8Array[], options?: TransmitOptions) => {
            const commands = given.map((command) => copyOf(command));
            return inTurn(() => transmitBatch(commands, options));
          },
        }),
    ...(reset === undefined ? {} : { reset: () => inTurn(reset) }),
    // Not in turn: what waits is refused, and what is under way ends.
    close: () => limited.close(),
  };
}

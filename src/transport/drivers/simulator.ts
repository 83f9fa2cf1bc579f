/** The driver for a simulated card in the same process. */
import { copyOf } from '../../bytes.js';
import { QuancunError } from '../../errors.js';
import { takeAnswer } from '../answer.js';
import type { Transport } from '../transport.js';
import { TRANSPORT_CLOSED } from '../errors.js';
import { promiseTry } from '../../turns.js';

/** What the driver needs of a card: `quancun/simulator` makes them, and so may anyone. */
export interface CardLike {
  /** Powers the card up, or resets it; answers its ATR. */
  reset(): Uint8Array;
  exchange(command: Uint8Array): Uint8Array;
}

/** How the simulated reader presents itself. */
export interface SimulatorTransportOptions {
  readonly protocol?: 'T=0' | 'T=1' | 'T=CL';
}

/**
 * Puts a simulated card into a simulated reader.
 * 模拟卡驱动。
 * @example
 * import { createVirtualCard, personalise } from 'quancun/simulator';
 * const transport = simulatorTransport(createVirtualCard(personalise({ kind: '3des-4x' })));
 */
export function simulatorTransport(
  card: CardLike,
  options: SimulatorTransportOptions = {},
): Transport {
  const atr = copyOf(card.reset());
  let closed = false;
  const answer = <T>(work: () => T): Promise<T> =>
    promiseTry(() => {
      if (closed) throw new QuancunError(TRANSPORT_CLOSED, { sent: 'no' });
      return work();
    });
  return {
    info: { kind: 'simulator', atr, maxBatch: 1, ...options },
    transmit: (command) => answer(() => takeAnswer(card.exchange(command))),
    reset: () => answer(() => copyOf(card.reset())),
    close: () => {
      closed = true;
      return Promise.resolve();
    },
  };
}

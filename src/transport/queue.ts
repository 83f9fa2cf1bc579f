/**
 * The queue: one exchange at a time, in the order asked, with deadlines and cancellation. Commands
 * of two callers never interleave on the card.
 */
import { copyOf } from '../bytes.js';
import type { Env } from '../env.js';
import { QuancunError } from '../errors.js';
import { createTurns } from '../turns.js';
import type { AbortSignalLike, TransmitOptions, Transport } from './transport.js';
import {
  TRANSPORT_ABORTED,
  TRANSPORT_CLOSED,
  TRANSPORT_LOST,
  TRANSPORT_TIMEOUT,
} from './errors.js';

/**
 * Wraps a transport in a first-in first-out queue.
 * 排队：一次一条命令，支持超时与取消。
 *
 * - Cancelled or closed while waiting: `sent: 'no'`, the card never sees the command.
 * - Timed out or cancelled in flight: `sent: 'maybe'`. The card is then lost to this transport:
 *   an answer that comes late must not be taken for the answer to the next command. `reset` makes
 *   it usable again once the old exchange has ended.
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
  const inTurn = createTurns();
  /** An exchange whose caller gave up: a reset comes after it, whenever that was asked. */
  let abandoned: Promise<unknown> = Promise.resolve();
  let state: 'open' | 'lost' | 'closed' = 'open';
  const guarded = <T>(work: () => Promise<T>, options: TransmitOptions | undefined): Promise<T> =>
    inTurn(async () => {
      if (state === 'closed') throw new QuancunError(TRANSPORT_CLOSED, { sent: 'no' });
      if (options?.signal?.aborted === true) throw cancelled('no');
      if (state === 'lost') throw new QuancunError(TRANSPORT_LOST, { sent: 'no' });
      const exchange = work();
      try {
        return await race(exchange, options, env);
      } catch (error) {
        if (error instanceof Unfinished) {
          state = 'lost';
          // Whatever the abandoned exchange still brings is not an answer to anything.
          abandoned = exchange.catch(() => undefined);
          throw error.error;
        }
        throw error;
      }
    });
  const base: Transport = {
    info: transport.info,
    transmit: (given, options) => {
      // Its turn may come after the caller has wiped what it gave: a PIN, for one.
      const command = copyOf(given);
      return guarded(() => transport.transmit(command, options), options);
    },
    close: () =>
      inTurn(async () => {
        if (state === 'closed') return;
        state = 'closed';
        await transport.close();
      }),
  };
  const { transmitBatch, reset } = transport;
  return {
    ...base,
    ...(transmitBatch === undefined
      ? {}
      : {
          transmitBatch: (given: readonly Uint8Array[], options?: TransmitOptions) => {
            const commands = given.map((command) => copyOf(command));
            return guarded(() => transmitBatch.call(transport, commands, options), options);
          },
        }),
    ...(reset === undefined
      ? {}
      : {
          reset: () =>
            inTurn(async () => {
              if (state === 'closed') throw new QuancunError(TRANSPORT_CLOSED, { sent: 'no' });
              await abandoned;
              const atr = await reset.call(transport);
              state = 'open';
              return atr;
            }),
        }),
  };
}

/** The exchange goes on without its caller. */
class Unfinished extends Error {
  constructor(readonly error: QuancunError) {
    super(error.message);
  }
}

function race<T>(
  exchange: Promise<T>,
  options: TransmitOptions | undefined,
  env: Pick<Env, 'sleep'>,
): Promise<T> {
  const { timeoutMs, signal } = options ?? {};
  if (timeoutMs === undefined && signal === undefined) return exchange;
  return new Promise((resolve, reject) => {
    const stopListening = listen(signal, () => {
      reject(new Unfinished(cancelled('maybe')));
    });
    if (timeoutMs !== undefined) {
      void env.sleep(timeoutMs, exchange).then(() => {
        const error = new QuancunError(TRANSPORT_TIMEOUT, {
          details: { timeoutMs },
          sent: 'maybe',
        });
        reject(new Unfinished(error));
      });
    }
    exchange.then(resolve, reject).finally(stopListening);
  });
}

function listen(signal: AbortSignalLike | undefined, onAbort: () => void): () => void {
  if (signal === undefined) return () => undefined;
  signal.addEventListener('abort', onAbort);
  return () => {
    signal.removeEventListener('abort', onAbort);
  };
}

function cancelled(sent: 'no' | 'maybe'): QuancunError {
  return new QuancunError(TRANSPORT_ABORTED, {
    sent,
    money: sent === 'no' ? 'untouched' : 'in-doubt',
  });
}

/** A host that never answers ends here: every exchange has a time limit of our own. */
import type { Env } from '../env.js';
import { QuancunError } from '../errors.js';
import type { Transport } from '../transport/index.js';
import { TRANSPORT_LOST, TRANSPORT_TIMEOUT } from '../transport/errors.js';
import { within } from './within.js';

/** Above every driver's own limit, which knows better what was sent. */
const DEFAULT_EXCHANGE_TIMEOUT_MS = 12_000;

/**
 * The transport with an end for every exchange. Behind a late one nothing more is sent: its answer
 * could be taken for another's.
 */
export function limitTransport(
  transport: Transport,
  env: Pick<Env, 'now' | 'sleep'>,
  limitMs = DEFAULT_EXCHANGE_TIMEOUT_MS,
): Transport {
  let isLost = false;
  const late = (): QuancunError => {
    isLost = true;
    return new QuancunError(TRANSPORT_TIMEOUT, { details: { timeoutMs: limitMs }, sent: 'maybe' });
  };
  const limited = <T>(work: () => Promise<T>): Promise<T> =>
    isLost
      ? Promise.reject(new QuancunError(TRANSPORT_LOST, { sent: 'no' }))
      : within(work, { env, limitMs, late });
  const { transmitBatch } = transport;
  return {
    info: transport.info,
    transmit: (command, options) => limited(() => transport.transmit(command, options)),
    ...(transmitBatch === undefined
      ? {}
      : {
          transmitBatch: (commands, options) =>
            limited(() => transmitBatch.call(transport, commands, options)),
        }),
    close: () => transport.close(),
  };
}

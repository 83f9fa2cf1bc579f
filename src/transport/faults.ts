/**
 * A reader that fails on purpose: loses the card before or after the n-th exchange, or garbles its
 * answer. For tests that tear a flow at every boundary.
 */
import { QuancunError } from '../errors.js';
import type { Transport } from './transport.js';

/** One fault, at one exchange. Exchanges count from 1 over the whole life of the wrapper. */
export interface Fault {
  readonly exchange: number;
  /**
   * `lose-before`: the card never gets the command. `lose-after`: the card executes it, its answer
   * is lost. `garble`: the last data byte of the answer, or the status word, is flipped.
   */
  readonly kind: 'lose-before' | 'lose-after' | 'garble';
}

/** A transport that fails as planned, and counts. */
export interface FaultyTransport extends Transport {
  /** Exchanges asked for so far. */
  readonly count: () => number;
}

/**
 * Wraps a transport with planned faults. After a loss every exchange fails until `reset`.
 * 按计划注入故障（写卡前后拔卡、应答损坏）。
 */
export function withFaults(transport: Transport, plan: readonly Fault[]): FaultyTransport {
  let count = 0;
  let lost = false;
  const transmit: Transport['transmit'] = async (command, options) => {
    if (lost) throw new QuancunError('TRANSPORT_LOST', { sent: 'no' });
    count += 1;
    const fault = plan.find(({ exchange }) => exchange === count)?.kind;
    if (fault === 'lose-before' || fault === 'lose-after') {
      lost = true;
      if (fault === 'lose-after') await transport.transmit(command, options);
      // A reader cannot tell the two apart.
      throw new QuancunError('TRANSPORT_LOST', { sent: 'maybe' });
    }
    const response = await transport.transmit(command, options);
    return fault === 'garble' ? garbled(response) : response;
  };
  const { reset } = transport;
  const faulty = {
    info: transport.info,
    transmit,
    close: () => transport.close(),
    count: () => count,
  };
  if (reset === undefined) return faulty;
  return {
    ...faulty,
    reset: () => {
      lost = false;
      return reset.call(transport);
    },
  };
}

function garbled(response: Uint8Array): Uint8Array {
  const copy = response.slice();
  const at = copy.length > 2 ? copy.length - 3 : 0;
  copy[at] = (copy[at] ?? 0) ^ 0x5a;
  return copy;
}

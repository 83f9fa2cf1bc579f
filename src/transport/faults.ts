/**
 * A reader that fails on purpose: loses the card before or after the n-th exchange, or garbles its
 * answer. For tests that tear a flow at every boundary. The commands of a batch are counted one by
 * one: a card can leave in the middle of a frame.
 */
import { statusWordOf } from '../apdu/index.js';
import { copyOf } from '../bytes.js';
import { QuancunError } from '../errors.js';
import { transmitOne } from './boundary.js';
import type { Transport } from './transport.js';
import { wrapTransmit } from './wrap.js';
import { FAULT_INVALID, TRANSPORT_LOST } from './errors.js';

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
 * @throws FAULT_INVALID
 * @example
 * import { fromHex } from 'quancun/bytes';
 * import { createVirtualCard, personalise } from 'quancun/simulator';
 * import { simulatorTransport } from 'quancun/transport/simulator';
 * const card = simulatorTransport(createVirtualCard(personalise({ kind: '3des-4x' })));
 * const transport = withFaults(card, [{ exchange: 1, kind: 'lose-after' }]);
 * await transport.transmit(fromHex('0084000004')).catch(() => 'the card has executed it');
 */
export function withFaults(transport: Transport, plan: readonly Fault[]): FaultyTransport {
  expectFaults(plan);
  let count = 0;
  let lost = false;
  const kindAt = (exchange: number): Fault['kind'] | undefined =>
    plan.find((fault) => fault.exchange === exchange)?.kind;
  const expectThere = (): void => {
    if (lost) throw new QuancunError(TRANSPORT_LOST, { sent: 'no' });
  };
  /** A reader cannot tell whether the card executed. */
  const leave = (): QuancunError => {
    lost = true;
    return new QuancunError(TRANSPORT_LOST, { sent: 'maybe' });
  };
  const wrapped = wrapTransmit(
    transport,
    async (command, options) => {
      expectThere();
      count += 1;
      const kind = kindAt(count);
      if (kind === 'lose-before') throw leave();
      if (kind === 'lose-after') {
        lost = true;
        await transmitOne(transport, command, options);
        throw leave();
      }
      const response = await transmitOne(transport, command, options);
      return kind === 'garble' ? garbled(response) : response;
    },
    (send) => async (commands, options) => {
      expectThere();
      const first = count + 1;
      const at = commands.findIndex((_, index) => isLoss(kindAt(first + index)));
      const reaching =
        at < 0 ? commands.length : at + (kindAt(first + at) === 'lose-after' ? 1 : 0);
      const answers = reaching === 0 ? [] : await send(commands.slice(0, reaching), options);
      const stopped = answers.length < reaching || (reaching > 0 && !isOk(answers[reaching - 1]));
      // A batch that stopped before the fault never meets it.
      if (at >= 0 && (answers.length > at || !stopped)) {
        count += at + 1;
        throw leave();
      }
      count += answers.length;
      return answers.map((answer, index) =>
        kindAt(first + index) === 'garble' ? garbled(answer) : answer,
      );
    },
  );
  const faulty = { ...wrapped, count: () => count };
  const { reset } = wrapped;
  if (reset === undefined) return faulty;
  return {
    ...faulty,
    reset: () => {
      lost = false;
      return reset();
    },
  };
}

/** A fault that never comes would be a test that tests nothing. */
function expectFaults(plan: readonly Fault[]): void {
  const at = plan.findIndex(
    ({ exchange, kind }) =>
      !Number.isSafeInteger(exchange) || exchange < 1 || !KINDS.includes(kind),
  );
  if (at >= 0) throw new QuancunError(FAULT_INVALID, { details: { at, kinds: KINDS.join(', ') } });
}

const KINDS: readonly Fault['kind'][] = ['lose-before', 'lose-after', 'garble'];

function isLoss(kind: Fault['kind'] | undefined): boolean {
  return kind === 'lose-before' || kind === 'lose-after';
}

function isOk(answer: Uint8Array | undefined): boolean {
  return answer !== undefined && statusWordOf(answer) >> 8 === 0x90;
}

function garbled(response: Uint8Array): Uint8Array {
  const copy = copyOf(response);
  const at = copy.length > 2 ? copy.length - 3 : 0;
  copy[at] = (copy[at] ?? 0) ^ 0x5a;
  return copy;
}

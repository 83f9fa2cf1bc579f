/**
 * A host that carries several commands in one frame, as the Bluetooth box of an ETC car does: it
 * stops at the first answer that is not 9000, and counts its frames.
 */
import { hostTransport } from '../../../src/transport/index.js';
import type { CardLike } from '../../../src/testing/index.js';
import type { Transport } from '../../../src/transport/index.js';
import { type Field, fieldOf, later } from './field.js';

/** How much a frame holds. */
export interface FramingOptions {
  readonly maxBatch: number;
  readonly protocol?: 'T=0' | 'T=1';
}

/** The transport, and what it counted. */
export interface Framing {
  readonly field: Field;
  readonly transport: Transport;
  readonly frames: () => number;
}

class Gone extends Error {}

/** Makes one. */
export function framingTransport(card: CardLike, options: FramingOptions): Framing {
  const { maxBatch, protocol = 'T=1' } = options;
  const field = fieldOf(card);
  let frames = 0;
  const ask = (command: Uint8Array): Uint8Array => {
    const result = field.exchange(command);
    if (result.kind !== 'answered') throw new Gone();
    return result.answer;
  };
  const single = hostTransport({
    info: { kind: 'framing', maxBatch, protocol, maxCommandBytes: 261 },
    exchange: (command) => {
      frames += 1;
      return later(() => ask(command));
    },
    explain: () => undefined,
    reset: () => later(() => card.reset()),
    close: () => Promise.resolve(),
  });
  /** The whole frame is one exchange of the host: the rules of one hold for it too. */
  const transmitBatch = async (commands: readonly Uint8Array[]): Promise<Uint8Array[]> => {
    const answers: Uint8Array[] = [];
    frames += 1;
    for (const command of commands.slice(0, maxBatch)) {
      const answer = await single.transmit(command);
      frames -= 1;
      answers.push(answer);
      if (answer.at(-2) !== 0x90) break;
    }
    return answers;
  };
  return { field, frames: () => frames, transport: { ...single, transmitBatch } };
}

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toHex } from '../../src/bytes.js';
import { QuancunError } from '../../src/errors.js';
import { transmitAll, type Transport } from '../../src/transport/index.js';

const SW = { good: [0x90, 0x00], bad: [0x69, 0x85] };

/** A host that answers each command with its number, and 6985 where the test says so. */
function host(maxBatch: number, badAt: number, perFrame = maxBatch) {
  const seen: number[] = [];
  const frames: number[] = [];
  const run = (command: Uint8Array): Uint8Array => {
    const [number = 0] = command;
    seen.push(number);
    return Uint8Array.from([number, ...(number === badAt ? SW.bad : SW.good)]);
  };
  const transmitBatch = (commands: readonly Uint8Array[]): Promise<Uint8Array[]> => {
    frames.push(commands.length);
    const answers: Uint8Array[] = [];
    for (const command of commands.slice(0, perFrame)) {
      answers.push(run(command));
      if (command[0] === badAt) break;
    }
    return Promise.resolve(answers);
  };
  const transport: Transport = {
    info: { kind: 'host', maxBatch },
    transmit: (command) => Promise.resolve(run(command)),
    close: () => Promise.resolve(),
    ...(maxBatch > 1 ? { transmitBatch } : {}),
  };
  return { transport, seen, frames };
}

const commands = (count: number) =>
  Array.from({ length: count }, (_, at) => Uint8Array.of(at, 0, 0, 0));

describe('transmitAll', () => {
  test('law: in frames of any size it does what one by one does, each command once', async () => {
    const size = fc.integer({ min: 1, max: 6 });
    await fc.assert(
      fc.asyncProperty(fc.nat(10), fc.nat(12), size, size, async (count, badAt, max, per) => {
        const [single, framed] = [host(1, badAt), host(max, badAt, Math.min(max, per))];
        const one = await transmitAll(single.transport, commands(count));
        const many = await transmitAll(framed.transport, commands(count));
        expect(many.map(toHex)).toEqual(one.map(toHex));
        expect(framed.seen).toEqual(single.seen);
        expect(single.seen).toEqual(
          Array.from({ length: Math.min(count, badAt + 1) }, (_, at) => at),
        );
        expect(Math.max(0, ...framed.frames)).toBeLessThanOrEqual(max);
      }),
    );
  });

  test('a host that answers nothing ends it instead of being asked for ever', async () => {
    const { transport, frames } = host(3, 99, 0);
    expect(await transmitAll(transport, commands(5))).toEqual([]);
    expect(frames).toEqual([3]);
  });

  test('an error comes up as it is, and nothing is sent after it', async () => {
    const { transport, seen } = host(1, 99);
    const lost = new QuancunError('TRANSPORT_LOST', { sent: 'maybe' });
    const torn: Transport = {
      ...transport,
      transmit: (command) =>
        command[0] === 2 ? Promise.reject(lost) : transport.transmit(command),
    };
    await expect(transmitAll(torn, commands(5))).rejects.toBe(lost);
    expect(seen).toEqual([0, 1]);
  });
});

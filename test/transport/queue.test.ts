import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toHex } from '../../src/bytes.js';
import { envFrom } from '../../src/env.js';
import { QuancunError } from '../../src/errors.js';
import { createVirtualCard, personalise } from '../../src/simulator/index.js';
import { simulatorTransport } from '../../src/transport/drivers/simulator.js';
import { type Transport, withQueue } from '../../src/transport/index.js';

const env = envFrom(globalThis);

/** A reader whose answers the test gives by hand: one slot for each command that arrived. */
function manualReader() {
  const arrived: {
    command: Uint8Array;
    answer: (hex: string) => void;
    fail: (e: Error) => void;
  }[] = [];
  let resets = 0;
  const transport: Transport = {
    info: { kind: 'manual', maxBatch: 1 },
    transmit: (command) =>
      new Promise((resolve, reject) => {
        arrived.push({
          command,
          answer: (hex) => {
            resolve(Uint8Array.from(Buffer.from(hex, 'hex')));
          },
          fail: reject,
        });
      }),
    reset: () => Promise.resolve(Uint8Array.of(++resets)),
    close: () => Promise.resolve(),
  };
  return { arrived, transport };
}

const soon = () => new Promise((resolve) => setImmediate(resolve));
const command = (n: number) => Uint8Array.of(0, 0xb0, 0, n, 1);

describe('withQueue', () => {
  test('one command at a time, in the order asked', async () => {
    const { arrived, transport } = manualReader();
    const queue = withQueue(transport, env);
    const answers = [1, 2, 3].map((n) => queue.transmit(command(n)));
    for (let n = 1; n <= 3; n += 1) {
      await soon();
      expect(arrived.map((one) => one.command[3])).toEqual([1, 2, 3].slice(0, n));
      arrived[n - 1]?.answer(`0${String(n)}9000`);
    }
    expect((await Promise.all(answers)).map(([first]) => first)).toEqual([1, 2, 3]);
  });

  test('an error of one does not touch the next', async () => {
    const { arrived, transport } = manualReader();
    const queue = withQueue(transport, env);
    const [bad, good] = [queue.transmit(command(1)), queue.transmit(command(2))];
    await soon();
    arrived[0]?.fail(new QuancunError('TRANSPORT_LOST', { sent: 'maybe' }));
    await expect(bad).rejects.toMatchObject({ code: 'TRANSPORT_LOST', sent: 'maybe' });
    await soon();
    arrived[1]?.answer('9000');
    await expect(good).resolves.toHaveLength(2);
  });

  test('a time-out: sent maybe; then lost until reset, and the late answer is nobody’s', async () => {
    const { arrived, transport } = manualReader();
    const queue = withQueue(transport, env);
    await expect(queue.transmit(command(1), { timeoutMs: 1 })).rejects.toMatchObject({
      code: 'TRANSPORT_TIMEOUT',
      sent: 'maybe',
    });
    const next = queue.transmit(command(2));
    arrived[0]?.answer('AA9000');
    await expect(next).rejects.toMatchObject({ code: 'TRANSPORT_LOST', sent: 'no' });
    expect(arrived).toHaveLength(1);
    await queue.reset?.();
    const fresh = queue.transmit(command(3));
    await soon();
    arrived[1]?.answer('BB9000');
    expect((await fresh)[0]).toBe(0xbb);
  });

  test('cancelled while waiting: never sent; cancelled in flight: maybe', async () => {
    const { arrived, transport } = manualReader();
    const queue = withQueue(transport, env);
    const [first, second] = [new AbortController(), new AbortController()];
    const inFlight = queue.transmit(command(1), { signal: first.signal });
    const waiting = queue.transmit(command(2), { signal: second.signal });
    await soon();
    second.abort();
    first.abort();
    await expect(inFlight).rejects.toMatchObject({ code: 'TRANSPORT_ABORTED', sent: 'maybe' });
    arrived[0]?.answer('9000');
    await expect(waiting).rejects.toMatchObject({ code: 'TRANSPORT_ABORTED', sent: 'no' });
    expect(arrived).toHaveLength(1);
  });

  test('closed: what comes after is refused, unsent', async () => {
    const { transport } = manualReader();
    const queue = withQueue(transport, env);
    await queue.close();
    await queue.close();
    await expect(queue.transmit(command(1))).rejects.toMatchObject({
      code: 'TRANSPORT_CLOSED',
      sent: 'no',
    });
    await expect(queue.reset?.()).rejects.toMatchObject({ code: 'TRANSPORT_CLOSED' });
  });
});

describe('withQueue, after an exchange that was given up', () => {
  test('a reset that waited already still comes after the old exchange has ended', async () => {
    const { arrived, transport } = manualReader();
    const order: string[] = [];
    const reset = transport.reset?.bind(transport) ?? (() => Promise.resolve(Uint8Array.of()));
    const spied = { ...transport, reset: () => (order.push('reset'), reset()) };
    const queue = withQueue(spied, env);
    const old = queue.transmit(command(1), { timeoutMs: 1 });
    const restarted = queue.reset?.();
    const fresh = queue.transmit(command(2));
    await expect(old).rejects.toMatchObject({ code: 'TRANSPORT_TIMEOUT' });
    for (let turn = 0; turn < 5; turn += 1) await soon();
    expect([order, arrived.length]).toEqual([[], 1]);
    arrived[0]?.answer('AA9000');
    await restarted;
    await soon();
    arrived[1]?.answer('BB9000');
    expect((await fresh)[0]).toBe(0xbb);
  });

  test('close does not wait for an answer that may never come', async () => {
    const { transport } = manualReader();
    const queue = withQueue(transport, env);
    await expect(queue.transmit(command(1), { timeoutMs: 1 })).rejects.toThrow();
    await queue.close();
    await expect(queue.transmit(command(2))).rejects.toMatchObject({ code: 'TRANSPORT_CLOSED' });
  });

  test('without a reset it stays lost', async () => {
    const { reset: _reset, ...bare } = manualReader().transport;
    const queue = withQueue(bare, env);
    expect(queue.reset).toBeUndefined();
    await expect(queue.transmit(command(1), { timeoutMs: 1 })).rejects.toThrow();
    await expect(queue.transmit(command(2))).rejects.toMatchObject({
      code: 'TRANSPORT_LOST',
      sent: 'no',
    });
  });
});

test('law: two callers on one card: each gets the answers to its own commands', async () => {
  const balance = Uint8Array.of(0x80, 0x5c, 0, 2, 4);
  const challenge = Uint8Array.of(0, 0x84, 0, 0, 4);
  await fc.assert(
    fc.asyncProperty(fc.array(fc.boolean(), { maxLength: 20 }), async (asks) => {
      const card = createVirtualCard(personalise({ kind: '3des-4x', balanceFen: 5000 }));
      const queue = withQueue(simulatorTransport(card), env);
      await queue.transmit(Uint8Array.of(0, 0xa4, 0, 0, 2, 0x10, 0x01));
      const answers = await Promise.all(
        asks.map((money) => queue.transmit(money ? balance : challenge)),
      );
      for (const [index, money] of asks.entries()) {
        expect(toHex(answers[index] ?? new Uint8Array(0)) === '000013889000').toBe(money);
      }
    }),
  );
});

/** An end for every exchange, whatever the host does or leaves undone. */
import { afterEach, describe, expect, test, vi } from 'vitest';
import { envFrom } from '../../src/env.js';
import { QuancunError } from '../../src/errors.js';
import { createVirtualCard, personalise } from '../../src/simulator/index.js';
import { simulatorTransport } from '../../src/transport/drivers/simulator.js';
import {
  type Transport,
  type TransportInfo,
  withQueue,
  withTimeLimit,
} from '../../src/transport/index.js';
import { manualEnv } from '../support/manual-env.js';

const env = envFrom(globalThis);
const command = (n: number) => Uint8Array.of(0, 0xb0, 0, n, 1);
const soon = () => new Promise((resolve) => setImmediate(resolve));

/** A host that answers when the test says so, and not before. */
function slowHost(info: Partial<TransportInfo> = {}) {
  const arrived: { command: Uint8Array; answer: (hex: string) => void }[] = [];
  let closes = 0;
  const waits = (one: Uint8Array) =>
    new Promise<Uint8Array>((resolve) => {
      arrived.push({ command: one, answer: (hex) => resolve(Buffer.from(hex, 'hex')) });
    });
  const transport: Transport = {
    info: { kind: 'slow', maxBatch: 2, ...info },
    transmit: waits,
    transmitBatch: async (commands) => [await waits(commands[0] ?? command(0))],
    reset: () => Promise.resolve(Uint8Array.of(0x3b)),
    close: () => {
      closes += 1;
      return Promise.resolve();
    },
  };
  return { arrived, transport, closes: () => closes };
}

afterEach(() => {
  vi.useRealTimers();
});

describe('withTimeLimit', () => {
  test.each(['transmit', 'transmitBatch'] as const)(
    'no answer in time to %s: TRANSPORT_TIMEOUT, maybe; what comes late answers nothing',
    async (way) => {
      const { arrived, transport } = slowHost();
      const limited = withTimeLimit(transport, { env, exchangeTimeoutMs: 5 });
      const ask = () =>
        way === 'transmit' ? limited.transmit(command(1)) : limited.transmitBatch?.([command(1)]);
      await expect(ask()).rejects.toMatchObject({
        ...{ code: 'TRANSPORT_TIMEOUT', sent: 'maybe', money: 'in-doubt' },
        details: { timeoutMs: 5 },
      });
      const next = limited.transmit(command(2));
      arrived[0]?.answer('AA9000');
      await expect(next).rejects.toMatchObject({ code: 'TRANSPORT_LOST', sent: 'no' });
      expect(arrived).toHaveLength(1);
    },
  );

  test('who wraps the same transport again does not get the answer that is still owed', async () => {
    const { arrived, transport } = slowHost();
    const first = withTimeLimit(transport, { env, exchangeTimeoutMs: 5 });
    await expect(first.transmit(command(1))).rejects.toMatchObject({ code: 'TRANSPORT_TIMEOUT' });
    const second = withTimeLimit(transport, { env, exchangeTimeoutMs: 50 });
    await expect(second.transmit(command(2))).rejects.toMatchObject({
      ...{ code: 'TRANSPORT_LOST', sent: 'no' },
    });
    expect(arrived).toHaveLength(1);
    arrived[0]?.answer('AA9000');
    await soon();
    const next = second.transmit(command(3));
    await soon();
    arrived[1]?.answer('BB9000');
    expect(Buffer.from(await next).toString('hex')).toBe('bb9000');
  });

  test('a reset makes it usable once the old exchange has ended, and not before', async () => {
    const { arrived, transport } = slowHost();
    const limited = withTimeLimit(transport, { env, exchangeTimeoutMs: 5 });
    await expect(limited.transmit(command(1))).rejects.toThrow();
    await expect(limited.reset?.()).rejects.toMatchObject({ code: 'TRANSPORT_TIMEOUT' });
    await expect(limited.transmit(command(2))).rejects.toMatchObject({ code: 'TRANSPORT_LOST' });
    arrived[0]?.answer('AA9000');
    await limited.reset?.();
    const fresh = limited.transmit(command(3));
    arrived[1]?.answer('BB9000');
    expect((await fresh)[0]).toBe(0xbb);
  });

  test('the limit is the driver’s own and a margin, three seconds and one where it has none', async () => {
    vi.useFakeTimers();
    for (const [answerTimeoutMs, wanted] of [
      [8_000, 8_500],
      [undefined, 3_500],
      [Number.NaN, 3_500],
      [-1, 3_500],
      [0, 3_500],
    ] as const) {
      const { transport } = slowHost(answerTimeoutMs === undefined ? {} : { answerTimeoutMs });
      const late = withTimeLimit(transport, { env: envFrom(globalThis) }).transmit(command(1));
      const seen = expect(late).rejects.toMatchObject({ details: { timeoutMs: wanted } });
      await vi.advanceTimersByTimeAsync(wanted - 1);
      expect(vi.getTimerCount()).toBe(1);
      await vi.advanceTimersByTimeAsync(1);
      await seen;
    }
  });

  test('no timer is left behind, however it ends', async () => {
    vi.useFakeTimers();
    const fake = envFrom(globalThis);
    const { arrived, transport } = slowHost();
    const limited = withTimeLimit(transport, { env: fake });
    const answered = limited.transmit(command(1));
    await vi.advanceTimersByTimeAsync(1);
    arrived[0]?.answer('9000');
    await answered;
    const signal = new AbortController();
    const cancelled = limited.transmit(command(2), { signal: signal.signal });
    const seen = expect(cancelled).rejects.toThrow();
    await vi.advanceTimersByTimeAsync(1);
    signal.abort();
    await seen;
    const other = withTimeLimit(slowHost().transport, { env: fake });
    const closed = expect(other.transmit(command(3))).rejects.toThrow();
    await other.close();
    await closed;
    await vi.advanceTimersByTimeAsync(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('longer than a timer can count is long, not at once', async () => {
    vi.useFakeTimers();
    const { arrived, transport } = slowHost();
    const options = { env: envFrom(globalThis), exchangeTimeoutMs: Number.POSITIVE_INFINITY };
    const answer = withTimeLimit(transport, options).transmit(command(1));
    await vi.advanceTimersByTimeAsync(86_400_000);
    arrived[0]?.answer('9000');
    expect(await answer).toHaveLength(2);
  });

  test('a signal ends waiting: before, unsent; under way, maybe, and the card is lost', async () => {
    const { arrived, transport } = slowHost();
    const limited = withTimeLimit(transport, { env });
    const [before, during] = [new AbortController(), new AbortController()];
    before.abort();
    const unsent = limited.transmit(command(1), { signal: before.signal });
    await expect(unsent).rejects.toMatchObject({ code: 'TRANSPORT_ABORTED', sent: 'no' });
    const under = limited.transmit(command(2), { signal: during.signal });
    during.abort();
    await expect(under).rejects.toMatchObject({
      ...{ code: 'TRANSPORT_ABORTED', sent: 'maybe', money: 'in-doubt' },
    });
    expect(arrived).toHaveLength(1);
    await expect(limited.transmit(command(3))).rejects.toMatchObject({ code: 'TRANSPORT_LOST' });
  });

  test('close ends waiting, and itself', async () => {
    const { arrived, transport, closes } = slowHost();
    const stuck = { ...transport, close: () => new Promise<void>(() => undefined) };
    for (const one of [transport, stuck]) {
      const limited = withTimeLimit(one, { env, exchangeTimeoutMs: 20 });
      const under = expect(limited.transmit(command(1))).rejects.toMatchObject({
        ...{ code: 'TRANSPORT_CLOSED', sent: 'maybe', money: 'in-doubt' },
      });
      await limited.close();
      await under;
      await limited.close();
      const after = { code: 'TRANSPORT_CLOSED', sent: 'no' };
      await expect(limited.transmit(command(2))).rejects.toMatchObject(after);
      await expect(limited.reset?.()).rejects.toMatchObject(after);
    }
    expect([arrived.length, closes()]).toEqual([2, 1]);
  });

  test('a host that cannot close says so', async () => {
    const broken = { ...slowHost().transport, close: () => Promise.reject(new Error('busy')) };
    await expect(withTimeLimit(broken, { env }).close()).rejects.toThrow('busy');
  });

  test('a reset that never ends is a time-out too', async () => {
    const { transport } = slowHost();
    const stuck = { ...transport, reset: () => new Promise<Uint8Array>(() => undefined) };
    const limited = withTimeLimit(stuck, { env, exchangeTimeoutMs: 5 });
    await expect(limited.reset?.()).rejects.toMatchObject({ code: 'TRANSPORT_TIMEOUT' });
    await expect(limited.transmit(command(1))).rejects.toMatchObject({ code: 'TRANSPORT_LOST' });
  });

  test.each([
    ['is over at once', () => Promise.resolve()],
    ['fails', () => Promise.reject(new Error('no timers'))],
    [
      'throws',
      () => {
        throw new Error('no timers');
      },
    ],
  ])('a host whose sleep %s has no time, and its cards still answer', async (_what, sleep) => {
    const { arrived, transport } = slowHost();
    const limited = withTimeLimit(transport, { env: { ...manualEnv(), sleep } });
    const answer = limited.transmit(command(1));
    for (let turn = 0; turn < 5; turn += 1) await soon();
    arrived[0]?.answer('9000');
    expect(await answer).toHaveLength(2);
  });

  test('what the driver says of its loss is what is said', async () => {
    const card = simulatorTransport(createVirtualCard(personalise({ kind: '3des-4x' })));
    const error = new QuancunError('TRANSPORT_DENIED', { sent: 'no' });
    const denied = { ...card, transmit: () => Promise.reject(error) };
    const limited = withTimeLimit(denied, { env });
    await expect(limited.transmit(command(1))).rejects.toBe(error);
    // It is not lost: the driver may be asked again.
    await expect(limited.transmit(command(1))).rejects.toBe(error);
  });

  test('options that are none are named', () => {
    const { transport } = slowHost();
    const wrong = (options: unknown) => () => withTimeLimit(transport, options as { env: never });
    expect(wrong({})).toThrow(/env/);
    expect(wrong({ env: {} })).toThrow(/env/);
    for (const exchangeTimeoutMs of [0, -1, Number.NaN, '5']) {
      expect(wrong({ env, exchangeTimeoutMs })).toThrow(/exchangeTimeoutMs/);
    }
  });
});

describe('withQueue', () => {
  test('has the limit of its driver, and close ends what is under way and what waits', async () => {
    const { arrived, transport } = slowHost({ answerTimeoutMs: 1 });
    const late = withQueue(transport, env).transmit(command(1));
    await expect(late).rejects.toMatchObject({ code: 'TRANSPORT_TIMEOUT', sent: 'maybe' });
    const queue = withQueue(slowHost().transport, env);
    const [under, waiting] = [1, 2].map((n) => queue.transmit(command(n)));
    const ends = [
      expect(under).rejects.toMatchObject({ code: 'TRANSPORT_CLOSED', sent: 'maybe' }),
      expect(waiting).rejects.toMatchObject({ code: 'TRANSPORT_CLOSED', sent: 'no' }),
    ];
    await soon();
    await queue.close();
    await Promise.all(ends);
    expect(arrived).toHaveLength(1);
  });
});

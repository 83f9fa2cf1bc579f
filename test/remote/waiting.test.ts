/** Every wait of a far card ends, says the truth about what was sent, and costs little. */
import { describe, expect, test } from 'vitest';
import { fromHex } from '../../src/bytes.js';
import {
  memoryRemoteStore,
  type RemoteStore,
  type RemoteTransport,
} from '../../src/remote/index.js';
import type { Transport } from '../../src/transport/index.js';
import { cardInReader, farShop, SESSION } from '../support/hosts/far-shop.js';

const SELECT = fromHex('00A40000021001');
const NEVER = new Promise<never>(() => undefined);
const MINUTE_MS = 60_000;

/** A shop whose one session is driven from the test. */
async function driven(
  options: Parameters<typeof farShop>[0] = {},
  terminal: Parameters<ReturnType<typeof farShop>['lend']>[0] = {},
) {
  const shop = farShop(options);
  const lent = shop.lend(terminal);
  await shop.clock.settle();
  const transport = await shop.drive();
  return { ...shop, ...lent, transport };
}

const fails = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'answered',
    (error: unknown) => error,
  );

describe('close() ends what waits', () => {
  test('in the terminal’s reader: maybe, and money in doubt', async () => {
    const reader: Transport = { ...cardInReader().transport, transmit: () => NEVER };
    const { clock, transport, end } = await driven({}, { transport: reader });
    const waiting = fails(transport.transmit(SELECT, { timeoutMs: 10 * MINUTE_MS }));
    const queued = fails(transport.transmit(SELECT));
    await clock.settle();
    await transport.close();
    expect(await waiting).toMatchObject({
      ...{ code: 'TRANSPORT_CLOSED', sent: 'maybe', money: 'in-doubt' },
    });
    expect(await queued).toMatchObject({ code: 'TRANSPORT_CLOSED', sent: 'no' });
    await clock.pass(11 * MINUTE_MS);
    expect(await end).toMatchObject({ end: 'stopped' });
  });

  test('for a terminal that has not heard of it: no', async () => {
    const { clock, transport, store } = await driven({}, { waitMs: 0, pauseMs: MINUTE_MS });
    await clock.pass(1_000);
    const waiting = fails(transport.transmit(SELECT, { timeoutMs: 10 * MINUTE_MS }));
    await clock.settle();
    await transport.close();
    expect(await waiting).toMatchObject({ code: 'TRANSPORT_CLOSED', sent: 'no' });
    expect((await store.read(SESSION))?.text).toContain('"end":"closed"');
  });
});

test('a signal ends a wait for the next step at once, and what it was not told it never runs', async () => {
  const leave = new AbortController();
  const { clock, transport, end, seen } = await driven({}, { signal: leave.signal });
  leave.abort();
  await clock.settle();
  expect(await end).toMatchObject({ end: 'left', steps: 0 });
  expect(await fails(transport.transmit(SELECT))).toMatchObject({
    ...{ code: 'TRANSPORT_LOST', sent: 'no' },
  });
  expect(seen).toEqual([]);
});

test('a cancelled exchange ends at once, without asking the store over and over', async () => {
  const reads = { count: 0 };
  const reader: Transport = { ...cardInReader().transport, transmit: () => NEVER };
  const store = counted(memoryRemoteStore(), reads);
  const { clock, transport } = await driven({ store }, { transport: reader });
  const cancel = new AbortController();
  const { signal } = cancel;
  const waiting = fails(transport.transmit(SELECT, { signal, timeoutMs: MINUTE_MS }));
  await clock.settle();
  const before = reads.count;
  await clock.pass(5_000);
  expect(reads.count).toBe(before);
  cancel.abort();
  await clock.settle();
  expect(await waiting).toMatchObject({ code: 'TRANSPORT_ABORTED', sent: 'maybe' });
});

describe('a store that fails', () => {
  test('writes, and does not know it: the step runs once', async () => {
    let isForgetful = false;
    const inner = memoryRemoteStore();
    const write: RemoteStore['write'] = async (...words) => {
      const written = await inner.write(...words);
      return isForgetful ? false : written;
    };
    const { clock, transport, seen } = await driven({ store: { ...inner, write } });
    isForgetful = true;
    const asked = fails(transport.transmit(SELECT, { timeoutMs: 5_000 }));
    await clock.pass(10_000);
    isForgetful = false;
    await clock.pass(20_000);
    await asked;
    expect(seen).toHaveLength(1);
  });

  test('writes, and throws: the command may have run, and the error says so', async () => {
    let isTorn = false;
    const inner = memoryRemoteStore();
    const write: RemoteStore['write'] = async (...words) => {
      const written = await inner.write(...words);
      if (isTorn) throw new Error('the connection broke');
      return written;
    };
    const { clock, transport, seen } = await driven({ store: { ...inner, write } });
    isTorn = true;
    const asked = fails(transport.transmit(SELECT, { timeoutMs: 5_000 }));
    await clock.settle();
    isTorn = false;
    await clock.pass(10_000);
    expect(await asked).toMatchObject({ sent: 'maybe', money: 'in-doubt' });
    expect(seen.length).toBeLessThanOrEqual(1);
  });

  test('is away while a step runs: its answer is there afterwards', async () => {
    let isAway = false;
    const inner = memoryRemoteStore();
    const read: RemoteStore['read'] = (sessionId) =>
      isAway ? Promise.reject(new Error('away')) : inner.read(sessionId);
    const card = cardInReader();
    const reader: Transport = {
      ...card.transport,
      transmit: async (command) => {
        isAway = true;
        return card.transport.transmit(command);
      },
    };
    const { clock, transport } = await driven({ store: { ...inner, read } }, { transport: reader });
    const asked = fails(transport.transmit(SELECT, { timeoutMs: 20_000 }));
    await clock.pass(300);
    isAway = false;
    await clock.pass(5_000);
    expect(await asked).toBe('answered');
  });

  test('has lost the session: maybe, and money in doubt', async () => {
    let isLost = false;
    const inner = memoryRemoteStore();
    const read: RemoteStore['read'] = (sessionId) =>
      isLost ? Promise.resolve(undefined) : inner.read(sessionId);
    const reader: Transport = {
      ...cardInReader().transport,
      transmit: () => ((isLost = true), NEVER),
    };
    const store = { read, write: inner.write };
    const { clock, transport } = await driven({ store }, { transport: reader });
    const asked = fails(transport.transmit(SELECT, { timeoutMs: 5_000 }));
    await clock.pass(10_000);
    expect(await asked).toMatchObject({
      ...{ code: 'REMOTE_SESSION_UNKNOWN', sent: 'maybe', money: 'in-doubt' },
    });
  });

  test('never lets anybody write: an end', async () => {
    let isStuck = false;
    const inner = memoryRemoteStore();
    const write: RemoteStore['write'] = (...words) =>
      isStuck ? Promise.resolve(false) : inner.write(...words);
    const reader: Transport = {
      ...cardInReader().transport,
      transmit: () => ((isStuck = true), NEVER),
    };
    const { clock, transport } = await driven(
      { store: { ...inner, write } },
      { transport: reader },
    );
    const asked = fails(transport.transmit(SELECT, { timeoutMs: 5_000 }));
    await clock.pass(10_000);
    expect(await asked).toMatchObject({ sent: 'maybe', money: 'in-doubt' });
  });
});

test('terminals that wait ask the store next to nothing', async () => {
  const reads = { count: 0 };
  const store = counted(memoryRemoteStore(), reads);
  const { clock, lend, drive } = farShop({ store });
  const sessions = Array.from({ length: 20 }, (_one, at) => String(at).padStart(32, '0'));
  for (const sessionId of sessions) lend({ sessionId });
  await clock.settle();
  for (const sessionId of sessions) await drive({ sessionId });
  const before = reads.count;
  await clock.pass(10 * MINUTE_MS);
  // A report each twenty seconds, a beat each ten; polled, these would be a quarter of a million.
  const perSession = (reads.count - before) / sessions.length;
  expect(perSession).toBeLessThan(10 * 20);
});

test('what is left of the host’s session is believed as the nearest report told it', async () => {
  const clockMs = { deadline: 0 };
  const card = cardInReader();
  const info = { ...card.transport.info, contactless: true };
  const reader: Transport = {
    ...card.transport,
    info: Object.defineProperty(info, 'sessionDeadlineMs', { get: () => clockMs.deadline }),
  };
  const shop = farShop();
  clockMs.deadline = shop.clock.now() + 60_000;
  // The first report spends 40 seconds on its way.
  let reports = 0;
  const exchange = async (text: string): Promise<string> => {
    if ((reports += 1) === 1) await shop.clock.sleep(40_000);
    return shop.link.exchange(text, 0);
  };
  shop.lend({ transport: reader, link: { ...shop.link, exchange }, waitMs: 100 });
  await shop.clock.pass(41_000);
  const transport: RemoteTransport = await shop.drive();
  const asked = transport.transmit(SELECT);
  await shop.clock.pass(1_000);
  await asked;
  expect(transport.info.sessionDeadlineMs).toBeLessThanOrEqual(clockMs.deadline + 1_000);
});

function counted(store: RemoteStore, reads: { count: number }): RemoteStore {
  return {
    ...store,
    read: (sessionId) => {
      reads.count += 1;
      return store.read(sessionId);
    },
  };
}

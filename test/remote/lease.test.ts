/** Who drives a card far away: a dead one is noticed and replaced, a living one is left alone. */
import { describe, expect, test } from 'vitest';
import { fromHex } from '../../src/bytes.js';
import {
  findAbandonedSessions,
  type RemoteServerOptions,
  type RemoteTransport,
} from '../../src/remote/index.js';
import { watchLeases } from '../../src/remote/lease.js';
import { openSession } from '../../src/remote/session.js';
import type { ClockEnv } from '../support/clock-env.js';
import { cardInReader, farShop, mortal, SESSION } from '../support/hosts/far-shop.js';

const BALANCE = fromHex('805C000204');
const SELECT = fromHex('00A40000021001');
const MINUTE_MS = 60_000;
const NEVER = new Promise<never>(() => undefined);

type Program = NonNullable<RemoteServerOptions['onOpen']>;
/** A program that can be handed in before the deployment stands. */
const later = () => {
  const held: { program: Program } = { program: () => undefined };
  return { held, program: (...words: Parameters<Program>) => held.program(...words) };
};

const GONE = {
  ...{ code: 'REMOTE_DRIVER_GONE', money: 'in-doubt' },
  messageZh: expect.stringContaining('不再操作') as string,
  hint: {
    en: expect.stringContaining('load') as string,
    zh: expect.stringContaining('圈存') as string,
  },
};

describe('a driver that dies', () => {
  test('the terminal is told: a code, in both languages, and what to do', async () => {
    const { held, program } = later();
    const { clock, drive, lend, store } = farShop({ processes: [{ onOpen: program }] });
    const process = mortal(clock);
    held.program = async () => {
      await (await drive({ env: process })).transmit(SELECT);
      process.die();
      return NEVER;
    };
    const { end, seen } = lend();
    await clock.pass(3 * MINUTE_MS);
    expect(await end).toMatchObject(GONE);
    expect(seen).toHaveLength(1);
    expect((await store.read(SESSION))?.text).toContain('"end":"failed"');
  });

  test('while a step runs: its PIN goes with it', async () => {
    const { held, program } = later();
    const { clock, drive, lend, store } = farShop({ processes: [{ onOpen: program }] });
    const process = mortal(clock);
    held.program = async () => {
      const transport = await drive({ env: process });
      process.die();
      return transport.transmit(fromHex('0020000003123456'), { timeoutMs: MINUTE_MS });
    };
    const transport = { ...cardInReader().transport, transmit: () => NEVER };
    const { end } = lend({ transport });
    await clock.settle();
    expect((await store.read(SESSION))?.text).toContain('0020000003123456');
    await clock.pass(4 * MINUTE_MS);
    expect(await end).toMatchObject(GONE);
    expect((await store.read(SESSION))?.text).not.toContain('123456');
  });

  test('another process goes on, one alone, with the card still in the reader', async () => {
    const { held, program } = later();
    const heir = later();
    const called: string[] = [];
    const onAbandoned: Program = (sessionId, card, keyId) => {
      called.push(`${sessionId} ${card.kind} ${keyId}`);
      return heir.program(sessionId, card, keyId);
    };
    const processes = [
      { onOpen: program, onAbandoned },
      { onOpen: program, onAbandoned },
    ];
    const { clock, drive, lend } = farShop({ processes });
    const process = mortal(clock);
    let first: RemoteTransport | undefined;
    held.program = async () => {
      first = await drive({ env: process });
      await first.transmit(SELECT);
      process.die();
      return NEVER;
    };
    heir.held.program = async () => {
      const transport = await drive();
      await transport.transmit(BALANCE);
      await transport.close();
    };
    const { end, seen } = lend();
    await clock.pass(3 * MINUTE_MS);
    expect(await end).toMatchObject({ end: 'stopped', steps: 2 });
    expect(called).toEqual([`${SESSION} simulator T1`]);
    expect(seen).toHaveLength(2);
    // The first wakes up: it has nothing to say any more.
    await expect(first?.transmit(SELECT)).rejects.toMatchObject({
      ...{ code: 'REMOTE_TAKEN_OVER', sent: 'no' },
    });
  });

  test.each([
    ['before it drove', () => Promise.reject(new Error('the program failed'))],
    [
      'in the middle',
      async (drive: () => Promise<RemoteTransport>) => {
        await (await drive()).transmit(SELECT);
        throw new Error('the program failed');
      },
    ],
  ])('a program that fails %s has an heir too', async (_when, work) => {
    const { held, program } = later();
    const heir = later();
    const failures: unknown[] = [];
    const onError = (error: unknown) => failures.push(error);
    const processes = [{ onOpen: program, onAbandoned: heir.program, onError }];
    const { clock, drive, lend } = farShop({ processes });
    held.program = () => work(() => drive());
    heir.held.program = async () => {
      const transport = await drive();
      await transport.transmit(BALANCE);
      await transport.close();
    };
    const { end } = lend();
    await clock.pass(MINUTE_MS);
    expect(await end).toMatchObject({ end: 'stopped' });
    expect(failures).toEqual([new Error('the program failed')]);
  });

  test('an heir that fails is told of as the first would be', async () => {
    const failures: unknown[] = [];
    const { clock, lend } = farShop({
      processes: [
        {
          onAbandoned: () => Promise.reject(new Error('no heir')),
          onError: (error) => failures.push(error),
        },
      ],
    });
    const { end } = lend();
    await clock.pass(2 * MINUTE_MS);
    expect(await end).toMatchObject(GONE);
    expect(failures).toEqual([new Error('no heir')]);
  });

  test('a session that nobody ever drove', async () => {
    const { clock, lend } = farShop();
    const { end } = lend();
    await clock.pass(2 * MINUTE_MS);
    expect(await end).toMatchObject(GONE);
  });
});

describe('a driver that lives', () => {
  test.each([
    ['while a customer takes ten minutes to pay', 0, 0],
    ['beside a process whose clock is a day ahead', 86_400_000, 0],
    ['beside a process whose clock is a day behind', -86_400_000, 0],
    ['when the clock is put forward by a day', 0, 86_400_000],
  ])('%s: nobody takes its card', async (_when, offMs, jumpMs) => {
    const { held, program } = later();
    const shop = farShop({ processes: [{ onOpen: program }] });
    const { clock, drive, lend } = shop;
    let took = '';
    held.program = async () => {
      const transport = await drive();
      await clock.sleep(10 * MINUTE_MS);
      await transport.transmit(BALANCE);
      await transport.close();
    };
    const { end, seen } = lend();
    await clock.pass(MINUTE_MS);
    const other = { ...clock, now: () => clock.now() + offMs };
    void drive({ env: other }).catch((error: unknown) => (took = String(error)));
    if (jumpMs > 0) clock.jump(jumpMs);
    expect(
      await watchedFor(clock, findAbandonedSessions({ store: shop.store, env: other })),
    ).toEqual([]);
    await clock.pass(10 * MINUTE_MS);
    expect(await end).toMatchObject({ end: 'stopped', steps: 1 });
    expect(seen).toHaveLength(1);
    expect(took).toMatch(/is alive/);
  });

  test('and never asks for anything: the terminal takes its card back', async () => {
    const { held, program } = later();
    const { clock, drive, lend } = farShop({ processes: [{ onOpen: program }] });
    let transport: RemoteTransport | undefined;
    held.program = async () => {
      transport = await drive();
      return NEVER;
    };
    const { end, seen } = lend({ maxIdleMs: 5 * MINUTE_MS });
    await clock.pass(6 * MINUTE_MS);
    expect(await end).toMatchObject(GONE);
    await expect(transport?.transmit(SELECT)).rejects.toMatchObject({
      ...{ code: 'TRANSPORT_LOST', sent: 'no' },
    });
    expect(seen).toEqual([]);
  });

  test('whose program fails after another took its card: the other goes on', async () => {
    const { held, program } = later();
    const { clock, drive, lend } = farShop({ processes: [{ onOpen: program }] });
    held.program = async () => {
      await drive();
      await clock.sleep(2_000);
      throw new Error('the outcome was not what the program wanted');
    };
    const { end, seen } = lend();
    await clock.pass(1_000);
    const other = await drive({ takeOver: 'at-once' });
    await clock.pass(5_000);
    expect(await watchedFor(clock, other.transmit(SELECT))).not.toHaveLength(0);
    await other.close();
    await clock.pass(1_000);
    expect(await end).toMatchObject({ end: 'stopped', steps: 1 });
    expect(seen).toHaveLength(1);
  });
});

test('findAbandonedSessions: what a dead process left; of two that take it, one gets it', async () => {
  const { clock, drive, lend, link, store } = farShop();
  const process = mortal(clock);
  // The terminal is heard once, and then not for a while.
  let reports = 0;
  const exchange = (text: string): Promise<string> =>
    (reports += 1) === 1 ? link.exchange(text, 0) : NEVER;
  const { seen } = lend({ link: { ...link, exchange } });
  await clock.settle();
  const dead = await drive({ env: process });
  process.die();
  const finding = findAbandonedSessions({ store, env: clock });
  const found = await watchedFor(clock, finding, MINUTE_MS);
  expect(found).toMatchObject([{ sessionId: SESSION, keyId: 'T1', step: 0 }]);
  const takeOver = { mark: found[0]?.mark ?? '' };
  const taking = await watchedFor(
    clock,
    Promise.allSettled([drive({ takeOver }), drive({ takeOver })]),
  );
  const codes = taking.map((one) =>
    one.status === 'rejected' ? (one.reason as { code: string }).code : 'drives',
  );
  expect(codes.sort()).toEqual(['REMOTE_DRIVEN', 'drives']);
  await expect(dead.transmit(SELECT)).rejects.toMatchObject({ code: 'REMOTE_TAKEN_OVER' });
  expect(seen).toEqual([]);
});

test('a store that lists nothing: nothing is found', async () => {
  const { clock, store } = farShop();
  const finding = findAbandonedSessions({
    store: { read: store.read, write: store.write },
    env: clock,
  });
  expect(await watchedFor(clock, finding)).toEqual([]);
});

test('a clock that is put forward between two looks makes nobody dead; silence does', () => {
  const card = {
    kind: 'pcsc',
    atr: null,
    contactless: false,
    canReset: false,
    sessionLeftMs: null,
  };
  const session = openSession('T1', { card }, { nowMs: 0, leaseMs: 30_000 });
  const leases = watchLeases();
  const dayMs = 86_400_000;
  const looks = [0, dayMs, dayMs - 5_000, dayMs + 9_000, dayMs + 10_000];
  expect(looks.map((nowMs) => leases.isSilent(SESSION, session, nowMs))).toEqual([
    ...[false, false, false, false, true],
  ]);
  // A beat begins it anew.
  expect(leases.isSilent(SESSION, { ...session, beat: 1 }, dayMs + 11_000)).toBe(false);
});

/** What comes of it while time passes. */
async function watchedFor<T>(
  clock: ClockEnv,
  work: Promise<T>,
  durationMs = MINUTE_MS,
): Promise<T> {
  work.catch(() => undefined);
  await clock.pass(durationMs);
  return work;
}

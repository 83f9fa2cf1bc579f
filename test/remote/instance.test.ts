/** A session belongs to one start of a terminal: no step on two cards, none twice. */
import { describe, expect, test } from 'vitest';
import { fromHex } from '../../src/bytes.js';
import type { RemoteReport, RemoteServerOptions } from '../../src/remote/index.js';
import { expectInstance, openSession, takeReport } from '../../src/remote/session.js';
import { codeOf } from '../support/error-codes.js';
import { farShop } from '../support/hosts/far-shop.js';

const SELECT = fromHex('00A40000021001');
const NEVER = new Promise<never>(() => undefined);
const OTHERS = { code: 'REMOTE_INSTANCE', money: 'in-doubt' };

/** A deployment whose program asks a step every second. */
function asking() {
  const held: { program: NonNullable<RemoteServerOptions['onOpen']> } = { program: () => NEVER };
  const process = {
    onOpen: (...words: Parameters<typeof held.program>) => held.program(...words),
  };
  const shop = farShop({ processes: [process, process] });
  held.program = async () => {
    const transport = await shop.drive();
    for (let step = 1; step <= 5; step += 1) {
      await transport.transmit(SELECT, { timeoutMs: 5_000 }).catch(() => undefined);
      await shop.clock.sleep(1_000);
    }
    await transport.close();
  };
  return shop;
}

describe('one session number, opened twice', () => {
  test('by two terminals at once: one has the session, the other runs nothing', async () => {
    const { clock, lend } = asking();
    const first = lend();
    await clock.settle();
    const second = lend();
    await clock.pass(20_000);
    expect(await second.end).toMatchObject(OTHERS);
    expect(second.seen).toEqual([]);
    expect(await first.end).toMatchObject({ end: 'stopped', steps: 5 });
    expect(first.seen).toHaveLength(5);
  });

  test('again after a restart in the middle of a step: nothing runs a second time', async () => {
    const { clock, lend, link } = asking();
    let isDown = false;
    const exchange = (text: string): Promise<string> => (isDown ? NEVER : link.exchange(text, 0));
    const first = lend({ link: { ...link, exchange } });
    await clock.pass(2_500);
    // The power fails: the terminal has run a step, and nobody ever hears of it.
    isDown = true;
    await clock.pass(1_000);
    const ran = first.seen.length;
    expect(ran).toBeGreaterThan(0);
    const second = lend();
    await clock.pass(30_000);
    expect(await second.end).toMatchObject(OTHERS);
    expect(second.seen).toEqual([]);
    expect(first.seen).toHaveLength(ran);
  });

  test('after it was closed: nothing runs', async () => {
    const { clock, lend } = asking();
    const first = lend();
    await clock.pass(20_000);
    expect(await first.end).toMatchObject({ end: 'stopped' });
    const second = lend();
    await clock.pass(5_000);
    expect(await second.end).toMatchObject(OTHERS);
    expect(second.seen).toEqual([]);
  });
});

test('a page that is loaded again opens a session of its own, and the old one ends', async () => {
  const opened: string[] = [];
  const { clock, lend, drive } = farShop({
    processes: [
      {
        onOpen: async (sessionId) => {
          opened.push(sessionId);
          const transport = await drive({ sessionId });
          await transport.transmit(SELECT, { timeoutMs: 10_000 });
          await clock.sleep(1_000);
          await transport.transmit(SELECT, { timeoutMs: 10_000 });
          await transport.close();
        },
        onError: () => undefined,
      },
    ],
  });
  const [before, after] = ['A0'.repeat(16), 'A1'.repeat(16)];
  const page = new AbortController();
  const old = lend({ sessionId: before, signal: page.signal });
  await clock.pass(500);
  page.abort();
  const fresh = lend({ sessionId: after });
  await clock.pass(20_000);
  expect(await old.end).toMatchObject({ end: 'left', steps: 1 });
  expect(await fresh.end).toMatchObject({ end: 'stopped', steps: 2 });
  expect(opened).toEqual([before, after]);
  expect([old.seen.length, fresh.seen.length]).toEqual([1, 2]);
});

describe('a report', () => {
  const card = {
    ...{ kind: 'pcsc', atr: null, contactless: false, canReset: false, sessionLeftMs: null },
  };
  const report = (done: number, instance?: string): RemoteReport => {
    const result = done === 0 ? null : { answers: ['9000'], failure: null };
    const told = {
      protocol: 1,
      sessionId: 'AB'.repeat(16),
      kind: 'ready' as const,
      card,
      waitMs: 0,
    };
    return { ...told, done, result, ...(instance === undefined ? {} : { instance }) };
  };
  const open = (instance?: string) => ({
    ...openSession('T1', report(0, instance), { nowMs: 0, leaseMs: 30_000 }),
    step: 3,
  });

  test.each([
    ['of the same start', 'A', 'A', undefined],
    ['of another start', 'A', 'B', 'REMOTE_INSTANCE'],
    ['without a token, in a session with one', 'A', undefined, 'REMOTE_INSTANCE'],
    ['with a token, in a session without', undefined, 'A', 'REMOTE_INSTANCE'],
    ['of a terminal of 0.1.0', undefined, undefined, undefined],
  ])('%s', (_whose, of, by, code) => {
    expect(codeOf(() => expectInstance(open(of), report(0, by)))).toBe(code);
  });

  test.each(['A', undefined])(
    'that has begun less than was told before is of another time',
    (of) => {
      const heard = takeReport(open(of), report(2, of));
      expect(codeOf(() => expectInstance(heard, report(2, of)))).toBeUndefined();
      expect(codeOf(() => expectInstance(heard, report(3, of)))).toBeUndefined();
      expect(codeOf(() => expectInstance(heard, report(1, of)))).toBe('REMOTE_INSTANCE');
      expect(codeOf(() => expectInstance(heard, report(0, of)))).toBe('REMOTE_INSTANCE');
    },
  );
});

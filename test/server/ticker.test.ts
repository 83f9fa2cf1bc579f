/** Time moves by itself, once, on however many servers. */
import { afterEach, describe, expect, test } from 'vitest';
import { QuancunError } from '../../src/errors.js';
import {
  createAuthority,
  LEDGER_UNAVAILABLE,
  memoryGuard,
  memoryJournal,
  memoryLedger,
  startTicker,
  type Ticker,
  type TickReport,
} from '../../src/server/index.js';
import { createTestAuthority } from '../../src/testing/index.js';
import { manualEnv } from '../support/manual-env.js';
import { orderRequest } from '../support/http-messages.js';
import { openShop } from '../support/shop.js';

const DAY_MS = 24 * 3_600_000;
const running: Ticker[] = [];
afterEach(async () => {
  for (const ticker of running.splice(0)) await ticker.stop();
});

const order = (at: number) => orderRequest({ idempotencyKey: `k${String(at)}` });

describe('tickDue', () => {
  test('an unpaid order expires when its time is over, and not before', async () => {
    const env = manualEnv();
    const { authority } = createTestAuthority({ env });
    const { orderId } = await authority.createOrder(order(1));
    env.advance(DAY_MS - 1);
    expect(await authority.tickDue()).toEqual({ due: 0, moved: 0, problems: [] });
    env.advance(1);
    expect(await authority.tickDue()).toEqual({ due: 1, moved: 1, problems: [] });
    expect(await authority.getOrder(orderId)).toMatchObject({ state: 'EXPIRED' });
    expect(await authority.tickDue()).toEqual({ due: 0, moved: 0, problems: [] });
  });

  test('an issued order whose terminal is gone is held', async () => {
    const shop = openShop({ card: { kind: '3des-4x' } });
    // The MAC2 is out, and the terminal goes with it.
    const { authority } = shop;
    const lost = {
      ...authority,
      next: async (report: Parameters<typeof authority.next>[0]) => {
        const step = await authority.next(report);
        if (step.do === 'credit') throw new Error('the terminal is gone');
        return step;
      },
    };
    const { result } = await shop.recharge({ options: { authority: lost } });
    const { orderId = '' } = result as { orderId?: string };
    expect(await authority.getOrder(orderId)).toMatchObject({ state: 'ISSUED' });
    shop.env.advance(15 * 60_000);
    expect(await authority.tickDue()).toMatchObject({ moved: 1 });
    expect(await authority.getOrder(orderId)).toMatchObject({ state: 'HELD' });
    expect((await shop.load()).result).toMatchObject({ outcome: 'credited' });
  });

  test('two servers at the same moment: each order is moved once, in batches', async () => {
    const env = manualEnv();
    const ledger = memoryLedger();
    const servers = [createTestAuthority({ env, ledger }), createTestAuthority({ env, ledger })];
    for (let at = 0; at < 30; at += 1) await servers[0]?.authority.createOrder(order(at));
    env.advance(DAY_MS);
    let moved = 0;
    for (let round = 0; round < 3; round += 1) {
      const reports = await Promise.all(servers.map((one) => one.authority.tickDue({ limit: 10 })));
      moved += reports.reduce((sum, report) => sum + report.moved, 0);
    }
    expect(moved).toBe(30);
    const events = await ledger.events();
    expect(events.filter(({ to }) => to === 'EXPIRED')).toHaveLength(30);
  });

  test('one that cannot be moved keeps the others from nothing; an outage ends the round', async () => {
    const env = manualEnv();
    const ledger = memoryLedger();
    const base = createTestAuthority({ env, ledger });
    const all = [];
    for (let at = 0; at < 3; at += 1) all.push(await base.authority.createOrder(order(at)));
    env.advance(DAY_MS);
    const [bad] = all;
    const failing = (error: Error) =>
      createAuthority({
        ...{ ...base, env, journal: memoryJournal() },
        ledger: {
          ...ledger,
          commit: (change) =>
            change.decision.order.orderId === bad?.orderId
              ? Promise.reject(error)
              : ledger.commit(change),
        },
      });
    const away = failing(new QuancunError(LEDGER_UNAVAILABLE, { details: { problem: 'x' } }));
    await expect(away.tickDue()).rejects.toMatchObject({ code: 'LEDGER_UNAVAILABLE' });
    expect(await failing(new RangeError('x')).tickDue()).toEqual({
      ...{ due: 3, moved: 2 },
      problems: [{ orderId: bad?.orderId, code: 'INTERNAL' }],
    });
  });
});

describe('startTicker', () => {
  test('rounds come until it is stopped, whatever a round or a listener throws', async () => {
    const env = manualEnv();
    let rounds = 0;
    const errors: unknown[] = [];
    let enough = (): void => undefined;
    const done = new Promise<void>((resolve) => (enough = resolve));
    const ticker = startTicker(
      {
        tickDue: () => {
          rounds += 1;
          if (rounds === 5) enough();
          return Promise.reject(new RangeError('away'));
        },
      },
      {
        env: { ...env, sleep: () => new Promise((resolve) => setTimeout(resolve, 1)) },
        onError: (error) => {
          errors.push(error);
          throw error;
        },
      },
    );
    await done;
    await ticker.stop();
    const after = rounds;
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(rounds).toBe(after);
    expect(errors).toHaveLength(after);
  });

  test('a round does all that is due, and forgets what is old', async () => {
    const env = manualEnv();
    const { authority, ledger } = createTestAuthority({ env });
    const guard = memoryGuard();
    for (let at = 0; at < 1_100; at += 1) {
      const name = String(at);
      const rule = { pairDay: 2_000, terminalHour: 2_000 };
      await guard.takePlace({ name, kind: 'mac1', keyId: 'T', about: 'C', atMs: env.now() }, rule);
      await guard.keepPlace(name);
    }
    for (let at = 0; at < 1_100; at += 1) await authority.createOrder(order(at));
    env.advance(366 * DAY_MS);
    const reports: TickReport[] = [];
    let first = (): void => undefined;
    const slept = new Promise<void>((resolve) => (first = resolve));
    const ticker = startTicker(authority, {
      env: {
        ...env,
        sleep: (durationMs, until) => {
          if (durationMs === 60_000) first();
          return until?.then(() => undefined) ?? Promise.resolve();
        },
      },
      guard,
      onTick: (report) => reports.push(report),
    });
    running.push(ticker);
    await slept;
    expect(reports.map(({ moved }) => moved)).toEqual([500, 500, 100]);
    expect(await ledger.counts()).toMatchObject([{ state: 'EXPIRED', count: 1_100 }]);
    expect(await guard.countWrong('mac1', 0)).toBe(0);
  });
});

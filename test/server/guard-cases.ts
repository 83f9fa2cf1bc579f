/** What every guard must do, whichever store it stands on. */
import { expect } from 'vitest';
import type { Guess, GuessRule, RequestGuard } from '../../src/server/index.js';

const NOW_MS = Date.UTC(2026, 10, 23);
const reply = (body: string) => ({ requestHash: 'aa', status: 200, body });

const HOUR_MS = 3_600_000;
const RULE: GuessRule = { pairDay: 3, terminalHour: 20, aboutDay: 5 };
const TAKEN = { is: 'taken' };

let guesses = 0;
function guess(how: Partial<Guess> = {}): Guess {
  const name = `guess ${String((guesses += 1))}`;
  return { name, kind: 'mac1', keyId: 't1', about: 'card', atMs: NOW_MS, ...how };
}

async function wrong(guard: RequestGuard, how: Partial<Guess>): Promise<void> {
  const shown = guess(how);
  expect(await guard.takePlace(shown, RULE)).toMatchObject(TAKEN);
  await guard.keepPlace(shown.name);
}

/** The cases, by name: each on a guard of its own. */
export const GUARD_CASES: Readonly<Record<string, (guard: RequestGuard) => Promise<void>>> = {
  'a nonce is spent once for each key': async (guard) => {
    expect(await guard.spendNonce('t1', 'n1', NOW_MS)).toBe(true);
    expect(await guard.spendNonce('t1', 'n1', NOW_MS + 1)).toBe(false);
    expect(await guard.spendNonce('t2', 'n1', NOW_MS)).toBe(true);
    expect(await guard.spendNonce('t1', 'n2', NOW_MS)).toBe(true);
  },
  'of 32 that spend the same nonce at once one succeeds': async (guard) => {
    const all = await Promise.all(
      Array.from({ length: 32 }, () => guard.spendNonce('t3', 'n3', NOW_MS)),
    );
    expect(all.filter(Boolean)).toHaveLength(1);
  },
  'a clock that ran ahead for a while has not forgotten a nonce': async (guard) => {
    await guard.spendNonce('t4', 'n4', NOW_MS);
    // Every terminal's clock is right, so none was let in meanwhile; and eleven minutes are none.
    for (const aheadMs of [11 * 60_000, 400 * 24 * HOUR_MS]) {
      while ((await guard.forget(NOW_MS + aheadMs, 10)) > 0);
      expect(await guard.spendNonce('t4', 'n4', NOW_MS + 1)).toBe(false);
    }
    await guard.spendNonce('t4', 'n5', NOW_MS + 11 * 60_000);
    await guard.forget(NOW_MS + 11 * 60_000, 10);
    expect(await guard.spendNonce('t4', 'n4', NOW_MS + 1)).toBe(false);
  },
  'the first reply stands, byte for byte': async (guard) => {
    expect(await guard.findReply('t5', 'k')).toBeUndefined();
    const body = '{"plate":"甘A12345"}';
    expect(await guard.storeReply('t5', 'k', reply(body), NOW_MS)).toEqual(reply(body));
    expect(await guard.storeReply('t5', 'k', reply('{}'), NOW_MS)).toEqual(reply(body));
    expect(await guard.findReply('t5', 'k')).toEqual(reply(body));
    expect(await guard.findReply('t6', 'k')).toBeUndefined();
  },
  'wrong codes are counted by kind and time, right ones are given back': async (guard) => {
    for (let at = 0; at < 3; at += 1) await wrong(guard, { about: 'c1', atMs: NOW_MS + at });
    expect(await guard.takePlace(guess({ name: 'right', about: 'c9' }), RULE)).toMatchObject(TAKEN);
    await guard.giveBackPlace('right');
    await wrong(guard, { kind: 'tac', about: 'o1' });
    expect(await guard.countWrong('mac1', NOW_MS - 1)).toBe(3);
    expect(await guard.countWrong('mac1', NOW_MS + 1)).toBe(1);
    expect(await guard.countWrong('tac', NOW_MS - 1)).toBe(1);
    const [last, ...others] = await guard.findWrong(NOW_MS - 1, 10);
    expect(last).toEqual({
      ...{ kind: 'mac1', keyId: 't1', about: 'c1' },
      ...{ atMs: NOW_MS + 2, isWrong: true },
    });
    expect(others).toHaveLength(3);
    expect(await guard.findWrong(NOW_MS - 1, 2)).toHaveLength(2);
  },
  'of 64 guesses at once as many get a place as may be wrong': async (guard) => {
    const all = await Promise.all(
      Array.from({ length: 64 }, (_, at) =>
        guard.takePlace(guess({ keyId: `t${String(at % 9)}`, about: 'c2' }), RULE),
      ),
    );
    const taken = all.filter(({ is }) => is === 'taken');
    // Two of one terminal count, so three terminals and more share five.
    expect(taken.length).toBeGreaterThanOrEqual(5);
    const rows = await guard.findWrong(NOW_MS - 1, 100);
    const ofEach = [...new Set(rows.map(({ keyId }) => keyId))].map(
      (keyId) => rows.filter((one) => one.keyId === keyId).length,
    );
    expect(ofEach.reduce((sum, count) => sum + Math.min(count, 2), 0)).toBe(5);
    const full = all.find(({ is }) => is === 'full');
    expect(full).toMatchObject({ isWeighing: true, isAlarmed: false });
    const ones = await Promise.all(
      Array.from({ length: 64 }, (_, at) =>
        guard.takePlace(guess({ keyId: 'one', about: `of one ${String(at)}` }), RULE),
      ),
    );
    expect(ones.filter(({ is }) => is === 'taken')).toHaveLength(RULE.terminalHour);
  },
  'a request takes one place, however often it is sent': async (guard) => {
    const sent = guess({ name: 'sent again' });
    const all = await Promise.all([1, 2, 3].map(() => guard.takePlace(sent, RULE)));
    expect(all.map(({ is }) => is).sort()).toEqual(['known', 'known', 'taken']);
    await guard.giveBackPlace(sent.name);
    expect(await guard.takePlace(sent, RULE)).toMatchObject(TAKEN);
  },
  'a place that nobody gave back is free again after 20 seconds, and no wrong code': async (
    guard,
  ) => {
    for (let at = 0; at < 3; at += 1) await guard.takePlace(guess({ about: 'c3' }), RULE);
    const ask = (atMs: number) => guard.takePlace(guess({ about: 'c3', atMs }), RULE);
    expect(await ask(NOW_MS + 19_999)).toMatchObject({ is: 'full', isWeighing: true });
    // Honest cards are not locked out because a server was killed while it weighed.
    expect(await ask(NOW_MS + 20_000)).toMatchObject(TAKEN);
    expect(await guard.countWrong('mac1', 0)).toBe(0);
  },
  'above the alarm a terminal has fewer, and its right codes go on': async (guard) => {
    const rule = { ...RULE, alarm: { fromDay: 2, slowedTerminalHour: 1 } };
    await wrong(guard, { keyId: 'a', about: 'c4' });
    expect(await guard.takePlace(guess({ keyId: 'a', about: 'c5', name: 'x' }), rule)).toEqual({
      ...{ is: 'taken', isAlarmed: false },
    });
    await guard.keepPlace('x');
    const refused = await guard.takePlace(guess({ keyId: 'a', about: 'c6' }), rule);
    expect(refused).toMatchObject({ is: 'full', isAlarmed: true, freeAtMs: NOW_MS + HOUR_MS });
    for (let at = 0; at < 3; at += 1) {
      const name = `honest ${String(at)}`;
      const place = await guard.takePlace(guess({ keyId: 'b', about: 'c6', name }), rule);
      expect(place).toEqual({ is: 'taken', isAlarmed: true });
      await guard.giveBackPlace(name);
    }
  },
  'who clears wrong codes is kept, and what is being weighed is not cleared': async (guard) => {
    for (const keyId of ['a', 'a', 'b']) await wrong(guard, { keyId, about: 'c7' });
    await guard.takePlace(guess({ keyId: 'a', about: 'c7' }), RULE);
    const word = { by: 'office', reason: 'a reader was broken', atMs: NOW_MS + 5 };
    expect(await guard.clearWrong({ keyId: 'a', about: 'c7', ...word })).toBe(2);
    expect(await guard.clearWrong({ keyId: 'a', about: 'c7', ...word })).toBe(0);
    expect(await guard.countWrong('mac1', NOW_MS - 1)).toBe(1);
    expect(await guard.clearWrong({ ...word, atMs: NOW_MS + 6 })).toBe(1);
    expect(await guard.findCleared(NOW_MS - 1, 10)).toEqual(
      expect.arrayContaining([
        { ...word, atMs: NOW_MS + 6, codes: 1 },
        { keyId: 'a', about: 'c7', ...word, codes: 2 },
      ]),
    );
    expect(await guard.findCleared(NOW_MS + 5, 10)).toHaveLength(1);
  },
  'what has outlived its use is forgotten in batches, and nothing else': async (guard) => {
    const YEAR_MS = 365 * 24 * 3_600_000;
    const later = NOW_MS + YEAR_MS + 1;
    for (const key of ['a', 'b', 'c']) await guard.storeReply('t7', key, reply(key), NOW_MS);
    await guard.storeReply('t7', 'young', reply('y'), NOW_MS + 2);
    for (const about of ['a', 'b', 'c']) await wrong(guard, { about });
    await wrong(guard, { about: 'a', atMs: NOW_MS + 2 });
    await guard.clearWrong({ about: 'none', by: 'office', reason: 'tried', atMs: NOW_MS });
    expect(await guard.forget(NOW_MS + 1, 10)).toBe(0);
    expect(await guard.forget(later, 2)).toBe(2);
    while ((await guard.forget(later, 2)) > 0);
    expect(await guard.findReply('t7', 'a')).toBeUndefined();
    expect(await guard.findReply('t7', 'c')).toBeUndefined();
    expect(await guard.findReply('t7', 'young')).toEqual(reply('y'));
    expect(await guard.countWrong('mac1', 0)).toBe(1);
    expect(await guard.findCleared(0, 10)).toEqual([]);
    // A nonce stays for two hours behind the newest one.
    await guard.spendNonce('t7', 'n', later);
    await guard.spendNonce('t7', 'newer', later + 2 * HOUR_MS);
    while ((await guard.forget(later + 3 * HOUR_MS, 10)) > 0);
    expect(await guard.spendNonce('t7', 'n', later)).toBe(false);
    await guard.spendNonce('t7', 'newest', later + 2 * HOUR_MS + 1);
    expect(await guard.forget(later + 2 * HOUR_MS, 10)).toBe(0);
    // By the clock it is time, and so it is by the newest one.
    expect(await guard.forget(later + 3 * HOUR_MS, 10)).toBe(1);
    expect(await guard.spendNonce('t7', 'n', later)).toBe(true);
  },
};

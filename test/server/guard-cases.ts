/** What every guard must do, whichever store it stands on. */
import { expect } from 'vitest';
import type { RequestGuard } from '../../src/server/index.js';

const NOW_MS = Date.UTC(2026, 10, 23);
const reply = (body: string) => ({ requestHash: 'aa', status: 200, body });

/** The cases, by name. */
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
  'a nonce is remembered for as long as its signature is accepted': async (guard) => {
    await guard.spendNonce('t4', 'n4', NOW_MS);
    expect(await guard.spendNonce('t4', 'n4', NOW_MS + 4 * 60_000)).toBe(false);
    await guard.spendNonce('t4', 'n5', NOW_MS + 11 * 60_000);
    expect(await guard.spendNonce('t4', 'n4', NOW_MS + 11 * 60_000)).toBe(true);
  },
  'the first reply stands, byte for byte': async (guard) => {
    expect(await guard.findReply('t5', 'k')).toBeUndefined();
    const body = '{"plate":"甘A12345"}';
    expect(await guard.storeReply('t5', 'k', reply(body), NOW_MS)).toEqual(reply(body));
    expect(await guard.storeReply('t5', 'k', reply('{}'), NOW_MS)).toEqual(reply(body));
    expect(await guard.findReply('t5', 'k')).toEqual(reply(body));
    expect(await guard.findReply('t6', 'k')).toBeUndefined();
  },
  'wrong codes are counted by subject and time': async (guard) => {
    for (let count = 0; count < 3; count += 1) await guard.countWrong('card 1', NOW_MS + count);
    await guard.countWrong('card 2', NOW_MS);
    expect(await guard.wrongSince('card 1', NOW_MS)).toBe(3);
    expect(await guard.wrongSince('card 1', NOW_MS + 1)).toBe(2);
    expect(await guard.wrongSince('card 3', NOW_MS)).toBe(0);
  },
  'what has outlived its use is forgotten in batches, and nothing else': async (guard) => {
    const YEAR_MS = 365 * 24 * 3_600_000;
    const later = NOW_MS + YEAR_MS + 1;
    for (const key of ['a', 'b', 'c']) await guard.storeReply('t7', key, reply(key), NOW_MS);
    await guard.storeReply('t7', 'young', reply('y'), NOW_MS + 2);
    for (const subject of ['a', 'b', 'c']) await guard.countWrong(`old ${subject}`, NOW_MS);
    await guard.countWrong('old a', NOW_MS + 2);
    expect(await guard.forget(NOW_MS + 1, 10)).toBe(0);
    expect(await guard.forget(later, 2)).toBe(2);
    while ((await guard.forget(later, 2)) > 0);
    expect(await guard.findReply('t7', 'a')).toBeUndefined();
    expect(await guard.findReply('t7', 'c')).toBeUndefined();
    expect(await guard.findReply('t7', 'young')).toEqual(reply('y'));
    expect(await guard.wrongSince('old a', 0)).toBe(1);
    expect(await guard.wrongSince('old b', 0)).toBe(0);
    // A nonce outlives the time in which its signature is accepted, and no more.
    await guard.spendNonce('t7', 'n', later);
    await guard.forget(later + 9 * 60_000, 10);
    expect(await guard.spendNonce('t7', 'n', later + 9 * 60_000)).toBe(false);
    expect(await guard.forget(later + 11 * 60_000, 10)).toBe(1);
    expect(await guard.spendNonce('t7', 'n', later + 11 * 60_000)).toBe(true);
  },
};

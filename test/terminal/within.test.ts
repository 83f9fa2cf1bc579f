/** A wait is as long as its sleeps; a clock that people set makes it neither longer nor shorter. */
import { describe, expect, test } from 'vitest';
import { ERROR_TABLE } from '../../src/error-table.js';
import { QuancunError } from '../../src/errors.js';
import { within } from '../../src/terminal/within.js';

const never = (): Promise<never> => new Promise(() => undefined);
const late = () => new QuancunError(ERROR_TABLE.SERVER_UNREACHABLE);
const HOUR_MS = 3_600_000;

/** Waits 1,000 ms in vain while somebody sets the clock: how long was slept in all. */
async function sleptWhile(atSleepMs: (durationMs: number) => number): Promise<number> {
  let nowMs = Date.UTC(2026, 10, 23);
  let sleptMs = 0;
  const sleep = async (durationMs: number): Promise<void> => {
    await new Promise((resolve) => setImmediate(resolve));
    sleptMs += durationMs;
    if (sleptMs > HOUR_MS) throw new Error('it sleeps on and on');
    nowMs += atSleepMs(durationMs);
  };
  const env = { now: () => nowMs, sleep };
  await expect(within(never, { env, limitMs: 1000, late })).rejects.toMatchObject({
    code: 'SERVER_UNREACHABLE',
  });
  return sleptMs;
}

describe('a clock that is set', () => {
  test.each([
    ['back by an hour', -HOUR_MS],
    ['back by a month', -720 * HOUR_MS],
    ['forward by an hour', HOUR_MS],
  ])('%s in the middle of a wait', async (_name, jumpMs) => {
    expect(await sleptWhile((durationMs) => durationMs + jumpMs)).toBe(1000);
  });

  test('back by half of the sleep: the wait is at most twice as long', async () => {
    expect(await sleptWhile((durationMs) => durationMs / 2)).toBeLessThanOrEqual(2000);
  });

  test('a sleep that was too short is slept to its end', async () => {
    let isShort = true;
    const sleptMs = await sleptWhile((durationMs) => {
      const passedMs = isShort ? durationMs / 4 : durationMs;
      isShort = false;
      return passedMs;
    });
    expect(sleptMs).toBe(1750);
  });
});

import { describe, expect, test } from 'vitest';
import { envFrom } from '../src/env.js';

describe('envFrom', () => {
  test('takes clock, random numbers and timers of the host', async () => {
    const env = envFrom(globalThis);
    const before = Date.now();
    expect(env.now()).toBeGreaterThanOrEqual(before);
    expect(env.random(16)).toHaveLength(16);
    expect(env.random(16)).not.toEqual(env.random(16));
    await expect(env.sleep(1)).resolves.toBeUndefined();
  });

  test('a timer that nobody waits for any more is given up', async () => {
    const cleared: unknown[] = [];
    const env = envFrom({
      Date,
      setTimeout: () => 7,
      clearTimeout: (timer) => cleared.push(timer),
      crypto: globalThis.crypto,
    });
    void env.sleep(1000, Promise.reject(new Error('the exchange failed')));
    await Promise.resolve();
    await Promise.resolve();
    expect(cleared).toEqual([7]);
  });

  test('a host without a cryptographic generator is refused: nothing weaker is taken', () => {
    expect(() => envFrom({ Date, setTimeout, clearTimeout })).toThrow(
      expect.objectContaining({ code: 'ENV_INCOMPLETE' }),
    );
  });
});

/** An Env whose time passes when the test says so: every wait has its turn, in order, at once. */
import type { Env } from '../../src/env.js';
import { manualEnv } from './manual-env.js';

/** A clock with waits on it. */
export interface ClockEnv extends Env {
  /** Lets so much time pass; whoever waits less goes on meanwhile. */
  pass(durationMs: number): Promise<void>;
  /** Puts the clock forward; nobody's wait is shorter for it. */
  jump(durationMs: number): void;
  /** Lets all go on that waits for nothing. */
  settle(): Promise<void>;
}

interface Timer {
  readonly atMs: number;
  resolve(): void;
}

/** Makes one. */
export function clockEnv(seed = 1): ClockEnv {
  const { now, advance, random } = manualEnv(seed);
  let jumpedMs = 0;
  const timers = new Set<Timer>();
  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < 12; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  };
  return {
    now: () => now() + jumpedMs,
    random,
    settle,
    jump: (durationMs) => {
      jumpedMs += durationMs;
    },
    sleep: (durationMs, until) =>
      new Promise((resolve) => {
        const timer = { atMs: now() + durationMs, resolve };
        timers.add(timer);
        const giveUp = (): void => void timers.delete(timer);
        until?.then(giveUp, giveUp);
      }),
    pass: async (durationMs) => {
      const endMs = now() + durationMs;
      for (;;) {
        await settle();
        const [next] = [...timers].sort((a, b) => a.atMs - b.atMs);
        if (next === undefined || next.atMs > endMs) break;
        timers.delete(next);
        advance(Math.max(0, next.atMs - now()));
        next.resolve();
      }
      advance(endMs - now());
    },
  };
}

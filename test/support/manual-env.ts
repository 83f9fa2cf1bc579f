/** An Env whose clock and random numbers the test decides: runs repeat exactly. */
import type { Env } from '../../src/env.js';

/** A clock that stands still until it is moved, and counting random numbers. */
export interface ManualEnv extends Env {
  advance(durationMs: number): void;
}

/** Starts on 2026-11-23 10:00:00 in China. */
export function manualEnv(seed = 1): ManualEnv {
  let nowMs = Date.UTC(2026, 10, 23, 2, 0, 0);
  let state = seed >>> 0;
  return {
    now: () => nowMs,
    advance: (durationMs) => {
      nowMs += durationMs;
    },
    // mulberry32: small, and good enough for order numbers and nonces in tests.
    random: (size) =>
      Uint8Array.from({ length: size }, () => {
        state = (state + 0x6d2b79f5) >>> 0;
        let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
        mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
        return (mixed ^ (mixed >>> 14)) & 0xff;
      }),
    sleep: () => Promise.resolve(),
  };
}

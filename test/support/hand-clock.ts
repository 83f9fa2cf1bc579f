/** Timers that fire when a test says so: nothing is waited for, nothing hangs on the machine. */
import { setImmediate as turn } from 'node:timers/promises';

/** Turns of the loop in which what a timer began comes to its next timer. */
const TURNS = 20;

/** The host's timers, in a test's hand. */
export interface HandClock {
  /** Lets time pass: what is due comes in its order, and goes on as far as it can. */
  advance(ms: number): Promise<void>;
  restore(): void;
}

/** Takes the host's timers in hand. */
export function handClock(): HandClock {
  const { setTimeout, clearTimeout } = globalThis;
  let nowMs = 0;
  const timers = new Map<object, { readonly atMs: number; readonly work: () => void }>();
  const settle = async (): Promise<void> => {
    for (let turns = 0; turns < TURNS; turns += 1) await turn();
  };
  Object.assign(globalThis, {
    setTimeout: (work: () => void, ms = 0) => {
      const timer = { unref: () => timer, ref: () => timer };
      timers.set(timer, { atMs: nowMs + ms, work });
      return timer;
    },
    clearTimeout: (timer: object) => timers.delete(timer),
  });
  return {
    advance: async (ms) => {
      const untilMs = nowMs + ms;
      for (;;) {
        const due = [...timers].filter(([, { atMs }]) => atMs <= untilMs);
        const [next] = due.sort(([, a], [, b]) => a.atMs - b.atMs);
        if (next === undefined) break;
        const [timer, { atMs, work }] = next;
        nowMs = atMs;
        timers.delete(timer);
        work();
        await settle();
      }
      nowMs = untilMs;
      await settle();
    },
    restore: () => {
      Object.assign(globalThis, { setTimeout, clearTimeout });
    },
  };
}

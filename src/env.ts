/**
 * Everything that is not a pure function of its input, as a parameter: the clock, random numbers
 * and waiting. Hosts hand in an Env; tests hand in one they control.
 */
import { QuancunError } from './errors.js';
import { ENV_INCOMPLETE } from './core-errors.js';

/** What a host gives to the impure rooms. */
export interface Env {
  /** Milliseconds since 1970-01-01 UTC. */
  now(): number;
  /** `size` random bytes, from the host's cryptographic generator: nonces depend on them. */
  random(size: number): Uint8Array;
  /** Resolves after `durationMs`; the host's timer is given up when `until` settles first. */
  sleep(durationMs: number, until?: Promise<unknown>): Promise<void>;
}

/** The globals of a host, as far as an Env needs them. */
export interface HostGlobals {
  readonly Date: { now(): number };
  readonly setTimeout: (work: () => void, durationMs: number) => unknown;
  readonly clearTimeout: (timer: never) => void;
  /**
   * Fills a Uint8Array; each TypeScript release says that in another type. Absent on mini programs
   * and bare React Native: hand in a `random` of your own there.
   */
  readonly crypto?: { getRandomValues(bytes: never): unknown };
}

/**
 * Makes an Env from a host's globals: Node, browsers, and what has the same three.
 * 由宿主全局对象构造环境（时钟、随机数、定时器）。
 * @throws ENV_INCOMPLETE when the host has no cryptographic generator; nothing weaker is taken
 * @example const env = envFrom(globalThis);
 */
export function envFrom(host: HostGlobals): Env {
  const { crypto } = host;
  if (typeof crypto?.getRandomValues !== 'function') {
    throw new QuancunError(ENV_INCOMPLETE, { details: { what: 'crypto.getRandomValues' } });
  }
  return {
    now: () => host.Date.now(),
    random: (size) => {
      const bytes = new Uint8Array(size);
      crypto.getRandomValues(bytes as never);
      return bytes;
    },
    sleep: (durationMs, until) =>
      new Promise((resolve) => {
        const timer = host.setTimeout(resolve, durationMs);
        const giveUp = (): void => {
          host.clearTimeout(timer as never);
        };
        until?.then(giveUp, giveUp);
      }),
  };
}

/**
 * Everything that is not a pure function of its input, as a parameter: the clock, random numbers
 * and waiting. Hosts hand in an Env; tests hand in one they control.
 */

/** What a host gives to the impure rooms. */
export interface Env {
  /** Milliseconds since 1970-01-01 UTC. */
  now(): number;
  /** `size` random bytes, from the host's cryptographic generator wherever keys or nonces depend on it. */
  random(size: number): Uint8Array;
  /** Resolves after `durationMs`. */
  sleep(durationMs: number): Promise<void>;
}

/** Who may call, and what they may do. */

import { objectOf, wholeOf } from '../../json/index.js';

export type { Caller, Scope } from '../callers.js';

/** What limits may be: whole numbers, so that none of them is switched off by a slip. */
export const LIMITS = objectOf({
  maxSkewMs: wholeOf(1, 600_000),
  maxBodyBytes: wholeOf(1),
  wrongPerCardDay: wholeOf(1),
  wrongPerTerminalHour: wholeOf(1),
  wrongPerDay: wholeOf(1),
});

/** Minutes east of UTC. */
export const UTC_OFFSET = wholeOf(-1_080, 1_080);

/** Bounds at the door. */
export interface DoorLimits {
  /** How far a request's clock may be off. */
  readonly maxSkewMs: number;
  readonly maxBodyBytes: number;
  /** Wrong MAC1s of one card in a day, of one terminal in an hour, of all in a day. */
  readonly wrongPerCardDay: number;
  readonly wrongPerTerminalHour: number;
  readonly wrongPerDay: number;
}

/** The figures of the threat model: what a guesser gains stays below one forgery in centuries. */
export const DEFAULT_LIMITS: DoorLimits = {
  maxSkewMs: 120_000,
  maxBodyBytes: 16_384,
  wrongPerCardDay: 5,
  wrongPerTerminalHour: 20,
  wrongPerDay: 1000,
};

/** Who may call, and what they may do. */

import { objectOf, wholeOf } from '../../json/index.js';

export type { Caller, Scope } from '../callers.js';

/** What limits may be: whole numbers, so that none of them is switched off by a slip. */
export const LIMITS = objectOf({
  maxSkewMs: wholeOf(1, 600_000),
  maxBodyBytes: wholeOf(1),
  wrongPerTerminalAndCardDay: wholeOf(1),
  // One terminal counts for two: at fewer it would stop a card for all others.
  wrongPerCardDay: wholeOf(3),
  wrongPerTerminalHour: wholeOf(1),
  wrongPerDay: wholeOf(1),
  wrongPerTerminalHourSlowed: wholeOf(1),
  wrongTacsPerOrderDay: wholeOf(1),
  wrongTacsPerTerminalHour: wholeOf(1),
});

/** Minutes east of UTC. */
export const UTC_OFFSET = wholeOf(-1_080, 1_080);

/** Bounds at the door. */
export interface DoorLimits {
  /** How far a request's clock may be off. */
  readonly maxSkewMs: number;
  readonly maxBodyBytes: number;
  /** Wrong MAC1s of one card by one terminal in a day: then that terminal is not heard for it. */
  readonly wrongPerTerminalAndCardDay: number;
  /** Of one card by all terminals in a day; one terminal counts for two at most. */
  readonly wrongPerCardDay: number;
  /** Of one terminal in an hour. */
  readonly wrongPerTerminalHour: number;
  /** Of all in a day: from then on there is an alarm, and each terminal has fewer. */
  readonly wrongPerDay: number;
  /** What a terminal has in an hour while there is that alarm. */
  readonly wrongPerTerminalHourSlowed: number;
  /** Reports with a wrong TAC for one order by one terminal in a day, and by one in an hour. */
  readonly wrongTacsPerOrderDay: number;
  readonly wrongTacsPerTerminalHour: number;
}

/** The figures of the threat model: what a guesser gains stays below one forgery in centuries. */
export const DEFAULT_LIMITS: DoorLimits = {
  maxSkewMs: 120_000,
  maxBodyBytes: 16_384,
  wrongPerTerminalAndCardDay: 3,
  wrongPerCardDay: 5,
  wrongPerTerminalHour: 20,
  wrongPerDay: 1000,
  wrongPerTerminalHourSlowed: 2,
  wrongTacsPerOrderDay: 20,
  wrongTacsPerTerminalHour: 60,
};

/**
 * When a guess at a code is let through, as one pure rule that every guard holds to. A guess is a
 * code that a caller has to know: a MAC1 of a card, or a TAC for an order. It takes its place
 * before it is weighed, and gives it back when the code was right: so a thousand at once are no
 * more than one after another.
 */

/** A code that somebody shows, before anybody knows whether it is right. */
export interface Guess {
  /** The request that shows it: one of its name takes one place, however often it is sent. */
  readonly name: string;
  readonly kind: 'mac1' | 'tac';
  readonly keyId: string;
  /** What it is a code of: the number of a card (`mac1`), or of an order (`tac`). */
  readonly about: string;
  readonly atMs: number;
}

/** How many wrong ones there may be. */
export interface GuessRule {
  /** Of one terminal about one card or order, in a day. */
  readonly pairDay: number;
  /** Of one terminal, in an hour. */
  readonly terminalHour: number;
  /** Of all terminals about one card, in a day. Absent: they do not stop each other. */
  readonly aboutDay?: number;
  /** From so many of everybody's in a day on, a terminal has `slowedTerminalHour` in an hour. */
  readonly alarm?: { readonly fromDay: number; readonly slowedTerminalHour: number };
}

/** A place that was taken. */
export interface TakenPlace {
  readonly keyId: string;
  readonly about: string;
  readonly atMs: number;
  /** Its code was weighed, and is wrong; otherwise it may still turn out to be right. */
  readonly isWrong: boolean;
}

/** What became of asking for a place. */
export type Place =
  | { readonly is: 'taken'; readonly isAlarmed: boolean }
  /** A request of that name has taken one, and has not given it back. */
  | { readonly is: 'known' }
  | {
      readonly is: 'full';
      readonly isAlarmed: boolean;
      /** Whether those that are being weighed now fill it: a moment later there may be room. */
      readonly isWeighing: boolean;
      /** When enough of those that count have left their hour, or their day. */
      readonly freeAtMs: number;
    };

const HOUR_MS = 3_600_000;
/** How long a wrong code counts, at most. */
export const GUESS_DAY_MS = 24 * HOUR_MS;
/**
 * A place that was neither given back nor told to be wrong by then belonged to a process that has
 * ended in between, and holds nobody up any longer: right codes must not lock out a card because a
 * server was killed. Whoever can kill one guesses a few codes a minute, of four thousand million.
 */
const WEIGHED_AFTER_MS = 20_000;
/** What one terminal can count towards a card: alone it never stops the card for the others. */
const OF_ONE_TERMINAL = 2;

/** Looks for a place beside those of the same kind that were taken, `wrongDay` of everybody's. */
export function findPlace(
  guess: Guess,
  all: readonly TakenPlace[],
  wrongDay: number,
  rule: GuessRule,
): Place {
  const weighedSinceMs = guess.atMs - WEIGHED_AFTER_MS;
  const taken = all.filter(({ isWrong, atMs }) => isWrong || atMs > weighedSinceMs);
  const { alarm } = rule;
  const isAlarmed = alarm !== undefined && wrongDay >= alarm.fromDay;
  const terminalHour = isAlarmed
    ? Math.min(alarm.slowedTerminalHour, rule.terminalHour)
    : rule.terminalHour;
  const held = { ...rule, terminalHour };
  if (!isFull(guess, taken, held, guess.atMs)) return { is: 'taken', isAlarmed };
  const wrong = taken.filter(({ isWrong }) => isWrong);
  return {
    ...{ is: 'full', isAlarmed },
    isWeighing: !isFull(guess, wrong, held, guess.atMs),
    freeAtMs: freeAt(guess, taken, held),
  };
}

/** Each moment at which a place leaves its hour or its day, until there is room. */
function freeAt(guess: Guess, taken: readonly TakenPlace[], rule: GuessRule): number {
  const leaving = taken
    .flatMap(({ atMs }) => [atMs + HOUR_MS, atMs + GUESS_DAY_MS])
    .filter((atMs) => atMs > guess.atMs)
    .sort((a, b) => a - b);
  return leaving.find((atMs) => !isFull(guess, taken, rule, atMs)) ?? guess.atMs + GUESS_DAY_MS;
}

function isFull(
  { keyId, about }: Guess,
  taken: readonly TakenPlace[],
  { pairDay, terminalHour, aboutDay = Infinity }: GuessRule,
  nowMs: number,
): boolean {
  const mine = taken.filter((one) => one.keyId === keyId);
  if (mine.filter(({ atMs }) => atMs > nowMs - HOUR_MS).length >= terminalHour) return true;
  const ofAll = new Map<string, number>();
  for (const one of taken) {
    if (one.about !== about || one.atMs <= nowMs - GUESS_DAY_MS) continue;
    ofAll.set(one.keyId, (ofAll.get(one.keyId) ?? 0) + 1);
  }
  if ((ofAll.get(keyId) ?? 0) >= pairDay) return true;
  let counted = 0;
  for (const count of ofAll.values()) counted += Math.min(count, OF_ONE_TERMINAL);
  return counted >= aboutDay;
}

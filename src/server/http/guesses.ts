/**
 * Codes that a caller must know, and may not guess: each takes its place before it is weighed. Who
 * has shown too many wrong ones is not heard; who shows several at once waits for a moment.
 */
import { isQuancunError, QuancunError } from '../../errors.js';
import { LEDGER_BUSY, REQUEST_REPLAYED } from '../../signing/errors.js';
import { MESSAGE_INVALID } from '../../json/errors.js';
import { MAC1_INVALID, SCOPE_MISSING, TOO_MANY_WRONG_CODES } from '../errors.js';
import type { Clearing } from '../guard.js';
import { type Guess, GUESS_DAY_MS, type GuessRule } from '../guess-rule.js';
import { rightsOf } from '../rights.js';
import { createTurnsOfCards } from '../turns-of-cards.js';
import type { Admitted, Door } from './door.js';
import type { Caller, DoorLimits } from './terminals.js';

/** Weighs a code that somebody shows, if there is a place for it. */
export type Guarded = <T extends object>(
  admitted: Admitted,
  guess: Pick<Guess, 'kind' | 'about'>,
  weigh: () => Promise<T>,
) => Promise<T>;

/** While others of the same caller are weighed, so often, with pauses that grow: five seconds. */
const MAX_WAITS = 24;
const PAUSE_MS = { first: 25, last: 250 } as const;

/**
 * Guards the codes of a door.
 * @throws TOO_MANY_WRONG_CODES; LEDGER_BUSY where as many as may be wrong are still being weighed;
 *   REQUEST_REPLAYED where this request is being weighed, or was wrong, already
 */
export function guardingCodes(door: Door): Guarded {
  // One caller asks for one place at a time: a flood of his takes one connection, not all.
  const inTurn = createTurnsOfCards();
  const takePlace = async ({ caller, slip }: Admitted, guess: Pick<Guess, 'kind' | 'about'>) => {
    const { keyId } = caller;
    const name = `${keyId} ${slip.nonce.nonce}`;
    const rule = RULES[guess.kind](door.limits);
    for (let waits = 0; ; waits += 1) {
      const place = await inTurn(keyId, () =>
        door.guard.takePlace({ ...guess, name, keyId, atMs: door.env.now() }, rule),
      );
      if (place.is === 'known') throw new QuancunError(REQUEST_REPLAYED);
      door.onAlarm(place.isAlarmed);
      if (place.is === 'taken') return name;
      if (!place.isWeighing) throw tooMany(place.freeAtMs - door.env.now());
      if (waits === MAX_WAITS) throw new QuancunError(LEDGER_BUSY);
      await door.env.sleep(Math.min(PAUSE_MS.first * 2 ** waits, PAUSE_MS.last));
    }
  };
  return async (admitted, guess, weigh) => {
    const name = await takePlace(admitted, guess);
    const end = async (isWrong: boolean): Promise<void> => {
      if (isWrong) await expectFirst(door, admitted, name);
      // What cannot be given back now is free after a while; what was decided stands.
      else await door.guard.giveBackPlace(name).catch(() => undefined);
    };
    let said: Awaited<ReturnType<typeof weigh>>;
    try {
      said = await weigh();
    } catch (error) {
      await end(wasWrong(admitted, guess, isQuancunError(error) ? error.code : undefined));
      throw error;
    }
    await end(wasWrong(admitted, guess, 'code' in said ? said.code : undefined));
    return said;
  };
}

/** Keeps the place of a wrong code. Somebody else who sends a request again harms nobody. */
async function expectFirst({ guard }: Door, { spend }: Admitted, name: string): Promise<void> {
  try {
    await spend();
  } catch (error) {
    await guard.giveBackPlace(name).catch(() => undefined);
    throw error;
  }
  await guard.keepPlace(name);
}

/** The HSM's word; of an authority that notes none, what it answers. */
function wasWrong(
  { slip: { codes } }: Admitted,
  { kind }: Pick<Guess, 'kind'>,
  code: unknown,
): boolean {
  return codes?.[kind] === 'wrong' || (kind === 'mac1' && code === MAC1_INVALID.code);
}

const RULES: Readonly<Record<Guess['kind'], (limits: DoorLimits) => GuessRule>> = {
  mac1: (limits) => ({
    pairDay: limits.wrongPerTerminalAndCardDay,
    terminalHour: limits.wrongPerTerminalHour,
    aboutDay: limits.wrongPerCardDay,
    alarm: {
      fromDay: limits.wrongPerDay,
      slowedTerminalHour: limits.wrongPerTerminalHourSlowed,
    },
  }),
  // An order's TAC is the card's own word: no other terminal's guesses keep it from being heard.
  tac: (limits) => ({
    pairDay: limits.wrongTacsPerOrderDay,
    terminalHour: limits.wrongTacsPerTerminalHour,
  }),
};

function tooMany(waitMs: number): QuancunError {
  const retryAfterSeconds = Math.max(1, Math.ceil(waitMs / 1000));
  return new QuancunError(TOO_MANY_WRONG_CODES, { details: { retryAfterSeconds } });
}

/** As many wrong codes, and clearings, as are shown. */
const MAX_SHOWN = 10_000;

/** Who has shown wrong codes, of what, and what was cleared. */
export async function viewLimits({ guard, limits, env }: Door) {
  const dayMs = env.now() - GUESS_DAY_MS;
  const [wrongDay, wrongTacsDay] = await Promise.all([
    guard.countWrong('mac1', dayMs),
    guard.countWrong('tac', dayMs),
  ]);
  const [wrong, cleared] = await Promise.all([
    guard.findWrong(dayMs, MAX_SHOWN),
    guard.findCleared(env.now() - 30 * GUESS_DAY_MS, MAX_SHOWN),
  ]);
  const rows = new Map<string, LimitRow>();
  for (const { kind, keyId, about, atMs } of wrong) {
    const name = JSON.stringify([kind, keyId, about]);
    const row = rows.get(name) ?? { kind, keyId, about, codes: 0, firstMs: atMs, lastMs: atMs };
    rows.set(name, { ...row, codes: row.codes + 1, firstMs: Math.min(row.firstMs, atMs) });
  }
  const alarmed = wrongDay >= limits.wrongPerDay;
  return { alarmed, wrongDay, wrongTacsDay, wrong: [...rows.values()], cleared };
}

interface LimitRow extends Pick<Guess, 'kind' | 'keyId' | 'about'> {
  readonly codes: number;
  readonly firstMs: number;
  readonly lastMs: number;
}

/** Who can guess does not clear: the limit would be none. @throws SCOPE_MISSING */
export function expectNoGuesser({ scopes }: Caller): void {
  if (!rightsOf(scopes).has('recharge-qr')) return;
  throw new QuancunError(SCOPE_MISSING, { details: { scope: 'release, and no recharge' } });
}

/** Everybody's are cleared on purpose, or not at all. @throws MESSAGE_INVALID */
export function expectChosen(all: true | undefined, { keyId, about }: Partial<Clearing>): void {
  if ((all === true) === ((keyId ?? about) === undefined)) return;
  throw new QuancunError(MESSAGE_INVALID, { details: { problem: 'all' } });
}

/** Lets them count no more. */
export async function clearLimits(
  { guard, env }: Door,
  clearing: Omit<Clearing, 'atMs'>,
): Promise<{ readonly codes: number; readonly clearedBy: string }> {
  const codes = await guard.clearWrong({ ...clearing, atMs: env.now() });
  return { codes, clearedBy: clearing.by };
}

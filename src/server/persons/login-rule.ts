/**
 * When a password is weighed, as one pure rule that every book of persons holds to. A try takes its
 * place before it is weighed, and gives it back when it was right: so a thousand at once are no
 * more than one after another, and none of them waits for the others at the scrypt. Whether the
 * person exists is never asked: an id that is nobody's is answered like everybody's.
 */

/** A password that somebody shows, before anybody knows whether it is right. */
export interface LoginTry {
  /** Random, and good for one try. */
  readonly tryId: string;
  /** As it was typed: it may be nobody's. */
  readonly personId: string;
  /** The device. */
  readonly keyId: string;
  readonly atMs: number;
}

/** One that counts. */
export interface CountedTry extends Omit<LoginTry, 'tryId'> {
  /** It was weighed and is wrong; otherwise it may still turn out to be right. */
  readonly isWrong: boolean;
}

/** What became of asking for a place. */
export type TryPlace =
  /** Told when the person as a whole is locked from now on, unless this one is right. */
  | { readonly is: 'taken'; readonly lockedUntilMs?: number }
  /** Those that are being weighed now fill it: a moment later there may be room. */
  | { readonly is: 'waiting' }
  | { readonly is: 'locked'; readonly untilMs: number };

const HOUR_MS = 3_600_000;
/** Wrong passwords of one person at one device within the time of a lock, and how long that is. */
export const MAX_TRIES = 5;
export const LOCK_MS = 15 * 60_000;
/**
 * Wrong ones of one person at all devices in an hour: then that person is locked everywhere. One
 * device counts for five at most, so it takes four to lock somebody out of a fifth.
 */
const MAX_TRIES_OF_ALL = 20;
/** Wrong ones at one device in an hour, whoever is meant. */
const MAX_TRIES_OF_DEVICE = 20;
/** Of one device at once: the others have their turn at the scrypt in between. */
const MAX_WEIGHED = 3;
/** One that is undecided by then was a process's that has ended: it counts as wrong. */
export const UNDECIDED_MS = 60_000;
/** How long a try is looked at. */
export const TRY_LIFE_MS = HOUR_MS + LOCK_MS;

/** Wrong passwords of a person at a device, for whoever looks after them. */
export interface WrongLogins {
  readonly personId: string;
  readonly keyId: string;
  readonly tries: number;
  readonly lastMs: number;
}

/** Adds them up by person and device. */
export function sumWrongLogins(tries: readonly CountedTry[]): WrongLogins[] {
  const rows = new Map<string, WrongLogins>();
  for (const { personId, keyId, atMs, isWrong } of tries) {
    if (!isWrong) continue;
    const name = JSON.stringify([personId, keyId]);
    const { tries: before = 0, lastMs = 0 } = rows.get(name) ?? {};
    rows.set(name, { personId, keyId, tries: before + 1, lastMs: Math.max(lastMs, atMs) });
  }
  return [...rows.values()];
}

/** Looks for a place beside the tries of the same device and of the same person. */
export function findTryPlace(asked: LoginTry, tries: readonly CountedTry[]): TryPlace {
  const wrong = tries.filter(({ isWrong }) => isWrong);
  const untilMs = lockedUntil(asked, wrong);
  if (untilMs > asked.atMs) return { is: 'locked', untilMs };
  const weighed = tries.filter(({ keyId, isWrong }) => keyId === asked.keyId && !isWrong);
  const isFull = weighed.length >= MAX_WEIGHED || lockedUntil(asked, tries) > asked.atMs;
  if (isFull) return { is: 'waiting' };
  const lockedUntilMs = ofPerson(asked, [...tries, asked]);
  return lockedUntilMs > asked.atMs ? { is: 'taken', lockedUntilMs } : { is: 'taken' };
}

type Counted = Omit<CountedTry, 'isWrong'>;

/** The latest of the three locks; in the past where there is none. */
function lockedUntil(asked: LoginTry, tries: readonly Counted[]): number {
  const here = tries.filter(({ keyId }) => keyId === asked.keyId);
  const pair = timesOf(here.filter(({ personId }) => personId === asked.personId));
  const device = timesOf(here)[MAX_TRIES_OF_DEVICE - 1] ?? -Infinity;
  return Math.max(afterMany(pair, MAX_TRIES, LOCK_MS), device + HOUR_MS, ofPerson(asked, tries));
}

function ofPerson({ personId }: LoginTry, tries: readonly Counted[]): number {
  const ofDevices = new Map<string, Counted[]>();
  for (const one of tries) {
    if (one.personId !== personId) continue;
    ofDevices.set(one.keyId, [...(ofDevices.get(one.keyId) ?? []), one]);
  }
  const counted = [...ofDevices.values()].flatMap((of) => timesOf(of).slice(0, MAX_TRIES));
  counted.sort((a, b) => b - a);
  return afterMany(counted, MAX_TRIES_OF_ALL, HOUR_MS);
}

/** So long after the newest, where so many lie within that time. */
function afterMany(times: readonly number[], most: number, withinMs: number): number {
  const [newest = -Infinity, first = -Infinity] = [times[0], times[most - 1]];
  return newest - withinMs < first ? newest + LOCK_MS : -Infinity;
}

/** The newest first. */
function timesOf(tries: readonly Counted[]): number[] {
  return tries.map(({ atMs }) => atMs).sort((a, b) => b - a);
}

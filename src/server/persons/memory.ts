/** A book of persons in memory, for tests and demonstrations. */
import type { NewSession, Person, PersonBook, PersonSession, Shift } from './book.js';
import { passwordMark } from './vouch.js';
import {
  findTryPlace,
  type LoginTry,
  sumWrongLogins,
  TRY_LIFE_MS,
  UNDECIDED_MS,
} from './login-rule.js';

type Kept = Omit<NewSession, 'shift'> & { shiftId?: string; seenAtMs: number; isEnded: boolean };

/**
 * Makes an empty one.
 * 内存人员簿（测试/演示）。
 * @example
 * const persons = memoryPersons();
 * await persons.listPersons(); // []
 */
export function memoryPersons(): PersonBook {
  const tables: Tables = {
    ...{ persons: new Map(), tries: new Map(), sessions: new Map(), shifts: new Map() },
  };
  return { ...peopleOf(tables), ...triesOf(tables), ...sessionsOf(tables) };
}

interface Tables {
  readonly persons: Map<string, Person>;
  readonly tries: Map<string, KeptTry>;
  readonly sessions: Map<string, Kept>;
  readonly shifts: Map<string, Shift>;
}

interface KeptTry extends LoginTry {
  readonly wasWrong: boolean;
  readonly isCleared?: true;
}

type OfTries = 'takeTry' | 'endTry' | 'findWrongLogins' | 'clearTries';
type OfSessions =
  'beginSession' | 'findSession' | 'seeSession' | 'endSession' | 'closeShift' | 'findShift';

function endAll({ sessions }: Tables, isMeant: (session: Kept) => boolean): void {
  for (const session of sessions.values()) if (isMeant(session)) session.isEnded = true;
}

function peopleOf(tables: Tables): Omit<PersonBook, OfSessions | OfTries> {
  const { persons } = tables;
  return {
    findPerson: (personId) => Promise.resolve(persons.get(personId)),
    listPersons: () =>
      Promise.resolve([...persons.values()].sort((a, b) => (a.personId < b.personId ? -1 : 1))),
    addPerson: (person) => {
      const isNew = !persons.has(person.personId);
      if (isNew) persons.set(person.personId, person);
      return Promise.resolve(isNew);
    },
    changePerson: (personId, change, changedBy, changedAtMs) => {
      const person = persons.get(personId);
      if (person === undefined) return Promise.resolve(false);
      persons.set(personId, { ...person, ...change, changedBy, changedAtMs });
      if (endsSessions(change)) endAll(tables, (one) => one.personId === personId);
      if (change.password !== undefined) forget(tables, (one) => one.personId === personId);
      if (change.password !== undefined) unlock(tables, personId);
      return Promise.resolve(true);
    },
  };
}

function triesOf(tables: Tables): Pick<PersonBook, OfTries> {
  const { persons, tries } = tables;
  const countedAt = (nowMs: number, isMeant: (one: KeptTry) => boolean) =>
    [...tries.values()]
      .filter((one) => one.isCleared !== true && isMeant(one))
      .map((one) => ({ ...one, isWrong: one.wasWrong || one.atMs <= nowMs - UNDECIDED_MS }));
  return {
    findWrongLogins: (nowMs) => {
      const isMeant = ({ personId, atMs }: KeptTry) =>
        persons.has(personId) && atMs > nowMs - TRY_LIFE_MS;
      return Promise.resolve(sumWrongLogins(countedAt(nowMs, isMeant)));
    },
    clearTries: (personId, nowMs) => {
      const mine = [...tries.values()].filter(
        (one) => one.personId === personId && one.atMs > nowMs - TRY_LIFE_MS,
      );
      if (mine.some(({ isCleared }) => isCleared)) return Promise.resolve('again');
      const wrong = mine.filter((one) => one.wasWrong || one.atMs <= nowMs - UNDECIDED_MS);
      for (const one of wrong) tries.set(one.tryId, { ...one, isCleared: true });
      unlock(tables, personId);
      return Promise.resolve(wrong.length);
    },
    takeTry: (asked) => {
      const { tryId, keyId, personId, atMs } = asked;
      forget(tables, (one) => one.atMs <= atMs - TRY_LIFE_MS);
      const counted = countedAt(atMs, (one) => one.keyId === keyId || one.personId === personId);
      const place = findTryPlace(asked, counted);
      if (place.is !== 'taken') return Promise.resolve(place);
      tries.set(tryId, { ...asked, wasWrong: false });
      const person = persons.get(personId);
      const { lockedUntilMs } = place;
      if (person !== undefined && lockedUntilMs !== undefined) {
        persons.set(personId, { ...person, lockedUntilMs });
      }
      return Promise.resolve(place);
    },
    endTry: ({ tryId, keyId, personId }, isRight) => {
      const kept = tries.get(tryId);
      if (!isRight && kept !== undefined) tries.set(tryId, { ...kept, wasWrong: true });
      if (!isRight) return Promise.resolve();
      tries.delete(tryId);
      const isPair = (one: KeptTry) => one.keyId === keyId && one.personId === personId;
      forget(tables, (one) => isPair(one) && one.wasWrong && one.isCleared !== true);
      unlock(tables, personId);
      return Promise.resolve();
    },
  };
}

function sessionsOf(tables: Tables): Pick<PersonBook, OfSessions> {
  const { persons, sessions, shifts } = tables;
  const openShift = (keyId: string): Shift | undefined =>
    [...shifts.values()].find((one) => one.keyId === keyId && one.closedAtMs === undefined);
  return {
    beginSession: ({ shift, ...session }) => {
      const open = shift && (openShift(session.keyId) ?? shiftOf(session, shift));
      if (open !== undefined) shifts.set(open.shiftId, open);
      const joined = open === undefined ? {} : { shiftId: open.shiftId };
      const kept = { ...session, ...joined, seenAtMs: session.atMs, isEnded: false };
      sessions.set(session.tokenHash, kept);
      return Promise.resolve(open?.shiftId);
    },
    findSession: (tokenHash) => {
      const session = sessions.get(tokenHash);
      const person = persons.get(session?.personId ?? '');
      if (session === undefined || session.isEnded) return Promise.resolve(undefined);
      if (person === undefined || person.isShut) return Promise.resolve(undefined);
      const isSame = session.passwordMark === passwordMark(person.password);
      if (!isSame) return Promise.resolve(undefined);
      return Promise.resolve(viewOf(session, person));
    },
    seeSession: (tokenHash, atMs) => {
      const session = sessions.get(tokenHash);
      if (session !== undefined) session.seenAtMs = atMs;
      return Promise.resolve();
    },
    endSession: (tokenHash) => {
      endAll(tables, (one) => one.tokenHash === tokenHash);
      return Promise.resolve();
    },
    closeShift: (keyId, closedBy, closedAtMs) => {
      const open = openShift(keyId);
      if (open === undefined) return Promise.resolve(undefined);
      const closed = { ...open, closedBy, closedAtMs };
      shifts.set(closed.shiftId, closed);
      endAll(tables, (one) => one.shiftId === closed.shiftId);
      return Promise.resolve(closed);
    },
    findShift: (shiftId) => Promise.resolve(shifts.get(shiftId)),
  };
}

/** Whoever has changed what a person may, or his password, wants him to log in again. */
export function endsSessions(change: Partial<Person>): boolean {
  return (['password', 'roles', 'isShut'] as const).some((name) => change[name] !== undefined);
}

function forget({ tries }: Tables, isMeant: (one: KeptTry) => boolean): void {
  for (const one of tries.values()) if (isMeant(one)) tries.delete(one.tryId);
}

function unlock({ persons }: Tables, personId: string): void {
  const person = persons.get(personId);
  if (person?.lockedUntilMs === undefined) return;
  const { lockedUntilMs: _past, ...rest } = person;
  persons.set(personId, rest);
}

function shiftOf(
  { keyId, personId, atMs }: Omit<NewSession, 'shift'>,
  shift: NonNullable<NewSession['shift']>,
): Shift {
  return { ...shift, keyId, openedBy: personId, openedAtMs: atMs };
}

function viewOf(
  { personId, keyId, shiftId, atMs, seenAtMs }: Kept,
  { name, roles }: Person,
): PersonSession {
  const joined = shiftId === undefined ? {} : { shiftId };
  return { personId, name, roles, keyId, ...joined, begunAtMs: atMs, seenAtMs };
}

/** A book of persons in memory, for tests and demonstrations. */
import {
  LOCK_MS,
  MAX_TRIES,
  type NewSession,
  type Person,
  type PersonBook,
  type PersonSession,
  type Shift,
} from './book.js';

type Kept = Omit<NewSession, 'shift'> & { shiftId?: string; seenAtMs: number; isEnded: boolean };

/**
 * Makes an empty one.
 * 内存人员簿（测试/演示）。
 * @example
 * const persons = memoryPersons();
 * await persons.listPersons(); // []
 */
export function memoryPersons(): PersonBook {
  const persons = new Map<string, Person>();
  const tries = new Map<string, number>();
  const sessions = new Map<string, Kept>();
  const shifts = new Map<string, Shift>();
  const put = (person: Person | undefined, change: Partial<Person>): void => {
    if (person !== undefined) persons.set(person.personId, { ...person, ...change });
  };
  const endAll = (isMeant: (session: Kept) => boolean): void => {
    for (const session of sessions.values()) if (isMeant(session)) session.isEnded = true;
  };
  const isOpen = ({ closedAtMs }: Shift): boolean => closedAtMs === undefined;
  const openShift = (keyId: string): Shift | undefined =>
    [...shifts.values()].find((one) => one.keyId === keyId && isOpen(one));
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
      put(person, { ...change, changedBy, changedAtMs });
      if (endsSessions(change)) endAll((one) => one.personId === personId);
      if (change.password !== undefined) unlock(persons, tries, personId);
      return Promise.resolve(person !== undefined);
    },
    countTry: (personId, atMs) => {
      const person = persons.get(personId);
      const { lockedUntilMs = 0 } = person ?? {};
      if (person === undefined || lockedUntilMs > atMs) return Promise.resolve(false);
      const count = lockedUntilMs > 0 ? 1 : (tries.get(personId) ?? 0) + 1;
      unlock(persons, tries, personId);
      tries.set(personId, count);
      if (count >= MAX_TRIES) put(persons.get(personId), { lockedUntilMs: atMs + LOCK_MS });
      return Promise.resolve(true);
    },
    forgetTries: (personId) => Promise.resolve(unlock(persons, tries, personId)),
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
      return Promise.resolve(viewOf(session, person));
    },
    seeSession: (tokenHash, atMs) => {
      const session = sessions.get(tokenHash);
      if (session !== undefined) session.seenAtMs = atMs;
      return Promise.resolve();
    },
    endSession: (tokenHash) => {
      endAll((one) => one.tokenHash === tokenHash);
      return Promise.resolve();
    },
    closeShift: (keyId, closedBy, closedAtMs) => {
      const open = openShift(keyId);
      const closed = open && { ...open, closedBy, closedAtMs };
      if (closed !== undefined) shifts.set(closed.shiftId, closed);
      if (closed !== undefined) endAll((one) => one.shiftId === closed.shiftId);
      return Promise.resolve(closed);
    },
    findShift: (shiftId) => Promise.resolve(shifts.get(shiftId)),
  };
}

/** Whoever has changed what a person may, or his password, wants him to log in again. */
export function endsSessions(change: Partial<Person>): boolean {
  return (['password', 'roles', 'isShut'] as const).some((name) => change[name] !== undefined);
}

function unlock(persons: Map<string, Person>, tries: Map<string, number>, personId: string): void {
  tries.delete(personId);
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

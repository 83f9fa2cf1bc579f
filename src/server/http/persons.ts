/** What is done for the routes of persons. */
import type { Env } from '../../env.js';
import { QuancunError } from '../../errors.js';
import type {
  ChangedPersonRequest,
  ClearLoginsRequest,
  LogInRequest,
  NewPersonRequest,
  PersonView,
  SessionView,
  UnlockRequest,
} from '../../messages/index.js';
import type { Caller } from '../callers.js';
import type { RequestGuard } from '../guard.js';
import { expectNoGuesser } from './guesses.js';
import type { Admitted } from './door.js';
import type { Person, PersonBook, PersonSession, Shift } from '../persons/book.js';
import {
  LOGINS_CLEARED_BEFORE,
  PERSON_UNKNOWN,
  PERSONS_NOT_KEPT,
  SESSION_REQUIRED,
  SHIFT_NOT_OPEN,
} from '../persons/errors.js';
import { addPerson, changePerson } from '../persons/keep.js';
import { unvouchedOf } from '../persons/vouch.js';
import {
  IDLE_LOCK_MS,
  type LiveSession,
  logIn,
  type SessionHost,
  unlock,
} from '../persons/sessions.js';

/** What such a request says. */
interface Asked<Body> {
  readonly caller: Caller;
  readonly admitted: Pick<Admitted, 'asking'>;
  readonly session?: LiveSession;
  /** Whose word it is: the person's, or the device's where nobody logs in. */
  readonly by: string;
  readonly spend: () => Promise<void>;
  readonly body: Body;
}

/** What these routes work on. */
export interface PersonsInside {
  readonly persons?: PersonBook;
  readonly door: { readonly env: Env; readonly guard: Pick<RequestGuard, 'clearWrong'> };
}

/** The works of the routes, by operationId. A login is heard once, so its nonce goes first. */
export function personWorks({ persons: book, door }: PersonsInside) {
  const host = (): SessionHost => {
    if (book === undefined) throw new QuancunError(PERSONS_NOT_KEPT);
    return { persons: book, env: door.env };
  };
  const viewOne = async (personId: string): Promise<PersonView> => {
    const person = await host().persons.findPerson(personId);
    if (person === undefined) throw new QuancunError(PERSON_UNKNOWN);
    return viewPerson(person);
  };
  return {
    logIn: async ({ caller, admitted, spend, body }: Asked<LogInRequest>) => {
      const at = host();
      await spend();
      // Refused or not, the log says who was meant; what is nobody's id may be a password.
      const meant = await at.persons.findPerson(body.personId);
      if (meant !== undefined) admitted.asking.person = meant.personId;
      const { token, ...session } = await logIn(at, caller, body);
      return { ...viewSession(caller, { ...session, isLocked: false }), session: token };
    },
    getSession: ({ caller, session }: Asked<unknown>) =>
      Promise.resolve(viewSession(caller, expectOne(session))),
    unlockSession: async ({ caller, session, spend, body }: Asked<UnlockRequest>) => {
      await spend();
      await unlock(host(), expectOne(session), body.password);
      return viewSession(caller, { ...expectOne(session), isLocked: false });
    },
    endSession: async ({ session, spend }: Asked<unknown>) => {
      await spend();
      await host().persons.endSession(expectOne(session).tokenHash, door.env.now());
      return { ended: true };
    },
    closeShift: async ({ caller, by, spend }: Asked<unknown>): Promise<Shift> => {
      const { persons } = host();
      await spend();
      const closed = await persons.closeShift(caller.keyId, by, door.env.now());
      if (closed === undefined) throw new QuancunError(SHIFT_NOT_OPEN);
      return closed;
    },
    findLogins: async () => ({
      logins: [...(await host().persons.findWrongLogins(door.env.now()))],
    }),
    clearLogins: async ({ caller, by, spend, body }: Asked<ClearLoginsRequest>) => {
      const { persons } = host();
      const { personId, reason } = body;
      expectNoGuesser(caller);
      await viewOne(personId);
      await spend();
      const atMs = door.env.now();
      const tries = await persons.clearTries(personId, atMs);
      if (tries === 'again') throw new QuancunError(LOGINS_CLEARED_BEFORE);
      await door.guard.clearWrong({ about: `login ${personId}`, by, reason, atMs, more: tries });
      return { tries, clearedBy: by };
    },
    findPersons: async () => ({ persons: (await host().persons.listPersons()).map(viewPerson) }),
    addPerson: async ({ by, spend, body }: Asked<NewPersonRequest>) => {
      const at = host();
      await spend();
      await addPerson({ ...at, by }, body);
      return viewOne(body.personId);
    },
    changePerson: async ({ by, spend, body }: Asked<ChangedPersonRequest>) => {
      const at = host();
      await spend();
      await changePerson({ ...at, by }, body);
      return viewOne(body.personId);
    },
  };
}

function expectOne(session: LiveSession | undefined): LiveSession {
  if (session === undefined) throw new QuancunError(SESSION_REQUIRED);
  return session;
}

function viewSession(
  { outlet }: Caller,
  session: PersonSession & { readonly isLocked: boolean },
): SessionView {
  const { personId, name, roles, shiftId, begunAtMs, isLocked } = session;
  return {
    ...{ personId, name, roles },
    ...(shiftId === undefined ? {} : { shiftId }),
    ...(outlet === undefined ? {} : { outlet }),
    ...{ begunAtMs, lockAfterMs: IDLE_LOCK_MS, isLocked },
  };
}

function viewPerson(person: Person): PersonView {
  const { password: _kept, vouchedPassword: _mark, vouchedRoles: _roles, ...shown } = person;
  return { ...shown, unvouched: unvouchedOf(person) };
}

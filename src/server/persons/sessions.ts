/**
 * Who is at a device: login, the lock of an idle screen, logout. A session belongs to the device it
 * was begun at and to its shift, and stands in the text that the device signs.
 */
import { toHex } from '../../bytes.js';
import type { Env } from '../../env.js';
import { QuancunError } from '../../errors.js';
import { LEDGER_BUSY } from '../../signing/errors.js';
import { hostHashing } from '../../signing/index.js';
import type { Caller } from '../callers.js';
import { rightsOf, type Scope, SCOPES_OF_ROLES } from '../rights.js';
import type { Person, PersonBook, PersonSession } from './book.js';
import {
  LOGIN_REFUSED,
  PERSON_NOT_VOUCHED,
  PERSON_LOCKED,
  ROLE_MISSING,
  SESSION_LOCKED,
  SESSION_REQUIRED,
} from './errors.js';
import { verifyPassword } from './password.js';
import { passwordMark, unvouchedOf } from './vouch.js';

/** How long nobody may touch a session before it asks for the password again. */
export const IDLE_LOCK_MS = 5 * 60_000;
/** How long one lasts, whoever uses it: longer than a shift is. */
export const SESSION_LIFE_MS = 16 * 3_600_000;
/** That it was used is written down no oftener than this. */
const SEEN_EVERY_MS = 30_000;

/** A session, and what names it in the database. */
export interface LiveSession extends PersonSession {
  readonly tokenHash: string;
  readonly isLocked: boolean;
}

/** Where sessions are kept. */
export interface SessionHost {
  readonly persons: PersonBook;
  readonly env: Env;
}

/**
 * The session of a request.
 * @throws SESSION_REQUIRED, SESSION_LOCKED unless `isHeardLocked`
 */
export async function findSession(
  { persons, env }: SessionHost,
  caller: Caller,
  token: string,
  isHeardLocked: boolean,
): Promise<LiveSession> {
  const tokenHash = hostHashing().sha256(token);
  const session = token === '' ? undefined : await persons.findSession(tokenHash);
  const nowMs = env.now();
  const isOver = session === undefined || nowMs - session.begunAtMs > SESSION_LIFE_MS;
  // Another device's session is nobody's here, whoever has stolen it.
  if (isOver || session.keyId !== caller.keyId) throw new QuancunError(SESSION_REQUIRED);
  const idleMs = nowMs - session.seenAtMs;
  const isLocked = idleMs > IDLE_LOCK_MS;
  if (isLocked && !isHeardLocked) throw new QuancunError(SESSION_LOCKED);
  if (!isLocked && idleMs > SEEN_EVERY_MS) await persons.seeSession(tokenHash, nowMs);
  return { ...session, tokenHash, isLocked };
}

/** Who has logged in, and the token that says so from now on. */
export interface LoggedIn extends PersonSession {
  readonly token: string;
}

/**
 * Logs in. At a device that recharges cards its shift is opened, or joined.
 * @throws LOGIN_REFUSED, PERSON_LOCKED, LEDGER_BUSY
 */
export async function logIn(
  host: SessionHost,
  caller: Caller,
  { personId, password }: { readonly personId: string; readonly password: string },
): Promise<LoggedIn> {
  const { persons, env } = host;
  const { keyId, outlet } = caller;
  const known = await expectPassword(host, keyId, personId, password);
  const { name, roles } = known;
  const [token, atMs] = [toHex(env.random(32)), env.now()];
  const tokenHash = hostHashing().sha256(token);
  const opens = rightsOf(caller.scopes).has('recharge-qr');
  const shift = { shiftId: toHex(env.random(8)), ...(outlet === undefined ? {} : { outlet }) };
  const begun = { tokenHash, personId, keyId, atMs, passwordMark: passwordMark(known.password) };
  const shiftId = await persons.beginSession(opens ? { ...begun, shift } : begun);
  const joined = shiftId === undefined ? {} : { shiftId };
  return { token, personId, name, roles, keyId, ...joined, begunAtMs: atMs, seenAtMs: atMs };
}

/** The same person is there again. @throws LOGIN_REFUSED, PERSON_LOCKED, LEDGER_BUSY */
export async function unlock(
  host: SessionHost,
  { tokenHash, keyId, personId }: LiveSession,
  password: string,
): Promise<void> {
  await expectPassword(host, keyId, personId, password);
  await host.persons.seeSession(tokenHash, host.env.now());
}

/**
 * Somebody's own word where there is no device between and two are needed: the password, what the
 * roles allow, and that both were set at the server itself.
 * 核对人员口令与权限（命令行等无设备场合）。
 * @throws LOGIN_REFUSED, PERSON_LOCKED, LEDGER_BUSY, ROLE_MISSING, PERSON_NOT_VOUCHED
 * @example
 * import type { Env } from 'quancun';
 * import type { PersonBook } from 'quancun/server';
 * declare const persons: PersonBook, env: Env, password: string;
 * await expectPersonMay({ persons, env }, { personId: 'boss', password }, 'release');
 */
export async function expectPersonMay(
  host: SessionHost,
  { personId, password }: { readonly personId: string; readonly password: string },
  scope: Scope,
): Promise<void> {
  const person = await expectPassword(host, NO_DEVICE, personId, password);
  const { roles } = person;
  const may = rightsOf(roles.flatMap((role) => SCOPES_OF_ROLES[role]));
  if (!may.has(scope)) throw new QuancunError(ROLE_MISSING);
  expectVouched(person);
}

/**
 * The first of two words, where it counts no more; nothing where it does. Once persons are kept it
 * is that of one who could say it now: a key's word of before is none, and who was kept out, or
 * whose password or roles were set elsewhere meanwhile, has none any more.
 * 第一人的意见如已失效，返回其标识。
 * @example
 * import type { BackOffice, PersonBook } from 'quancun/server';
 * declare const office: BackOffice, persons: PersonBook, journalId: string, by: string;
 * const [journal] = await office.journals();
 * const gone = await discountedOf(persons, journal?.givenUpBy, 'release');
 * await office.giveUpJournal(journalId, by, gone);
 */
export async function discountedOf(
  persons: Pick<PersonBook, 'findPerson' | 'listPersons'> | undefined,
  first: string | undefined,
  scope: Scope,
): Promise<{ readonly discounts?: string }> {
  if (persons === undefined || first === undefined) return {};
  const person = await persons.findPerson(first);
  if (person === undefined) {
    return (await persons.listPersons()).length === 0 ? {} : { discounts: first };
  }
  const may = rightsOf(person.roles.flatMap((role) => SCOPES_OF_ROLES[role]));
  const counts = !person.isShut && may.has(scope) && unvouchedOf(person).length === 0;
  return counts ? {} : { discounts: first };
}

/** @throws PERSON_NOT_VOUCHED */
export function expectVouched(person: Person): void {
  const unvouched = unvouchedOf(person);
  if (unvouched.length === 0) return;
  throw new QuancunError(PERSON_NOT_VOUCHED, { details: { unvouched } });
}

/** Where there is no device tries are counted too; no key id has such a name. */
const NO_DEVICE = '(none)';

/**
 * Counted before it is weighed. An unknown person is counted, and weighed, as a known one is; a
 * right password of somebody who is shut out is a wrong one.
 */
async function expectPassword(
  { persons, env }: SessionHost,
  keyId: string,
  personId: string,
  password: string,
): Promise<Person> {
  const asked = { tryId: toHex(env.random(16)), personId, keyId, atMs: env.now() };
  const place = await persons.takeTry(asked);
  if (place.is === 'waiting') {
    throw new QuancunError(LEDGER_BUSY, { details: { retryAfterSeconds: 1 } });
  }
  if (place.is === 'locked') {
    const retryAfterSeconds = Math.max(1, Math.ceil((place.untilMs - asked.atMs) / 1000));
    throw new QuancunError(PERSON_LOCKED, { details: { retryAfterSeconds } });
  }
  const person = await persons.findPerson(personId);
  const isPassword = await verifyPassword(password, person?.password);
  const known = isPassword && person?.isShut === false ? person : undefined;
  await persons.endTry(asked, known !== undefined);
  if (known === undefined) throw new QuancunError(LOGIN_REFUSED);
  return known;
}

/** Keeping the list of persons: whoever is added or changed, and by whom. */
import * as v from 'valibot';
import type { Env } from '../../env.js';
import { QuancunError } from '../../errors.js';
import { expectOptions, objectOf, saying, textOf } from '../../json/index.js';
import { type Role, ROLES } from '../../messages/index.js';
import type { PersonBook } from './book.js';
import { PERSON_EXISTS, PERSON_UNKNOWN } from './errors.js';
import { hashPassword, PASSWORD } from './password.js';
import { vouchedBy } from './vouch.js';

/** The id of a person (工号): it stands on slips, orders and payments. */
export const PERSON_ID = textOf(32, /^[A-Za-z0-9][A-Za-z0-9._-]*$/);
const WANTED_PASSWORD = saying('a text of 6 to 128 characters', ' 6–128 个字符的文本');
const ROLES_OF = v.pipe(v.array(v.picklist(ROLES)), v.minLength(1));
const PASSWORD_OF = v.pipe(v.string(WANTED_PASSWORD), v.regex(PASSWORD, WANTED_PASSWORD));

/** What is said of a person. */
export const PERSON = objectOf({
  personId: PERSON_ID,
  name: textOf(64),
  roles: ROLES_OF,
  password: PASSWORD_OF,
});

/** What may be said anew. */
export const PERSON_CHANGE = objectOf({
  personId: PERSON_ID,
  name: v.exactOptional(textOf(64)),
  roles: v.exactOptional(ROLES_OF),
  password: v.exactOptional(PASSWORD_OF),
  isShut: v.exactOptional(v.boolean()),
});

/** Where persons are kept, and who keeps them. */
export interface Keeping {
  readonly persons: PersonBook;
  readonly env: Env;
  /** A person's id, a caller's, or the name of a command: it stays with the person. */
  readonly by: string;
  /**
   * What is set here is set at the server itself, by whoever has its database in hand: only such
   * persons have a word where two are needed. Never where a request says what is set.
   */
  readonly vouches?: true;
}

/**
 * Adds a person.
 * 新增人员（口令以 scrypt 保存）。
 * @throws PERSON_EXISTS: the id of somebody who has left is not given again
 * @example
 * import { envFrom } from 'quancun';
 * import { addPerson, memoryPersons } from 'quancun/server';
 * const keeping = { persons: memoryPersons(), env: envFrom(globalThis), by: 'setup' };
 * const li = { personId: 'li', name: '李', roles: ['operator'], password: '481592' } as const;
 * await addPerson(keeping, li);
 */
export async function addPerson(
  { persons, env, by, vouches }: Keeping,
  person: {
    readonly personId: string;
    readonly name: string;
    readonly roles: readonly Role[];
    readonly password: string;
  },
): Promise<void> {
  const { password, ...rest } = expectOptions(PERSON, person, 'addPerson');
  const kept = await hashPassword(password, env.random(16));
  const set = { ...rest, password: kept, isShut: false, changedBy: by };
  const vouched = vouchedBy(set, vouches);
  if (await persons.addPerson({ ...set, ...vouched, changedAtMs: env.now() })) return;
  throw new QuancunError(PERSON_EXISTS);
}

/**
 * Changes a person: another name, other roles, a new password, shut out or let in again. All but
 * the name end the sessions the person has.
 * 修改人员。
 * @throws PERSON_UNKNOWN
 * @example
 * import { changePerson, type Keeping } from 'quancun/server';
 * declare const keeping: Keeping;
 * await changePerson(keeping, { personId: 'li', isShut: true });
 */
export async function changePerson(
  { persons, env, by, vouches }: Keeping,
  said: {
    readonly personId: string;
    readonly name?: string;
    readonly roles?: readonly Role[];
    readonly password?: string;
    readonly isShut?: boolean;
  },
): Promise<void> {
  const { personId, password, ...rest } = expectOptions(PERSON_CHANGE, said, 'changePerson');
  const kept =
    password === undefined ? {} : { password: await hashPassword(password, env.random(16)) };
  const change = { ...rest, ...kept };
  const whole = { ...change, ...vouchedBy(change, vouches) };
  if (await persons.changePerson(personId, whole, by, env.now())) return;
  throw new QuancunError(PERSON_UNKNOWN);
}

/**
 * Whose word counts where two are needed. Whoever keeps the list of persons over the network could
 * make a second person, or set another's password, and be both. So a word is one's own only while
 * password and roles are those that were set at the server itself: what was vouched for there is
 * kept beside them, and anything that is set elsewhere no longer matches it.
 */
import { hostHashing } from '../../signing/index.js';
import type { Person, PersonChange } from './book.js';

/** What was not set at the server itself, or not since. */
export type Unvouched = 'password' | 'roles';

/** What a kept password is compared by: whoever has the mark has no password to guess at. */
export function passwordMark(kept: string): string {
  return hostHashing().sha256(kept);
}

/**
 * What a change says beside itself. Whoever was kept out has no word before a new password was set
 * at the server: nobody knows who has heard the old one meanwhile.
 */
export function vouchedBy(
  { password, roles, isShut }: Pick<PersonChange, 'password' | 'roles' | 'isShut'>,
  vouches: true | undefined,
): Pick<PersonChange, 'vouchedPassword' | 'vouchedRoles'> {
  const mark = vouches === true && password !== undefined ? passwordMark(password) : undefined;
  return {
    ...(mark === undefined && isShut === true ? { vouchedPassword: '' } : {}),
    ...(mark === undefined ? {} : { vouchedPassword: mark }),
    // Taken away and given back elsewhere, roles are not those of before.
    ...(roles === undefined ? {} : { vouchedRoles: vouches === true ? roles : [] }),
  };
}

/**
 * What keeps this person's word from counting where two are needed; empty where it counts.
 * 双人办理中该人员尚缺的服务器端设置；空表示有效。
 * @example
 * import { unvouchedOf, type Person } from 'quancun/server';
 * declare const person: Person;
 * unvouchedOf(person); // ['password']: it was set over the network
 */
export function unvouchedOf(person: Person): Unvouched[] {
  const { password, roles, vouchedPassword, vouchedRoles } = person;
  return [
    ...(vouchedPassword === passwordMark(password) ? [] : (['password'] as const)),
    ...(inOrder(vouchedRoles) === inOrder(roles) ? [] : (['roles'] as const)),
  ];
}

/** Which roles, in whatever order they were named. */
function inOrder(roles: readonly string[] | undefined): string | undefined {
  return roles === undefined ? undefined : [...roles].sort().join();
}

/** What every book of persons must do, whichever store it stands on. */
import { expect } from 'vitest';
import type { LoginTry, Person, PersonBook, PersonChange } from '../../src/server/index.js';
import { passwordMark } from '../../src/server/persons/vouch.js';
import { LOCK_MS, TRY_LIFE_MS, UNDECIDED_MS } from '../../src/server/persons/login-rule.js';

/** Of the password that everybody here has. */
const KEPT = passwordMark('kept');
const NOW_MS = Date.UTC(2026, 10, 26);
const person = (personId: string, changes: Partial<Person> = {}): Person => ({
  ...{ personId, name: `${personId} 李`, roles: ['operator', 'lead'], password: 'kept' },
  ...{ isShut: false, changedBy: 'setup', changedAtMs: NOW_MS },
  ...changes,
});
const begin = (
  book: PersonBook,
  tokenHash: string,
  personId: string,
  keyId: string,
  shiftId?: string,
) => {
  const session = { tokenHash, personId, keyId, atMs: NOW_MS, passwordMark: KEPT };
  return book.beginSession(
    shiftId === undefined ? session : { ...session, shift: { shiftId, outlet: 'north' } },
  );
};

let tried = 0;
/** Tries of one person, and how they end. */
function trying(book: PersonBook, personId: string) {
  const taken: LoginTry[] = [];
  const take = async (keyId: string, atMs: number) => {
    const asked = { tryId: `try-${String((tried += 1))}`, personId, keyId, atMs };
    const { is } = await book.takeTry(asked);
    if (is === 'taken') taken.push(asked);
    return is;
  };
  const endAll = async (isRight: boolean): Promise<void> => {
    for (const one of taken.splice(0)) await book.endTry(one, isRight);
  };
  const wrong = async (keyId: string, atMs: number) => {
    const is = await take(keyId, atMs);
    await endAll(false);
    return is;
  };
  return { take, endAll, wrong };
}

/** The cases, by name. */
export const PERSON_CASES: Readonly<Record<string, (book: PersonBook) => Promise<void>>> = {
  'a person is read back as added; nobody gets the id of another': async (book) => {
    expect(await book.findPerson('li')).toBeUndefined();
    expect(await book.addPerson(person('li'))).toBe(true);
    expect(await book.addPerson(person('li', { name: 'other' }))).toBe(false);
    expect(await book.addPerson(person('an', { isShut: true }))).toBe(true);
    expect(await book.findPerson('li')).toEqual(person('li'));
    const all = await book.listPersons();
    expect(all).toEqual([person('an', { isShut: true }), person('li')]);
  },
  'a change says who made it, and leaves the rest': async (book) => {
    await book.addPerson(person('li'));
    expect(await book.changePerson('no', { name: 'x' }, 'boss', NOW_MS)).toBe(false);
    expect(await book.changePerson('li', { roles: ['finance'] }, 'boss', NOW_MS + 1)).toBe(true);
    const changed = { roles: ['finance'] as const, changedBy: 'boss', changedAtMs: NOW_MS + 1 };
    expect(await book.findPerson('li')).toEqual(person('li', changed));
  },
  'what was vouched for is read back, kept by other changes, and taken back': async (book) => {
    const vouched = { vouchedPassword: KEPT, vouchedRoles: ['operator', 'lead'] as const };
    await book.addPerson(person('li', vouched));
    expect(await book.findPerson('li')).toEqual(person('li', vouched));
    const change = async (said: PersonChange): Promise<Person | undefined> => {
      await book.changePerson('li', said, 'boss', NOW_MS);
      return book.findPerson('li');
    };
    expect(await change({ name: 'x', roles: ['lead'] })).toMatchObject(vouched);
    expect(await change({ vouchedRoles: ['lead'] })).toMatchObject({
      ...{ vouchedPassword: KEPT, vouchedRoles: ['lead'] },
    });
    expect(await change({ vouchedPassword: '' })).toMatchObject({ vouchedPassword: '' });
    await book.addPerson(person('an'));
    expect((await book.findPerson('an'))?.vouchedPassword).toBeUndefined();
  },
  'a session whose password was exchanged while it began is nobody’s': async (book) => {
    await book.addPerson(person('li'));
    await book.changePerson('li', { password: 'new' }, 'boss', NOW_MS);
    await begin(book, 'late', 'li', 'till-1');
    expect(await book.findSession('late')).toBeUndefined();
  },
  'of 32 tries at once three are weighed; five wrong ones lock at that device': async (book) => {
    await book.addPerson(person('li'));
    for (const personId of ['li', 'nobody']) {
      const at = trying(book, personId);
      const burst = await Promise.all(Array.from({ length: 32 }, () => at.take('till-1', NOW_MS)));
      expect(burst.filter((is) => is === 'taken')).toHaveLength(3);
      expect(burst.filter((is) => is === 'waiting')).toHaveLength(29);
      await at.endAll(false);
      expect(await at.wrong('till-1', NOW_MS)).toBe('taken');
      expect(await at.wrong('till-1', NOW_MS)).toBe('taken');
      expect(await at.take('till-1', NOW_MS + LOCK_MS - 1)).toBe('locked');
      expect(await at.wrong('till-2', NOW_MS)).toBe('taken');
      for (let tries = 0; tries < 5; tries += 1) {
        expect(await at.wrong('till-1', NOW_MS + LOCK_MS)).toBe('taken');
      }
      expect(await at.take('till-1', NOW_MS + LOCK_MS)).toBe('locked');
    }
    await book.changePerson('li', { password: 'new' }, 'boss', NOW_MS);
    expect(await trying(book, 'li').take('till-1', NOW_MS + LOCK_MS)).toBe('taken');
  },
  'a right one forgets the wrong ones of this person at this device alone': async (book) => {
    await book.addPerson(person('li'));
    const at = trying(book, 'li');
    for (const keyId of ['till-1', 'till-2']) {
      for (let tries = 0; tries < 4; tries += 1) await at.wrong(keyId, NOW_MS);
    }
    expect(await at.take('till-1', NOW_MS)).toBe('taken');
    await at.endAll(true);
    for (let tries = 0; tries < 5; tries += 1) {
      expect(await at.wrong('till-1', NOW_MS)).toBe('taken');
    }
    expect(await at.wrong('till-2', NOW_MS)).toBe('taken');
    for (const keyId of ['till-1', 'till-2']) expect(await at.take(keyId, NOW_MS)).toBe('locked');
  },
  'four devices lock a person everywhere; one that never ended counts as wrong': async (book) => {
    await book.addPerson(person('li'));
    const at = trying(book, 'li');
    for (const keyId of ['a', 'b', 'c', 'd']) {
      for (let tries = 0; tries < 4; tries += 1) await at.wrong(keyId, NOW_MS);
      expect(await at.take(keyId, NOW_MS)).toBe('taken');
    }
    expect((await book.findPerson('li'))?.lockedUntilMs).toBe(NOW_MS + LOCK_MS);
    expect(await at.take('e', NOW_MS)).toBe('waiting');
    expect(await at.take('e', NOW_MS + UNDECIDED_MS)).toBe('locked');
    await book.changePerson('li', { password: 'new' }, 'boss', NOW_MS);
    expect(await book.findPerson('li')).toEqual(
      person('li', { password: 'new', changedBy: 'boss' }),
    );
    expect(await at.take('e', NOW_MS + UNDECIDED_MS)).toBe('taken');
  },
  'wrong ones are told of who exists, and cleared once in the time they are kept': async (book) => {
    await book.addPerson(person('li'));
    const [li, nobody] = [trying(book, 'li'), trying(book, 'nobody')];
    for (let tries = 0; tries < 5; tries += 1) await li.wrong('a', NOW_MS + tries);
    await li.wrong('b', NOW_MS);
    await nobody.wrong('a', NOW_MS);
    expect(await book.findWrongLogins(NOW_MS + 9)).toEqual([
      { personId: 'li', keyId: 'a', tries: 5, lastMs: NOW_MS + 4 },
      { personId: 'li', keyId: 'b', tries: 1, lastMs: NOW_MS },
    ]);
    expect(await li.take('a', NOW_MS + 9)).toBe('locked');
    const cleared = await Promise.all([1, 2].map(() => book.clearTries('li', NOW_MS + 9)));
    expect(cleared).toEqual([6, 'again']);
    expect(await book.findWrongLogins(NOW_MS + 9)).toEqual([]);
    expect(await li.take('a', NOW_MS + 9)).toBe('taken');
    // A right one in between does not let the next ones be cleared.
    await li.endAll(true);
    for (let tries = 0; tries < 5; tries += 1) await li.wrong('a', NOW_MS + 9);
    expect(await book.clearTries('li', NOW_MS + TRY_LIFE_MS - 1)).toBe('again');
    expect(await book.clearTries('li', NOW_MS + TRY_LIFE_MS + 5)).toBe(5);
  },
  'who logs in at a till opens its shift or joins it; another till has its own': async (book) => {
    for (const id of ['li', 'an']) await book.addPerson(person(id));
    expect(await begin(book, 'h1', 'li', 'till-1', 's1')).toBe('s1');
    expect(await begin(book, 'h2', 'an', 'till-1', 's2')).toBe('s1');
    expect(await begin(book, 'h3', 'an', 'till-2', 's3')).toBe('s3');
    expect(await begin(book, 'h4', 'an', 'office')).toBeUndefined();
    const shift = { shiftId: 's1', keyId: 'till-1', outlet: 'north' };
    const opened = { ...shift, openedBy: 'li', openedAtMs: NOW_MS };
    expect(await book.findShift('s1')).toEqual(opened);
    expect(await book.findSession('h2')).toEqual({
      ...{ personId: 'an', name: 'an 李', roles: ['operator', 'lead'], keyId: 'till-1' },
      ...{ shiftId: 's1', begunAtMs: NOW_MS, seenAtMs: NOW_MS },
    });
    const closed = { ...opened, closedBy: 'li', closedAtMs: NOW_MS + 9 };
    expect(await book.closeShift('till-1', 'li', NOW_MS + 9)).toEqual(closed);
    expect(await book.closeShift('till-1', 'li', NOW_MS + 9)).toBeUndefined();
    expect(await book.findShift('s1')).toEqual(closed);
    for (const hash of ['h1', 'h2']) expect(await book.findSession(hash)).toBeUndefined();
    for (const hash of ['h3', 'h4']) expect(await book.findSession(hash)).toBeDefined();
    expect(await begin(book, 'h5', 'an', 'till-1', 's5')).toBe('s5');
  },
  'of 16 logins at once at one till there is one shift': async (book) => {
    await book.addPerson(person('li'));
    const begun = await Promise.all(
      Array.from({ length: 16 }, (_none, at) =>
        begin(book, `h${String(at)}`, 'li', 'till-1', `s${String(at)}`),
      ),
    );
    expect(new Set(begun).size).toBe(1);
  },
  'a session ends by logout, another password, other roles and being shut out': async (book) => {
    const changes = [{ password: 'new' }, { roles: ['lead'] as const }, { isShut: true }];
    for (const [at, change] of changes.entries()) {
      const id = `p${String(at)}`;
      await book.addPerson(person(id));
      await begin(book, id, id, 'till-1');
      await book.changePerson(id, { name: 'same person' }, 'boss', NOW_MS);
      expect(await book.findSession(id)).toMatchObject({ name: 'same person' });
      await book.changePerson(id, change, 'boss', NOW_MS);
      expect(await book.findSession(id)).toBeUndefined();
    }
    await book.addPerson(person('li'));
    await begin(book, 'h', 'li', 'till-1');
    await book.seeSession('h', NOW_MS + 60_000);
    expect(await book.findSession('h')).toMatchObject({ seenAtMs: NOW_MS + 60_000 });
    await book.endSession('h', NOW_MS);
    expect(await book.findSession('h')).toBeUndefined();
  },
};

/**
 * Two words are two persons' only while nobody could have made the second one over the network:
 * each road by which whoever keeps the list of persons might be both, attacked.
 */
import { describe, expect, test } from 'vitest';
import { addPerson, changePerson, discountedOf, type Keeping } from '../../../src/server/index.js';
import { openFrozen, openPersonServer, ROOM } from '../../support/person-server.js';
import { OFFICE, type Told } from '../../support/signed-fetch.js';

const PASSWORD = 'chosen-by-boss';
const refused = { status: 403, json: { code: 'PERSON_NOT_VOUCHED', money: 'untouched' } };

/** A frozen order, `boss` who keeps the list over the network, and everybody's word. */
async function openOffice() {
  const server = await openPersonServer();
  const orderId = await openFrozen(server);
  let keyed = 0;
  const say = async (
    personId: string,
    password?: string,
    caller: typeof OFFICE | typeof ROOM = OFFICE,
  ): Promise<Told> => {
    const login = await server.logIn(personId, { caller }, password);
    expect(login.status).toBe(200);
    const { session } = login.json as { readonly session: string };
    const twist = { caller, session, key: `w${String((keyed += 1))}` };
    return server.ask('POST', `/v1/orders/${orderId}/release`, { release: 'resume' }, twist);
  };
  const keep = async (path: string, body: object): Promise<Told> => {
    const session = await server.sessionOf('boss', { caller: OFFICE });
    const told = await server.ask('POST', path, body, { caller: OFFICE, session });
    expect(told.status).toBe(200);
    return told;
  };
  const atServer: Keeping = {
    ...{ persons: server.persons, env: server.env, by: 'quancun persons' },
    vouches: true,
  };
  return { ...server, orderId, say, keep, atServer };
}

/** Each password costs a scrypt, on a machine that may have others to do. */
const SLOW = { timeout: 60_000 };

describe('whoever keeps the list over the network is never both words', SLOW, () => {
  test('a second person whom he made: neither first nor second', async () => {
    const { say, keep } = await openOffice();
    const made = { personId: 'shade', name: 'x', roles: ['administrator'], password: PASSWORD };
    const told = await keep('/v1/persons', made);
    expect(told.json).toMatchObject({ unvouched: ['password', 'roles'] });
    expect(told.text).not.toMatch(/vouched(Password|Roles)/);
    expect(await say('shade', PASSWORD)).toMatchObject(refused);
    expect((await say('boss')).json.state).toBe('FROZEN');
    expect(await say('shade', PASSWORD)).toMatchObject(refused);
    // A word that did not count has not taken the place of the one that did.
    expect((await say('chief')).json.state).toBe('PAID');
  });

  test('another administrator whose password he set', async () => {
    const { say, keep } = await openOffice();
    await keep('/v1/persons/change', { personId: 'chief', password: PASSWORD });
    expect((await say('boss')).json.state).toBe('FROZEN');
    expect(await say('chief', PASSWORD)).toMatchObject(refused);
    expect(await say('chief', PASSWORD, ROOM)).toMatchObject(refused);
  });

  test('two others whom he set, and one whom they make', async () => {
    const { say, keep, sessionOf, ask } = await openOffice();
    for (const personId of ['first', 'second']) {
      const made = { personId, name: 'x', roles: ['administrator'], password: PASSWORD };
      await keep('/v1/persons', made);
      expect(await say(personId, PASSWORD)).toMatchObject(refused);
    }
    await keep('/v1/persons/change', { personId: 'first', password: 'first-481592' });
    const session = await sessionOf('first', { caller: OFFICE });
    const third = { personId: 'third', name: 'x', roles: ['administrator'], password: PASSWORD };
    const told = await ask('POST', '/v1/persons', third, { caller: OFFICE, session });
    expect(told.status).toBe(200);
    expect(await say('third', PASSWORD)).toMatchObject(refused);
  });

  test('one who was made to choose a password of his own over the network', async () => {
    const { say, keep, sessionOf, ask } = await openOffice();
    const made = { personId: 'shade', name: 'x', roles: ['administrator'], password: PASSWORD };
    await keep('/v1/persons', { ...made, password: 'shade-481592' });
    const session = await sessionOf('shade', { caller: OFFICE });
    const own = { personId: 'shade', password: 'another-one' };
    await ask('POST', '/v1/persons/change', own, { caller: OFFICE, session });
    expect(await say('shade', 'another-one')).toMatchObject(refused);
  });

  test('one whose role he gave, and himself with roles that he gave himself', async () => {
    const { say, keep } = await openOffice();
    await keep('/v1/persons/change', { personId: 'li', roles: ['administrator'] });
    expect(await say('li')).toMatchObject(refused);
    await keep('/v1/persons/change', { personId: 'boss', roles: ['administrator', 'finance'] });
    expect(await say('boss')).toMatchObject(refused);
  });

  test('one who was kept out, and whom he let in again', async () => {
    const { say, keep } = await openOffice();
    await keep('/v1/persons/change', { personId: 'chief', isShut: true });
    await keep('/v1/persons/change', { personId: 'chief', isShut: false });
    expect(await say('chief')).toMatchObject(refused);
  });

  test('one whose name he changed is as before', async () => {
    const { say, keep } = await openOffice();
    await keep('/v1/persons/change', { personId: 'chief', name: 'another' });
    expect((await say('boss')).json.state).toBe('FROZEN');
    expect((await say('chief')).json.state).toBe('PAID');
  });

  test('a journal is given up by the same two', async () => {
    const { keep, sessionOf, ask } = await openOffice();
    await keep('/v1/persons/change', { personId: 'li', roles: ['administrator'] });
    const session = await sessionOf('li', { caller: OFFICE });
    const body = { journalId: 'ab'.repeat(16) };
    const told = await ask('POST', '/v1/journals/give-up', body, {
      ...{ caller: OFFICE, session, key: 'j1' },
    });
    expect(told).toMatchObject(refused);
  });
});

describe('a first word counts while who said it could say it', SLOW, () => {
  test('a key’s, from before there were persons, is nobody’s', async () => {
    const { say, authority, orderId } = await openOffice();
    await authority.release(orderId, { by: OFFICE.keyId, release: 'resume' });
    // One human may have that key, and be this person: it is the first word again.
    expect((await say('boss')).json.state).toBe('FROZEN');
    expect((await say('chief')).json.state).toBe('PAID');
  });

  test.each<readonly [string, object]>([
    ['was kept out', { isShut: true }],
    ['got another password over the network', { password: PASSWORD }],
    ['got other roles over the network', { roles: ['operator'] }],
  ])('of one who %s it is nobody’s', async (_name, change) => {
    const { say, keep, atServer } = await openOffice();
    const third = { personId: 'third', name: 'x', roles: ['administrator'] as const };
    await addPerson(atServer, { ...third, password: PASSWORD });
    expect((await say('third', PASSWORD)).json.state).toBe('FROZEN');
    await keep('/v1/persons/change', { personId: 'third', ...change });
    expect((await say('boss')).json.state).toBe('FROZEN');
    expect((await say('chief')).json.state).toBe('PAID');
  });

  test('a journal’s too', async () => {
    const { keep, persons } = await openOffice();
    expect(await discountedOf(undefined, 'hr', 'release')).toEqual({});
    expect(await discountedOf(persons, undefined, 'release')).toEqual({});
    expect(await discountedOf(persons, 'chief', 'release')).toEqual({});
    expect(await discountedOf(persons, 'hr', 'release')).toEqual({ discounts: 'hr' });
    await keep('/v1/persons/change', { personId: 'chief', isShut: true });
    expect(await discountedOf(persons, 'chief', 'release')).toEqual({ discounts: 'chief' });
  });
});

test('roles that were taken away and given back over the network', SLOW, async () => {
  const { say, keep } = await openOffice();
  await keep('/v1/persons/change', { personId: 'chief', roles: ['operator'] });
  await keep('/v1/persons/change', { personId: 'chief', roles: ['administrator'] });
  expect(await say('chief')).toMatchObject(refused);
});

describe('at the server itself', SLOW, () => {
  test('a new password and roles give the word back, each its own half', async () => {
    const { say, keep, atServer } = await openOffice();
    const made = { personId: 'third', name: 'x', roles: ['administrator'], password: PASSWORD };
    await keep('/v1/persons', made);
    await changePerson(atServer, { personId: 'third', roles: ['administrator'] });
    expect(await say('third', PASSWORD)).toMatchObject({
      json: { code: 'PERSON_NOT_VOUCHED', details: { unvouched: ['password'] } },
    });
    await changePerson(atServer, { personId: 'third', password: 'set-at-server' });
    expect((await say('third', 'set-at-server')).json.state).toBe('FROZEN');
    expect((await say('boss')).json.state).toBe('PAID');
  });

  test('to let somebody in again, or to give roles, vouches for no password', async () => {
    const { say, keep, atServer, logIn, ask } = await openOffice();
    await changePerson(atServer, { personId: 'chief', isShut: true });
    await changePerson(atServer, { personId: 'chief', isShut: false });
    await changePerson(atServer, { personId: 'chief', roles: ['administrator'] });
    expect(await say('chief')).toMatchObject(refused);
    // A session that began with a password which the keeper set ends with it.
    await keep('/v1/persons/change', { personId: 'chief', password: 'chief-999999' });
    const { json } = await logIn('chief', { caller: OFFICE }, 'chief-999999');
    await changePerson(atServer, { personId: 'chief', password: 'set-at-server' });
    const session = String((json as { readonly session?: string }).session);
    const told = await ask('POST', '/v1/persons/query', {}, { caller: OFFICE, session });
    expect(told.json.code).toBe('SESSION_REQUIRED');
    expect((await say('chief', 'set-at-server')).json.state).toBe('FROZEN');
  });

  test('what a program of your own adds has no word unless it says that it vouches', async () => {
    const { say, atServer } = await openOffice();
    const { vouches: _said, ...keeping } = atServer;
    const roles = ['administrator'] as const;
    await addPerson(keeping, { personId: 'p1', name: 'x', roles, password: PASSWORD });
    await addPerson(atServer, { personId: 'p2', name: 'x', roles, password: PASSWORD });
    expect(await say('p1', PASSWORD)).toMatchObject(refused);
    expect((await say('p2', PASSWORD)).json.state).toBe('FROZEN');
  });
});

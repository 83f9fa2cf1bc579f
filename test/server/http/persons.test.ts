/** Persons at devices: login, lock, roles, shifts, two persons for a release, whose word it was. */
import { describe, expect, test } from 'vitest';
import { changePerson } from '../../../src/server/index.js';
import { CARD_NUMBER, orderRequest, paymentRequest } from '../../support/http-messages.js';
import { openFrozen, openPersonServer as open, ROOM } from '../../support/person-server.js';
import { OFFICE, TERMINAL, type Told, type Twist } from '../../support/signed-fetch.js';

const MINUTE = 60_000;

interface Session {
  readonly session?: string;
  readonly shiftId?: string;
}

const unsettled = { protocol: 1, cardNumber: CARD_NUMBER };
const asks = (server: Awaited<ReturnType<typeof open>>, twist: Twist): Promise<Told> =>
  server.ask('POST', '/v1/orders/unsettled', unsettled, twist);

/** As the answer's header told it. */
const ANY_ID: unknown = expect.stringMatching(/^[a-p]{32}$/);

describe('login', () => {
  test('without one nothing is done at a device that asks for persons', async () => {
    const server = await open();
    expect(await asks(server, {})).toMatchObject({
      status: 401,
      json: { code: 'SESSION_REQUIRED' },
    });
    const session = await server.sessionOf('li');
    expect((await asks(server, { session })).status).toBe(200);
    expect((await asks(server, { session: 'made up' })).json.code).toBe('SESSION_REQUIRED');
    const told = await server.ask('GET', '/v1/sessions/current', undefined, { session });
    expect(told.json).toMatchObject({ personId: 'li', outlet: 'north', isLocked: false });
    expect(told.text).not.toContain(session);
    await server.ask('POST', '/v1/sessions/end', {}, { session });
    expect((await asks(server, { session })).json.code).toBe('SESSION_REQUIRED');
  });

  test('the session is signed: taken to another device it is nobody’s', async () => {
    const server = await open();
    const session = await server.sessionOf('boss');
    const told = await server.ask('POST', '/v1/persons/query', {}, { caller: OFFICE, session });
    expect(told.json.code).toBe('SESSION_REQUIRED');
    const swapped = await asks(server, { headers: { 'quancun-session': session } });
    expect(swapped.json.code).toBe('SIGNATURE_INVALID');
  });

  test('the same login request is heard once', async () => {
    const server = await open();
    const nonce = '0f'.repeat(16);
    expect((await server.logIn('li', { nonce })).status).toBe(200);
    expect((await server.logIn('li', { nonce })).json.code).toBe('REQUEST_REPLAYED');
  });

  test('no password and no session reaches the log, and a database holds neither', async () => {
    const server = await open();
    const session = await server.sessionOf('li');
    await asks(server, { session });
    const kept = JSON.stringify([server.log, await server.persons.listPersons()]);
    expect(kept).not.toContain(session);
    expect(kept).not.toContain('481592');
    expect(server.log.at(-1)).toMatchObject({ caller: TERMINAL.keyId, person: 'li' });
  });
});

describe('the idle lock', () => {
  test('after five minutes the password is asked for again, and of the same person', async () => {
    const server = await open();
    const session = await server.sessionOf('li');
    for (let minute = 0; minute < 12; minute += 4) {
      server.env.advance(4 * MINUTE);
      expect((await asks(server, { session })).status).toBe(200);
    }
    server.env.advance(5 * MINUTE + 1);
    expect((await asks(server, { session })).json.code).toBe('SESSION_LOCKED');
    const unlock = (password: string) =>
      server.ask('POST', '/v1/sessions/unlock', { password }, { session });
    expect((await unlock('an-481592')).json.code).toBe('LOGIN_REFUSED');
    expect((await asks(server, { session })).json.code).toBe('SESSION_LOCKED');
    expect((await unlock('li-481592')).status).toBe(200);
    expect((await asks(server, { session })).status).toBe(200);
  });

  test('money that was taken, and what a card said, is heard from a locked screen', async () => {
    const server = await open();
    const session = await server.sessionOf('li');
    const made = await server.ask('POST', '/v1/orders', orderRequest({ outlet: 'north' }), {
      session,
      key: 'k1',
    });
    const path = `/v1/orders/${String(made.json.orderId)}`;
    server.env.advance(6 * MINUTE);
    const paid = await server.ask('POST', `${path}/payments`, paymentRequest(), {
      session,
      key: 'k2',
    });
    expect(paid).toMatchObject({ status: 200, json: { state: 'PAID' } });
    const said = { ...unsettled, evidence: { kind: 'present' } };
    expect((await server.ask('POST', `${path}/visits`, said, { session })).status).toBe(200);
    // It was heard, and the screen is as locked as before.
    expect((await asks(server, { session })).json.code).toBe('SESSION_LOCKED');
  });

  test('nobody is logged in for longer than a day’s work, whoever unlocks it', async () => {
    const server = await open();
    const session = await server.sessionOf('li');
    const unlock = (): Promise<Told> =>
      server.ask('POST', '/v1/sessions/unlock', { password: 'li-481592' }, { session });
    server.env.advance(16 * 60 * MINUTE);
    expect((await asks(server, { session })).json.code).toBe('SESSION_LOCKED');
    expect((await unlock()).status).toBe(200);
    server.env.advance(1);
    expect((await asks(server, { session })).json.code).toBe('SESSION_REQUIRED');
    expect((await unlock()).json.code).toBe('SESSION_REQUIRED');
  });
});

describe('roles', () => {
  test('a request may what device and person both may', async () => {
    const server = await open();
    const [li, an] = [await server.sessionOf('li'), await server.sessionOf('an')];
    const made = await server.ask('POST', '/v1/orders', orderRequest({ outlet: 'north' }), {
      session: li,
      key: 'k1',
    });
    const cancel = (session: string, key: string): Promise<Told> =>
      server.ask('POST', `/v1/orders/${String(made.json.orderId)}/cancel`, {}, { session, key });
    expect(await cancel(li, 'k2')).toMatchObject({ status: 403, json: { code: 'ROLE_MISSING' } });
    expect(await cancel(an, 'k3')).toMatchObject({ status: 200, json: { state: 'EXPIRED' } });
    // What the till may not, its lead may not there either.
    const till = await open({ scopes: ['recharge'] });
    const session = await till.sessionOf('an');
    const refused = await till.ask('POST', '/v1/shifts/close', {}, { session });
    expect(refused.json.code).toBe('SCOPE_MISSING');
  });

  test('whoever loses a role loses the sessions that had it', async () => {
    const server = await open();
    const session = await server.sessionOf('boss', { caller: OFFICE });
    const keep = (body: object): Promise<Told> =>
      server.ask('POST', '/v1/persons/change', body, { caller: OFFICE, session });
    expect((await keep({ personId: 'li', isShut: true })).json).toMatchObject({
      isShut: true,
      changedBy: 'boss',
    });
    expect((await server.logIn('li')).json.code).toBe('LOGIN_REFUSED');
    expect((await keep({ personId: 'none', isShut: true })).json.code).toBe('PERSON_UNKNOWN');
    const again = { personId: 'li', name: 'x', roles: ['operator'], password: 'another-one' };
    const added = await server.ask('POST', '/v1/persons', again, { caller: OFFICE, session });
    expect(added.json.code).toBe('PERSON_EXISTS');
    const keeping = { persons: server.persons, env: server.env, by: 'chief' };
    await changePerson(keeping, { personId: 'boss', roles: ['auditor'] });
    expect((await keep({ personId: 'li', isShut: false })).json.code).toBe('SESSION_REQUIRED');
  });
});

describe('shifts and whose word it was', () => {
  test('two at one till share its shift; closing ends both, and the next one is another', async () => {
    const server = await open();
    const [li, an] = [await server.logIn('li'), await server.logIn('an')];
    const { shiftId, session = '' } = an.json as Session;
    expect((li.json as Session).shiftId).toBe(shiftId);
    const made = await server.ask('POST', '/v1/orders', orderRequest({ outlet: 'north' }), {
      ...{ session: String((li.json as Session).session), key: 'k1' },
    });
    const orderId = String(made.json.orderId);
    await server.ask('POST', `/v1/orders/${orderId}/payments`, paymentRequest(), {
      session,
      key: 'k2',
    });
    const { order, payments } = (await server.ledger.read(orderId))?.situation ?? {};
    const asked = { by: TERMINAL.keyId, shift: shiftId, requestId: ANY_ID };
    expect(order?.who).toEqual({ ...asked, person: 'li' });
    expect(payments?.[0]?.who).toEqual({ ...asked, person: 'an' });
    const trail = (await server.ledger.events(orderId)).map(({ who }) => who?.person);
    expect(trail).toEqual(['li', 'an']);
    const slip = await server.ask(
      'POST',
      `/v1/orders/${orderId}/slips`,
      {},
      { session, key: 'k3' },
    );
    expect(slip.json).toMatchObject({ operator: 'li', by: 'an' });
    const closed = await server.ask('POST', '/v1/shifts/close', {}, { session });
    expect(closed.json).toMatchObject({ shiftId, openedBy: 'li', closedBy: 'an', outlet: 'north' });
    expect((await asks(server, { session })).json.code).toBe('SESSION_REQUIRED');
    expect(((await server.logIn('an')).json as Session).shiftId).not.toBe(shiftId);
  });

  test('a release takes two persons: not two devices, and not one person at two', async () => {
    const server = await open();
    const made = await openFrozen(server);
    const release = async (twist: Twist): Promise<Told> =>
      server.ask('POST', `/v1/orders/${made}/release`, { release: 'resume' }, twist);
    const key = { keyed: 0 };
    const by = async (personId: string): Promise<Twist> => ({
      ...{ caller: OFFICE, session: await server.sessionOf(personId, { caller: OFFICE }) },
      key: `r${String((key.keyed += 1))}`,
    });
    // A device alone has no word any more, once persons are known.
    expect((await release({ caller: ROOM, key: 'r0' })).json.code).toBe('SESSION_REQUIRED');
    expect((await release(await by('boss'))).json.state).toBe('FROZEN');
    const elsewhere = await server.sessionOf('boss', { caller: ROOM });
    const again = await release({ caller: ROOM, session: elsewhere, key: 'r9' });
    expect(again.json.state).toBe('FROZEN');
    expect((await release(await by('wu'))).json.code).toBe('ROLE_MISSING');
    expect((await release(await by('chief'))).json.state).toBe('PAID');
    const words = (await server.ledger.events(made)).map(({ evidence, who }) => [
      evidence,
      who?.person,
    ]);
    expect(words).toContainEqual(['release resume by boss', 'boss']);
    expect(words).toContainEqual(['release resume by chief', 'chief']);
  });
});

/** Wrong passwords over HTTP: who waits for them, how long, and what the log says. */
import { describe, expect, test } from 'vitest';
import { openPersonServer as open, ROOM } from '../../support/person-server.js';
import { OFFICE, TERMINAL } from '../../support/signed-fetch.js';

const MINUTE = 60_000;

/** Each password costs a scrypt, on a machine that may have others to do. */
const SLOW = { timeout: 60_000 };

describe('logins', SLOW, () => {
  test('five wrong passwords lock at that device, and nobody’s id is told from one', async () => {
    const server = await open();
    for (const personId of ['li', 'nobody']) {
      for (let tries = 0; tries < 5; tries += 1) {
        const told = await server.logIn(personId, {}, 'guess');
        expect(told).toMatchObject({ status: 403, json: { code: 'LOGIN_REFUSED' } });
        const meant = personId === 'li' ? { person: 'li' } : {};
        expect(server.log.at(-1)).toMatchObject({ caller: TERMINAL.keyId, ...meant });
        if (personId === 'nobody') expect(server.log.at(-1)).not.toHaveProperty('person');
      }
      const locked = await server.logIn(personId);
      expect(locked).toMatchObject({ status: 429, json: { code: 'PERSON_LOCKED' } });
      expect(locked.headers.get('retry-after')).toBe('900');
    }
    expect((await server.logIn('an')).status).toBe(200);
    expect((await server.logIn('li', { caller: ROOM })).status).toBe(200);
    server.env.advance(15 * MINUTE - 1);
    const last = await server.logIn('li');
    expect(last.headers.get('retry-after')).toBe('1');
    server.env.advance(1);
    expect((await server.logIn('li')).status).toBe(200);
  });

  test('a device that asks for one after another is stopped after twenty; the next is not', async () => {
    const server = await open();
    for (const personId of ['an', 'wu', 'boss', 'chief']) {
      for (let tries = 0; tries < 5; tries += 1) {
        const told = await server.logIn(personId, {}, 'guess');
        expect(told.json.code).toBe('LOGIN_REFUSED');
      }
    }
    const stopped = await server.logIn('li');
    expect(stopped).toMatchObject({ status: 429, json: { code: 'PERSON_LOCKED' } });
    expect(stopped.headers.get('retry-after')).toBe('3600');
    expect((await server.logIn('li', { caller: OFFICE })).status).toBe(200);
    server.env.advance(60 * MINUTE);
    expect((await server.logIn('li')).status).toBe(200);
  });

  test('of a storm of logins at one device three wait, and another device is served', async () => {
    const server = await open();
    const storm = Array.from({ length: 60 }, (_none, at) => server.logIn(`x${String(at)}`));
    const honest = await server.logIn('boss', { caller: OFFICE });
    expect(honest.status).toBe(200);
    const told = await Promise.all(storm);
    expect(told.filter(({ json }) => json.code === 'LOGIN_REFUSED')).toHaveLength(3);
    const sent = told.filter(({ json }) => json.code === 'LEDGER_BUSY');
    expect(sent).toHaveLength(57);
    expect(sent[0]).toMatchObject({ status: 503 });
    expect(sent[0]?.headers.get('retry-after')).toBe('1');
  });
});

describe('wrong passwords that are cleared', SLOW, () => {
  test('an administrator sees whose and where, and clears once; who said so is kept', async () => {
    const server = await open();
    for (let tries = 0; tries < 5; tries += 1) await server.logIn('li', {}, 'guess');
    await server.logIn('a-password', {}, 'guess');
    const session = await server.sessionOf('boss', { caller: OFFICE });
    const ask = (path: string, body: object, key?: string) =>
      server.ask('POST', path, body, {
        ...{ caller: OFFICE, session, ...(key === undefined ? {} : { key }) },
      });
    const seen = await ask('/v1/logins/query', {});
    expect(seen.json).toMatchObject({
      logins: [{ personId: 'li', keyId: TERMINAL.keyId, tries: 5 }],
    });
    expect(seen.text).not.toContain('a-password');
    const said = { personId: 'li', reason: 'typed in capitals' };
    const cleared = await ask('/v1/logins/clear', said, 'c1');
    expect(cleared.json).toEqual({ tries: 5, clearedBy: 'boss' });
    // Sent again it is the same act.
    expect((await ask('/v1/logins/clear', said, 'c1')).json).toEqual(cleared.json);
    expect((await server.logIn('li')).status).toBe(200);
    expect(await ask('/v1/logins/clear', said, 'c2')).toMatchObject({
      status: 429,
      json: { code: 'LOGINS_CLEARED_BEFORE', money: 'untouched' },
    });
    const unknown = await ask('/v1/logins/clear', { ...said, personId: 'no' }, 'c3');
    expect(unknown.json.code).toBe('PERSON_UNKNOWN');
    const kept = (await ask('/v1/limits/query', {})).json as object;
    expect(kept).toMatchObject({
      cleared: [{ about: 'login li', by: 'boss', codes: 5, reason: said.reason }],
    });
  });

  test('finance sees them and clears none; a key that recharges clears none', async () => {
    const server = await open({ scopes: ['recharge', 'back-office'] });
    const said = { personId: 'li', reason: 'because' };
    const wu = await server.sessionOf('wu', { caller: OFFICE });
    const seen = await server.ask('POST', '/v1/logins/query', {}, { caller: OFFICE, session: wu });
    expect(seen.json).toEqual({ logins: [] });
    const twist = { caller: OFFICE, session: wu, key: 'c1' };
    const refused = await server.ask('POST', '/v1/logins/clear', said, twist);
    expect(refused.json.code).toBe('ROLE_MISSING');
    const session = await server.sessionOf('boss');
    const till = await server.ask('POST', '/v1/logins/clear', said, { session, key: 'c2' });
    expect(till.json.code).toBe('SCOPE_MISSING');
  });
});

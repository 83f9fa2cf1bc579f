/** Wrong passwords over HTTP: who waits for them, how long, and what the log says. */
import { describe, expect, test } from 'vitest';
import { openPersonServer as open, ROOM } from '../../support/person-server.js';
import { OFFICE, TERMINAL } from '../../support/signed-fetch.js';

const MINUTE = 60_000;

describe('logins', () => {
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

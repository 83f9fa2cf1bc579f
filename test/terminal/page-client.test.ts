/** A page behind the counter door: no key in it, a person logged in by a cookie it cannot read. */
import { expect, test } from 'vitest';
import { envFrom } from '../../src/env.js';
import { createCounterDoor } from '../../src/server/http/index.js';
import { addPerson, type Caller, memoryPersons } from '../../src/server/index.js';
import { personClient, serverClient } from '../../src/terminal/index.js';
import { CARD_NUMBER, orderRequest } from '../support/http-messages.js';
import { openServer, TERMINAL } from '../support/signed-fetch.js';

const origin = 'http://till.localhost:8080';
const persons = memoryPersons();
const callers: Caller[] = [
  { ...TERMINAL, scopes: ['recharge', 'supervise'], persons: true, outlet: 'north' },
];
const server = openServer({ persons, callers });
const { env } = server;
/** The page's own clock runs: its time limits are real. */
const pageEnv = envFrom(globalThis);
await addPerson(
  { persons, env, by: 'setup' },
  { personId: 'li', name: '李', roles: ['operator', 'lead'], password: '481592' },
);
const { keyId, secret } = TERMINAL;
const door = createCounterDoor({
  ...{ server: (request: Request) => server.handler.fetch(request), origin, env },
  device: { keyId, secret },
});

/** What a browser does for a page: the cookie, and where the request comes from. */
function browser() {
  let cookie = '';
  const asked: { readonly url: string; readonly headers: Record<string, string> }[] = [];
  const fetch = async (
    url: string,
    init: { method: string; headers: Record<string, string>; body?: string },
  ) => {
    asked.push({ url, headers: init.headers });
    const headers = { ...init.headers, cookie, 'sec-fetch-site': 'same-origin' };
    const response = await door.fetch(new Request(url, { ...init, headers }));
    const set = response.headers.get('set-cookie');
    if (set !== null) cookie = set.split(';')[0] ?? '';
    return response;
  };
  return { fetch, asked };
}

test('a person logs in, makes an order, and closes the shift; nothing is signed in the page', async () => {
  const { fetch, asked } = browser();
  const line = { url: origin, signedBy: 'counter-door', fetch, env: pageEnv } as const;
  const person = personClient(line);
  await expect(person.getSession()).rejects.toMatchObject({ code: 'SESSION_REQUIRED' });
  const session = await person.logIn('li', '481592');
  expect(session).toMatchObject({ personId: 'li', outlet: 'north', isLocked: false });
  expect(session).not.toHaveProperty('session');
  const order = await serverClient(line).createOrder({ ...orderRequest(), outlet: 'north' });
  expect(order.cardNumber).toBe(CARD_NUMBER);
  expect(await person.unlock('481592')).toMatchObject({ personId: 'li' });
  expect(await person.closeShift()).toMatchObject({ closedBy: 'li' });
  await expect(person.getSession()).rejects.toMatchObject({ code: 'SESSION_REQUIRED' });
  await person.logIn('li', '481592');
  await person.logOut();
  await expect(person.getSession()).rejects.toMatchObject({ code: 'SESSION_REQUIRED' });
  expect(asked.every(({ url }) => url.startsWith(`${origin}/counter/`))).toBe(true);
  const names = new Set(asked.flatMap(({ headers }) => Object.keys(headers)));
  expect([...names].sort()).toEqual(['content-type', 'idempotency-key']);
});

test('plain http is of this machine alone, whatever a name looks like', () => {
  const at = (where: string) => () =>
    createCounterDoor({
      ...{ server: () => Promise.reject(new Error('not asked')), env },
      ...{ origin: where, device: { keyId, secret } },
    });
  expect(at('http://bank.localhost:8080')).not.toThrow();
  expect(at('http://localhost.example')).toThrow(/origin/);
  expect(at('http://notlocalhost:8080')).toThrow(/origin/);
});

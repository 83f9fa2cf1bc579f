/** A terminal's requests in the name of the person who is logged in at it. */
import { expect, test } from 'vitest';
import { envFrom } from '../../src/env.js';
import { addPerson, type Caller, memoryPersons } from '../../src/server/index.js';
import { serverClient, type ServerClientOptions } from '../../src/terminal/index.js';
import { orderRequest } from '../support/http-messages.js';
import { openServer, TERMINAL } from '../support/signed-fetch.js';

const persons = memoryPersons();
const callers: Caller[] = [{ ...TERMINAL, scopes: ['recharge'], persons: true }];
const server = openServer({ persons, callers });
const keeping = { persons, env: server.env, by: 'setup' };
await addPerson(keeping, { personId: 'li', name: '李', roles: ['operator'], password: '481592' });

/** The server's clock, and waits that are some. */
const env = {
  ...envFrom(globalThis),
  now: () => server.env.now(),
};

const client = (changes: Partial<ServerClientOptions>) =>
  serverClient({
    ...{ ...TERMINAL, url: 'http://authority.test', env },
    fetch: (url, init) => server.handler.fetch(new Request(url, init)),
    ...changes,
  });

async function logIn(): Promise<string> {
  const said = { personId: 'li', password: '481592' };
  const { text } = await server.ask('POST', '/v1/sessions', said);
  return (JSON.parse(text) as { session: string }).session;
}

test('each is signed with the session as it is then, and none without', async () => {
  let session = '';
  const sent: (string | undefined)[] = [];
  const authority = client({
    session: () => session,
    fetch: (url, init) => {
      sent.push(init.headers['quancun-session']);
      return server.handler.fetch(new Request(url, init));
    },
  });
  await expect(authority.createOrder(orderRequest())).rejects.toMatchObject({
    code: 'SESSION_REQUIRED',
  });
  session = await logIn();
  const { orderId } = await authority.createOrder(orderRequest());
  const { who } = (await server.ledger.read(orderId))?.situation.order ?? {};
  expect(who).toMatchObject({ by: TERMINAL.keyId, person: 'li' });
  expect(sent).toEqual([undefined, session]);
});

test('a source that is none is refused, and one that never answers ends with the request', async () => {
  const none = client({ session: 'token' as unknown as () => string });
  await expect(none.createOrder(orderRequest())).rejects.toMatchObject({
    code: 'ARGUMENT_INVALID',
  });
  const asked = client({
    session: () => new Promise<string>(() => undefined),
    maxTries: 1,
    timeoutMs: 10,
  });
  await expect(asked.createOrder(orderRequest())).rejects.toMatchObject({
    code: 'SERVER_UNREACHABLE',
  });
});

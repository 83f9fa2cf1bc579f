/** Who prints a slip, and who prints it again, where persons log in. */
import { expect, test } from 'vitest';
import { change } from '../../../src/conformance/ledger-steps.js';
import { addPerson, type Caller, memoryPersons } from '../../../src/server/index.js';
import { orderRequest, paymentRequest } from '../../support/http-messages.js';
import { openServer, TERMINAL } from '../../support/signed-fetch.js';

const persons = memoryPersons();
const callers: Caller[] = [
  { ...TERMINAL, scopes: ['recharge', 'supervise'], persons: true, outlet: 'north' },
];

test('a slip once more is a lead’s; the first of what an order has come to is everybody’s', async () => {
  const server = openServer({ persons, callers });
  for (const personId of ['li', 'an']) {
    const roles = [personId === 'li' ? ('operator' as const) : ('lead' as const)];
    const keeping = { persons, env: server.env, by: 'setup' };
    await addPerson(keeping, { personId, name: personId, roles, password: '481592' });
  }
  const sessionOf = async (personId: string): Promise<string> => {
    const said = { personId, password: '481592' };
    const { text } = await server.ask('POST', '/v1/sessions', said);
    return (JSON.parse(text) as { session: string }).session;
  };
  const [li, an] = [await sessionOf('li'), await sessionOf('an')];
  const asked = orderRequest({ outlet: 'north' });
  const made = await server.ask('POST', '/v1/orders', asked, { session: li, key: 'k1' });
  const path = `/v1/orders/${String(made.json.orderId)}`;
  await server.ask('POST', `${path}/payments`, paymentRequest(), { session: li, key: 'k2' });
  const print = (session: string, key: string) =>
    server.ask('POST', `${path}/slips`, {}, { session, key });
  expect((await print(li, 's1')).json).toMatchObject({ copy: 0 });
  expect((await print(li, 's1')).json).toMatchObject({ copy: 0 });
  expect((await print(li, 's2')).json).toMatchObject({ code: 'ROLE_MISSING' });
  expect((await print(an, 's3')).json).toMatchObject({ copy: 1 });
  // It comes to something else: a receipt is owed to whoever has the held slip.
  server.env.advance(1_000);
  const snapshot = await server.ledger.read(String(made.json.orderId));
  if (snapshot === undefined) throw new Error('no order');
  const credited = { state: 'CREDITED', updatedAtMs: server.env.now() } as const;
  await change(server.ledger, snapshot, { order: credited });
  expect((await print(li, 's4')).json).toMatchObject({ kind: 'receipt', copy: 2 });
  expect((await print(li, 's5')).json).toMatchObject({ code: 'ROLE_MISSING' });
});

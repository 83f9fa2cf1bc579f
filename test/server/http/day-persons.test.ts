/** The two words of a day's close, where the server knows persons: two of them, and no device. */
import { expect, test } from 'vitest';
import { orderRequest, paymentRequest } from '../../support/http-messages.js';
import { openPersonServer, ROOM } from '../../support/person-server.js';
import { OFFICE, type Twist } from '../../support/signed-fetch.js';

test('a day whose count differs is closed by two persons, and not by a device alone', async () => {
  const server = await openPersonServer();
  const li = await server.sessionOf('li');
  const order = orderRequest({ outlet: 'north' });
  const made = await server.ask('POST', '/v1/orders', order, { session: li, key: 'k1' });
  const path = `/v1/orders/${String(made.json.orderId)}/payments`;
  const paid = await server.ask('POST', path, paymentRequest(), { session: li, key: 'k2' });
  expect(paid.status).toBe(200);
  server.env.advance(86_400_000);
  let keyed = 0;
  const close = (twist: Twist, counted: readonly object[]) => {
    const body = { outlet: 'north', day: '2026-11-23', counted, reason: 'missing' };
    return server.ask('POST', '/v1/days/close', body, {
      key: `c${String((keyed += 1))}`,
      ...twist,
    });
  };
  const short = [{ method: 'cash', countedFen: 1 }];
  const alone = await close({ caller: ROOM }, short);
  expect(alone).toMatchObject({ status: 401, json: { code: 'SESSION_REQUIRED' } });
  const at = async (caller: typeof OFFICE | typeof ROOM, personId: string): Promise<Twist> => ({
    ...{ caller, session: await server.sessionOf(personId, { caller }) },
  });
  const state = 'awaits-approval';
  expect((await close(await at(OFFICE, 'wu'), short)).json).toMatchObject({ state });
  expect((await close({ caller: ROOM }, short)).json.code).toBe('SESSION_REQUIRED');
  expect((await close(await at(ROOM, 'wu'), short)).json).toMatchObject({ state });
  expect((await close(await at(OFFICE, 'an'), short)).json).toMatchObject({ state: 'closed' });
});

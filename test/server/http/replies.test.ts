/** Money commands that are sent again. */
import { describe, expect, test } from 'vitest';
import { orderRequest, paymentRequest } from '../../support/http-messages.js';
import { OFFICE, openServer } from '../../support/signed-fetch.js';

describe('Idempotency-Key', () => {
  test('the same request again makes nothing new, and is told how things stand now', async () => {
    const server = openServer();
    const first = await server.ask('POST', '/v1/orders', orderRequest(), { key: 'k1' });
    const path = `/v1/orders/${String(first.json.orderId)}/payments`;
    const paid = await server.ask('POST', path, paymentRequest(), { key: 'k2' });
    expect(paid.json.state).toBe('PAID');
    server.env.advance(60_000);
    const again = await server.ask('POST', '/v1/orders', orderRequest(), { key: 'k1' });
    const { orderId } = first.json;
    expect(again).toMatchObject({ status: 200, json: { orderId, state: 'PAID' } });
    expect((await server.ask('POST', path, paymentRequest(), { key: 'k2' })).text).toBe(paid.text);
    expect(await server.ledger.counts()).toMatchObject([{ state: 'PAID', count: 1 }]);
    expect(await server.ledger.totals()).toMatchObject({ cash: 10_000, liability: -10_000 });
  });

  test('the same key with another request is refused, and nothing is changed', async () => {
    const server = openServer();
    await server.ask('POST', '/v1/orders', orderRequest(), { key: 'k1' });
    const other = orderRequest({ idempotencyKey: 'order-2', amountFen: 20_000 });
    const told = await server.ask('POST', '/v1/orders', other, { key: 'k1' });
    expect(told).toMatchObject({ status: 422, json: { code: 'IDEMPOTENCY_CONFLICT' } });
    expect(await server.ledger.counts()).toMatchObject([{ state: 'CREATED', count: 1 }]);
  });

  test.each([undefined, '', 'a b', 'x'.repeat(65), '键'])('key %j is no key', async (key) => {
    const server = openServer();
    const encoded = key === '键' ? 'é' : key;
    const twist = encoded === undefined ? {} : { key: encoded };
    const told = await server.ask('POST', '/v1/orders', orderRequest(), twist);
    expect(told).toMatchObject({ status: 400, json: { code: 'MESSAGE_INVALID' } });
    expect(await server.ledger.counts()).toEqual([]);
  });

  test('a refusal is not kept: what was in its way may be gone', async () => {
    const server = openServer();
    const first = await server.ask('POST', '/v1/orders', orderRequest(), { key: 'k1' });
    const path = `/v1/orders/${String(first.json.orderId)}`;
    await server.ask('POST', `${path}/payments`, paymentRequest(), { key: 'k2' });
    const second = orderRequest({ idempotencyKey: 'order-2' });
    const refused = await server.ask('POST', '/v1/orders', second, { key: 'k3' });
    expect(refused).toMatchObject({ status: 409, json: { code: 'ORDER_OPEN' } });
    await server.ask('POST', `${path}/cancel`, {}, { key: 'k4', caller: OFFICE });
    const allowed = await server.ask('POST', '/v1/orders', second, { key: 'k3' });
    expect(allowed.status).toBe(200);
  });

  test('a key belongs to its terminal', async () => {
    const server = openServer();
    const told = await server.ask('POST', '/v1/orders', orderRequest(), { key: 'k1' });
    const path = `/v1/orders/${String(told.json.orderId)}/cancel`;
    const office = await server.ask('POST', path, {}, { key: 'k1', caller: OFFICE });
    expect(office).toMatchObject({ status: 200, json: { state: 'EXPIRED' } });
  });

  test('64 of the same at once make one order and one answer', async () => {
    const server = openServer();
    const all = await Promise.all(
      Array.from({ length: 64 }, () =>
        server.ask('POST', '/v1/orders', orderRequest(), { key: 'k1' }),
      ),
    );
    expect(new Set(all.map(({ text }) => text)).size).toBe(1);
    expect(await server.ledger.counts()).toMatchObject([{ state: 'CREATED', count: 1 }]);
  });

  test('the same payment twice under two keys is booked once', async () => {
    const server = openServer();
    const told = await server.ask('POST', '/v1/orders', orderRequest(), { key: 'k1' });
    const path = `/v1/orders/${String(told.json.orderId)}/payments`;
    await server.ask('POST', path, paymentRequest(), { key: 'k2' });
    const again = await server.ask('POST', path, paymentRequest(), { key: 'k3' });
    expect(again).toMatchObject({ status: 200, json: { state: 'PAID' } });
    expect((await server.ledger.totals()).cash).toBe(10_000);
  });

  test('a payment of another order is refused', async () => {
    const server = openServer();
    const first = await server.ask('POST', '/v1/orders', orderRequest(), { key: 'k1' });
    const pay = (orderId: string, key: string) =>
      server.ask('POST', `/v1/orders/${orderId}/payments`, paymentRequest(), { key });
    await pay(String(first.json.orderId), 'k2');
    await server.ask(
      'POST',
      `/v1/orders/${String(first.json.orderId)}/cancel`,
      {},
      {
        key: 'k3',
        caller: OFFICE,
      },
    );
    const request = orderRequest({ idempotencyKey: 'order-2' });
    const second = await server.ask('POST', '/v1/orders', request, { key: 'k4' });
    const told = await pay(String(second.json.orderId), 'k5');
    expect(told).toMatchObject({ status: 409, json: { code: 'PAYMENT_REUSED' } });
    expect((await server.ledger.totals()).cash).toBe(10_000);
  });
});

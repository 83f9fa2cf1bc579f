/** QR payments over HTTP: signed by terminals on one side, by the provider on the other. */
import { describe, expect, test } from 'vitest';
import type { CallbackFault } from '../../../src/testing/index.js';
import { CARD_NUMBER, orderRequest, paymentRequest } from '../../support/http-messages.js';
import { expectDescribed } from '../../support/described.js';
import { OFFICE, openServer } from '../../support/signed-fetch.js';
import { openTill } from '../../support/till.js';

const PAYING = { protocol: 1, provider: 'simulated' };

async function openPaidDoor(callback: readonly CallbackFault[] = []) {
  const till = openTill({ callback });
  const { authority, ledger, env, gateway } = till;
  const server = openServer({ authority, ledger, env, payments: [till.payments] });
  const ask = (path: string, body: unknown, key?: string, caller?: typeof OFFICE) =>
    server.ask('POST', path, body, {
      timestamp: String(env.now()),
      ...(key === undefined ? {} : { key }),
      ...(caller === undefined ? {} : { caller }),
    });
  const { json } = await ask('/v1/orders', orderRequest(), 'k1');
  const path = `/v1/orders/${String(json.orderId)}`;
  const callbacks = async (provider = 'simulated') => {
    const answers: Response[] = [];
    for (const { headers, body } of gateway.callbacks()) {
      const address = `http://authority.test/callbacks/${provider}`;
      const request = new Request(address, { method: 'POST', headers: { ...headers }, body });
      const answer = await server.handler.fetch(request);
      const told = await answer.clone().text();
      if (answer.status !== 200) expectDescribed('POST', '/callbacks/x', answer.status, told);
      answers.push(answer);
    }
    return answers;
  };
  return { ...till, server, ask, path, orderId: String(json.orderId), callbacks };
}

describe('QR payments over HTTP', () => {
  test('show, pay, called back, paid', async () => {
    const door = await openPaidDoor();
    const shown = await door.ask(`${door.path}/qr`, PAYING, 'k2');
    expect(shown.json).toMatchObject({ orderId: door.orderId, amountFen: 10_000 });
    expect((await door.ask(`${door.path}/qr`, PAYING, 'k2')).text).toBe(shown.text);
    door.gateway.pay(door.orderId);
    const [taken] = await door.callbacks();
    expect([taken?.status, await taken?.text()]).toEqual([200, 'success']);
    expect(await door.state(door.orderId)).toBe('PAID');
    const again = await door.ask(`${door.path}/qr`, PAYING, 'k3');
    expect(again).toMatchObject({ status: 409, json: { code: 'PAYMENT_NOT_AWAITED' } });
  });

  test('the callback is lost: the query finds the payment', async () => {
    const door = await openPaidDoor(['lost']);
    await door.ask(`${door.path}/qr`, PAYING, 'k2');
    const query = () => door.ask(`${door.path}/qr/query`, PAYING);
    expect((await query()).json.state).toBe('CREATED');
    door.gateway.pay(door.orderId);
    expect((await query()).json.state).toBe('PAID');
  });

  test('a terminal that says it was paid is not believed: the provider is asked', async () => {
    const door = await openPaidDoor(['lost']);
    await door.ask(`${door.path}/qr`, PAYING, 'k2');
    const claim = paymentRequest({ provider: 'simulated', transactionId: 'SIM000001' });
    expect((await door.ask(`${door.path}/payments`, claim, 'k3')).json.state).toBe('CREATED');
    door.gateway.pay(door.orderId);
    expect((await door.ask(`${door.path}/payments`, claim, 'k4')).json.state).toBe('PAID');
  });

  test.each([
    ['a terminal’s', 'taking/end', undefined],
    ['a supervisor’s', 'not-taken', OFFICE],
  ])('%s word that nothing was taken: the provider is asked first', async (_whose, end, caller) => {
    const door = await openPaidDoor(['lost', 'lost']);
    const said = (check: string) =>
      end === 'not-taken'
        ? { reason: 'the customer says so', terminal: check }
        : { protocol: 1, terminal: check };
    const begin = async () => {
      const check = (await door.authority.getOrder(door.orderId))?.check;
      if (check === undefined) throw new Error('it is not to be paid');
      const response = await door.answerCheck({ ...check, amountFen: 10_000 });
      const asked = { protocol: 1, cardNumber: CARD_NUMBER, provider: 'simulated', response };
      expect(await door.ask(`${door.path}/taking`, asked)).toMatchObject({ status: 200 });
      return check.terminal;
    };
    const unpaid = await begin();
    const ended = await door.ask(`${door.path}/${end}`, said(unpaid), 'k2', caller);
    expect(ended).toMatchObject({ status: 200, json: { state: 'CREATED' } });
    const check = await begin();
    await door.ask(`${door.path}/qr`, PAYING, 'k4');
    door.gateway.pay(door.orderId);
    await door.ask(`${door.path}/${end}`, said(check), 'k3', caller);
    expect(await door.state(door.orderId)).toBe('PAID');
  });

  const REFUSED: readonly (readonly [CallbackFault, number, string])[] = [
    ['wrong-signature', 401, 'PAYMENT_CALLBACK_INVALID'],
    ['unknown-order', 404, 'ORDER_UNKNOWN'],
    ['wrong-amount', 409, 'PAYMENT_CALLBACK_DISAGREES'],
  ];
  test.each(REFUSED)('a callback with a %s is not acknowledged', async (fault, status, code) => {
    const door = await openPaidDoor([fault]);
    await door.ask(`${door.path}/qr`, PAYING, 'k2');
    door.gateway.pay(door.orderId);
    const [told] = await door.callbacks();
    expect(told?.status).toBe(status);
    expect(await told?.json()).toMatchObject({ code });
  });

  test('a callback of 1 MB, or for a provider that is not there', async () => {
    const door = await openPaidDoor();
    const post = (provider: string, body: string) =>
      door.server.handler.fetch(
        new Request(`http://authority.test/callbacks/${provider}`, { method: 'POST', body }),
      );
    expect((await post('simulated', 'x'.repeat(1_000_000))).status).toBe(413);
    expect((await post('nobody', '{}')).status).toBe(404);
    expect((await post('simulated', '{}')).status).toBe(401);
  });

  test.each([
    ['no provider', { protocol: 1 }, 400, 'MESSAGE_INVALID'],
    ['an unknown provider', { ...PAYING, provider: 'nobody' }, 404, 'PAYMENT_PROVIDER_UNKNOWN'],
    ['another protocol', { ...PAYING, protocol: 2 }, 400, 'PROTOCOL_VERSION'],
    ['an unknown field', { ...PAYING, amountFen: 1 }, 400, 'MESSAGE_INVALID'],
  ])('%s: refused', async (_name, body, status, code) => {
    const door = await openPaidDoor();
    const told = await door.ask(`${door.path}/qr`, body, 'k2');
    expect(told).toMatchObject({ status, json: { code } });
  });

  test('cash that came twice is on the back office’s list until it is given back', async () => {
    const door = await openPaidDoor();
    await door.ask(`${door.path}/payments`, paymentRequest(), 'k2');
    const second = paymentRequest({ transactionId: 'receipt-2' });
    await door.ask(`${door.path}/payments`, second, 'k3');
    const list = () => door.ask('/v1/refunds/query', {}, undefined, OFFICE);
    const owed = { orderId: door.orderId, transactionId: 'cash:receipt-2', amountFen: 10_000 };
    expect((await list()).json).toEqual({ refunds: [{ ...owed, surplus: true }], next: null });
    const refund = (body: unknown, key: string) =>
      door.ask(`${door.path}/refund`, body, key, OFFICE);
    expect((await refund({}, 'k4')).json.code).toBe('REFUND_NOT_DUE');
    expect((await refund({ transactionId: 7 }, 'k5')).json.code).toBe('MESSAGE_INVALID');
    const done = await refund({ transactionId: owed.transactionId }, 'k6');
    expect(done).toMatchObject({ status: 200, json: { state: 'PAID' } });
    expect((await list()).json).toEqual({ refunds: [], next: null });
    expect(await door.totals()).toMatchObject({ cash: 10_000, 'refunds-due': 0 });
  });

  test('a terminal may not see what is owed', async () => {
    const door = await openPaidDoor();
    expect((await door.ask('/v1/refunds/query', {})).json.code).toBe('SCOPE_MISSING');
  });
});

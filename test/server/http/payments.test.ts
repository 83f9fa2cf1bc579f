/** QR payments over HTTP: signed by terminals on one side, by the provider on the other. */
import { describe, expect, test } from 'vitest';
import type { HttpOptions } from '../../../src/server/http/index.js';
import type { CallbackFault } from '../../../src/testing/index.js';
import { CARD_NUMBER, orderRequest, paymentRequest } from '../../support/http-messages.js';
import { expectDescribed } from '../../support/described.js';
import { OFFICE, openServer, TERMINAL } from '../../support/signed-fetch.js';
import { openTill } from '../../support/till.js';

const PAYING = { protocol: 1, provider: 'simulated' };

async function openPaidDoor(callback: readonly CallbackFault[] = [], record: object = {}) {
  const till = openTill({ callback });
  const { authority, ledger, env, gateway } = till;
  const callers: HttpOptions['callers'] = [
    { ...TERMINAL, scopes: ['recharge', 'query'], ...record },
    { ...OFFICE, scopes: ['query', 'back-office'] },
  ];
  const server = openServer({ authority, ledger, env, callers, payments: [till.payments] });
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
    const say = async (key: string, more = {}) => {
      const { status, json } = await door.ask(`${door.path}/payments`, { ...claim, ...more }, key);
      return [status, json.code ?? json.state, json.booked];
    };
    const notSeen = [409, 'PAYMENT_NOT_SEEN', undefined];
    expect(await say('k3')).toEqual(notSeen);
    door.gateway.pay(door.orderId);
    expect(await say('k4')).toEqual([200, 'PAID', 'payment']);
    // Under our own number of the code, too; another number is not there, whatever the order is.
    expect(await say('k5', { transactionId: door.orderId })).toEqual([200, 'PAID', 'payment']);
    expect(await say('k6', { transactionId: 'SIM000009' })).toEqual(notSeen);
  });

  test('a second payment of one code is told as what it was booked as', async () => {
    const door = await openPaidDoor(['lost', 'lost']);
    await door.ask(`${door.path}/qr`, PAYING, 'k2');
    door.gateway.pay(door.orderId);
    door.gateway.pay(door.orderId);
    const say = async (transactionId: string) => {
      const claim = paymentRequest({ provider: 'simulated', transactionId });
      return (await door.ask(`${door.path}/payments`, claim, transactionId)).json.booked;
    };
    expect([await say('SIM000001'), await say('SIM000002')]).toEqual(['payment', 'surplus']);
  });

  test('only what its record says may be reported, and no more than its caps', async () => {
    const record = { takes: ['cash'], maxReportFen: 10_000, maxDayFen: 15_000 };
    const door = await openPaidDoor([], record);
    const say = async (transactionId: string, more = {}) => {
      const claim = paymentRequest({ provider: 'cash', transactionId, ...more });
      return (await door.ask(`${door.path}/payments`, claim, transactionId)).json.code;
    };
    expect(await say('1', { provider: 'pos' })).toBe('PAYMENT_NOT_REPORTABLE');
    expect(await say('2', { provider: 'wechat' })).toBe('PAYMENT_NOT_REPORTABLE');
    for (const provider of ['WeChat', 'wechat ', 'ｗechat', 'we\u200bchat', 'a:b', '']) {
      expect(await say('3', { provider })).toBe('MESSAGE_INVALID');
    }
    expect(await say('4', { amountFen: 10_001 })).toBe('REPORT_OVER_LIMIT');
    expect(await say('5')).toBeUndefined();
    expect(await say('6', { amountFen: 5_001 })).toBe('REPORT_OVER_LIMIT');
    expect(await say('5')).toBeUndefined();
    const burst = Array.from({ length: 64 }, (_none, n) =>
      say(`B${String(n)}`, { amountFen: 100 }),
    );
    expect((await Promise.all(burst)).filter((code) => code === undefined)).toHaveLength(50);
    expect(await say('7', { amountFen: 1 })).toBe('REPORT_OVER_LIMIT');
  });

  test('of what no record caps, one report is ten times its order at most', async () => {
    const door = await openPaidDoor([], { takes: ['cash'] });
    const say = async (transactionId: string, amountFen: number) => {
      const claim = paymentRequest({ provider: 'cash', transactionId, amountFen });
      return (await door.ask(`${door.path}/payments`, claim, transactionId)).json;
    };
    expect((await say('1', 100_001)).code).toBe('REPORT_OVER_LIMIT');
    expect((await say('2', 0xffffffff)).code).toBe('REPORT_OVER_LIMIT');
    // A digit too many was taken: it is booked, so that it goes back.
    expect(await say('3', 100_000)).toMatchObject({ booked: 'surplus' });
    expect(await say('4', 10_000)).toMatchObject({ booked: 'payment', state: 'PAID' });
  });

  test('a report that was refused uses up nothing of the cap', async () => {
    const door = await openPaidDoor([], { takes: ['cash'], maxDayFen: 10_000 });
    const say = async (transactionId: string, path: string) => {
      const claim = paymentRequest({ provider: 'cash', transactionId });
      return (await door.ask(`${path}/payments`, claim, transactionId)).json;
    };
    const unknown = `/v1/orders/${'0'.repeat(door.orderId.length)}`;
    expect(await say('1', unknown)).toMatchObject({ code: 'ORDER_UNKNOWN' });
    expect(await say('2', door.path)).toMatchObject({ state: 'PAID' });
    expect(await say('3', door.path)).toMatchObject({ code: 'REPORT_OVER_LIMIT' });
  });

  test('what differs is on the list of work, until somebody has dealt with it', async () => {
    const door = await openPaidDoor(['lost']);
    const ask = async (path: string, body: object, key?: string) =>
      (await door.ask(path, body, key, OFFICE)).json;
    const item = { key: 'K 1', code: 'REFUND_REFUSED', provider: 'simulated' };
    await door.ledger.noteWork({ ...item, oursFen: 100, firstMs: 1, lastMs: 2 });
    const listed = { ...item, oursFen: 100, firstMs: 1, lastMs: 2 };
    expect(await ask('/v1/worklist/query', {})).toEqual({ work: [listed], next: null });
    const end = { key: 'K 1', reason: 'paid at the bank' };
    expect(await ask('/v1/worklist/end', end, 'w1')).toEqual({ key: 'K 1', endedBy: OFFICE.keyId });
    expect(await ask('/v1/worklist/end', end, 'w2')).toMatchObject({ code: 'WORK_UNKNOWN' });
    expect(await ask('/v1/worklist/query', {})).toEqual({ work: [], next: null });
  });

  test('another way of paying begins when the code of the first is closed', async () => {
    const door = await openPaidDoor(['lost']);
    await door.ask(`${door.path}/qr`, PAYING, 'k2');
    const check = (await door.authority.getOrder(door.orderId))?.check;
    if (check === undefined) throw new Error('it is not to be paid');
    const response = await door.answerCheck({ ...check, amountFen: 10_000 });
    const asked = { protocol: 1, cardNumber: CARD_NUMBER, provider: 'pos', response };
    expect(await door.ask(`${door.path}/taking`, asked)).toMatchObject({ status: 200 });
    expect(() => door.gateway.pay(door.orderId)).toThrow();
  });

  test('a refund on its way is listed so, and not given back by hand', async () => {
    const door = await openPaidDoor(['lost']);
    await door.ask(`${door.path}/qr`, PAYING, 'k2');
    door.gateway.pay(door.orderId);
    await door.ask(`${door.path}/qr/query`, PAYING);
    await door.ask(`${door.path}/cancel`, {}, 'k3', OFFICE);
    door.gateway.misbehave({ refund: ['abnormal'] });
    await door.payments.sweep();
    const [owed] = (await door.ask('/v1/refunds/query', {}, undefined, OFFICE)).json.refunds ?? [];
    expect(owed).toMatchObject({ status: 'abnormal', number: 1 });
    const by = await door.ask(`${door.path}/refund`, {}, 'k4', OFFICE);
    expect(by).toMatchObject({ status: 409, json: { code: 'REFUND_ON_ITS_WAY' } });
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
    expect((await list()).json).toEqual({
      refunds: [{ ...owed, status: 'due', surplus: true }],
      next: null,
    });
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

/** Money that is being taken, over HTTP: who may, what is kept of it, and what is told later. */
import { describe, expect, test } from 'vitest';
import { fromHex, toHex } from '../../../src/bytes.js';
import { envFrom } from '../../../src/env.js';
import { initializeForLoad } from '../../../src/purse/index.js';
import { createVirtualCard, personalise } from '../../../src/simulator/index.js';
import { readCard, verifyPin } from '../../../src/terminal/index.js';
import { simulatorTransport } from '../../../src/transport/drivers/simulator.js';
import { withGetResponse } from '../../../src/transport/index.js';
import { CARD_NUMBER, issueInformation, orderRequest } from '../../support/http-messages.js';
import { manualEnv } from '../../support/manual-env.js';
import { OFFICE, openServer, TERMINAL, type Told } from '../../support/signed-fetch.js';

type Server = ReturnType<typeof openServer>;
interface Order {
  readonly orderId: string;
  readonly state: string;
  readonly check: { readonly keyIndex: number; readonly terminal: string };
  readonly taking?: { readonly terminal: string };
}
const orderIn = ({ text }: Told): Order => JSON.parse(text) as Order;
const OTHER = { keyId: 'terminal-2', secret: '6b'.repeat(32) } as const;

/** The card's answer to what the order asks of it. */
async function answer({ check }: Order): Promise<string> {
  const card = createVirtualCard(personalise({ kind: '3des-4x' }));
  const transport = withGetResponse(simulatorTransport(card));
  const { issue } = await readCard(transport);
  await verifyPin(transport, '123456', issue.version);
  const terminal = fromHex(check.terminal);
  const init = { keyIndex: check.keyIndex, amountFen: 10_000, terminal };
  return toHex(await transport.transmit(initializeForLoad.build(init)));
}

async function begin(
  server: Server,
  order: Order,
  caller: typeof TERMINAL | typeof OTHER = TERMINAL,
) {
  const body = { protocol: 1, cardNumber: CARD_NUMBER, response: await answer(order), visit: 'V1' };
  return server.ask('POST', `/v1/orders/${order.orderId}/taking`, body, { caller });
}
const make = (server: Server, changes = {}, key = 'k1') =>
  server.ask('POST', '/v1/orders', orderRequest(changes), { key });

describe('an order', () => {
  test('asked for again is told as it stands: the number of an ended intent is not given', async () => {
    const server = openServer();
    const first = orderIn(await make(server));
    expect((await begin(server, first)).status).toBe(200);
    expect(orderIn(await make(server))).toMatchObject({ state: 'TAKING' });
    const said = { protocol: 1, terminal: first.check.terminal };
    await server.ask('POST', `/v1/orders/${first.orderId}/taking/end`, said);
    const again = orderIn(await make(server));
    expect(again).toMatchObject({ orderId: first.orderId, state: 'CREATED' });
    expect(again.check.terminal).not.toBe(first.check.terminal);
    expect((await begin(server, again)).status).toBe(200);
    expect(await server.guard.countWrong('mac1', 0)).toBe(0);
  });

  test('keeps the terminal and the caller that made it; its payment, who submitted it', async () => {
    const server = openServer();
    const { orderId } = orderIn(await make(server, { terminal: '00044010100a' }));
    const payment = { protocol: 1, provider: 'cash', transactionId: 'r', amountFen: 10_000 };
    await server.ask('POST', `/v1/orders/${orderId}/payments`, payment, { key: 'k2' });
    const situation = (await server.ledger.read(orderId))?.situation;
    expect(situation?.order).toMatchObject({
      terminal: '00044010100A',
      who: { by: TERMINAL.keyId },
    });
    expect(situation?.payments).toMatchObject([{ who: { by: TERMINAL.keyId } }]);
  });
});

describe('a caller', () => {
  const callers = [
    { ...TERMINAL, scopes: ['recharge' as const, 'query' as const] },
    { ...OTHER, scopes: ['recharge' as const], outlet: 'kiosk', maxAmountFen: 5_000 },
    { ...OFFICE, scopes: ['query' as const, 'back-office' as const] },
  ];

  test('of one outlet asks about, makes and takes money for no order of another', async () => {
    const server = openServer({
      callers: callers.map((one) => ({ ...one, maxAmountFen: 5_000_000 })),
    });
    const check = { protocol: 1, issueInformation: issueInformation(), outlet: 'self' };
    const refused = { status: 422, json: { code: 'OUTLET_REFUSED' } };
    expect(await server.ask('POST', '/v1/cards/check', check, { caller: OTHER })).toMatchObject(
      refused,
    );
    const asked = { caller: OTHER, key: 'k9' };
    expect(await server.ask('POST', '/v1/orders', orderRequest(), asked)).toMatchObject(refused);
    const order = orderIn(await make(server));
    expect(await begin(server, order, OTHER)).toMatchObject(refused);
    const own = orderRequest({ outlet: 'kiosk', idempotencyKey: 'own' });
    expect((await server.ask('POST', '/v1/orders', own, asked)).status).toBe(200);
  });

  test('takes no more money than its cap, and is told it before', async () => {
    const server = openServer({
      callers: callers.map((one) => ('outlet' in one ? { ...one, outlet: 'self' } : one)),
    });
    const order = orderIn(await make(server));
    expect(await begin(server, order, OTHER)).toMatchObject({
      status: 403,
      json: { code: 'AMOUNT_OVER_TERMINAL_LIMIT' },
    });
    const check = { protocol: 1, issueInformation: issueInformation() };
    const told = await server.ask('POST', '/v1/cards/check', check, { caller: OTHER });
    expect(told.json).toMatchObject({ maxAmountFen: 5_000 });
  });
});

test('the office sees who takes money, names the intent, and is told when it names another', async () => {
  const server = openServer();
  const order = orderIn(await make(server));
  await begin(server, order);
  const query = {
    cardNumber: CARD_NUMBER,
    fromMs: server.env.now() - 1,
    toMs: server.env.now() + 1,
  };
  const found = await server.ask('POST', '/v1/orders/query', query, { caller: OFFICE });
  const [record] = (JSON.parse(found.text) as { records: Order[] }).records;
  expect(record).toMatchObject({
    state: 'TAKING',
    taking: { by: TERMINAL.keyId, terminal: order.check.terminal },
  });
  expect(found.text).not.toContain('V1');
  const end = (terminal: string, key: string) =>
    server.ask(
      'POST',
      `/v1/orders/${order.orderId}/not-taken`,
      { reason: 'looked', terminal },
      {
        ...{ caller: OFFICE, key },
      },
    );
  expect(await end('FF0000000000', 'e1')).toMatchObject({ status: 409 });
  expect(await end(record?.taking?.terminal ?? '', 'e2')).toMatchObject({
    json: { state: 'CREATED' },
  });
});

test('a guessed answer of a card counts as a wrong code', async () => {
  const server = openServer();
  const { orderId } = orderIn(await make(server));
  const guess = `${'00'.repeat(4)}0000${'0000'}${'11223344'}${'DEADBEEF'}9000`;
  const body = { protocol: 1, cardNumber: CARD_NUMBER, response: guess };
  for (let tries = 0; tries < 3; tries += 1) {
    const told = await server.ask('POST', `/v1/orders/${orderId}/taking`, body);
    expect(told.json).toMatchObject({ code: 'MAC1_INVALID' });
  }
  const last = await server.ask('POST', `/v1/orders/${orderId}/taking`, body);
  expect(last).toMatchObject({ status: 429, json: { code: 'TOO_MANY_WRONG_CODES' } });
});

test('a right answer that a terminal sends many times at once is served each time', async () => {
  const env = { ...manualEnv(), sleep: envFrom(globalThis).sleep };
  const server = openServer({ env });
  const order = orderIn(await make(server));
  const path = `/v1/orders/${order.orderId}/taking`;
  const response = await answer(order);
  const body = { protocol: 1, cardNumber: CARD_NUMBER, response, visit: 'V1' };
  const many = Array.from({ length: 24 }, () => server.ask('POST', path, body));
  const told = (await Promise.all(many)).map(({ status, json }) => [status, json.state]);
  expect(new Set(told.map(String))).toEqual(new Set(['200,TAKING']));
  // None of them counts: it may still be wrong as often as one that sent nothing.
  expect(await server.guard.countWrong('mac1', 0)).toBe(0);
  const wrong = { ...body, response: `${'00'.repeat(8)}11223344DEADBEEF9000` };
  for (let tries = 0; tries < 3; tries += 1) {
    expect((await server.ask('POST', path, wrong)).json).toMatchObject({ code: 'MAC1_INVALID' });
  }
});

/** What one caller does with numbers and cards that are another’s: it stands in nobody’s way. */
import { describe, expect, test } from 'vitest';
import { fromHex, toHex } from '../../../src/bytes.js';
import { initializeForLoad } from '../../../src/purse/index.js';
import { createVirtualCard, personalise } from '../../../src/simulator/index.js';
import { readCard, verifyPin } from '../../../src/terminal/index.js';
import { simulatorTransport } from '../../../src/transport/drivers/simulator.js';
import { withGetResponse } from '../../../src/transport/index.js';
import { issueInformationOf } from '../../support/guesser.js';
import { CARD_NUMBER, orderRequest, paymentRequest } from '../../support/http-messages.js';
import { OFFICE, openServer as open, TERMINAL, type Told } from '../../support/signed-fetch.js';

const OTHER = { keyId: 'terminal-2', secret: '6b'.repeat(32) } as const;
const OTHER_CARD = '6201220000000777';
type Server = ReturnType<typeof open>;
type Signer = typeof TERMINAL | typeof OTHER | typeof OFFICE;
interface Order {
  readonly orderId: string;
  readonly state: string;
  readonly check: { readonly keyIndex: number; readonly terminal: string };
}
type Paid = ReturnType<typeof paymentRequest>;
const orderIn = ({ text }: Told): Order => JSON.parse(text) as Order;

function openServer(): Server {
  return open({
    callers: [
      { ...TERMINAL, scopes: ['recharge', 'query'] },
      { ...OTHER, scopes: ['recharge'] },
      { ...OFFICE, scopes: ['query', 'back-office'] },
    ],
  });
}

const make = (server: Server, caller: Signer, changes = {}, key = '0001') =>
  server.ask('POST', '/v1/orders', orderRequest({ idempotencyKey: key, ...changes }), {
    ...{ caller, key },
  });
const pay = (server: Server, caller: Signer, orderId: string, changes: Partial<Paid> = {}) =>
  server.ask('POST', `/v1/orders/${orderId}/payments`, paymentRequest(changes), {
    ...{ caller, key: `${orderId}-${changes.transactionId ?? 'cash'}`.replaceAll(' ', '-') },
  });

/** Shows the card of `orderRequest`, and takes money for it. */
async function begin(server: Server, { orderId, check }: Order, named = {}): Promise<Told> {
  const transport = withGetResponse(
    simulatorTransport(createVirtualCard(personalise({ kind: '3des-4x' }))),
  );
  const { issue } = await readCard(transport);
  await verifyPin(transport, '123456', issue.version);
  const terminal = fromHex(check.terminal);
  const init = { keyIndex: check.keyIndex, amountFen: 10_000, terminal };
  const response = toHex(await transport.transmit(initializeForLoad.build(init)));
  const body = { protocol: 1, cardNumber: CARD_NUMBER, response, ...named };
  return server.ask('POST', `/v1/orders/${orderId}/taking`, body);
}

describe('a key of an order', () => {
  test('is its terminal’s: two that count alike make two orders, and each finds its own', async () => {
    const server = openServer();
    const first = orderIn(
      await make(server, OTHER, { issueInformation: issueInformationOf(OTHER_CARD) }),
    );
    const second = orderIn(await make(server, TERMINAL));
    expect(second.orderId).not.toBe(first.orderId);
    expect(orderIn(await make(server, TERMINAL)).orderId).toBe(second.orderId);
    const another = await make(server, TERMINAL, { amountFen: 20_000 }, '0001');
    expect(another).toMatchObject({ status: 422, json: { code: 'IDEMPOTENCY_CONFLICT' } });
  });

  test('of another terminal is no way to its order', async () => {
    const server = openServer();
    await make(server, OTHER);
    const key = `${OTHER.keyId} 0001`;
    const { orderId } = orderIn(await make(server, OTHER));
    expect(orderIn(await make(server, TERMINAL, {}, key)).orderId).not.toBe(orderId);
  });
});

describe('a made-up order of somebody’s card', () => {
  test('that nobody has paid is in nobody’s way', async () => {
    const server = openServer();
    const forged = orderIn(await make(server, OTHER, { amountFen: 1 }));
    const order = orderIn(await make(server, TERMINAL));
    expect(order.orderId).not.toBe(forged.orderId);
    // Without the card there is no MAC1, and without one nobody is about to take money for it.
    const body = { protocol: 1, cardNumber: CARD_NUMBER, response: `${'00'.repeat(16)}9000` };
    const guessed = await server.ask('POST', `/v1/orders/${forged.orderId}/taking`, body, {
      caller: OTHER,
    });
    expect(guessed.status).toBe(422);
    expect(await begin(server, order)).toMatchObject({ json: { state: 'TAKING' } });
    expect((await pay(server, TERMINAL, order.orderId)).json).toMatchObject({ booked: 'payment' });
  });

  test('with a fen that is said to be paid is told, is its maker’s, and is taken away', async () => {
    const server = openServer();
    const forged = orderIn(await make(server, OTHER, { amountFen: 1 }));
    const paid = await pay(server, OTHER, forged.orderId, { amountFen: 1 });
    expect(paid.json).toMatchObject({ booked: 'payment' });
    const refused = await make(server, TERMINAL);
    expect(refused).toMatchObject({
      status: 409,
      json: { code: 'ORDER_OPEN', details: { openOrderId: forged.orderId } },
    });
    const found = (await server.ledger.read(forged.orderId))?.situation;
    expect(found?.payments[0]?.who).toMatchObject({ by: OTHER.keyId });
    const cancel = `/v1/orders/${forged.orderId}/cancel`;
    const cancelled = await server.ask('POST', cancel, {}, { caller: OFFICE, key: 'c1' });
    expect(cancelled.json).toMatchObject({ state: 'REFUND_DUE' });
    expect((await make(server, TERMINAL)).status).toBe(200);
  });
});

describe('a payment number that another order has', () => {
  /** The other terminal was first with `pos:123`. */
  async function squatted(named: object) {
    const server = openServer();
    const theirs = orderIn(
      await make(server, OTHER, { issueInformation: issueInformationOf(OTHER_CARD) }),
    );
    const first = await pay(server, OTHER, theirs.orderId, {
      provider: 'pos',
      transactionId: '123',
    });
    expect(first.status).toBe(200);
    const { orderId, ...order } = orderIn(await make(server, TERMINAL));
    expect((await begin(server, { orderId, ...order }, named)).status).toBe(200);
    const said = { provider: 'pos', transactionId: '123' };
    const refused = await pay(server, TERMINAL, orderId, said);
    expect(refused).toMatchObject({ status: 409, json: { code: 'PAYMENT_REUSED' } });
    expect(refused.json.hint?.zh).toContain('勿再收款');
    // Nothing is lost: nobody else takes money, or makes an order, while this is looked up.
    const stands = (await server.ledger.read(orderId))?.situation;
    expect([stands?.order.state, stands?.payments]).toEqual(['TAKING', []]);
    expect((await make(server, OTHER, {}, '0002')).json).toMatchObject({
      code: 'ORDER_OPEN',
    });
    return { server, orderId };
  }

  test('is submitted as its slip tells it apart, and pays', async () => {
    const { server, orderId } = await squatted({});
    const said = { provider: 'pos', transactionId: '123 20261126 T1' };
    expect((await pay(server, TERMINAL, orderId, said)).json).toMatchObject({
      ...{ state: 'PAID', booked: 'payment' },
    });
    expect((await pay(server, TERMINAL, orderId, said)).json).toMatchObject({ booked: 'payment' });
    expect((await server.ledger.read(orderId))?.situation.payments).toHaveLength(1);
  });

  test('and was named before: under another it is owed back, and the order goes on', async () => {
    const { server, orderId } = await squatted({ provider: 'pos', transactionId: '123' });
    const said = { provider: 'pos', transactionId: '123 20261126 T1' };
    expect((await pay(server, TERMINAL, orderId, said)).json).toMatchObject({
      ...{ state: 'TAKING', booked: 'surplus' },
    });
    const due = await server.ask('POST', '/v1/refunds/query', {}, { caller: OFFICE });
    expect(due.json.refunds).toMatchObject([{ transactionId: 'pos:123 20261126 T1' }]);
    const taking = (await server.ledger.read(orderId))?.situation.order.checkTerminal ?? '';
    const word = { reason: 'the slip is owed back', terminal: taking };
    const ended = await server.ask('POST', `/v1/orders/${orderId}/not-taken`, word, {
      ...{ caller: OFFICE, key: 'n1' },
    });
    expect(ended.json).toMatchObject({ state: 'CREATED' });
  });
});

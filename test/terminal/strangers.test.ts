/** What answers is not always the server, and not always of this version. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isQuancunError, type QuancunError } from '../../src/errors.js';
import type { OrderView, SlipView } from '../../src/load/index.js';
import type { serverClient } from '../../src/terminal/index.js';
import { CARD_NUMBER, orderRequest, paymentRequest } from '../support/http-messages.js';
import { answered, AT_200, ELSEWHERE, ODD, REFUSALS } from '../support/strangers.js';

const ORDER: OrderView = {
  orderId: '0'.repeat(20),
  cardNumber: CARD_NUMBER,
  amountFen: 10_000,
  state: 'CREATED',
  outlet: 'self',
  createdAtMs: 1,
};
const { orderId } = ORDER;
const SLIP: SlipView = {
  ...{ orderId, kind: 'held', copy: 0, printedAtMs: 2, amountFen: 10_000, state: 'PAID' },
  ...{ outlet: 'self', plate: '', plateColour: 0, cardTail: '1234', createdAtMs: 1 },
};
const QR = {
  ...{ orderId, provider: 'simulated', qrText: 'https://pay.invalid/1' },
  ...{ amountFen: 10_000, expiresAtMs: 2 },
};
const REPORT = {
  protocol: 1,
  orderId,
  cardNumber: CARD_NUMBER,
  evidence: { kind: 'present' as const },
};

type Client = ReturnType<typeof serverClient>;
const METHODS: Readonly<Record<keyof Client, (client: Client) => Promise<unknown>>> = {
  checkCard: (client) => {
    const { protocol, issueInformation } = orderRequest();
    return client.checkCard({ protocol, issueInformation });
  },
  createOrder: (client) => client.createOrder(orderRequest()),
  beginPayment: (client) =>
    client.beginPayment({ protocol: 1, orderId, cardNumber: CARD_NUMBER, response: '9000' }),
  endPayment: (client) => client.endPayment({ protocol: 1, orderId, terminal: 'FF0000000001' }),
  confirmPayment: (client) => client.confirmPayment({ ...paymentRequest(), orderId }),
  next: (client) => client.next(REPORT),
  findUnsettled: (client) => client.findUnsettled(CARD_NUMBER),
  findOrders: (client) => client.findOrders({ cardNumber: CARD_NUMBER, fromMs: 0, toMs: 1 }),
  getOrder: (client) => client.getOrder(orderId),
  printSlip: (client) => client.printSlip(orderId),
  createQr: (client) => client.createQr(orderId, 'simulated'),
  queryPayment: (client) => client.queryPayment(orderId, 'simulated'),
};
const methods = Object.entries(METHODS);

/** What a promise threw: an error of ours, or the test fails. */
async function thrownBy(work: Promise<unknown>): Promise<QuancunError> {
  const thrown = await work.then(
    (value) => ({ value }),
    (error: unknown) => error,
  );
  if (isQuancunError(thrown)) return thrown;
  throw new Error(`no error of ours: ${String(thrown)} ${JSON.stringify(thrown)}`);
}

describe.each(methods)('client.%s', (_name, ask) => {
  test.each(Object.entries(AT_200))('%s at 200 is no reply', async (_stranger, text) => {
    const { client, asked } = answered({ status: 200, text });
    const error = await thrownBy(ask(client));
    expect(error).toMatchObject({ code: 'ANSWERED_BY_ANOTHER', details: { status: 200 } });
    expect(asked()).toBe(3);
  });

  test.each(Object.entries(ODD))('%s is no reply', async (_stranger, reply) => {
    const { client, asked } = answered(reply);
    expect(await thrownBy(ask(client))).toMatchObject({ code: 'ANSWERED_BY_ANOTHER' });
    expect(asked()).toBe(3);
  });

  test.each(Object.entries(REFUSALS))('%s: said so, and not asked again', async (_who, reply) => {
    const { client, asked } = answered(reply);
    const error = await thrownBy(ask(client));
    const { status } = reply;
    expect(error).toMatchObject({ code: 'ANSWERED_BY_ANOTHER', money: 'in-doubt' });
    expect(error.details).toMatchObject({ status });
    expect(`${error.message}${error.messageZh}${error.hint.zh}`).not.toMatch(/\{\w+\}/);
    expect(asked()).toBe(1);
  });

  test.each(Object.entries(ELSEWHERE))('%s: not reached, a few times', async (_who, reply) => {
    const { client, asked } = answered(reply);
    expect(await thrownBy(ask(client))).toMatchObject({ code: 'SERVER_UNREACHABLE' });
    expect(asked()).toBe(3);
  });

  test('a code of a later version is carried as it came, and asked once', async () => {
    const said = {
      name: 'QuancunError',
      code: 'CARD_REPORTED_STOLEN',
      message: 'This card was reported stolen',
      messageZh: '该卡已挂失',
      hint: { en: 'Keep the card', zh: '请收回卡片' },
      money: 'untouched',
      details: { since: '2026' },
    };
    for (const status of [422, 400, 409, 500]) {
      const { client, asked } = answered({ status, text: JSON.stringify(said) });
      expect(await thrownBy(ask(client))).toMatchObject(said);
      expect(asked()).toBe(1);
    }
    const busy = answered({ status: 503, text: JSON.stringify(said) });
    expect(await thrownBy(ask(busy.client))).toMatchObject(said);
    expect(busy.asked()).toBe(3);
    // A word for the money that this version does not know is doubt.
    const text = JSON.stringify({ ...said, money: 'on-its-way' });
    const odd = answered({ status: 422, text });
    expect(await thrownBy(ask(odd.client))).toMatchObject({ ...said, money: 'in-doubt' });
  });

  test('law: whatever JSON is answered, an error of ours, or a reply of the right form', async () => {
    const reply = fc.record({
      status: fc.constantFrom(200, 200, 200, 204, 400, 403, 422, 500, 503),
      text: fc.oneof(fc.json(), fc.string()),
    });
    await fc.assert(
      fc.asyncProperty(reply, async (one) => {
        const { client, asked } = answered(one);
        await thrownBy(ask(client));
        expect(asked()).toBeLessThanOrEqual(3);
      }),
    );
  });
});

describe('a reply that a proxy kept', () => {
  const other = { ...ORDER, orderId: '1'.repeat(20) };
  const KEPT: readonly [name: keyof Client, what: string, reply: unknown][] = [
    ['createOrder', 'another card', { ...ORDER, cardNumber: '6201220000009999' }],
    ['createOrder', 'another amount', { ...ORDER, amountFen: 10_001 }],
    ['confirmPayment', 'another order', other],
    ['findUnsettled', 'another card', { order: { ...ORDER, cardNumber: '6201220000009999' } }],
    ['getOrder', 'another order', other],
    ['printSlip', 'another order', { ...SLIP, orderId: other.orderId }],
    ['createQr', 'another order', { ...QR, orderId: other.orderId }],
    ['queryPayment', 'another order', other],
    [
      'findOrders',
      'another card',
      {
        records: [
          ...[{ ...ORDER, cardNumber: '6201220000009999', plate: '', plateColour: 0 }].map(
            (record) => ({ ...record, loadable: true }),
          ),
        ],
        next: null,
      },
    ],
  ];
  test.each(KEPT)('%s: of %s: refused', async (name, _what, reply) => {
    const { client } = answered({ status: 200, text: JSON.stringify(reply) });
    const error = await thrownBy(METHODS[name](client));
    expect(error).toMatchObject({ code: 'ANSWERED_BY_ANOTHER' });
    expect(error.details).toMatchObject({ problem: 'another order' });
  });

  test('of this very question it is the reply, whatever a later server adds to it', async () => {
    const more = { ...ORDER, later: { field: 1 } };
    const one = answered({ status: 200, text: JSON.stringify(more) });
    expect(await one.client.createOrder(orderRequest())).toEqual(ORDER);
    expect(await one.client.getOrder(orderId)).toEqual(ORDER);
    expect(one.asked()).toBe(2);
  });
});
